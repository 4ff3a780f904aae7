//! Lists of deals, and one deal opened.

use super::{Counts, Deal, Filter, Line, Member, Side, Solution};
use crate::{
    auth::Scope,
    db::Pool,
    error::AppError,
    ids::ReferralId,
    referrals::{
        cursor::Cursor,
        history::Entry,
        store::{self, PAGE},
    },
};

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Listing {
    pub counts: Counts,
    pub lines: Vec<Line>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

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

/// The deals in scope that the filter chooses. Two queries.
///
/// # Errors
/// Of the database.
pub async fn list(pool: &Pool, scope: &Scope, filter: &Filter) -> Result<Listing, AppError> {
    let counts = store::counts(pool, scope, &filter.words).await?;
    let mut lines = store::page(pool, scope, filter).await?;
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let next = lines.last().filter(|_| more).map(|line| Cursor {
        at: match filter.sort {
            store::Sort::Newest => line.created_at,
            store::Sort::Updated => line.updated_at,
        },
        id: line.referral_id,
    });
    Ok(Listing { counts, lines, next })
}

/// A deal in scope, with solutions, team and history. Five queries.
///
/// # Errors
/// [`AppError::NotFound`] for a deal that is not there, another organisation's, or out of scope: all the same.
pub async fn open(pool: &Pool, scope: &Scope, id: ReferralId) -> Result<Opened, AppError> {
    let deal = store::deal(pool, scope, id).await?.ok_or(AppError::NotFound)?;
    Ok(Opened {
        solutions: store::solutions(pool, scope, &deal).await?,
        team: store::team(pool, scope, &deal).await?,
        sides: store::sides(pool, scope, &deal).await?,
        history: store::history(pool, scope, &deal).await?,
        deal,
    })
}

/// Marks or unmarks a favourite of the asking person; doing it twice changes nothing.
///
/// # Errors
/// [`AppError::NotFound`] as for [`open`].
pub async fn set_favourite(pool: &Pool, scope: &Scope, id: ReferralId, on: bool) -> Result<(), AppError> {
    let seen = if on { store::add_favourite(pool, scope, id).await? } else { store::remove_favourite(pool, scope, id).await? };
    if seen { Ok(()) } else { Err(AppError::NotFound) }
}
