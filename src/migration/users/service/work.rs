//! A run is worked, slice by slice.

use crate::{
    accounts::service::{AccountsError, Grant, grants::grant_all},
    auth::{Origin, Role},
    clock::Clock,
    db::{self, Pool},
    error::AppError,
    ids::RunId,
    migration::users::{
        jobs::MigrateUsers,
        store::{runs, slice},
    },
};

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

/// Works the next slice: one transaction that claims the run, gives about `size` PSC users their roles, and moves the cursor.
///
/// Safe to run twice and side by side: the claim locks the run row, so windows never overlap; a slice that dies leaves nothing.
/// A person whose roles the database refuses is found by halving the window, gets the error in the result, and stops nobody.
///
/// # Errors
/// When the database is away; the run is as it was before the slice.
pub async fn work_slice(pool: &Pool, clock: &Clock, run: RunId, size: i64) -> Result<Progress, AppError> {
    let mut limit = size.max(1);
    loop {
        match attempt(pool, clock, run, limit).await {
            Ok(progress) => return Ok(progress),
            Err(error) => match fault(&error) {
                Some(_) if limit > 1 => limit /= 2,
                Some(code) => return refuse_one(pool, clock, run, &code).await,
                None => {
                    runs::note_failure(pool, run, &error.to_string(), PATIENCE, clock.now())
                        .await
                        .ok();
                    return Err(match error {
                        AccountsError::Database(error) => error.into(),
                        other => AppError::Internal(other.to_string()),
                    });
                }
            },
        }
    }
}

/// The code of a row's fault; `None`: the database's. SQLSTATE classes 22 (data) and 23 (integrity), and what a trigger raises (P0).
fn fault(error: &AccountsError) -> Option<String> {
    match error {
        AccountsError::Database(error) => error
            .as_database_error()
            .and_then(|e| e.code().map(std::borrow::Cow::into_owned))
            .filter(|code| ["22", "23", "P0"].iter().any(|class| code.starts_with(class))),
        _ => Some("role".to_owned()),
    }
}

async fn attempt(pool: &Pool, clock: &Clock, run: RunId, limit: i64) -> Result<Progress, AccountsError> {
    let mut tx = db::begin(pool).await?;
    let Some(claim) = runs::claim(&mut tx, run).await?.filter(|claim| claim.state.is_live()) else {
        return Ok(Progress::Over);
    };
    db::plan_by_key(&mut tx).await?;
    let now = clock.now();
    let Some(window) = slice::window(&mut tx, run, claim.organisation, claim.cursor, limit).await? else {
        runs::complete(&mut tx, run, now).await?;
        tx.commit().await?;
        tracing::info!(%run, "user migration over");
        return Ok(Progress::Over);
    };
    slice::lock_accounts(&mut tx, &window).await?;
    slice::decide(&mut tx, &window).await?;
    let due = slice::due(&mut tx, &window).await?;
    let grants: Vec<Grant> = due
        .iter()
        .filter_map(|due| Some(Grant { user: due.user, role: Role::from_code(&due.role)?, location: due.location }))
        .collect();
    let origin = Origin { user: Some(claim.started_by), address: claim.address.and_then(|address| address.parse().ok()) };
    grant_all(&mut tx, claim.organisation, &grants, origin, now).await?;
    slice::mark(&mut tx, &window, now).await?;
    let came = slice::came(&mut tx, &window).await?;
    runs::advance(&mut tx, run, &window.through, came, now).await?;
    tx.commit().await?;
    Ok(Progress::More)
}

/// Records the error of the one person that the database refused, and goes past them.
async fn refuse_one(pool: &Pool, clock: &Clock, run: RunId, code: &str) -> Result<Progress, AppError> {
    tracing::warn!(%run, code, "somebody's roles were refused by the database");
    let mut tx = db::begin(pool).await?;
    let Some(claim) = runs::claim(&mut tx, run).await?.filter(|claim| claim.state.is_live()) else {
        return Ok(Progress::Over);
    };
    let Some(window) = slice::window(&mut tx, run, claim.organisation, claim.cursor, 1).await? else {
        return Ok(Progress::More);
    };
    slice::record_error(&mut tx, &window, &format!("database:{code}")).await?;
    let came = slice::came(&mut tx, &window).await?;
    runs::advance(&mut tx, run, &window.through, came, clock.now()).await?;
    tx.commit().await?;
    Ok(Progress::More)
}

/// Enqueues the job of every live run that has none: what a lost job left behind goes on within a minute.
///
/// # Errors
/// When the database is away.
pub async fn wake(pool: &Pool, queue: &riverqueue::Client) -> Result<(), AppError> {
    for run in runs::live_everywhere(pool).await? {
        queue.insert(MigrateUsers { run_id: run.0 }).await?;
    }
    Ok(())
}
