//! Saved views' use cases.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use super::store;
pub use super::store::SavedView;
use crate::{
    db::{self, Pool, part},
    error::AppError,
    ids::{UserId, ViewId},
    referrals::filter::Kind,
};

/// Characters of a name.
pub const NAME_MAX: usize = 60;
/// Views of a person.
const MOST: i64 = 50;

/// Why a view was not saved: the locale key says it.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    #[error("{0}")]
    Name(&'static str),
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<sqlx::Error> for SaveError {
    fn from(error: sqlx::Error) -> Self {
        Self::App(error.into())
    }
}

/// A person's own, in the order of their names.
///
/// # Errors
/// Of the database.
pub async fn of(db: impl PgExecutor<'_>, user: UserId, kind: Kind) -> Result<Vec<SavedView>, AppError> {
    let mut views: Vec<SavedView> = part(db, user).await?;
    views.retain(|view| view.kind == kind);
    Ok(views)
}

/// Keeps a list's address under a name that this person has not used yet.
///
/// # Errors
/// [`SaveError::Name`]
pub async fn save(
    pool: &Pool,
    user: UserId,
    kind: Kind,
    name: &str,
    query: &str,
    default: bool,
    now: DateTime<Utc>,
) -> Result<ViewId, SaveError> {
    let name = check(name)?;
    let view = SavedView { id: ViewId::new(), kind, name: name.to_owned(), query: query.to_owned(), is_default: default };
    let mut tx = db::begin(pool).await?;
    if !store::insert(&mut tx, user, &view, MOST, now).await? {
        return Err(SaveError::Name("view-flaw-taken"));
    }
    if default {
        store::set_default(&mut tx, user, view.id, true).await?;
    }
    tx.commit().await?;
    Ok(view.id)
}

/// Renames a view, and makes it the default or no longer.
///
/// # Errors
/// [`SaveError::Name`]; [`AppError::NotFound`] for what is not there or somebody else's.
pub async fn change(pool: &Pool, user: UserId, id: ViewId, name: &str, default: bool) -> Result<(), SaveError> {
    let name = check(name)?;
    let mut tx = db::begin(pool).await?;
    match store::rename(&mut tx, user, id, name).await {
        Ok(true) => {}
        Ok(false) => return Err(AppError::NotFound.into()),
        Err(error)
            if error
                .as_database_error()
                .is_some_and(|e| e.constraint() == Some("saved_views_name")) =>
        {
            return Err(SaveError::Name("view-flaw-taken"));
        }
        Err(error) => return Err(error.into()),
    }
    store::set_default(&mut tx, user, id, default).await?;
    tx.commit().await?;
    Ok(())
}

/// Forgets a view.
///
/// # Errors
/// [`AppError::NotFound`] for what is not there or somebody else's.
pub async fn remove(pool: &Pool, user: UserId, id: ViewId) -> Result<(), AppError> {
    if store::delete(pool, user, id).await? { Ok(()) } else { Err(AppError::NotFound) }
}

fn check(name: &str) -> Result<&str, SaveError> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(SaveError::Name("view-flaw-name")),
        1..=NAME_MAX if !name.contains('\0') => Ok(name),
        _ => Err(SaveError::Name("view-flaw-long")),
    }
}
