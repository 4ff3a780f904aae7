//! The run row: made, found, moved on, ended.

use std::net::IpAddr;

use chrono::{DateTime, Utc};

use crate::{
    db::{Pool, Tx},
    ids::{OrganisationId, RunId, UserId},
    migration::{run::State, users::run::UserRun},
};

/// Queues a run that was confirmed from an address, without its total yet; `false`: one is live already (unique index
/// `user_migration_runs_one_live`).
pub async fn insert(
    tx: &mut Tx<'_>,
    id: RunId,
    organisation: OrganisationId,
    by: UserId,
    address: Option<IpAddr>,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into user_migration_runs (run_id, organisation_id, state, started_by, address, started_at, total)
         values ($1, $2, 'queued', $3, $4, $5, 0) on conflict do nothing",
        id as RunId,
        organisation as OrganisationId,
        by as UserId,
        address.map(|address| address.to_canonical().to_string()),
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn set_total(tx: &mut Tx<'_>, id: RunId, total: i32) -> sqlx::Result<()> {
    sqlx::query!("update user_migration_runs set total = $2 where run_id = $1", id as RunId, total)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

macro_rules! runs {
    ($condition:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            UserRun,
            r#"select r.run_id as "id: RunId", r.organisation_id as "organisation: OrganisationId", r.state as "state: State",
                      u.display_name as started_by_name, r.started_at, r.finished_at, r.total, r.migrated, r.unchanged, r.errors, r.failure
               from user_migration_runs r join users u on u.user_id = r.started_by where "# + $condition,
            $($argument),*
        )
    };
}

pub async fn find(pool: &Pool, organisation: OrganisationId, id: RunId) -> sqlx::Result<Option<UserRun>> {
    runs!("r.organisation_id = $1 and r.run_id = $2", organisation as OrganisationId, id as RunId)
        .fetch_optional(pool)
        .await
}

/// The organisation's runs, newest first: the last twenty.
pub async fn recent(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<Vec<UserRun>> {
    runs!(
        "r.organisation_id = $1 order by r.started_at desc, r.run_id desc limit 20",
        organisation as OrganisationId
    )
    .fetch_all(pool)
    .await
}

/// Stops a live run, and says how many had come over; `None`: it was over already.
pub async fn cancel(tx: &mut Tx<'_>, organisation: OrganisationId, id: RunId, at: DateTime<Utc>) -> sqlx::Result<Option<i32>> {
    sqlx::query_scalar!(
        "update user_migration_runs set state = 'cancelled', finished_at = $3
         where organisation_id = $1 and run_id = $2 and state in ('queued', 'running')
         returning migrated",
        organisation as OrganisationId,
        id as RunId,
        at
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Queues a cancelled or failed run again. Two at once: the unique index lets one of them be live, and the other stays as it is.
pub async fn resume(tx: &mut Tx<'_>, organisation: OrganisationId, id: RunId) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update user_migration_runs r set state = 'queued', finished_at = null, failures = 0, failure = null
         where organisation_id = $1 and run_id = $2 and state in ('cancelled', 'failed')
           and not exists (select from user_migration_runs l where l.organisation_id = $1 and l.state in ('queued', 'running'))",
        organisation as OrganisationId,
        id as RunId
    )
    .execute(&mut **tx)
    .await;
    match done {
        Ok(done) => Ok(done.rows_affected() == 1),
        Err(error)
            if error
                .as_database_error()
                .is_some_and(sqlx::error::DatabaseError::is_unique_violation) =>
        {
            Ok(false)
        }
        Err(error) => Err(error),
    }
}

/// What a slice needs of its run.
pub struct Claim {
    pub organisation: OrganisationId,
    pub state: State,
    pub started_by: UserId,
    /// Where it was confirmed from.
    pub address: Option<String>,
    pub cursor: String,
}

/// Locks the run for one slice: a second worker waits here, then goes on behind the first one's cursor.
pub async fn claim(tx: &mut Tx<'_>, id: RunId) -> sqlx::Result<Option<Claim>> {
    sqlx::query_as!(
        Claim,
        r#"select organisation_id as "organisation: OrganisationId", state as "state: State", started_by as "started_by: UserId", address,
                  cursor from user_migration_runs where run_id = $1 for update"#,
        id as RunId
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Moves the cursor over a window, with what came out of it.
pub async fn advance(tx: &mut Tx<'_>, id: RunId, cursor: &str, came: Came, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update user_migration_runs set state = 'running', working_since = coalesce(working_since, $6), cursor = $2,
                migrated = migrated + $3, unchanged = unchanged + $4, errors = errors + $5, failures = 0
         where run_id = $1",
        id as RunId,
        cursor,
        came.migrated,
        came.unchanged,
        came.errors,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What came out of a window, in PSC users.
#[derive(Clone, Copy, Debug)]
pub struct Came {
    pub migrated: i32,
    pub unchanged: i32,
    pub errors: i32,
}

/// Ends a run whose windows are all worked.
pub async fn complete(tx: &mut Tx<'_>, id: RunId, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update user_migration_runs set finished_at = $2, working_since = coalesce(working_since, $2),
                state = case when errors > 0 then 'completed-with-errors' else 'completed' end
         where run_id = $1 and state in ('queued', 'running')",
        id as RunId,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Counts a slice that failed as a whole; after `limit` in a row the run gives up.
pub async fn note_failure(pool: &Pool, id: RunId, why: &str, limit: i32, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update user_migration_runs set failures = failures + 1, failure = $2,
                state = case when failures + 1 >= $3 then 'failed' else state end,
                finished_at = case when failures + 1 >= $3 then $4 else finished_at end
         where run_id = $1 and state in ('queued', 'running')",
        id as RunId,
        why,
        limit,
        at
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Live runs of all organisations, for the job that wakes them.
pub async fn live_everywhere(pool: &Pool) -> sqlx::Result<Vec<RunId>> {
    sqlx::query_scalar!(r#"select run_id as "id: RunId" from user_migration_runs where state in ('queued', 'running')"#)
        .fetch_all(pool)
        .await
}
