//! An organisation's identifiers, and its locations as people manage them.

use uuid::Uuid;

use crate::{
    db::{Pool, Tx},
    ids::{LocationId, OrganisationId},
};

/// What an organisation is known by.
#[derive(Clone, Debug)]
pub struct Identifiers {
    pub legal_name: String,
    /// Two letters, as in ISO 3166-1.
    pub country: String,
    pub tenant: Uuid,
    /// Lower case, in alphabetical order.
    pub domains: Vec<String>,
    /// The global MPN ID; partners only.
    pub mpn_id: Option<String>,
    pub isv_connect: bool,
    pub solution_assessments: bool,
}

/// A location with whom to ask there.
#[derive(Clone, Debug)]
pub struct Place {
    pub id: LocationId,
    pub mpn_id: String,
    pub name: String,
    pub legal_entity: String,
    pub address_line: String,
    pub city: String,
    pub country: String,
    pub contact_name: String,
    pub contact_mail: String,
    /// E.164; empty for locations that came without.
    pub contact_phone: String,
}

pub async fn identifiers(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<Option<Identifiers>> {
    sqlx::query_as!(
        Identifiers,
        r#"select o.legal_name, o.country, o.tenant_id as tenant, o.mpn_id, o.isv_connect, o.solution_assessments,
                  array(select d.domain from tenant_domains d where d.organisation_id = o.organisation_id order by d.domain)
                      as "domains!"
           from organisations o where o.organisation_id = $1"#,
        organisation as OrganisationId
    )
    .fetch_optional(pool)
    .await
}

/// In the order of their MPN IDs.
pub async fn places(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<Vec<Place>> {
    sqlx::query_as!(
        Place,
        r#"select location_id as "id: LocationId", mpn_id, name, legal_entity, address_line, city, country, contact_name, contact_mail,
                  contact_phone
           from locations where organisation_id = $1 order by length(mpn_id), mpn_id"#,
        organisation as OrganisationId
    )
    .fetch_all(pool)
    .await
}

pub async fn set_contact(tx: &mut Tx<'_>, location: LocationId, name: &str, phone: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "update locations set contact_name = $2, contact_phone = $3 where location_id = $1",
        location as LocationId,
        name,
        phone
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whether the MPN ID is some partner's global one.
pub async fn is_global(tx: &mut Tx<'_>, mpn_id: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select exists (select from organisations where mpn_id = $1) as "exists!""#, mpn_id)
        .fetch_one(&mut **tx)
        .await
}
