//! The catalogue's use cases. It belongs to nobody: every organisation reads all of it. Writes belong to a transaction of the caller.

use super::{incentive::Incentive, matching::match_key, store};
use crate::{
    db::{Pool, Tx},
    ids::{BusinessId, OrganisationId},
};
pub use store::Solution;

#[derive(Clone, Copy, Debug)]
pub struct NewSolution<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub co_sell_ready: bool,
    pub incentive: Option<Incentive>,
}

/// A legal entity, as a business directory knows it.
#[derive(Clone, Copy, Debug)]
pub struct NewBusiness<'a> {
    /// D-U-N-S number: nine digits.
    pub duns: &'a str,
    pub legal_name: &'a str,
    pub address_line1: &'a str,
    pub city: &'a str,
    pub state: &'a str,
    pub postal_code: &'a str,
    /// Two letters, as in ISO 3166-1.
    pub country: &'a str,
}

/// Those of the IDs that the catalogue knows, each once, in the order of their IDs.
pub async fn solutions_by_id(pool: &Pool, ids: &[String]) -> sqlx::Result<Vec<Solution>> {
    store::solutions_by_id(pool, ids).await
}

pub async fn create_solution(tx: &mut Tx<'_>, organisation: OrganisationId, new: &NewSolution<'_>) -> sqlx::Result<()> {
    store::create_solution(tx, organisation, new).await
}

pub async fn create_business(tx: &mut Tx<'_>, new: &NewBusiness<'_>) -> sqlx::Result<BusinessId> {
    let key = match_key(new.legal_name, new.address_line1, new.postal_code, new.country);
    store::create_business(tx, new, &key).await
}

/// Whether the organisation may make deals at all: it has a solution that is ready for co-selling (rule).
pub async fn has_co_sell_ready(tx: &mut Tx<'_>, organisation: OrganisationId) -> sqlx::Result<bool> {
    store::has_co_sell_ready(tx, organisation).await
}

/// Whether the organisation is approved for solution assessments.
pub async fn may_assess(tx: &mut Tx<'_>, organisation: OrganisationId) -> sqlx::Result<bool> {
    store::may_assess(tx, organisation).await
}

/// Those of the IDs that can be put into a deal: Microsoft's, and what is co-sell ready.
pub async fn offered(tx: &mut Tx<'_>, ids: &[String]) -> sqlx::Result<Vec<String>> {
    store::offered(tx, ids).await
}
