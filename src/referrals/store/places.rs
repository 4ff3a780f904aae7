//! Locations, as far as deals need them.

use crate::{
    db::Tx,
    ids::{LocationId, OrganisationId},
};

pub async fn is_of(tx: &mut Tx<'_>, organisation: OrganisationId, location: LocationId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from locations where organisation_id = $1 and location_id = $2) as "is!""#,
        organisation as OrganisationId,
        location as LocationId
    )
    .fetch_one(&mut **tx)
    .await
}

/// A partner to invite; `false`: there is no such partner.
pub async fn is_partner(tx: &mut Tx<'_>, organisation: OrganisationId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from organisations where organisation_id = $1 and kind = 'partner') as "is!""#,
        organisation as OrganisationId
    )
    .fetch_one(&mut **tx)
    .await
}
