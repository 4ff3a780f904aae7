//! The work account of a PSC user whose mail in PSC is none, or is another than in the tenant.

use crate::{
    accounts::policy::is_work_mail,
    auth::Actor,
    clock::Clock,
    db::{self, Pool},
    error::AppError,
    ids::OrganisationId,
    migration::users::{
        checks::Standing,
        store::{
            accounts as work_accounts,
            standings::{self, Listed},
        },
    },
};

/// A PSC user of the export that counts.
pub async fn psc_user(pool: &Pool, organisation: OrganisationId, psc_user_id: &str) -> Result<Listed, AppError> {
    standings::find(pool, organisation, psc_user_id)
        .await?
        .ok_or(AppError::NotFound)
}

/// Why a work account was not named; the locale key of the problem, or an error.
#[derive(Debug)]
pub enum NameError {
    Problem(&'static str),
    App(AppError),
}

impl<E: Into<AppError>> From<E> for NameError {
    fn from(error: E) -> Self {
        Self::App(error.into())
    }
}

/// Says which account of the tenant a PSC user has; empty: the one of PSC again.
///
/// # Errors
/// [`NameError::Problem`] when nobody of the organisation has this work mail, or the PSC user does not need another account.
pub async fn name_account(pool: &Pool, clock: &Clock, actor: &Actor, psc_user_id: &str, mail: &str) -> Result<(), NameError> {
    let organisation = actor.organisation;
    let user = psc_user(pool, organisation, psc_user_id).await?;
    let standing = Standing::from_code(&user.standing);
    let mail = mail.trim();
    if !mail.is_empty() {
        if !standing.is_some_and(Standing::can_be_renamed) && user.work_mail.is_none() {
            return Err(NameError::Problem("user-account-not-needed"));
        }
        if !is_work_mail(mail) {
            return Err(NameError::Problem("user-account-not-work"));
        }
        if !work_accounts::exists(pool, organisation, mail).await? {
            return Err(NameError::Problem("user-account-unknown"));
        }
    }
    let mut tx = db::begin(pool).await?;
    let done = if mail.is_empty() {
        work_accounts::forget(&mut tx, organisation, psc_user_id).await?
    } else {
        work_accounts::name(&mut tx, organisation, psc_user_id, mail, actor.user, clock.now()).await?
    };
    if !done && !mail.is_empty() {
        return Err(NameError::Problem("user-account-not-needed"));
    }
    tx.commit().await?;
    Ok(())
}
