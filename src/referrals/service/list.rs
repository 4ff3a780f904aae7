//! Lists of deals and leads: a page with its counts, what lies beside a deal, and everything that matches.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Counts, Deal, Facts, Filter, Line, Values};
use crate::{
    auth::Scope,
    db::Pool,
    error::AppError,
    ids::ReferralId,
    referrals::{
        cursor::Cursor,
        filter::{Kind, Place, Sort},
        store::list::{self as store, PAGE},
    },
};

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Listing {
    pub counts: Counts,
    pub lines: Vec<Line>,
    /// Where the page before this one ends, and the next one begins, if there are any.
    pub newer: Option<Place>,
    pub older: Option<Place>,
    /// The page begins where the list does.
    pub from_start: bool,
}

/// The deals in scope that the filter chooses, in its order.
///
/// # Errors
/// Of the database.
pub async fn list(pool: &Pool, scope: &Scope, filter: &Filter, now: DateTime<Utc>) -> Result<Listing, AppError> {
    list_on(&mut *pool.acquire().await?, scope, filter, now).await
}

/// [`list`] on a connection that is held for more: going back to the pool costs as much as a query.
///
/// # Errors
/// Of the database.
pub async fn list_on(db: &mut PgConnection, scope: &Scope, filter: &Filter, now: DateTime<Utc>) -> Result<Listing, AppError> {
    let (counts, mut lines) = store::page(db, scope, filter, PAGE + 1, now).await?;
    let mut place = filter.place;
    if matches!(place, Place::Before(_)) && lines.len() <= PAGE {
        // Less than a page lies before it: the first page.
        place = Place::Start;
        lines = store::lines(db, scope, &Filter { place, ..filter.clone() }, PAGE + 1, now).await?;
    }
    let more = lines.len() > PAGE;
    lines.truncate(PAGE);
    let backwards = matches!(place, Place::Before(_));
    if backwards {
        lines.reverse();
    }
    let older = lines.last().filter(|_| more || backwards);
    let newer = lines.first().filter(|_| place != Place::Start && (more || !backwards));
    let older = older.map(|line| Place::After(line.cursor(filter.sort)));
    let newer = newer.map(|line| Place::Before(line.cursor(filter.sort)));
    Ok(Listing { counts, lines, newer, older, from_start: place == Place::Start })
}

/// A deal beside another one, and a page that shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Neighbour {
    pub id: ReferralId,
    pub place: Place,
}

/// What comes before and after a deal in a filtered list, whether or not the deal itself is in it. On the page when it has them.
///
/// # Errors
/// Of the database.
pub async fn neighbours(
    db: &mut PgConnection,
    scope: &Scope,
    filter: &Filter,
    lines: &[Line],
    deal: &Deal,
    now: DateTime<Utc>,
) -> Result<(Option<Neighbour>, Option<Neighbour>), AppError> {
    let own = Cursor {
        id: deal.referral_id,
        at: match filter.sort {
            Sort::Newest => deal.created_at,
            Sort::Updated => deal.updated_at,
            Sort::Closing => store::day(deal.close_date),
        },
    };
    let on_page = lines.iter().position(|line| line.referral_id == own.id);
    let beside = |step: isize| {
        let line = lines.get(on_page?.checked_add_signed(step)?)?;
        Some(Neighbour { id: line.referral_id, place: filter.place })
    };
    let mut first = async |place| {
        let hits = store::hits(&mut *db, scope, &Filter { place, ..filter.clone() }, 1, now).await?;
        Ok::<_, AppError>(hits.first().map(|hit| Neighbour { id: hit.id, place }))
    };
    let before = match beside(-1) {
        Some(neighbour) => Some(neighbour),
        None if on_page == Some(0) && filter.place == Place::Start => None,
        None => first(Place::Before(own)).await?,
    };
    let after = match beside(1) {
        Some(neighbour) => Some(neighbour),
        None => first(Place::After(own)).await?,
    };
    Ok((before, after))
}

/// Where the next deals stand that match, the newest first, whatever the filter's order: for those who work through all of them.
///
/// # Errors
/// Of the database.
pub async fn matching(
    pool: &Pool,
    scope: &Scope,
    filter: &Filter,
    after: Option<Cursor>,
    limit: usize,
    now: DateTime<Utc>,
) -> Result<Vec<Cursor>, AppError> {
    let filter = Filter { sort: Sort::Newest, place: after.map_or(Place::Start, Place::After), ..filter.clone() };
    Ok(store::hits(&mut *pool.acquire().await?, scope, &filter, limit, now).await?)
}

/// Those of the deals that are in scope, as rules about bulk changes need them; `mail` in lower case is looked for in their teams.
///
/// # Errors
/// Of the database.
pub async fn facts(pool: &Pool, scope: &Scope, kind: Kind, ids: &[ReferralId], mail: &str) -> Result<Vec<Facts>, AppError> {
    Ok(store::facts(pool, scope, kind, ids, mail).await?)
}

/// Values to filter by, from the newest deals in scope.
///
/// # Errors
/// Of the database.
pub async fn values(pool: &Pool, scope: &Scope, kind: Kind, now: DateTime<Utc>) -> Result<Values, AppError> {
    Ok(store::values(pool, scope, kind, now).await?)
}

/// Puts what was written lately where searches find it fastest. Found it is in any case; that this fails is no matter of anybody's.
pub async fn settle(pool: &Pool) {
    if let Err(error) = store::terms::settle(pool).await {
        tracing::warn!(%error, "new terms are not settled");
    }
}
