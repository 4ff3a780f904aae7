//! Lists of requests, and one request opened.

use super::{Colleague, Counts, Line, Party, Request, Side, Solution};
use crate::{
    auth::{Actor, Scope},
    db::Pool,
    error::AppError,
    ids::{EngagementId, ReferralId},
    referrals::{
        cursor::Cursor,
        history::Entry,
        service::{self as referrals, ActError, By},
        status::Status,
    },
    sellers::{
        queue::{Filter, PAGE},
        store,
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

/// A request with all that its page shows.
#[derive(Clone, Debug)]
pub struct Opened {
    /// `None`: a partner-led deal, in which Microsoft has no side.
    pub side: Option<Side>,
    pub request: Request,
    pub parties: Vec<Party>,
    pub solutions: Vec<Solution>,
    /// Newest first, each with whose it is.
    pub history: Vec<(Entry, String)>,
}

/// The requests that the filter chooses. Two queries.
pub async fn list(pool: &Pool, scope: &Scope, filter: &Filter) -> Result<Listing, AppError> {
    let counts = store::counts(pool, scope, filter).await?;
    let mut lines = store::page(pool, scope, filter).await?;
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let next = lines
        .last()
        .filter(|_| more)
        .map(|line| Cursor { at: line.at, id: ReferralId(line.id) });
    Ok(Listing { counts, lines, next })
}

/// The vendor's side of an engagement, and what the partners share of theirs.
///
/// # Errors
/// [`AppError::NotFound`] for what is not in the vendor's name: partners' own deals, private ones.
pub async fn find(by: &By<'_>, id: ReferralId) -> Result<Opened, AppError> {
    let scope = by.actor.scope();
    let (side, request) = store::request(by.db, &scope, id).await?.ok_or(AppError::NotFound)?;
    opened(by.db, &scope, Some(side), request).await
}

/// The same, looked at: opened by its seller, a pending one is received.
///
/// # Errors
/// [`AppError::NotFound`] for what is not in the vendor's name: partners' own deals, private ones.
pub async fn open(by: &By<'_>, id: ReferralId) -> Result<Opened, AppError> {
    let scope = by.actor.scope();
    let find = async || store::request(by.db, &scope, id).await?.ok_or(AppError::NotFound);
    let (mut side, mut request) = find().await?;
    if side.status == Status::Pending && side.seller == Some(by.actor.user) {
        match referrals::mark_received(by, id).await {
            // Somebody was faster, or it is over: what stands there now is shown.
            Ok(()) | Err(ActError::Changed | ActError::Over | ActError::Forbidden(_)) => {}
            Err(error) => return Err(error.into()),
        }
        (side, request) = find().await?;
    }
    opened(by.db, &scope, Some(side), request).await
}

/// A partner-led deal, to see.
///
/// # Errors
/// [`AppError::NotFound`] for a deal of another type.
pub async fn open_partner_led(pool: &Pool, actor: &Actor, id: EngagementId) -> Result<Opened, AppError> {
    let scope = actor.scope();
    let request = store::partner_led(pool, &scope, id).await?.ok_or(AppError::NotFound)?;
    opened(pool, &scope, None, request).await
}

async fn opened(pool: &Pool, scope: &Scope, side: Option<Side>, request: Request) -> Result<Opened, AppError> {
    Ok(Opened {
        parties: store::parties(pool, scope, &request).await?,
        solutions: store::solutions(pool, scope, &request).await?,
        history: store::history(pool, scope, &request).await?,
        side,
        request,
    })
}

/// Other sellers, those with the least to do first; with a country those who serve it.
pub async fn colleagues(pool: &Pool, actor: &Actor, country: Option<&str>) -> Result<Vec<Colleague>, AppError> {
    Ok(store::colleagues(pool, actor.organisation, actor.user, country).await?)
}

/// Countries that sellers serve.
pub async fn countries(pool: &Pool, actor: &Actor) -> Result<Vec<String>, AppError> {
    Ok(store::countries_of(pool, actor.organisation).await?)
}
