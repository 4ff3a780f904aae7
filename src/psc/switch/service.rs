//! Setting the switch, which the partner cannot take back, and taking it back, which operators can.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::store;
use crate::{
    accounts::service::{self as accounts, By, ChangeError},
    audit::service::{self as audit, Action},
    db::{self, Pool},
    error::AppError,
    ids::OrganisationId,
    notifications::service::{self as notifications, Event},
    operators::policy::OPERATE,
    psc::policy::IMPORT,
};

/// Since when, and by whom.
#[derive(Clone, Debug)]
pub struct Switch {
    pub organisation: OrganisationId,
    pub organisation_name: String,
    pub at: DateTime<Utc>,
    pub by: String,
}

/// `None`: PSC takes new deals still.
pub async fn of(pool: &Pool, organisation: OrganisationId) -> Result<Option<Switch>, AppError> {
    Ok(store::list(pool, Some(organisation)).await?.into_iter().next())
}

/// Every organisation that has switched, the last one first.
pub async fn all(pool: &Pool) -> Result<Vec<Switch>, AppError> {
    Ok(store::list(pool, None).await?)
}

/// Sets it, and tells the partner development managers. Setting it twice changes nothing.
///
/// # Errors
/// [`AppError::Forbidden`] for others than the organisation's admins.
pub async fn set(by: &By<'_>) -> Result<(), ChangeError> {
    if !(IMPORT.allows)(by.actor) {
        return Err(AppError::Forbidden(IMPORT.refusal).into());
    }
    let organisation = by.actor.organisation;
    let mut tx = db::begin(by.db).await?;
    if !store::set(&mut tx, organisation, by.actor.user, by.now).await? {
        return Ok(());
    }
    audit::record(&mut tx, entry(by, organisation, &by.actor.organisation_name, Action::Switched)).await?;
    let detail = json!({"organisation": by.actor.organisation_name});
    for pdm in accounts::partner_managers(&mut tx, organisation).await? {
        notifications::tell_user(&mut tx, pdm, Event::Switched, &detail, by.now).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes it back, for an operator.
///
/// # Errors
/// [`AppError::NotFound`] when the organisation has not switched.
pub async fn take_back(by: &By<'_>, organisation: OrganisationId) -> Result<(), ChangeError> {
    if !(OPERATE.allows)(by.actor) {
        return Err(AppError::Forbidden(OPERATE.refusal).into());
    }
    let switch = of(by.db, organisation).await?.ok_or(AppError::NotFound)?;
    let mut tx = db::begin(by.db).await?;
    if store::unset(&mut tx, organisation).await? {
        audit::record(&mut tx, entry(by, organisation, &switch.organisation_name, Action::SwitchTakenBack)).await?;
    }
    Ok(tx.commit().await?)
}

fn entry<'n>(by: &By<'_>, organisation: OrganisationId, name: &'n str, action: Action) -> audit::Entry<'n> {
    let switched = action == Action::Switched;
    audit::Entry {
        organisation,
        by: Some(by.actor.user),
        address: by.address,
        at: by.now,
        action,
        subject: organisation.0,
        name,
        before: json!({"switched": !switched}),
        after: json!({"switched": switched}),
    }
}
