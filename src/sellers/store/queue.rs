//! Lists of requests and their counts. Each tab walks an index in its order, so that a page costs the same however many there are.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::{Postgres, QueryBuilder};
use uuid::Uuid;

use crate::{
    auth::Scope,
    db::Pool,
    referrals::{kind::DealType, service::COUNT_CAP, status::Status},
    sellers::queue::{Filter, PAGE, Tab},
};

/// A request in a list; of partner-led deals, the partner's referral.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Line {
    /// The vendor's referral; of a partner-led deal its engagement.
    pub id: Uuid,
    pub name: String,
    pub customer_name: String,
    pub country: String,
    pub deal_type: DealType,
    pub status: Status,
    pub expires_at: Option<DateTime<Utc>>,
    pub value: Option<Decimal>,
    pub currency: Option<String>,
    /// Where it stands in the list's order.
    pub at: DateTime<Utc>,
    /// Whose it is; `None`: nobody's.
    pub seller: Option<String>,
    /// The partner who started it, or was sent it.
    pub partner: Option<String>,
}

/// How many there are in each tab; more than [`COUNT_CAP`] means "that many and more".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Counts {
    pub mine: i64,
    pub waiting: i64,
    pub working: i64,
    pub closed: i64,
    pub partner_led: i64,
}

/// One page, and one request more when there is a next page.
pub async fn page(pool: &Pool, scope: &Scope, filter: &Filter) -> sqlx::Result<Vec<Line>> {
    let mut query = if filter.tab == Tab::PartnerLed { partner_led_page(scope, filter) } else { own_page(scope, filter) };
    query.push(format_args!(" limit {}", PAGE + 1));
    // Not kept prepared: the best plan depends on the filter.
    query.build_query_as().persistent(false).fetch_all(pool).await
}

fn own_page(scope: &Scope, filter: &Filter) -> QueryBuilder<Postgres> {
    // The expressions of the indexes requests_waiting… and requests_working…, requests_closed….
    let (column, order, beyond, at) = if filter.tab.waits() {
        ("coalesce(r.expires_at, 'infinity'::timestamptz)", "", ">", "r.expires_at")
    } else {
        ("r.updated_at", "desc", "<", "r.updated_at")
    };
    let mut query = QueryBuilder::new(format!(
        "select r.referral_id as id, r.name, r.customer_name, r.customer_country as country, e.deal_type, r.status, r.expires_at, r.value,
                r.currency, {at} as at, nullif(r.seller_name, '') as seller, partner.legal_name as partner
         from referrals r join engagements e using (engagement_id)
         left join lateral (
             select o.legal_name from referrals p join organisations o using (organisation_id)
             where p.engagement_id = r.engagement_id and o.kind = 'partner'
             order by (p.organisation_id = e.started_by) desc nulls last, p.created_at, p.referral_id limit 1) partner on true
         where "
    ));
    chosen(&mut query, scope, filter);
    matching(&mut query, &filter.words);
    if let Some(cursor) = filter.after {
        query.push(format_args!(" and ({column}, r.referral_id) {beyond} ("));
        query.push_bind(cursor.at).push(", ").push_bind(cursor.id.0).push(")");
    }
    query.push(format_args!(" order by {column} {order}, r.referral_id {order}"));
    query
}

fn partner_led_page(scope: &Scope, filter: &Filter) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(
        // Each once, as the partner that leads it has it.
        "select e.engagement_id as id, r.name, e.customer_name, e.customer_country as country, e.deal_type, r.status,
                null::timestamptz as expires_at, r.value, r.currency, e.created_at as at, null::text as seller, o.legal_name as partner
         from engagements e
         join lateral (
             select p.* from referrals p join organisations o using (organisation_id)
             where p.engagement_id = e.engagement_id and o.kind = 'partner'
             order by (p.organisation_id = e.started_by) desc nulls last, p.created_at, p.referral_id limit 1) r on true
         join organisations o on o.organisation_id = r.organisation_id
         where ",
    );
    partner_led(&mut query, scope, filter);
    if let Some(cursor) = filter.after {
        query.push(" and (e.created_at, e.engagement_id) < (");
        query.push_bind(cursor.at).push(", ").push_bind(cursor.id.0).push(")");
    }
    query.push(" order by e.created_at desc, e.engagement_id desc");
    query
}

