//! Giving and taking roles. A role holds for the whole organisation or for some locations, never for both.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{AccountsError, By, ChangeError, Grant};
use crate::{
    accounts::{
        policy::{self, KEPT},
        store::{self, change, create, people::User},
    },
    audit::service::{self as audit, Action, Entry},
    auth::{Origin, Role},
    db::{self, Tx},
    error::AppError,
    ids::{LocationId, OrganisationId, UserId},
    notifications::service::{self as notifications, Event},
};

/// Where a role is to hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Places {
    Whole,
    /// At least one.
    At(Vec<LocationId>),
}

/// Gives a role; the user is told. Where it held for single locations it then holds for the whole organisation, if that is asked for.
/// `false`: it held there already, and nothing changed.
///
/// # Errors
/// Forbidden when the actor may not give this role; a flaw of `role` or `places` when it cannot hold there.
pub async fn grant(by: &By<'_>, user: UserId, role: Role, places: &Places) -> Result<bool, ChangeError> {
    if !policy::may_grant(by.actor, role) {
        return Err(AppError::Forbidden("refusal-grant").into());
    }
    let organisation = by.actor.organisation;
    let mut tx = db::begin(by.db).await?;
    change::lock(&mut tx, organisation).await?;
    let found = by.find(&mut tx, user).await?;
    let kind = store::kind(&mut tx, organisation).await?.ok_or(AppError::NotFound)?;
    if !policy::can_have(kind, role, matches!(places, Places::At(_))) {
        return Err(ChangeError::Flaw("places", "people-flaw-whole-only"));
    }
    let whole = found.roles.iter().any(|a| a.role == role && a.location.is_none());
    let changed = match places {
        Places::Whole if whole => false,
        Places::Whole => {
            change::remove_local(&mut tx, organisation, user, role).await?;
            change::give_role(&mut tx, organisation, user, role, None, by.actor.user, by.now).await?
        }
        Places::At(_) if whole => return Err(ChangeError::Flaw("places", "people-flaw-whole-already")),
        Places::At(locations) => give_at(&mut tx, by, &found, role, locations).await?,
    };
    if !changed {
        return Ok(false);
    }
    let (before, after) = (described(&mut tx, by, &found, role).await?, by.find(&mut tx, user).await?);
    let after = described(&mut tx, by, &after, role).await?;
    let entry = by.entry(Action::RoleGranted, user.0, &found.mail);
    audit::record(&mut tx, entry.before(before).after(after)).await?;
    notifications::tell_user(&mut tx, user, Event::RoleGranted, &json!({"role": role.code()}), by.now).await?;
    tx.commit().await?;
    Ok(true)
}

/// `false`: it held at all of them already.
async fn give_at(tx: &mut Tx<'_>, by: &By<'_>, user: &User, role: Role, locations: &[LocationId]) -> Result<bool, ChangeError> {
    let mut changed = false;
    for location in locations {
        if user.roles.iter().any(|a| a.role == role && a.location == Some(*location)) {
            continue;
        }
        let given = change::give_role(tx, by.actor.organisation, user.id, role, Some(*location), by.actor.user, by.now).await?;
        if !given {
            return Err(AppError::NotFound.into());
        }
        changed = true;
    }
    Ok(changed)
}

/// Gives roles to many who have none of these yet, in the transaction of the caller: all of them, or it fails. Each person is told.
///
/// # Errors
/// [`AccountsError::Role`] when a role cannot be given there, [`AccountsError::NotFound`] when a user or a location is not this
/// organisation's; a role that somebody has already is a violated constraint.
pub async fn grant_all(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    grants: &[Grant],
    origin: Origin,
    at: DateTime<Utc>,
) -> Result<(), AccountsError> {
    let kind = store::kind(tx, organisation).await?.ok_or(AccountsError::NotFound)?;
    let cannot = |grant: &&Grant| !policy::can_have(kind, grant.role, grant.location.is_some());
    if let Some(not) = grants.iter().find(cannot) {
        return Err(AccountsError::Role(not.role.code()));
    }
    if create::role_assignments(tx, organisation, grants, origin.user, at).await? != grants.len() as u64 {
        return Err(AccountsError::NotFound);
    }
    let mut given: BTreeMap<(UserId, &str), Vec<Option<LocationId>>> = BTreeMap::new();
    for Grant { user, role, location } in grants {
        given.entry((*user, role.code())).or_default().push(*location);
    }
    let users: Vec<UserId> = given.keys().map(|(user, _)| *user).collect();
    let (mails, names) = (change::mails(tx, &users).await?, change::location_names(tx, organisation).await?);
    let entries = given.iter().map(|((user, role), locations)| Entry {
        organisation,
        by: origin.user,
        address: origin.address,
        at,
        action: Action::RoleGranted,
        subject: user.0,
        name: mails.get(user).map_or("", String::as_str),
        before: held(role, &[], &names),
        after: held(role, locations, &names),
    });
    audit::record_all(tx, &entries.collect::<Vec<_>>()).await?;
    let told: Vec<(UserId, Value)> = given.keys().map(|(user, role)| (*user, json!({"role": role}))).collect();
    Ok(notifications::tell_users(tx, Event::RoleGranted, &told, at).await?)
}

/// Takes a role away, of the whole organisation (no `location`) or of one location; it is lost with the next request. `false`: it was
/// not there.
///
/// # Errors
/// Forbidden when the actor may not take this role; a refusal for the last enabled one of a role of [`KEPT`].
pub async fn remove(by: &By<'_>, user: UserId, role: Role, location: Option<LocationId>) -> Result<bool, ChangeError> {
    if !policy::may_grant(by.actor, role) {
        return Err(AppError::Forbidden("refusal-grant").into());
    }
    let organisation = by.actor.organisation;
    let mut tx = db::begin(by.db).await?;
    change::lock(&mut tx, organisation).await?;
    let found = by.find(&mut tx, user).await?;
    // Somebody disabled administers nothing: the last one who does is among the others.
    let counts = KEPT.contains(&role) && location.is_none() && found.disabled_at.is_none();
    let has = found.roles.iter().any(|a| a.role == role && a.location == location);
    if has && counts && !change::somebody_else_has(&mut tx, organisation, user, role).await? {
        return Err(ChangeError::last(role));
    }
    if !change::remove_role(&mut tx, organisation, user, role, location).await? {
        return Ok(false);
    }
    let (before, after) = (described(&mut tx, by, &found, role).await?, by.find(&mut tx, user).await?);
    let after = described(&mut tx, by, &after, role).await?;
    let entry = by.entry(Action::RoleRemoved, user.0, &found.mail);
    audit::record(&mut tx, entry.before(before).after(after)).await?;
    tx.commit().await?;
    Ok(true)
}

/// Where a user has a role, for the log: `{"role": "referrals-admin", "places": ["4512346 Seoul"]}`.
async fn described(tx: &mut Tx<'_>, by: &By<'_>, user: &User, role: Role) -> sqlx::Result<Value> {
    let names = change::location_names(tx, by.actor.organisation).await?;
    let has = user.roles.iter().filter(|a| a.role == role);
    Ok(held(role.code(), &has.map(|a| a.location).collect::<Vec<_>>(), &names))
}

fn held(role: &str, locations: &[Option<LocationId>], names: &HashMap<LocationId, String>) -> Value {
    let places = locations.iter().map(|location| match location {
        None => "whole".to_owned(),
        Some(location) => names.get(location).cloned().unwrap_or_else(|| location.to_string()),
    });
    json!({"role": role, "places": places.collect::<Vec<_>>()})
}
