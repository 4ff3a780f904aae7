//! Partners to whom a deal or lead can be sent.

use super::queue::containing;
use crate::{
    db::Pool,
    ids::{LocationId, OrganisationId},
};

/// Shown of a search.
const SHOWN: i64 = 20;

/// A partner that was found.
#[derive(Clone, Debug)]
pub struct Found {
    pub id: OrganisationId,
    pub name: String,
    pub mpn_id: String,
    pub country: String,
}

/// A partner with its locations: id, name, MPN ID.
#[derive(Clone, Debug)]
pub struct Partner {
    pub id: OrganisationId,
    pub name: String,
    pub mpn_id: String,
    pub country: String,
    pub locations: Vec<(LocationId, String, String)>,
}

/// Partners by some letters of their name, or by a whole MPN ID, a location's too. Who they are is no secret: their profiles are public.
pub async fn partners(pool: &Pool, search: &str, country: Option<&str>) -> sqlx::Result<Vec<Found>> {
    sqlx::query_as!(
        Found,
        r#"select o.organisation_id as "id: OrganisationId", o.legal_name as name, o.mpn_id as "mpn_id!", o.country
           from organisations o
           where o.kind = 'partner' and ($3::text is null or o.country = $3)
             and (lower(o.legal_name) like lower($2) or o.mpn_id = $1
                  or o.organisation_id in (select l.organisation_id from locations l where l.mpn_id = $1))
           order by o.legal_name, o.organisation_id limit $4"#,
        search,
        containing(search),
        country,
        SHOWN
    )
    .fetch_all(pool)
    .await
}

pub async fn partner(pool: &Pool, id: OrganisationId) -> sqlx::Result<Option<Partner>> {
    let found = sqlx::query!(
        r#"select o.legal_name, o.mpn_id as "mpn_id!", o.country,
                  array(select l.location_id from locations l where l.organisation_id = $1 order by l.mpn_id)
                      as "locations!: Vec<LocationId>",
                  array(select l.name from locations l where l.organisation_id = $1 order by l.mpn_id) as "names!",
                  array(select l.mpn_id from locations l where l.organisation_id = $1 order by l.mpn_id) as "mpn_ids!"
           from organisations o where o.organisation_id = $1 and o.kind = 'partner'"#,
        id as OrganisationId
    )
    .fetch_optional(pool)
    .await?;
    Ok(found.map(|row| Partner {
        id,
        name: row.legal_name,
        mpn_id: row.mpn_id,
        country: row.country,
        locations: row
            .locations
            .into_iter()
            .zip(row.names)
            .zip(row.mpn_ids)
            .map(|((id, name), mpn)| (id, name, mpn))
            .collect(),
    }))
}