/// The tabs' counts, in one query.
pub async fn counts(pool: &Pool, scope: &Scope, filter: &Filter) -> sqlx::Result<Counts> {
    let mut query = QueryBuilder::new("select ");
    for (n, tab) in Tab::ALL.into_iter().enumerate() {
        // What stands in the current tab's filters counts there alone.
        let filter =
            if tab == filter.tab { filter.clone() } else { Filter { tab, words: filter.words.clone(), ..Filter::default() } };
        query.push(if n == 0 { "(select count(*) from (select 1 " } else { ", (select count(*) from (select 1 " });
        if tab == Tab::PartnerLed {
            query.push("from engagements e where ");
            partner_led(&mut query, scope, &filter);
        } else {
            query.push("from referrals r where ");
            chosen(&mut query, scope, &filter);
            matching(&mut query, &filter.words);
        }
        query.push(format_args!(" limit {}) counted) as {}", COUNT_CAP + 1, tab.code().replace('-', "_")));
    }
    query.build_query_as().persistent(false).fetch_one(pool).await
}

/// The vendor's own referrals of a tab. They alone have no deal ID: the partial indexes are told by it.
fn chosen(query: &mut QueryBuilder<Postgres>, scope: &Scope, filter: &Filter) {
    query
        .push("r.organisation_id = ")
        .push_bind(scope.organisation.0)
        .push(" and r.deal_id is null and ");
    query.push(match filter.tab {
        Tab::Mine | Tab::Waiting => "r.status in ('pending', 'received') and r.expires_at is not null",
        Tab::Working => "r.status = 'accepted'",
        Tab::Closed | Tab::PartnerLed => "r.status in ('won', 'lost', 'declined', 'expired', 'error')",
    });
    if filter.tab == Tab::Mine || (filter.tab.is_ones_own() && !filter.everybody) {
        query.push(" and r.seller_id = ").push_bind(scope.user.0);
    }
    if filter.tab == Tab::Waiting {
        if filter.unassigned {
            query.push(" and r.seller_id is null");
        }
        if let Some(country) = &filter.country {
            query.push(" and r.customer_country = ").push_bind(country.clone());
        }
    }
}

/// Partner-led deals. The vendor alone may read them.
fn partner_led(query: &mut QueryBuilder<Postgres>, scope: &Scope, filter: &Filter) {
    query.push(
        "e.deal_type = 'partner-led' and exists (select from organisations v where v.kind = 'vendor' and v.organisation_id = ",
    );
    query.push_bind(scope.organisation.0).push(")");
    if let Some(country) = &filter.country {
        query.push(" and e.customer_country = ").push_bind(country.clone());
    }
    if !filter.words.is_empty() {
        // By the search's index first: the deals found are few, partner-led deals are not.
        query.push(" and e.engagement_id in (select r.engagement_id from referrals r where true");
        matching(query, &filter.words);
        query.push(")");
    }
}

fn matching(query: &mut QueryBuilder<Postgres>, words: &[String]) {
    for word in words {
        // Looked for on the way through the tab's index: nothing finds words by themselves here.
        query
            .push(" and lower(r.name || ' ' || r.customer_name) like lower(")
            .push_bind(containing(word))
            .push(")");
    }
}

/// A pattern that finds the word itself, also when it has wildcards in it.
pub fn containing(word: &str) -> String {
    let mut pattern = String::with_capacity(word.len() + 2);
    pattern.push('%');
    for letter in word.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}
