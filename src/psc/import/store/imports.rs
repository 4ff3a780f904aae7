//! Import rows and the problems found.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use crate::{
    db::{self, Pool},
    ids::{ImportId, OrganisationId, UserId},
};

use super::super::{
    problem::{Problem, Refusal, UnknownColumns},
    reader::Totals,
};
use super::{carry::Carried, compare::Comparison};

/// Where an import stands. Its text in the database never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
pub enum State {
    /// Rows come in; they count for nothing yet.
    Reading,
    /// Its rows counted from then on, until a newer import was done.
    Done,
    /// A file cannot be used; nothing was changed.
    Refused,
    /// Interrupted: to be uploaded again.
    Failed,
}

impl State {
    pub const ALL: [Self; 4] = [Self::Reading, Self::Done, Self::Refused, Self::Failed];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }

    /// Whether it goes on; one such import per organisation.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Reading)
    }
}

/// An import. Counts are rows; while it lives they are those so far.
#[derive(Clone, Debug)]
pub struct Import {
    pub id: ImportId,
    pub organisation: OrganisationId,
    pub state: State,
    /// None: from the shell.
    pub started_by: Option<UserId>,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub refusals: Json<Vec<Refusal>>,
    pub unknown_columns: Json<Vec<UnknownColumns>>,
    /// Rows that went in.
    pub accounts: i32,
    pub users: i32,
    pub deals: i32,
    /// Rows of all three files that did not, and details of deals that did not.
    pub rejected: i32,
    pub warnings: i32,
    /// Beside the export that counted before.
    pub deals_new: i32,
    pub deals_changed: i32,
    pub deals_unchanged: i32,
    /// In the export, but migrated before: left as they are.
    pub deals_migrated: i32,
    /// In the export before, not migrated, and not in this one: they no longer count.
    pub deals_absent: i32,
    /// Changes made in PSC's pages that the export knew nothing of and that went on, and those that it replaced.
    pub edits_kept: i32,
    pub edits_replaced: i32,
    /// For the log, not for the page.
    pub failure: Option<String>,
}

macro_rules! imports {
    ($condition:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            Import,
            r#"select import_id as "id: ImportId", organisation_id as "organisation: OrganisationId", state as "state: State",
                started_by as "started_by: UserId", started_at, finished_at,
                coalesce(refusal, '[]') as "refusals!: Json<Vec<Refusal>>",
                unknown_columns as "unknown_columns!: Json<Vec<UnknownColumns>>",
                accounts, users, deals, rejected, warnings,
                deals_new, deals_changed, deals_unchanged, deals_migrated, deals_absent, edits_kept, edits_replaced, failure
            from psc_imports where organisation_id = $1 and "# + $condition,
            $($argument),+
        )
    };
}

pub async fn find(pool: &Pool, organisation: OrganisationId, import: ImportId) -> sqlx::Result<Option<Import>> {
    imports!("import_id = $2", organisation.0, import.0).fetch_optional(pool).await
}

/// Newest first; an organisation imports a handful of times.
pub async fn list(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<Vec<Import>> {
    imports!("true order by started_at desc, import_id desc", organisation.0)
        .fetch_all(pool)
        .await
}

/// How an attempt to start ended.
pub enum Begun {
    New(ImportId),
    /// Another import of the organisation goes on.
    Live,
    /// The organisation's deals are just being migrated.
    RunLive,
}

/// Makes the import's row. The organisation's row is locked, as it is when a migration run starts, so that imports and runs
/// exclude each other.
pub async fn begin(pool: &Pool, organisation: OrganisationId, by: Option<UserId>, at: DateTime<Utc>) -> sqlx::Result<Begun> {
    let mut tx = db::begin(pool).await?;
    // Not `for update`: another import that ends refers to the organisation, and would wait for us while we wait for it below.
    sqlx::query!(
        "select organisation_id from organisations where organisation_id = $1 for no key update",
        organisation.0
    )
    .fetch_one(&mut *tx)
    .await?;
    let run = sqlx::query_scalar!(
        r#"select exists (select from migration_runs where organisation_id = $1 and state in ('queued', 'running')) as "live!""#,
        organisation.0
    )
    .fetch_one(&mut *tx)
    .await?;
    if run {
        return Ok(Begun::RunLive);
    }
    bury(&mut *tx, Some(organisation), at).await?;
    let import = ImportId::new();
    let made = sqlx::query!(
        "insert into psc_imports (import_id, organisation_id, state, started_by, started_at) values ($1, $2, 'reading', $3, $4)
        on conflict (organisation_id) where state = 'reading' do nothing",
        import.0,
        organisation.0,
        by.map(|user| user.0),
        at
    )
    .execute(&mut *tx)
    .await?;
    if made.rows_affected() == 0 {
        return Ok(Begun::Live);
    }
    tx.commit().await?;
    Ok(Begun::New(import))
}

/// Fails imports whose reader has not moved for two minutes of the database's time: it has died. Of one organisation or of all.
pub async fn bury(
    executor: impl sqlx::PgExecutor<'_>,
    organisation: Option<OrganisationId>,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update psc_imports set state = 'failed', finished_at = $2, failure = 'interrupted while reading'
        where state = 'reading' and alive_at < now() - interval '2 minutes' and ($1::uuid is null or organisation_id = $1)",
        organisation as Option<OrganisationId>,
        at
    )
    .execute(executor)
    .await?;
    Ok(())
}

