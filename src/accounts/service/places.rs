//! Locations, and what the organisation is known by.

use super::{By, ChangeError, NewLocation, create_location};
use crate::{
    accounts::{
        policy::{self, Right},
        store::places as store,
    },
    audit::service::{self as audit, Action},
    db,
    error::AppError,
    ids::LocationId,
};

pub use super::super::store::places::{Identifiers, Place};

/// A location to add; all parts are checked and in their final form.
#[derive(Clone, Debug)]
pub struct NewPlace {
    pub mpn_id: String,
    pub name: String,
    pub legal_entity: String,
    pub address_line: String,
    pub city: String,
    /// Two letters, as in ISO 3166-1.
    pub country: String,
    pub contact_name: String,
    pub contact_mail: String,
    /// E.164.
    pub contact_phone: String,
}

/// # Errors
/// [`AppError::NotFound`] when the organisation is gone.
pub async fn identifiers(by: &By<'_>) -> Result<Identifiers, AppError> {
    store::identifiers(by.db, by.actor.organisation)
        .await?
        .ok_or(AppError::NotFound)
}

/// In the order of their MPN IDs.
pub async fn places(by: &By<'_>) -> sqlx::Result<Vec<Place>> {
    store::places(by.db, by.actor.organisation).await
}

/// Adds a location. It stays: deals and roles refer to it.
///
/// # Errors
/// A flaw of `mpn_id` when some organisation has it, of `contact_mail` when it is a consumer's.
pub async fn add(by: &By<'_>, new: &NewPlace) -> Result<LocationId, ChangeError> {
    if !policy::may(by.actor, Right::AddLocations) {
        return Err(AppError::Forbidden("refusal-add-locations").into());
    }
    let mut tx = db::begin(by.db).await?;
    if store::is_global(&mut tx, &new.mpn_id).await? {
        return Err(ChangeError::Flaw("mpn_id", "people-flaw-mpn-global"));
    }
    let location = NewLocation {
        mpn_id: &new.mpn_id,
        name: &new.name,
        legal_entity: &new.legal_entity,
        address_line: &new.address_line,
        city: &new.city,
        country: &new.country,
        contact_mail: &new.contact_mail,
    };
    let id = create_location(&mut tx, by.actor.organisation, &location, by.now).await?;
    store::set_contact(&mut tx, id, &new.contact_name, &new.contact_phone).await?;
    let after = serde_json::json!({
        "mpn_id": new.mpn_id,
        "name": new.name,
        "legal_entity": new.legal_entity,
        "address": format!("{}, {}, {}", new.address_line, new.city, new.country),
        "contact": format!("{}, {}, {}", new.contact_name, new.contact_mail, new.contact_phone),
    });
    let name = format!("{} {}", new.mpn_id, new.name);
    audit::record(&mut tx, by.entry(Action::LocationAdded, id.0, &name).after(after)).await?;
    tx.commit().await?;
    Ok(id)
}
