//! One deal opened.

use sqlx::PgConnection;

use super::{Deal, Member, Side, Solution};
use crate::{
    auth::Scope,
    db::Pool,
    error::AppError,
    ids::ReferralId,
    referrals::{history::Entry, store},
};

/// A deal with all that its page shows.
#[derive(Clone, Debug)]
pub struct Opened {
    pub deal: Deal,
    pub solutions: Vec<Solution>,
    pub team: Vec<Member>,
    /// The other organisations of the engagement, Microsoft first.
    pub sides: Vec<Side>,
    /// Newest first; with the organisation's name where it is another's.
    pub history: Vec<(Entry, Option<String>)>,
}

/// A deal in scope, with solutions, team and history. Five queries.
///
/// # Errors
/// [`AppError::NotFound`] for a deal that is not there, another organisation's, or out of scope: all the same.
pub async fn open(pool: &Pool, scope: &Scope, id: ReferralId) -> Result<Opened, AppError> {
    open_on(&mut *pool.acquire().await?, scope, id).await
}

/// [`open`] on a connection that is held for more.
///
/// # Errors
/// As [`open`].
pub async fn open_on(db: &mut PgConnection, scope: &Scope, id: ReferralId) -> Result<Opened, AppError> {
    let deal = store::deal(&mut *db, scope, id).await?.ok_or(AppError::NotFound)?;
    Ok(Opened {
        solutions: store::solutions(&mut *db, scope, &deal).await?,
        team: store::team(&mut *db, scope, &deal).await?,
        sides: store::sides(&mut *db, scope, &deal).await?,
        history: store::history(&mut *db, scope, &deal).await?,
        deal,
    })
}

/// Whether it is a deal, whoever's, and not a lead.
///
/// # Errors
/// The database's.
pub async fn is_deal(pool: &Pool, id: ReferralId) -> Result<bool, AppError> {
    Ok(store::is_deal(pool, id).await?)
}

/// Marks or unmarks a favourite of the asking person; doing it twice changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] as for [`open`].
pub async fn set_favourite(pool: &Pool, scope: &Scope, id: ReferralId, on: bool) -> Result<(), AppError> {
    let seen = if on { store::add_favourite(pool, scope, id).await? } else { store::remove_favourite(pool, scope, id).await? };
    if seen { Ok(()) } else { Err(AppError::NotFound) }
}
