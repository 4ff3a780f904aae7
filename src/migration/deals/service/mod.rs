//! The deal migration's use cases: start, work a slice, cancel, look.

mod slices;

use chrono::{DateTime, Utc};

/// What stands in PSC, counted.
pub use super::readiness::{Readiness, Standing, WrongMpn};
/// Where a migration stands, to be read with other parts of a page.
pub use super::store::runs::Latest;
/// How a run stands, in words: what other rooms show of it.
pub use super::views::RunView;
pub use slices::{Progress, work_slice};

use super::{
    jobs::MigrateDeals,
    store::{
        outcomes::{self, Outcome, Sum},
        runs::{self, NewRun},
        standings::{self, Counted, Listed},
    },
};
use crate::{
    auth::Origin,
    clock::Clock,
    db::{self, Held, Pool, part},
    error::AppError,
    ids::{OrganisationId, RunId},
    migration::{
        log::Logged,
        run::{PROMISE, Run, State},
    },
};

/// Why a run was not started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("a run is live already")]
    Live,
    #[error("an export is being taken in")]
    Importing,
    #[error("no deal is eligible")]
    NothingEligible(Box<Readiness>),
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<sqlx::Error> for StartError {
    fn from(error: sqlx::Error) -> Self {
        Self::App(error.into())
    }
}

/// Queues a run, or a rehearsal, with its job in one transaction. One live run per organisation, whoever clicks and wherever.
///
/// # Errors
/// See [`StartError`].
pub async fn start(
    pool: &Pool,
    queue: &riverqueue::Client,
    clock: &Clock,
    organisation: OrganisationId,
    origin: Origin,
    rehearsal: bool,
) -> Result<RunId, StartError> {
    if runs::live(pool, organisation).await?.is_some() {
        return Err(StartError::Live);
    }
    // Counted before the lock: it may take a while, and the slices decide anew for each deal.
    let readiness = readiness(pool, organisation).await?;
    if readiness.eligible == 0 {
        return Err(StartError::NothingEligible(Box::new(readiness)));
    }
    let mut tx = db::begin(pool).await?;
    let (importing, import) = runs::lock_organisation(&mut tx, organisation).await?;
    if importing {
        return Err(StartError::Importing);
    }
    let now = clock.now();
    let run = NewRun {
        id: RunId::new(),
        organisation,
        import,
        rehearsal,
        started_by: origin.user,
        started_at: now,
        due_at: now + PROMISE,
        total: i32::try_from(readiness.eligible).unwrap_or(i32::MAX),
        readiness: serde_json::to_value(&readiness).map_err(|e| AppError::Internal(e.to_string()))?,
    };
    if !runs::insert(&mut tx, &run).await? {
        return Err(StartError::Live);
    }
    if !rehearsal {
        Logged::deals(organisation, run.id, now)
            .started(&mut tx, origin, run.total)
            .await?;
    }
    queue
        .insert(MigrateDeals { run_id: run.id.0 })
        .tx(&mut tx)
        .await
        .map_err(AppError::from)?;
    tx.commit().await?;
    tracing::info!(run = %run.id, rehearsal, total = run.total, "deal migration queued");
    Ok(run.id)
}

