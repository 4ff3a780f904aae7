//! The deal migration's use cases: start, work a slice, cancel, look.

use std::time::Instant;

/// What stands in PSC, counted.
pub use super::readiness::{Readiness, Standing};
/// How a run stands, in words: what other rooms show of it.
pub use super::views::RunView;

use chrono::TimeDelta;
use uuid::Uuid;

use super::{
    jobs::MigrateDeals,
    store::{
        outcomes::{self, Outcome, Sum},
        runs::{self, NewRun},
        slice,
        standings::{self, Listed},
    },
};
use crate::{
    clock::Clock,
    db::{self, Pool},
    error::AppError,
    ids::{OrganisationId, RunId, UserId},
    migration::run::{PROMISE, Run, State},
};

/// How long Microsoft has to answer a co-sell request (domain.md section 3, "Expiry").
const ANSWER_WITHIN: TimeDelta = TimeDelta::days(14);
/// Slices that may fail in a row before a run gives up.
const PATIENCE: i32 = 20;

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
    by: Option<UserId>,
    rehearsal: bool,
) -> Result<RunId, StartError> {
    if runs::live(pool, organisation).await?.is_some() {
        return Err(StartError::Live);
    }
    // Counted before the lock: it may take a while, and the slices decide anew for each deal.
    let readiness = standings::readiness(pool, organisation).await?;
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
        started_by: by,
        started_at: now,
        due_at: now + PROMISE,
        total: i32::try_from(readiness.eligible).unwrap_or(i32::MAX),
        readiness: serde_json::to_value(&readiness).map_err(|e| AppError::Internal(e.to_string()))?,
    };
    if !runs::insert(&mut tx, &run).await? {
        return Err(StartError::Live);
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

/// What a slice left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// There is more to do.
    More,
    /// The run is over, by its end or because somebody stopped it.
    Over,
}

/// Works the next slice: one transaction that claims the run, migrates a window of up to `size` PSC deals, and moves the cursor.
///
/// Safe to run twice and side by side: the claim locks the run row, so windows never overlap; a slice that dies leaves nothing.
/// A deal that the database refuses is found by halving the window, gets its error in the report, and stops nothing.
///
/// # Errors
/// When the database is away; the run is as it was before the slice.
pub async fn work_slice(pool: &Pool, clock: &Clock, run: RunId, size: i64) -> Result<Progress, AppError> {
    let mut limit = size.max(1);
    loop {
        match attempt(pool, clock, run, limit).await {
            Ok(progress) => return Ok(progress),
            Err(error) if is_about_data(&error) && limit > 1 => limit /= 2,
            Err(error) if is_about_data(&error) => return refuse_one(pool, clock, run, &error).await,
            Err(error) => {
                runs::note_failure(pool, run, &error.to_string(), PATIENCE, clock.now())
                    .await
                    .ok();
                return Err(error.into());
            }
        }
    }
}

/// SQLSTATE classes 22 (data) and 23 (integrity), and what a trigger raises (P0): a row's fault, not the database's.
fn is_about_data(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(|e| {
            e.code()
                .map(|code| code.starts_with("22") || code.starts_with("23") || code.starts_with("P0"))
        })
        .unwrap_or(false)
}

async fn attempt(pool: &Pool, clock: &Clock, run: RunId, limit: i64) -> sqlx::Result<Progress> {
    let began = Instant::now();
    let mut tx = db::begin(pool).await?;
    let Some(claim) = runs::claim(&mut tx, run).await? else { return Ok(Progress::Over) };
    if !claim.state.is_live() {
        return Ok(Progress::Over);
    }
    db::plan_by_key(&mut tx).await?;
    let now = clock.now();
    let window = match claim.import {
        Some(import) => slice::window(&mut tx, run, claim.organisation, import, claim.cursor, limit).await?,
        None => None,
    };
    let Some(window) = window else {
        runs::complete(&mut tx, run, now).await?;
        tx.commit().await?;
        tracing::info!(%run, "deal migration over");
        // Looked for here, so that nobody's visit has to wait for it; whoever comes looks again if this fails.
        if let Err(error) = some_eligible(pool, claim.organisation).await {
            tracing::warn!(%run, %error, "what is left was not noted");
        }
        return Ok(Progress::Over);
    };
    slice::sum_source(&mut tx, &window).await?;
    let vendor = slice::vendor(&mut tx).await?;
    let ids = || (0..window.rows).map(|_| Uuid::now_v7()).collect::<Vec<_>>();
    slice::decide(&mut tx, &window, claim.rehearsal, vendor.is_some(), &ids(), &ids()).await?;
    let (migrated, errors) = slice::counts(&mut tx, &window).await?;
    if !claim.rehearsal && migrated > 0 {
        slice::engagements(&mut tx, &window).await?;
        slice::partner_referrals(&mut tx, &window, now).await?;
        if let Some(vendor) = vendor {
            slice::vendor_referrals(&mut tx, &window, vendor, &ids(), now, now + ANSWER_WITHIN).await?;
        }
        slice::solutions(&mut tx, &window).await?;
        slice::teams(&mut tx, &window).await?;
        slice::history(&mut tx, &window, claim.started_by, now).await?;
        slice::mark(&mut tx, &window, now).await?;
    }
    slice::sum_outcomes(&mut tx, &window).await?;
    runs::advance(&mut tx, run, &window.through, window.rows, migrated, errors, now).await?;
    tx.commit().await?;
    metrics::histogram!("portal_migration_slice_seconds").record(began.elapsed().as_secs_f64());
    metrics::counter!("portal_migrated_deals_total").increment(if claim.rehearsal { 0 } else { migrated.unsigned_abs().into() });
    Ok(Progress::More)
}