/// Says that reading goes on, and how far it is. `false`: it was given up for dead, or it does not stand where it was `before`, and
/// must stop.
pub async fn advance(
    executor: impl sqlx::PgExecutor<'_>,
    import: ImportId,
    before: &Totals,
    totals: &Totals,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update psc_imports set alive_at = now(), accounts = $2, users = $3, deals = $4, rejected = $5, warnings = $6
        where import_id = $1 and state = 'reading' and (accounts, users, deals, rejected, warnings) = ($7, $8, $9, $10, $11)",
        import.0,
        totals.accounts,
        totals.users,
        totals.deals,
        totals.rejected,
        totals.warnings,
        before.accounts,
        before.users,
        before.deals,
        before.rejected,
        before.warnings
    )
    .execute(executor)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// From now on this export counts, all of it at once. `false`: it was given up for dead, and nothing changed. An organisation without
/// PSC dates gets the guide's (domain.md section 5).
pub async fn turn(
    pool: &Pool,
    import: ImportId,
    totals: &Totals,
    comparison: &Comparison,
    carried: Carried,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let mut tx = db::begin(pool).await?;
    if !advance(&mut *tx, import, totals, totals).await? {
        return Ok(false);
    }
    sqlx::query!(
        "update psc_imports set state = 'done', finished_at = $2, unknown_columns = $3, deals_new = $4, deals_changed = $5,
            deals_unchanged = $6, deals_migrated = $7, deals_absent = $8, edits_kept = $9, edits_replaced = $10
        where import_id = $1",
        import.0,
        at,
        Json(&totals.unknown_columns) as _,
        comparison.new,
        comparison.changed,
        comparison.unchanged,
        comparison.migrated,
        comparison.absent,
        carried.kept,
        carried.replaced
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into psc_settings (organisation_id, eligible_from, read_only_from, closed_from, current_import_id)
        select organisation_id, '2020-01-01T00:00:00Z', '2021-04-01T00:00:00Z', '2021-05-01T00:00:00Z', import_id
        from psc_imports where import_id = $1
        on conflict (organisation_id) do update set current_import_id = excluded.current_import_id",
        import.0
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(true)
}

pub async fn refuse(pool: &Pool, import: ImportId, refusals: &[Refusal], at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update psc_imports set state = 'refused', finished_at = $3, refusal = $2 where import_id = $1 and state = 'reading'",
        import.0,
        Json(refusals) as _,
        at
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn fail(pool: &Pool, import: ImportId, why: &str, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update psc_imports set state = 'failed', finished_at = $3, failure = $2 where import_id = $1 and state = 'reading'",
        import.0,
        why,
        at
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Rejected rows, or warnings, in the order they were found, after the one with the id `after`.
pub async fn problems(
    pool: &Pool,
    organisation: OrganisationId,
    import: ImportId,
    rejected: bool,
    after: i64,
    limit: i64,
) -> sqlx::Result<Vec<Problem>> {
    sqlx::query_as!(
        Problem,
        r#"select problem_id as id, p.rejected, file, line, column_name as "column", code, value, row_id
        from psc_import_problems p join psc_imports using (import_id)
        where organisation_id = $1 and import_id = $2 and p.rejected = $3 and problem_id > $4
        order by problem_id limit $5"#,
        organisation.0,
        import.0,
        rejected,
        after,
        limit
    )
    .fetch_all(pool)
    .await
}
