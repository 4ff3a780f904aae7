//! The run row: made, found, moved on, ended.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::{
    db::{Part, Pool, Tx},
    ids::{ImportId, OrganisationId, RunId, UserId},
    migration::{
        deals::readiness::Readiness,
        run::{Run, State},
    },
};

/// A run that is about to be queued.
pub struct NewRun {
    pub id: RunId,
    pub organisation: OrganisationId,
    pub import: Option<ImportId>,
    pub rehearsal: bool,
    pub started_by: Option<UserId>,
    pub started_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub total: i32,
    pub readiness: serde_json::Value,
}

/// Keeps imports and runs of one organisation apart: whoever starts either holds this row until it is committed.
/// Returns whether an import is being taken in, and the export that counts.
pub async fn lock_organisation(tx: &mut Tx<'_>, organisation: OrganisationId) -> sqlx::Result<(bool, Option<ImportId>)> {
    sqlx::query!(
        "select organisation_id from organisations where organisation_id = $1 for no key update",
        organisation as OrganisationId
    )
    .fetch_one(&mut **tx)
    .await?;
    let row = sqlx::query!(
        r#"select exists (select from psc_imports where organisation_id = $1 and state = 'reading') as "live!",
                  (select current_import_id from psc_settings where organisation_id = $1) as "import: ImportId""#,
        organisation as OrganisationId
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok((row.live, row.import))
}

/// Queues a run; `false`: one is live already (unique index `migration_runs_one_live`).
pub async fn insert(tx: &mut Tx<'_>, run: &NewRun) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into migration_runs (run_id, organisation_id, import_id, rehearsal, state, started_by, started_at, due_at, total, readiness)
         values ($1, $2, $3, $4, 'queued', $5, $6, $7, $8, $9) on conflict do nothing",
        run.id as RunId,
        run.organisation as OrganisationId,
        run.import as Option<ImportId>,
        run.rehearsal,
        run.started_by as Option<UserId>,
        run.started_at,
        run.due_at,
        run.total,
        run.readiness
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

macro_rules! runs {
    ($condition:literal, $($argument:expr),*) => {
        sqlx::query_as!(
            Run,
            r#"select r.run_id as "id: RunId", r.organisation_id as "organisation: OrganisationId", r.import_id as "import: ImportId",
                      r.rehearsal, r.state as "state: State", r.started_by as "started_by: UserId",
                      u.display_name as "started_by_name?", r.started_at, r.due_at, r.working_since, r.finished_at, r.total, r.migrated,
                      r.errors, r.failure, r.readiness
               from migration_runs r left join users u on u.user_id = r.started_by where "# + $condition,
            $($argument),*
        )
    };
}

pub async fn find(pool: &Pool, organisation: OrganisationId, id: RunId) -> sqlx::Result<Option<Run>> {
    runs!("r.organisation_id = $1 and r.run_id = $2", organisation as OrganisationId, id as RunId)
        .fetch_optional(pool)
        .await
}

/// The organisation's runs, newest first: the last twenty.
pub async fn recent(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<Vec<Run>> {
    runs!(
        "r.organisation_id = $1 order by r.started_at desc, r.run_id desc limit 20",
        organisation as OrganisationId
    )
    .fetch_all(pool)
    .await
}

/// The live one, of either kind.
pub async fn live(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<Option<Run>> {
    runs!("r.organisation_id = $1 and r.state in ('queued', 'running')", organisation as OrganisationId)
        .fetch_optional(pool)
        .await
}

/// Where an organisation's migration stands.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Latest {
    /// The live run, of either kind, or else the last that was no rehearsal.
    pub run: Option<Run>,
    /// What was counted last of the deals in PSC, if it still holds.
    pub readiness: Option<Readiness>,
}

impl Part for Latest {
    const QUERY: &'static str = "select json_build_object(
            'run', (select to_json(run) from (
                select r.run_id as id, r.organisation_id as organisation, r.import_id as import, r.rehearsal, r.state, r.started_by,
                       u.display_name as started_by_name, r.started_at, r.due_at, r.working_since, r.finished_at, r.total, r.migrated,
                       r.errors, r.failure, r.readiness
                from migration_runs r left join users u on u.user_id = r.started_by
                where r.organisation_id = asked.organisation and (r.state in ('queued', 'running') or not r.rehearsal)
                order by r.state in ('queued', 'running') desc, r.started_at desc, r.run_id desc limit 1) run),
            'readiness', (select readiness from noted_readiness where organisation_id = asked.organisation))";
}

/// A run that was cancelled.
pub struct Cancelled {
    pub rehearsal: bool,
    /// Deals, until then.
    pub migrated: i32,
}

/// Stops a live run; `None`: it was over already.
pub async fn cancel(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    id: RunId,
    at: DateTime<Utc>,
) -> sqlx::Result<Option<Cancelled>> {
    sqlx::query_as!(
        Cancelled,
        "update migration_runs set state = 'cancelled', finished_at = $3
         where organisation_id = $1 and run_id = $2 and state in ('queued', 'running')
         returning rehearsal, migrated",
        organisation as OrganisationId,
        id as RunId,
        at
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Queues a run again that was cancelled or failed, if it is for the export that counts, and says whether it is a rehearsal; `None`: it
/// cannot go on. The caller holds [`lock_organisation`].
pub async fn resume(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    id: RunId,
    import: Option<ImportId>,
) -> sqlx::Result<Option<bool>> {
    sqlx::query_scalar!(
        "update migration_runs r set state = 'queued', finished_at = null, failures = 0, failure = null
         where organisation_id = $1 and run_id = $2 and state in ('cancelled', 'failed') and import_id is not distinct from $3
           and not exists (select from migration_runs l where l.organisation_id = $1 and l.state in ('queued', 'running'))
         returning rehearsal",
        organisation as OrganisationId,
        id as RunId,
        import as Option<ImportId>
    )
    .fetch_optional(&mut **tx)
    .await
}

/// What a slice needs of its run.
pub struct Claim {
    pub organisation: OrganisationId,
    /// The export whose deals it works: the one that counts, as none is taken in meanwhile.
    pub import: Option<ImportId>,
    pub rehearsal: bool,
    pub state: State,
    pub started_by: Option<UserId>,
    pub cursor: String,
}

/// Locks the run for one slice: a second worker waits here, then goes on behind the first one's cursor.
pub async fn claim(tx: &mut Tx<'_>, id: RunId) -> sqlx::Result<Option<Claim>> {
    sqlx::query_as!(
        Claim,
        r#"select organisation_id as "organisation: OrganisationId", import_id as "import: ImportId", rehearsal, state as "state: State",
                  started_by as "started_by: UserId", cursor from migration_runs where run_id = $1 for update"#,
        id as RunId
    )
    .fetch_optional(&mut **tx)
    .await
}

/// Moves the cursor over a window, with what came out of it.
pub async fn advance(
    tx: &mut Tx<'_>,
    id: RunId,
    cursor: &str,
    seen: i32,
    migrated: i32,
    errors: i32,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update migration_runs set state = 'running', working_since = coalesce(working_since, $6), cursor = $2, seen = seen + $3,
                migrated = migrated + $4, errors = errors + $5, failures = 0, slices = slices + 1
         where run_id = $1",
        id as RunId,
        cursor,
        seen,
        migrated,
        errors,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Ends a run whose windows are all worked: what it migrated, and its errors. `None`: it was over already.
pub async fn complete(tx: &mut Tx<'_>, id: RunId, at: DateTime<Utc>) -> sqlx::Result<Option<(i32, i32)>> {
    let row = sqlx::query!(
        "update migration_runs set finished_at = $2, working_since = coalesce(working_since, $2),
                state = case when errors > 0 then 'completed-with-errors' else 'completed' end
         where run_id = $1 and state in ('queued', 'running') returning migrated, errors",
        id as RunId,
        at
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|row| (row.migrated, row.errors)))
}

/// Counts a slice that failed as a whole; after `limit` in a row the run gives up. Returns whether it did.
pub async fn note_failure(pool: &Pool, id: RunId, why: &str, limit: i32, at: DateTime<Utc>) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"update migration_runs set failures = failures + 1, failure = $2,
                state = case when failures + 1 >= $3 then 'failed' else state end,
                finished_at = case when failures + 1 >= $3 then $4 else finished_at end
           where run_id = $1 and state in ('queued', 'running') returning state = 'failed' as "failed!""#,
        id as RunId,
        why,
        limit,
        at
    )
    .fetch_optional(pool)
    .await
    .map(|failed| failed.unwrap_or(false))
}

/// Live runs past their promise, and live runs at all, over all organisations; for the metrics.
pub async fn overdue(pool: &Pool, now: DateTime<Utc>) -> sqlx::Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"select count(*) filter (where due_at < $1) as "overdue!", count(*) as "live!" from migration_runs
           where state in ('queued', 'running')"#,
        now
    )
    .fetch_one(pool)
    .await?;
    Ok((row.overdue, row.live))
}

/// Live runs of all organisations, for the job that wakes them.
pub async fn live_everywhere(pool: &Pool) -> sqlx::Result<Vec<RunId>> {
    sqlx::query_scalar!(r#"select run_id as "id: RunId" from migration_runs where state in ('queued', 'running')"#)
        .fetch_all(pool)
        .await
}