/// Stops a live run; what was migrated stays migrated. `false`: it was over already.
pub async fn cancel(
    pool: &Pool,
    clock: &Clock,
    organisation: OrganisationId,
    run: RunId,
    origin: Origin,
) -> Result<bool, AppError> {
    let now = clock.now();
    let mut tx = db::begin(pool).await?;
    let Some(cancelled) = runs::cancel(&mut tx, organisation, run, now).await? else { return Ok(false) };
    if !cancelled.rehearsal {
        Logged::deals(organisation, run, now)
            .cancelled(&mut tx, origin, cancelled.migrated)
            .await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Lets a cancelled or failed run go on behind its cursor, with its job, in one transaction. `false`: it is over otherwise, another
/// one is live, or a newer export counts than the one it was started for.
pub async fn resume(
    pool: &Pool,
    queue: &riverqueue::Client,
    clock: &Clock,
    organisation: OrganisationId,
    run: RunId,
    origin: Origin,
) -> Result<bool, AppError> {
    let mut tx = db::begin(pool).await?;
    let (importing, import) = runs::lock_organisation(&mut tx, organisation).await?;
    if importing {
        return Ok(false);
    }
    let Some(rehearsal) = runs::resume(&mut tx, organisation, run, import).await? else { return Ok(false) };
    if !rehearsal {
        Logged::deals(organisation, run, clock.now()).resumed(&mut tx, origin).await?;
    }
    queue.insert(MigrateDeals { run_id: run.0 }).tx(&mut tx).await?;
    tx.commit().await?;
    Ok(true)
}

/// Counts by standing. Counted only when something they depend on has changed since they were counted last: they are asked for on
/// every visit of the co-sell page, and a million deals take some seconds.
pub async fn readiness(pool: &Pool, organisation: OrganisationId) -> Result<Readiness, AppError> {
    if let Some(noted) = standings::noted(pool, organisation).await? {
        return Ok(noted);
    }
    let facts = standings::facts(pool, organisation).await?;
    Ok(count(pool, organisation, facts).await?.readiness)
}

/// Wrong MPN IDs that keep deals in PSC, by account; kept with the counts.
pub async fn wrong_mpns(pool: &Pool, organisation: OrganisationId) -> Result<Vec<WrongMpn>, AppError> {
    let facts = standings::facts(pool, organisation).await?;
    if let Some(facts) = &facts
        && let Some(noted) = standings::noted_wrong(pool, organisation, facts).await?
    {
        return Ok(noted);
    }
    Ok(count(pool, organisation, facts).await?.wrong)
}

/// Counts, and notes it if nothing changed meanwhile: what changed in the middle of the counting may be in it or not. On a task of its
/// own: who is not waited for any longer comes again, and finds it done.
async fn count(pool: &Pool, organisation: OrganisationId, facts: Option<String>) -> Result<Counted, AppError> {
    let pool = pool.clone();
    let counting = tokio::spawn(async move {
        let counted = standings::count(&pool, organisation).await?;
        if let Some(facts) = facts
            && standings::facts(&pool, organisation).await?.as_ref() == Some(&facts)
        {
            standings::note(&pool, organisation, &facts, &counted).await?;
        }
        Ok(counted)
    });
    counting.await.map_err(|stopped| AppError::Internal(stopped.to_string()))?
}

pub async fn find(pool: &Pool, organisation: OrganisationId, run: RunId) -> Result<Run, AppError> {
    runs::find(pool, organisation, run).await?.ok_or(AppError::NotFound)
}

/// The live run or rehearsal.
pub async fn live(pool: &Pool, organisation: OrganisationId) -> Result<Option<Run>, AppError> {
    Ok(runs::live(pool, organisation).await?)
}

pub async fn recent(pool: &Pool, organisation: OrganisationId) -> Result<Vec<Run>, AppError> {
    Ok(runs::recent(pool, organisation).await?)
}

/// Deals of a standing, a page at a time.
pub async fn list(
    pool: &Pool,
    organisation: OrganisationId,
    standing: Standing,
    missing: Option<i32>,
    after: &str,
    limit: i64,
) -> Result<Vec<Listed>, AppError> {
    Ok(standings::list(pool, organisation, standing, missing, after, limit).await?)
}

/// Rows of a run's report, a page at a time.
pub async fn report(
    pool: &Pool,
    organisation: OrganisationId,
    run: RunId,
    errors_only: bool,
    after: &str,
    limit: i64,
) -> Result<Vec<Outcome>, AppError> {
    Ok(outcomes::page(pool, organisation, run, errors_only, after, limit).await?)
}

pub async fn sums(pool: &Pool, organisation: OrganisationId, run: RunId) -> Result<Vec<Sum>, AppError> {
    Ok(outcomes::sums(pool, organisation, run).await?)
}

/// What the co-sell page says about the migration.
#[derive(Debug)]
pub enum Notice {
    /// Deals wait in PSC; nothing has been started.
    Waiting {
        eligible: i64,
    },
    Live(Box<Run>),
    /// The last run is over, and nothing eligible is left.
    AllDone(Box<Run>),
    /// The last run is over, and eligible deals remain: failed or newly created ones.
    Remaining {
        run: Box<Run>,
        eligible: i64,
    },
}

/// The state of the migration for the banner (domain.md section 7); `None`: nothing to say.
pub async fn notice(pool: &Pool, organisation: OrganisationId) -> Result<Option<Notice>, AppError> {
    let latest = part(pool, organisation).await?;
    notice_of(&mut Held::new(pool), organisation, latest).await
}

/// [`notice`], where it has been read already what stands there. What has to be counted is counted on connections of its own.
pub async fn notice_of(db: &mut Held, organisation: OrganisationId, latest: Latest) -> Result<Option<Notice>, AppError> {
    let last = match latest.run {
        Some(run) if run.state.is_live() => return Ok(Some(Notice::Live(Box::new(run)))),
        last => last,
    };
    let eligible = match latest.readiness {
        Some(noted) => noted.eligible,
        None => readiness(db.released(), organisation).await?.eligible,
    };
    Ok(match (last, eligible) {
        (None, 0) => None,
        (None, eligible) => Some(Notice::Waiting { eligible }),
        (Some(run), 0) if run.state == State::Completed => Some(Notice::AllDone(Box::new(run))),
        (Some(run), eligible) => Some(Notice::Remaining { run: Box::new(run), eligible }),
    })
}

/// Runs past what was promised, and live ones, over all organisations.
pub async fn overdue(pool: &Pool, now: DateTime<Utc>) -> Result<(i64, i64), AppError> {
    Ok(runs::overdue(pool, now).await?)
}

/// Enqueues the job of every live run that has none: what a lost job left behind goes on within a minute.
///
/// # Errors
/// When the database is away.
pub async fn wake(pool: &Pool, queue: &riverqueue::Client) -> Result<(), AppError> {
    for run in runs::live_everywhere(pool).await? {
        queue.insert(MigrateDeals { run_id: run.0 }).await?;
    }
    Ok(())
}
