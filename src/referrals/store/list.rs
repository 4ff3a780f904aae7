//! Lists of deals and their counts.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::{Postgres, QueryBuilder};

use super::scope::within;
use crate::{
    auth::Scope,
    db::Pool,
    ids::ReferralId,
    referrals::{cursor::Cursor, kind::Direction, status::Status},
};

/// Deals on a page.
pub const PAGE: usize = 50;
/// Counted no further, so that a count costs no more as deals grow.
pub const COUNT_CAP: i64 = 10_000;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    #[default]
    Inbound,
    Outbound,
    /// Of the asking person.
    Favourites,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Newest,
    Updated,
}

/// What a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub tab: Tab,
    pub sort: Sort,
    /// Each must be in the deal's or its customer's name, whatever the case.
    pub words: Vec<String>,
    pub after: Option<Cursor>,
}

/// A deal in a list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Line {
    pub referral_id: ReferralId,
    pub name: String,
    pub customer_name: String,
    pub customer_city: String,
    pub status: Status,
    pub missing: i32,
    pub expires_at: Option<DateTime<Utc>>,
    pub value: Option<Decimal>,
    pub currency: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// How many there are in each tab; more than [`COUNT_CAP`] means "that many and more".
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Counts {
    pub inbound: i64,
    pub outbound: i64,
    pub favourites: i64,
    /// The search found too many to count: each tab has at least so many.
    pub partial: bool,
}

impl Sort {
    const fn column(self) -> &'static str {
        match self {
            Self::Newest => "r.created_at",
            Self::Updated => "r.updated_at",
        }
    }
}

/// One page, and one deal more when there is a next page.
pub async fn page(pool: &Pool, scope: &Scope, filter: &Filter) -> sqlx::Result<Vec<Line>> {
    let column = filter.sort.column();
    let mut query = QueryBuilder::new(
        "select r.referral_id, r.name, r.customer_name, e.customer_city, r.status, r.missing, r.expires_at, r.value, r.currency,
                r.created_at, r.updated_at
         from referrals r join engagements e using (engagement_id) where ",
    );
    chosen(&mut query, scope, filter.tab);
    matching(&mut query, &filter.words);
    if let Some(cursor) = filter.after {
        query.push(format_args!(" and ({column}, r.referral_id) < ("));
        query.push_bind(cursor.at).push(", ").push_bind(cursor.id.0).push(")");
    }
    query.push(format_args!(" order by {column} desc, r.referral_id desc limit {}", PAGE + 1));
    // Not kept prepared: the best plan depends on the words.
    query.build_query_as().persistent(false).fetch_all(pool).await
}

/// The tabs' counts, in one query.
pub async fn counts(pool: &Pool, scope: &Scope, words: &[String]) -> sqlx::Result<Counts> {
    let mut query = QueryBuilder::new("");
    if words.is_empty() {
        count_tabs(&mut query, scope);
    } else {
        count_found(&mut query, scope, words);
    }
    query.build_query_as().persistent(false).fetch_one(pool).await
}

/// Each tab by its own index.
fn count_tabs(query: &mut QueryBuilder<Postgres>, scope: &Scope) {
    query.push("select false as partial");
    for (tab, name) in [(Tab::Inbound, "inbound"), (Tab::Outbound, "outbound"), (Tab::Favourites, "favourites")] {
        query.push(", (select count(*) from (select from referrals r where ");
        chosen(query, scope, tab);
        query.push(format_args!(" limit {}) counted) as {name}", COUNT_CAP + 1));
    }
}

/// All tabs in one search: a search costs more than a count.
fn count_found(query: &mut QueryBuilder<Postgres>, scope: &Scope, words: &[String]) {
    query.push(format_args!(
        "select count(*) filter (where direction = 'inbound') as inbound, count(*) filter (where direction = 'outbound') as outbound,
                count(*) filter (where favourite) as favourites, count(*) > {COUNT_CAP} as partial
         from (select r.direction, "
    ));
    favourite(query, scope);
    query.push(" as favourite from referrals r where ");
    within(query, scope);
    matching(query, words);
    query.push(format_args!(" limit {}) found", COUNT_CAP + 1));
}

fn chosen(query: &mut QueryBuilder<Postgres>, scope: &Scope, tab: Tab) {
    within(query, scope);
    query.push(" and ");
    match tab {
        Tab::Inbound => {
            query.push("r.direction = ").push_bind(Direction::Inbound.code());
        }
        Tab::Outbound => {
            query.push("r.direction = ").push_bind(Direction::Outbound.code());
        }
        Tab::Favourites => favourite(query, scope),
    }
}

fn favourite(query: &mut QueryBuilder<Postgres>, scope: &Scope) {
    query
        .push("r.referral_id in (select f.referral_id from favourites f where f.user_id = ")
        .push_bind(scope.user.0)
        .push(")");
}

fn matching(query: &mut QueryBuilder<Postgres>, words: &[String]) {
    for word in words {
        // The expression of the index referrals_search.
        query
            .push(" and lower(r.name || ' ' || r.customer_name) like lower(")
            .push_bind(containing(word))
            .push(")");
    }
}

/// A pattern that finds the word itself, also when it has wildcards in it.
fn containing(word: &str) -> String {
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
