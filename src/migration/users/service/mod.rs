//! The user migration's use cases: look, preview, confirm, work a slice, name a work account.

mod account;
mod preview;
mod start;
mod work;

pub use account::{NameError, name_account, psc_user};
pub use preview::{Choice, Preview, Previewed, preview};
pub use start::{StartError, start};
pub use work::{Progress, wake, work_slice};

/// How a run stands, in words: what other rooms show of it.
pub use super::views::RunView;
pub use super::{
    checks::{Counts, Status},
    store::standings::Filter,
};

use super::{
    jobs::MigrateUsers,
    run::UserRun,
    store::{
        outcomes::{self, Outcome},
        runs,
        standings::{self, Listed},
    },
};
use crate::{
    auth::Origin,
    clock::Clock,
    db::{self, Pool},
    error::AppError,
    ids::{OrganisationId, RunId},
    migration::log::Logged,
};

pub async fn counts(pool: &Pool, organisation: OrganisationId) -> Result<Counts, AppError> {
    Ok(standings::counts(pool, organisation).await?)
}

/// PSC users of the export that counts, a page at a time, in the order of their mails.
pub async fn list(pool: &Pool, organisation: OrganisationId, filter: &Filter, limit: i64) -> Result<Vec<Listed>, AppError> {
    Ok(standings::list(pool, organisation, filter, limit).await?)
}

/// The tenant's id and its verified mail domains.
pub async fn tenant(pool: &Pool, organisation: OrganisationId) -> Result<(uuid::Uuid, Vec<String>), AppError> {
    Ok(standings::tenant(pool, organisation).await?)
}

pub async fn find(pool: &Pool, organisation: OrganisationId, run: RunId) -> Result<UserRun, AppError> {
    runs::find(pool, organisation, run).await?.ok_or(AppError::NotFound)
}

/// The last twenty runs, newest first.
pub async fn recent(pool: &Pool, organisation: OrganisationId) -> Result<Vec<UserRun>, AppError> {
    Ok(runs::recent(pool, organisation).await?)
}

/// Rows of a run's result, a page at a time.
pub async fn report(
    pool: &Pool,
    organisation: OrganisationId,
    run: RunId,
    errors_only: bool,
    after: (&str, &str),
    limit: i64,
) -> Result<Vec<Outcome>, AppError> {
    Ok(outcomes::page(pool, organisation, run, errors_only, after, limit).await?)
}

/// Lets a cancelled or failed run go on behind its cursor, with its job, in one transaction: of what was confirmed then, what still holds.
/// `false`: it is over otherwise, or another one is live.
pub async fn resume(
    pool: &Pool,
    queue: &riverqueue::Client,
    clock: &Clock,
    organisation: OrganisationId,
    run: RunId,
    origin: Origin,
) -> Result<bool, AppError> {
    let mut tx = db::begin(pool).await?;
    if !runs::resume(&mut tx, organisation, run).await? {
        return Ok(false);
    }
    Logged::users(organisation, run, clock.now()).resumed(&mut tx, origin).await?;
    queue.insert(MigrateUsers { run_id: run.0 }).tx(&mut tx).await?;
    tx.commit().await?;
    Ok(true)
}

/// Stops a live run; who has got a role keeps it. `false`: it was over already.
pub async fn cancel(
    pool: &Pool,
    clock: &Clock,
    organisation: OrganisationId,
    run: RunId,
    origin: Origin,
) -> Result<bool, AppError> {
    let now = clock.now();
    let mut tx = db::begin(pool).await?;
    let Some(migrated) = runs::cancel(&mut tx, organisation, run, now).await? else { return Ok(false) };
    Logged::users(organisation, run, now)
        .cancelled(&mut tx, origin, migrated)
        .await?;
    tx.commit().await?;
    Ok(true)
}
