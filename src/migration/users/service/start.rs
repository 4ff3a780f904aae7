//! A preview is confirmed.

use std::net::IpAddr;

use super::preview::{Choice, picked};
use crate::{
    auth::{Actor, Origin},
    clock::Clock,
    db::{self, Pool},
    error::AppError,
    ids::RunId,
    migration::{
        log::Logged,
        users::{
            jobs::MigrateUsers,
            store::{choice, runs},
        },
    },
};

/// Why a run was not started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("a run is live already")]
    Live,
    /// What was picked is no longer what was seen.
    #[error("what was seen has changed")]
    Changed,
    #[error("nobody is ready")]
    NobodyReady,
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<sqlx::Error> for StartError {
    fn from(error: sqlx::Error) -> Self {
        Self::App(error.into())
    }
}

/// Queues a run of exactly what was previewed, with its job, in one transaction. One live run per organisation, whoever clicks and
/// wherever. `seen` is the preview's digest.
///
/// # Errors
/// See [`StartError`].
pub async fn start(
    pool: &Pool,
    queue: &riverqueue::Client,
    clock: &Clock,
    actor: &Actor,
    address: Option<IpAddr>,
    choice: &Choice,
    seen: &str,
) -> Result<RunId, StartError> {
    let picked = picked(pool, actor.organisation, choice).await?;
    let run = RunId::new();
    let now = clock.now();
    let mut tx = db::begin(pool).await?;
    if !runs::insert(&mut tx, run, actor.organisation, actor.user, address, now).await? {
        return Err(StartError::Live);
    }
    let confirmed = choice::confirm(&mut tx, run, actor.organisation, &picked).await?;
    if confirmed.rows == 0 {
        return Err(StartError::NobodyReady);
    }
    if confirmed.digest != seen {
        return Err(StartError::Changed);
    }
    let total = i32::try_from(confirmed.rows).unwrap_or(i32::MAX);
    runs::set_total(&mut tx, run, total).await?;
    let origin = Origin { user: Some(actor.user), address };
    Logged::users(actor.organisation, run, now)
        .started(&mut tx, origin, total)
        .await?;
    queue
        .insert(MigrateUsers { run_id: run.0 })
        .tx(&mut tx)
        .await
        .map_err(AppError::from)?;
    tx.commit().await?;
    tracing::info!(%run, total = confirmed.rows, "user migration queued");
    Ok(run)
}
