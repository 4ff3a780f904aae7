//! One deal opened.

use sqlx::PgExecutor;

use super::Opened;
use crate::{auth::Scope, db::Pool, error::AppError, ids::ReferralId, referrals::store};

/// A deal in scope, with solutions, team and history.
///
/// # Errors
/// [`AppError::NotFound`] for a deal that is not there, another organisation's, or out of scope: all the same.
pub async fn open(db: impl PgExecutor<'_>, scope: &Scope, id: ReferralId) -> Result<Opened, AppError> {
    store::opened(db, scope, id).await?.ok_or(AppError::NotFound)
}

/// Whether it is a deal, whoever's, and not a lead.
///
/// # Errors
/// The database's.
pub async fn is_deal(db: impl PgExecutor<'_>, id: ReferralId) -> Result<bool, AppError> {
    Ok(store::is_deal(db, id).await?)
}

/// Marks or unmarks a favourite of the asking person; doing it twice changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] as for [`open`].
pub async fn set_favourite(pool: &Pool, scope: &Scope, id: ReferralId, on: bool) -> Result<(), AppError> {
    let seen = if on { store::add_favourite(pool, scope, id).await? } else { store::remove_favourite(pool, scope, id).await? };
    if seen { Ok(()) } else { Err(AppError::NotFound) }
}
