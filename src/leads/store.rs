//! SQL of leads: their lists. One lead is read as any referral is.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::{Postgres, QueryBuilder};

use super::service::{Filter, PAGE, Tab};
use crate::{
    auth::Scope,
    db::Pool,
    ids::{EngagementId, OrganisationId, ReferralId},
    referrals::{
        kind::Qualification,
        service::{COUNT_CAP, within},
        status::Status,
    },
};

/// A lead in a list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Line {
    pub referral_id: ReferralId,
    pub name: String,
    pub customer_name: String,
    pub customer_country: String,
    pub status: Status,
    pub expires_at: Option<DateTime<Utc>>,
    pub value: Option<Decimal>,
    pub currency: Option<String>,
    pub created_at: DateTime<Utc>,
    pub qualification: Qualification,
    pub contact_wanted_until: Option<DateTime<Utc>>,
}

/// How many there are in each tab, capped as deals are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Counts {
    pub marketplace: i64,
    pub qualified: i64,
    pub favourites: i64,
}

/// What only leads have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inquiry {
    pub qualification: Qualification,
    /// The customer wants to be contacted until then.
    pub contact_wanted_until: Option<DateTime<Utc>>,
}

/// One page, and one lead more when there is a next page.
pub async fn page(pool: &Pool, scope: &Scope, filter: &Filter) -> sqlx::Result<Vec<Line>> {
    let mut query = QueryBuilder::new(
        "select r.referral_id, r.name, r.customer_name, r.customer_country, r.status, r.expires_at, r.value, r.currency, r.created_at,
                e.qualification, e.contact_wanted_until
         from referrals r join engagements e using (engagement_id) where ",
    );
    chosen(&mut query, scope, filter, filter.tab);
    if let Some(cursor) = filter.after {
        query.push(" and (r.created_at, r.referral_id) < (");
        query.push_bind(cursor.at).push(", ").push_bind(cursor.id.0).push(")");
    }
    query.push(format_args!(" order by r.created_at desc, r.referral_id desc limit {}", PAGE + 1));
    query.build_query_as().persistent(false).fetch_all(pool).await
}

/// The tabs' counts, in one query.
pub async fn counts(pool: &Pool, scope: &Scope, filter: &Filter) -> sqlx::Result<Counts> {
    let mut query = QueryBuilder::new("select ");
    for (n, tab) in Tab::ALL.into_iter().enumerate() {
        let begin = "(select count(*) from (select from referrals r join engagements e using (engagement_id) where ";
        query.push(if n == 0 { "" } else { ", " }).push(begin);
        chosen(&mut query, scope, filter, tab);
        query.push(format_args!(" limit {}) counted) as {}", COUNT_CAP + 1, tab.code()));
    }
    query.build_query_as().persistent(false).fetch_one(pool).await
}

fn chosen(query: &mut QueryBuilder<Postgres>, scope: &Scope, filter: &Filter, tab: Tab) {
    within(query, scope);
    query.push(" and r.kind = 'lead' and ");
    match tab {
        Tab::Marketplace => {
            query.push("e.qualification = 'direct'");
        }
        Tab::Qualified => {
            query.push("e.qualification in ('marketing', 'sales')");
        }
        Tab::Favourites => {
            query
                .push("r.referral_id in (select f.referral_id from favourites f where f.user_id = ")
                .push_bind(scope.user.0)
                .push(")");
        }
    }
    for word in &filter.words {
        // `strpos` takes the word as it is: nothing in it is a wildcard.
        query
            .push(" and strpos(lower(r.name || ' ' || r.customer_name), lower(")
            .push_bind(word.clone())
            .push(")) > 0");
    }
}

/// What only leads have, of one that was found in scope. `None`: it is a deal.
pub async fn inquiry(pool: &Pool, scope: &Scope, engagement: EngagementId) -> sqlx::Result<Option<Inquiry>> {
    sqlx::query_as!(
        Inquiry,
        r#"select qualification as "qualification!: Qualification", contact_wanted_until from engagements
           where engagement_id = $2 and qualification is not null
             and exists (select from referrals r where r.engagement_id = $2 and r.organisation_id = $1)"#,
        scope.organisation as OrganisationId,
        engagement as EngagementId
    )
    .fetch_optional(pool)
    .await
}
