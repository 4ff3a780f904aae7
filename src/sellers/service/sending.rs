//! Before something is sent: to whom, and with which products.

use super::{Found, Partner};
use crate::{catalogue::service as catalogue, db::Pool, error::AppError, ids::OrganisationId, sellers::store};

/// Partners by some letters of their name, or by an MPN ID; nothing is looked for without either.
pub async fn find_partners(pool: &Pool, search: &str, country: Option<&str>) -> Result<Vec<Found>, AppError> {
    let search = search.trim();
    if search.is_empty() {
        return Ok(Vec::new());
    }
    Ok(store::partners(pool, search, country).await?)
}

/// A partner to send to, with its locations.
pub async fn partner(pool: &Pool, id: OrganisationId) -> Result<Option<Partner>, AppError> {
    Ok(store::partner(pool, id).await?)
}

/// Those of the IDs, by their places from 0, that are no products of the vendor's.
pub async fn unknown_products(pool: &Pool, ids: &[String]) -> Result<Vec<usize>, AppError> {
    let known = catalogue::solutions_by_id(pool, ids).await?;
    let is_product = |id: &String| known.iter().any(|solution| solution.vendor && solution.id == *id);
    Ok(ids
        .iter()
        .enumerate()
        .filter(|(_, id)| !is_product(id))
        .map(|(n, _)| n)
        .collect())
}
