//! Accounts of an organisation's people: created, disabled, given another password.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{AccountsError, By, ChangeError, Grant, NewUser, create_user, grants::grant_all};
use crate::{
    accounts::{
        policy::{self, KEPT, Right},
        store::{change, people as store},
    },
    audit::service::{self as audit, Action, Entry},
    auth::{Origin, Role, secret},
    db::{self, Tx},
    error::AppError,
    ids::{OrganisationId, UserId},
};

pub use super::super::store::people::{PAGE, PeopleFilter, User};

/// An account to make.
#[derive(Clone, Debug)]
pub struct NewPerson {
    pub mail: String,
    pub display_name: String,
    pub guest: bool,
}

/// A password that is shown once, and who gets it.
#[derive(Clone, Debug)]
pub struct OneTime {
    pub user: UserId,
    pub display_name: String,
    pub mail: String,
    pub password: String,
}

/// A page of the organisation's people; one more than [`PAGE`] says that there are more.
pub async fn list(by: &By<'_>, filter: &PeopleFilter) -> sqlx::Result<Vec<User>> {
    store::list(by.db, by.actor.organisation, filter).await
}

/// # Errors
/// [`AppError::NotFound`] when the organisation has no such user.
pub async fn open(by: &By<'_>, user: UserId) -> Result<User, AppError> {
    store::find(by.db, by.actor.organisation, user).await?.ok_or(AppError::NotFound)
}

/// Makes an account with a one-time password. A member's mail domain is one of the tenant's, a guest's is not.
///
/// # Errors
/// [`ChangeError::Flaw`] of `mail` or `kind`; forbidden for whoever may not create such an account.
pub async fn create(by: &By<'_>, new: &NewPerson) -> Result<OneTime, ChangeError> {
    let right = if new.guest { Right::AddGuests } else { Right::CreateUsers };
    if !policy::may(by.actor, right) {
        return Err(AppError::Forbidden(if new.guest { "refusal-add-guests" } else { "refusal-create-users" }).into());
    }
    let organisation = by.actor.organisation;
    let domain = policy::mail_domain(&new.mail).ok_or(ChangeError::Flaw("mail", "people-flaw-mail"))?;
    match (new.guest, store::is_tenant_domain(by.db, organisation, &domain).await?) {
        (false, false) => return Err(ChangeError::Flaw("mail", "people-flaw-outside-tenant")),
        (true, true) => return Err(ChangeError::Flaw("mail", "people-flaw-inside-tenant")),
        (false, true) | (true, false) => {}
    }
    let password = secret::one_time_password();
    // Hashing is slow: before the transaction.
    let hash = secret::hash_password(password.clone()).await?;
    let mut tx = db::begin(by.db).await?;
    let account =
        NewUser { mail: &new.mail, display_name: &new.display_name, time_zone: &by.actor.time_zone, password_hash: Some(&hash) };
    let user = create_user(&mut tx, organisation, &account, by.now).await?;
    change::require_password_change(&mut tx, organisation, user, true).await?;
    let entry = by.entry(if new.guest { Action::GuestAdded } else { Action::UserCreated }, user.0, &new.mail);
    audit::record(&mut tx, entry.after(created(&new.mail, &new.display_name, new.guest))).await?;
    tx.commit().await?;
    Ok(OneTime { user, display_name: new.display_name.clone(), mail: new.mail.clone(), password })
}

/// Makes a member with roles for the whole organisation, who must choose another password before anything else, in the transaction of
/// the caller: somebody from outside, as the organisation has nobody yet who could.
///
/// # Errors
/// As [`create_user`] and [`grant_all`].
pub async fn appoint(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    new: &NewUser<'_>,
    roles: &[Role],
    origin: Origin,
    at: DateTime<Utc>,
) -> Result<(), AccountsError> {
    let user = create_user(tx, organisation, new, at).await?;
    // Without an end: nobody could set another one.
    change::require_password_change(tx, organisation, user, false).await?;
    let entry = Entry {
        organisation,
        by: origin.user,
        address: origin.address,
        at,
        action: Action::UserCreated,
        subject: user.0,
        name: new.mail,
        before: json!({}),
        after: created(new.mail, new.display_name, false),
    };
    audit::record(tx, entry).await?;
    let grants: Vec<Grant> = roles.iter().map(|role| Grant { user, role: *role, location: None }).collect();
    grant_all(tx, organisation, &grants, origin, at).await
}