/// Records the error of the one deal that the database refused, and goes past it.
async fn refuse_one(pool: &Pool, clock: &Clock, run: RunId, why: &sqlx::Error) -> Result<Progress, AppError> {
    let code = why
        .as_database_error()
        .and_then(|e| e.code().map(std::borrow::Cow::into_owned))
        .unwrap_or_default();
    tracing::warn!(%run, code, "a deal was refused by the database");
    let mut tx = db::begin(pool).await?;
    let Some(claim) = runs::claim(&mut tx, run).await?.filter(|c| c.state.is_live()) else { return Ok(Progress::Over) };
    let Some(import) = claim.import else { return Ok(Progress::More) };
    let Some(window) = slice::window(&mut tx, run, claim.organisation, import, claim.cursor, 1).await? else {
        return Ok(Progress::More);
    };
    slice::sum_source(&mut tx, &window).await?;
    slice::record_error(&mut tx, &window, &format!("database:{code}")).await?;
    let (migrated, errors) = slice::counts(&mut tx, &window).await?;
    slice::sum_outcomes(&mut tx, &window).await?;
    runs::advance(&mut tx, run, &window.through, window.rows, migrated, errors, clock.now()).await?;
    tx.commit().await?;
    Ok(Progress::More)
}

/// Stops a live run; what was migrated stays migrated. `false`: it was over already.
pub async fn cancel(pool: &Pool, clock: &Clock, organisation: OrganisationId, run: RunId) -> Result<bool, AppError> {
    Ok(runs::cancel(pool, organisation, run, clock.now()).await?)
}

/// Lets a cancelled or failed run go on behind its cursor, with its job, in one transaction. `false`: it is over otherwise, another
/// one is live, or a newer export counts than the one it was started for.
pub async fn resume(pool: &Pool, queue: &riverqueue::Client, organisation: OrganisationId, run: RunId) -> Result<bool, AppError> {
    let mut tx = db::begin(pool).await?;
    let (importing, import) = runs::lock_organisation(&mut tx, organisation).await?;
    if importing || !runs::resume(&mut tx, organisation, run, import).await? {
        return Ok(false);
    }
    queue.insert(MigrateDeals { run_id: run.0 }).tx(&mut tx).await?;
    tx.commit().await?;
    Ok(true)
}

pub async fn readiness(pool: &Pool, organisation: OrganisationId) -> Result<Readiness, AppError> {
    Ok(standings::readiness(pool, organisation).await?)
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
    if let Some(run) = runs::live(pool, organisation).await? {
        return Ok(Some(Notice::Live(Box::new(run))));
    }
    let last = runs::last_real(pool, organisation).await?;
    let eligible = some_eligible(pool, organisation).await?;
    Ok(match (last, eligible) {
        (None, 0) => None,
        (None, eligible) => Some(Notice::Waiting { eligible }),
        (Some(run), 0) if run.state == State::Completed => Some(Notice::AllDone(Box::new(run))),
        (Some(run), eligible) => Some(Notice::Remaining { run: Box::new(run), eligible }),
    })
}

/// How many deals are eligible, up to a hundred. Looked for only when something it depends on has changed since it was looked for
/// last: after a run of a million deals that takes a while, and it is asked on every visit of the co-sell page.
async fn some_eligible(pool: &Pool, organisation: OrganisationId) -> Result<i64, AppError> {
    if let Some(eligible) = standings::noted(pool, organisation).await? {
        return Ok(eligible);
    }
    let (facts, eligible) = standings::few_eligible(pool, organisation).await?;
    if let Some(facts) = facts {
        standings::note(pool, organisation, &facts, eligible).await?;
    }
    Ok(eligible)
}

/// Runs past what was promised, and live ones, over all organisations.
pub async fn overdue(pool: &Pool, now: chrono::DateTime<chrono::Utc>) -> Result<(i64, i64), AppError> {
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
