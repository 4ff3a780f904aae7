//! Bulk changes' use cases: what would happen, begin, work a slice, look, stop.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    jobs::BulkChange,
    rules::{Forecast, forecast},
    run::{Change, Outcome, Run, Selection},
    store::{self, NewRun, Recorded, Shown},
};
use crate::{
    auth::{self, Actor},
    db::{self, Pool},
    deals::forms::list::Looking,
    error::AppError,
    ids::{BulkId, ReferralId, UserId},
    referrals::{
        cursor::Cursor,
        filter::{Filter, Kind},
        reason::Reason,
        service::{self as referrals, ActError, By, Facts},
        status::Action,
    },
};

/// Deals that are picked by hand at most, and as many as are changed while somebody waits for the answer.
pub const AT_ONCE: usize = 200;
/// Deals looked at for what would happen.
pub const FORECAST: usize = 10_000;
/// Deals of a slice: less than a second of work.
const SLICE: usize = 25;
/// Outcomes on a page.
const ROWS: usize = 100;

/// What a selection comes to.
pub struct Preview {
    /// Deals looked at.
    pub looked_at: i64,
    /// There are more than that.
    pub more: bool,
    pub forecast: Forecast,
}

/// What would happen, by the rules that the change itself goes by. Looks at up to [`FORECAST`] deals.
///
/// # Errors
/// Of the database.
pub async fn preview(
    pool: &Pool,
    actor: &Actor,
    kind: Kind,
    selection: &Selection,
    change: &Change,
    now: DateTime<Utc>,
) -> Result<Preview, AppError> {
    let scope = actor.scope();
    let (ids, more) = match selection {
        Selection::Picked(ids) => (ids.clone(), false),
        Selection::Matching(query) => {
            let filter = Looking::read(kind, query).filter;
            let mut hits = referrals::matching(pool, &scope, &filter, None, FORECAST + 1, now).await?;
            let more = hits.len() > FORECAST;
            hits.truncate(FORECAST);
            (hits.iter().map(|hit| hit.id).collect(), more)
        }
    };
    let facts = referrals::facts(pool, &scope, kind, &ids, &change.mail()).await?;
    let mut found = Forecast::default();
    for deal in &facts {
        found.add(forecast(change, deal, actor.is_vendor(), actor.user));
    }
    for _ in facts.len()..ids.len() {
        found.add(Outcome::Refused("error-not-found"));
    }
    Ok(Preview { looked_at: ids.len() as i64, more, forecast: found })
}

/// Begins a change. A small one is done at once; a large one is a job, queued with the run in one transaction.
///
/// # Errors
/// Of the database.
pub async fn start(
    by: &By<'_>,
    queue: &riverqueue::Client,
    kind: Kind,
    selection: Selection,
    change: Change,
) -> Result<BulkId, AppError> {
    let (total, more) = match &selection {
        Selection::Picked(ids) => (ids.len(), false),
        Selection::Matching(query) => {
            let filter = Looking::read(kind, query).filter;
            let hits = referrals::matching(by.db, &by.actor.scope(), &filter, None, FORECAST + 1, by.now).await?;
            (hits.len().min(FORECAST), hits.len() > FORECAST)
        }
    };
    let id = BulkId::new();
    let run = NewRun { id, kind, change: &change, selection: &selection, total: total as i64, more, at: by.now };
    let mut tx = db::begin(by.db).await?;
    store::insert(&mut tx, by.actor, &run).await?;
    let at_once = total <= AT_ONCE;
    if !at_once {
        queue.insert(BulkChange { run_id: id.0 }).tx(&mut tx).await?;
    }
    tx.commit().await?;
    tracing::info!(run = %id, change = change.code(), total, "bulk change begun");
    if at_once {
        while work_slice(by.db, by.now, by.expires_after, id).await? == Progress::More {}
    }
    Ok(id)
}

/// What a slice left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// There is more to do.
    More,
    /// Somebody else is at it.
    Held,
    /// The run is over.
    Over,
}

/// Works the next slice: each deal by itself, as its person with the roles that they have now, then outcomes and cursor in one
/// transaction. Safe to repeat: what a slice that died has changed is found as it should be and counted as such.
///
/// # Errors
/// When the database is away; the next slice goes on where the last one ended.
pub async fn work_slice(pool: &Pool, now: DateTime<Utc>, expires_after: TimeDelta, id: BulkId) -> Result<Progress, AppError> {
    let Some(run) = store::claim(pool, id).await? else {
        return Ok(if store::is_live(pool, id).await? { Progress::Held } else { Progress::Over });
    };
    let Some(actor) = auth::store::person(pool, run.user).await? else {
        store::finish(pool, id, true, now).await?;
        return Ok(Progress::Over);
    };
    let by = By { db: pool, actor: &actor, now, expires_after };
    let (ids, cursor) = next(&by, &run).await?;
    if ids.is_empty() {
        store::finish(pool, id, false, now).await?;
        tracing::info!(run = %id, changed = run.changed, refused = run.refused, "bulk change over");
        return Ok(Progress::Over);
    }
    let facts = referrals::facts(pool, &actor.scope(), run.kind, &ids, &run.change.mail()).await?;
    let mut outcomes = Vec::with_capacity(ids.len());
    for id in ids {
        let deal = facts.iter().find(|deal| deal.id == id);
        let outcome = match deal {
            Some(deal) => change(&by, &run.change, deal).await?,
            None => Outcome::Refused("error-not-found"),
        };
        outcomes.push(Recorded { id, name: deal.map(|deal| deal.name.clone()).unwrap_or_default(), outcome });
    }
    let mut tx = db::begin(pool).await?;
    store::advance(&mut tx, id, &cursor, &outcomes).await?;
    tx.commit().await?;
    Ok(Progress::More)
}