/// An account as the log has it.
fn created(mail: &str, name: &str, guest: bool) -> Value {
    json!({"mail": mail, "name": name, "kind": if guest { "guest" } else { "member" }})
}

/// Sets a new one-time password; all sessions of the user end.
///
/// # Errors
/// [`AppError::NotFound`]; a refusal for one's own account, which has the password page.
pub async fn reset_password(by: &By<'_>, user: UserId) -> Result<OneTime, ChangeError> {
    by.manages()?;
    if user == by.actor.user {
        return Err(ChangeError::Refused("people-refused-own-password"));
    }
    // Before the slow work, and again in the transaction.
    open(by, user).await?;
    let password = secret::one_time_password();
    let hash = secret::hash_password(password.clone()).await?;
    let mut tx = db::begin(by.db).await?;
    change::lock(&mut tx, by.actor.organisation).await?;
    let found = by.find(&mut tx, user).await?;
    change::set_one_time_password(&mut tx, by.actor.organisation, user, &hash).await?;
    change::end_sessions(&mut tx, user, None).await?;
    audit::record(&mut tx, by.entry(Action::PasswordReset, user.0, &found.mail)).await?;
    tx.commit().await?;
    Ok(OneTime { user, display_name: found.display_name, mail: found.mail, password })
}

/// Disables an account: its sessions end at once, and it cannot sign in. `false`: it was so already.
///
/// # Errors
/// A refusal for one's own account, and for the last enabled one with a role of [`KEPT`].
pub async fn disable(by: &By<'_>, user: UserId) -> Result<bool, ChangeError> {
    by.manages()?;
    if user == by.actor.user {
        return Err(ChangeError::Refused("people-refused-own-account"));
    }
    let organisation = by.actor.organisation;
    let mut tx = db::begin(by.db).await?;
    change::lock(&mut tx, organisation).await?;
    let found = by.find(&mut tx, user).await?;
    if found.disabled_at.is_some() {
        return Ok(false);
    }
    for role in KEPT {
        if found.roles.iter().any(|a| a.role == role) && !change::somebody_else_has(&mut tx, organisation, user, role).await? {
            return Err(ChangeError::last(role));
        }
    }
    change::set_disabled(&mut tx, organisation, user, Some(by.now)).await?;
    change::end_sessions(&mut tx, user, None).await?;
    let entry = by.entry(Action::UserDisabled, user.0, &found.mail);
    let state = |disabled: bool| json!({ "disabled": disabled });
    audit::record(&mut tx, entry.before(state(false)).after(state(true))).await?;
    tx.commit().await?;
    Ok(true)
}

/// Enables an account again; `false`: it was so already.
///
/// # Errors
/// [`AppError::NotFound`].
pub async fn enable(by: &By<'_>, user: UserId) -> Result<bool, ChangeError> {
    by.manages()?;
    let organisation = by.actor.organisation;
    let mut tx = db::begin(by.db).await?;
    change::lock(&mut tx, organisation).await?;
    let found = by.find(&mut tx, user).await?;
    if !change::set_disabled(&mut tx, organisation, user, None).await? {
        return Ok(false);
    }
    let entry = by.entry(Action::UserEnabled, user.0, &found.mail);
    let state = |disabled: bool| json!({ "disabled": disabled });
    audit::record(&mut tx, entry.before(state(true)).after(state(false))).await?;
    tx.commit().await?;
    Ok(true)
}
