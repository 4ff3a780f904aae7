//! One's own password.

use super::{By, ChangeError};
use crate::{
    accounts::{rules, store::change},
    audit::service::{self as audit, Action},
    auth::{secret, store as auth},
    db,
    error::AppError,
};

/// How many wrong tries of the present password are too many, as at sign-in and counted with those.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    pub failures: i32,
    pub window_minutes: i32,
}

/// Sets one's own password. All sessions end; the present one goes on under a new secret, which is the answer. `None`: it was ended
/// meanwhile, by a sign-out that was faster.
///
/// # Errors
/// A flaw of `old`, `new` or `again`; [`AppError::TooMany`] after too many wrong tries.
pub async fn change(
    by: &By<'_>,
    session: Option<&[u8]>,
    limit: Limit,
    (old, new, again): (&str, &str, &str),
) -> Result<Option<String>, ChangeError> {
    rules::password(new, again, &by.actor.mail).map_err(|(field, key)| ChangeError::Flaw(field, key))?;
    if new == old {
        return Err(ChangeError::Flaw("new", "people-flaw-password-same"));
    }
    let tried = [auth::Tried { key: secret::hash("mail", &by.actor.mail.to_lowercase()), limit: limit.failures }];
    if let Some(seconds) = auth::take_try(by.db, &tried, limit.window_minutes).await? {
        return Err(AppError::TooMany { retry_after: seconds.cast_unsigned() }.into());
    }
    // All slow work before the transaction.
    let stored = change::password_hash(by.db, by.actor.user).await?;
    if !secret::verify_password(old.to_owned(), stored.clone()).await {
        return Err(ChangeError::Flaw("old", "people-flaw-password-wrong"));
    }
    auth::forget_tries(by.db, &tried).await?;
    let hash = secret::hash_password(new.to_owned()).await?;
    let fresh = secret::random();
    let renewed = secret::hash("session", &fresh);
    let mut tx = db::begin(by.db).await?;
    if !change::change_password(&mut tx, by.actor.user, stored.as_deref().unwrap_or_default(), &hash).await? {
        return Err(ChangeError::Flaw("old", "people-flaw-password-wrong"));
    }
    let goes_on = match session {
        Some(session) => auth::renew_session(&mut *tx, session, &renewed).await?,
        None => false,
    };
    change::end_sessions(&mut tx, by.actor.user, Some(&renewed)).await?;
    audit::record(&mut tx, by.entry(Action::PasswordChanged, by.actor.user.0, &by.actor.mail)).await?;
    tx.commit().await?;
    Ok(goes_on.then_some(fresh))
}
