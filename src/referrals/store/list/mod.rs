//! Lists of deals and leads: pages, counts, and what is found by terms.

mod conditions;
mod counts;
mod facts;
mod hits;
pub mod terms;

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;

use crate::{
    auth::Scope,
    ids::{LocationId, OrganisationId, ReferralId},
    referrals::{
        cursor::Cursor,
        filter::{Filter, Sort, Wanted},
        kind::Direction,
        status::Status,
    },
};

pub use counts::{COUNT_CAP, Count, Counts, counts};
pub use facts::{Facts, Values, facts, values};

/// Letters from which on a word can be a whole deal ID.
const SHORTEST_ID: usize = 5;
/// Deals on a page.
pub const PAGE: usize = 50;

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
    pub close_date: Option<NaiveDate>,
    pub direction: Direction,
    pub location_id: Option<LocationId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl Line {
    /// Where it stands in a list.
    pub fn cursor(&self, sort: Sort) -> Cursor {
        let at = match sort {
            Sort::Newest => self.created_at,
            Sort::Updated => self.updated_at,
            Sort::Closing => day(self.close_date),
        };
        Cursor { at, id: self.referral_id }
    }
}

/// A close date as the list sorts it.
pub fn day(date: Option<NaiveDate>) -> DateTime<Utc> {
    date.or(NaiveDate::from_ymd_opt(9999, 12, 31))
        .unwrap_or_default()
        .and_time(NaiveTime::MIN)
        .and_utc()
}

/// Every tab's count, and up to `limit` deals that the filter chooses in scope, the nearest to its place first.
pub async fn page(
    db: &mut PgConnection,
    scope: &Scope,
    filter: &Filter,
    limit: usize,
    now: DateTime<Utc>,
) -> sqlx::Result<(Counts, Vec<Line>)> {
    if let Some(page) = hits::Way::new(scope, filter, now).counted_lines(&mut *db, limit).await? {
        return Ok(page);
    }
    Ok((counts(&mut *db, scope, filter, now).await?, lines(&mut *db, scope, filter, limit, now).await?))
}

/// Up to `limit` deals that the filter chooses in scope, the nearest to its place first.
pub async fn lines(
    db: &mut PgConnection,
    scope: &Scope,
    filter: &Filter,
    limit: usize,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Line>> {
    if let Some(lines) = hits::Way::new(scope, filter, now).lines(&mut *db, limit).await? {
        return Ok(lines);
    }
    let hits = hits(&mut *db, scope, filter, limit, now).await?;
    of_hits(db, scope, &hits).await
}

/// Where up to `limit` deals stand that the filter chooses in scope, the nearest to its place first.
pub async fn hits(
    db: &mut PgConnection,
    scope: &Scope,
    filter: &Filter,
    limit: usize,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Cursor>> {
    let filter = with_whole_id(&mut *db, scope, filter).await?;
    hits::Way::new(scope, &filter, now).hits(db, limit).await
}

/// A search for one word that is the whole ID of a deal means that deal: the index of IDs has it at once, while the letters of an ID stand
/// in most deals, and looking for them costs more the more there are.
async fn with_whole_id<'f>(db: &mut PgConnection, scope: &Scope, filter: &'f Filter) -> sqlx::Result<Cow<'f, Filter>> {
    let [word] = filter.wanted.words.as_slice() else { return Ok(Cow::Borrowed(filter)) };
    if word.chars().count() < SHORTEST_ID || !word.chars().any(|c| c.is_ascii_digit()) {
        return Ok(Cow::Borrowed(filter));
    }
    // IDs are as their makers spell them; people type them in either case.
    let spellings = [word.clone(), word.to_uppercase(), word.to_lowercase()];
    let id = sqlx::query_scalar!(
        r#"select deal_id as "id!" from referrals where organisation_id = $1 and deal_id = any($2) limit 1"#,
        scope.organisation as OrganisationId,
        &spellings
    )
    .fetch_optional(&mut *db)
    .await?;
    Ok(id.map_or(Cow::Borrowed(filter), |id| {
        let wanted = Wanted { words: Vec::new(), deal_id: Some(id), ..filter.wanted.clone() };
        Cow::Owned(Filter { wanted, ..filter.clone() })
    }))
}

/// The deals that [`hits`] found in scope, in its order.
async fn of_hits(db: &mut PgConnection, scope: &Scope, hits: &[Cursor]) -> sqlx::Result<Vec<Line>> {
    let ids: Vec<uuid::Uuid> = hits.iter().map(|hit| hit.id.0).collect();
    sqlx::query_as!(
        Line,
        r#"select r.referral_id as "referral_id: ReferralId", r.name, r.customer_name, r.customer_city, r.status as "status: Status",
                  r.missing, r.expires_at, r.value, r.currency, r.close_date, r.direction as "direction: Direction",
                  r.location_id as "location_id: LocationId", r.created_at, r.updated_at
           from unnest($2::uuid[]) with ordinality as hit (id, place)
           join referrals r on r.referral_id = hit.id and r.organisation_id = $1
           order by hit.place"#,
        scope.organisation as OrganisationId,
        &ids
    )
    .fetch_all(&mut *db)
    .await
}
