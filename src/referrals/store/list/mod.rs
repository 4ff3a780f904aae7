//! Lists of deals and leads: pages, counts, and what is found by terms.

mod conditions;
mod counts;
mod facts;
mod hits;
pub mod terms;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use crate::{
    auth::Scope,
    db::Pool,
    ids::{LocationId, OrganisationId, ReferralId},
    referrals::{cursor::Cursor, filter::Filter, kind::Direction, status::Status},
};

pub use counts::{COUNT_CAP, Count, Counts, FOUND_CAP, counts};
pub use facts::{Facts, Values, facts, values};

/// Deals on a page.
pub const PAGE: usize = 50;

/// A deal in a list.
#[derive(Clone, Debug)]
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

/// Where up to `limit` deals stand that the filter chooses in scope, the nearest to its place first.
pub async fn hits(pool: &Pool, scope: &Scope, filter: &Filter, limit: usize, now: DateTime<Utc>) -> sqlx::Result<Vec<Cursor>> {
    hits::Way::new(scope, filter, now).hits(pool, limit).await
}

/// The deals that [`hits`] found in scope, in its order.
pub async fn lines(pool: &Pool, scope: &Scope, hits: &[Cursor]) -> sqlx::Result<Vec<Line>> {
    let ids: Vec<uuid::Uuid> = hits.iter().map(|hit| hit.id.0).collect();
    sqlx::query_as!(
        Line,
        r#"select r.referral_id as "referral_id: ReferralId", r.name, r.customer_name, e.customer_city, r.status as "status: Status",
                  r.missing, r.expires_at, r.value, r.currency, r.close_date, r.direction as "direction: Direction",
                  r.location_id as "location_id: LocationId", r.created_at, r.updated_at
           from unnest($2::uuid[]) with ordinality as hit (id, place)
           join referrals r on r.referral_id = hit.id and r.organisation_id = $1 join engagements e using (engagement_id)
           order by hit.place"#,
        scope.organisation as OrganisationId,
        &ids
    )
    .fetch_all(pool)
    .await
}
