//! Working a run, slice by slice.

use std::time::Instant;

use chrono::TimeDelta;
use uuid::Uuid;

use super::{
    super::store::{runs, slice},
    readiness,
};
use crate::{
    clock::Clock,
    db::{self, Pool},
    error::AppError,
    ids::RunId,
    notifications::service::{self as notifications, Event},
};

/// How long Microsoft has to answer a co-sell request (domain.md section 3, "Expiry").
const ANSWER_WITHIN: TimeDelta = TimeDelta::days(14);
/// Slices that may fail in a row before a run gives up.
const PATIENCE: i32 = 20;

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
        let ended = runs::complete(&mut tx, run, now).await?;
        if let (Some((migrated, errors)), Some(starter), false) = (ended, claim.started_by, claim.rehearsal) {
            let detail = serde_json::json!({"migrated": migrated, "errors": errors});
            notifications::tell_user(&mut tx, starter, Event::MigrationFinished, &detail, now).await?;
        }
        tx.commit().await?;
        tracing::info!(%run, "deal migration over");
        // Counted here, so that nobody's visit has to wait for it; whoever comes counts again if this fails.
        if let Err(error) = readiness(pool, claim.organisation).await {
            tracing::warn!(%run, %error, "what is left was not counted");
        }
        return Ok(Progress::Over);
    };
    db::keep_plans(&mut tx).await?;
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