/// The next deals of a run, and its cursor behind them.
async fn next(by: &By<'_>, run: &Run) -> Result<(Vec<ReferralId>, String), AppError> {
    match &run.selection {
        Selection::Picked(ids) => {
            let done = run.cursor.parse().unwrap_or(0);
            let ids: Vec<ReferralId> = ids.iter().skip(done).take(SLICE).copied().collect();
            let cursor = (done + ids.len()).to_string();
            Ok((ids, cursor))
        }
        Selection::Matching(query) => {
            let filter: Filter = Looking::read(run.kind, query).filter;
            let after: Option<Cursor> = run.cursor.parse().ok();
            let hits = referrals::matching(by.db, &by.actor.scope(), &filter, after, SLICE, by.now).await?;
            let cursor = hits.last().map(ToString::to_string).unwrap_or_default();
            Ok((hits.iter().map(|hit| hit.id).collect(), cursor))
        }
    }
}

/// One deal, by the service that a single change goes through.
async fn change(by: &By<'_>, change: &Change, deal: &Facts) -> Result<Outcome, AppError> {
    if forecast(change, deal, by.actor.is_vendor(), by.actor.user) == Outcome::Same {
        return Ok(Outcome::Same);
    }
    let done = match change {
        Change::Favourite { on } => match referrals::set_favourite(by.db, &by.actor.scope(), deal.id, *on).await {
            Err(AppError::NotFound) => Err(ActError::NotFound),
            other => return other.map(|()| Outcome::Changed),
        },
        Change::AddMember { person } => referrals::add_team_member(by, deal.id, person.clone()).await,
        Change::SetStage { stage } => referrals::set_stage(by, deal.id, None, *stage).await,
        Change::Lose { reason, note } => {
            let reason = Reason::new(Action::Lose, *reason);
            referrals::close(by, deal.id, None, Action::Lose, reason, note).await
        }
    };
    match done {
        Ok(()) => Ok(Outcome::Changed),
        Err(ActError::Database(error)) => Err(error.into()),
        Err(refused) => Ok(Outcome::Refused(refused.key())),
    }
}

/// A run of this person.
///
/// # Errors
/// [`AppError::NotFound`] for what is not there or somebody else's.
pub async fn find(pool: &Pool, user: UserId, id: BulkId) -> Result<Run, AppError> {
    store::find(pool, user, id).await?.ok_or(AppError::NotFound)
}

/// What came of a run's deals, a page at a time.
pub struct Outcomes {
    /// Refusals of the whole run by reason, the commonest first: locale key and how many.
    pub reasons: Vec<(String, i64)>,
    pub rows: Vec<Shown>,
    pub refused_only: bool,
    /// The next page begins after this one.
    pub next: Option<ReferralId>,
}

/// Of a run that [`find`] found; in the order of the deals' IDs, after `after`.
///
/// # Errors
/// Of the database.
pub async fn outcomes(pool: &Pool, run: &Run, refused_only: bool, after: Option<ReferralId>) -> Result<Outcomes, AppError> {
    let mut rows = store::outcomes(pool, run.id, refused_only, after, ROWS as i64 + 1).await?;
    let more = rows.len() > ROWS;
    rows.truncate(ROWS);
    let next = rows.last().filter(|_| more).map(|row| row.id);
    Ok(Outcomes { reasons: store::reasons(pool, run.id).await?, rows, refused_only, next })
}

/// Stops a run between two deals' slices; what was changed stays changed. `false`: it was over already.
pub async fn cancel(pool: &Pool, user: UserId, id: BulkId, now: DateTime<Utc>) -> Result<bool, AppError> {
    find(pool, user, id).await?;
    Ok(store::finish(pool, id, true, now).await?)
}

/// Enqueues the job of every live run: what a lost job or a stopped server left behind goes on within a minute.
///
/// # Errors
/// When the database is away.
pub async fn wake(pool: &Pool, queue: &riverqueue::Client) -> Result<(), AppError> {
    for id in store::live(pool).await? {
        queue.insert(BulkChange { run_id: id.0 }).await?;
    }
    Ok(())
}
