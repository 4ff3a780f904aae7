//! Make, replace and revoke the secret address; answer what stands behind it.

use chrono::{DateTime, Utc};

use super::{feed, store};
use crate::{
    auth::{secret, store::person},
    config::Settings,
    db::Pool,
    error::AppError,
    ids::UserId,
    web::{L10n, Lang},
};

/// The cookie that carries a new secret to the one page that shows it.
pub const FRESH: &str = "portal_calendar";
/// How many days after its close date an open deal still stands in the calendar.
const OVERDUE_DAYS: u64 = 90;

fn hash(link: &str) -> Vec<u8> {
    secret::hash("calendar", link)
}

/// Where a calendar program finds the calendar.
pub fn address(settings: &Settings, secret: &str) -> String {
    format!("{}/calendar/{secret}.ics", settings.public_url.trim_end_matches('/'))
}

/// Whether the person has a link.
///
/// # Errors
/// Of the database.
pub async fn has_link(pool: &Pool, user: UserId) -> Result<bool, AppError> {
    Ok(store::hash_of(pool, user).await?.is_some())
}

/// Whether this secret is the person's link now.
///
/// # Errors
/// Of the database.
pub async fn is_current(pool: &Pool, user: UserId, secret: &str) -> Result<bool, AppError> {
    Ok(store::hash_of(pool, user).await?.is_some_and(|kept| kept == hash(secret)))
}

/// Makes a new link; the one before leads nowhere from now on. Only the hash is kept: the secret is known to the caller alone.
///
/// # Errors
/// Of the database.
pub async fn make_link(pool: &Pool, user: UserId, now: DateTime<Utc>) -> Result<String, AppError> {
    let fresh = secret::random();
    store::set(pool, user, &hash(&fresh), now).await?;
    Ok(fresh)
}

/// Takes the link back; again changes nothing.
///
/// # Errors
/// Of the database.
pub async fn revoke_link(pool: &Pool, user: UserId) -> Result<(), AppError> {
    Ok(store::remove(pool, user).await?)
}

/// The calendar behind a secret, in the person's language: what waits for an answer and until when, and when open deals are
/// expected to close, within the roles that the person has now.
///
/// # Errors
/// [`AppError::NotFound`] for a secret that is none, was revoked, or whose person is disabled.
pub async fn read(pool: &Pool, secret: &str, settings: &Settings, now: DateTime<Utc>) -> Result<String, AppError> {
    let user = store::owner(pool, &hash(secret)).await?.ok_or(AppError::NotFound)?;
    let person = person(pool, user).await?.ok_or(AppError::NotFound)?;
    let l = L10n {
        lang: person.locale.as_deref().and_then(Lang::from_code).unwrap_or_default(),
        zone: person.time_zone.parse().unwrap_or_default(),
    };
    let scope = person.scope();
    let since = now.with_timezone(&l.zone).date_naive() - chrono::Days::new(OVERDUE_DAYS);
    let deadlines = store::deadlines(pool, &scope, person.is_vendor(), now).await?;
    let closing = store::closing(pool, &scope, person.is_vendor(), since).await?;
    let place = if person.is_vendor() { "requests" } else { "deals" };
    let base = format!("{}/{place}", settings.public_url.trim_end_matches('/'));
    feed::write(&l, &base, &deadlines, &closing).map_err(|error| AppError::Internal(error.to_string()))
}
