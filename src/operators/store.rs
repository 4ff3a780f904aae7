//! What operators read, over all organisations: names, dates, counts and states; never a deal.

use chrono::{DateTime, Utc};

use crate::{
    db::{Pool, Tx},
    ids::{ImportId, OrganisationId, RunId},
    migration::run::State,
};

/// Organisations on a page.
pub const PAGE: usize = 50;

/// A partner and its PSC.
#[derive(Clone, Debug)]
pub struct Partner {
    pub id: OrganisationId,
    pub name: String,
    pub country: String,
    pub mpn_id: String,
    pub users: i64,
    pub locations: i64,
    pub eligible_from: Option<DateTime<Utc>>,
    pub read_only_from: Option<DateTime<Utc>>,
    pub closed_from: Option<DateTime<Utc>>,
    /// False: the dates are the portal's settings.
    pub own_dates: bool,
    pub import: Option<ImportId>,
    pub imported_at: Option<DateTime<Utc>>,
}

/// Partners whose name or MPN ID begins with the search, after a name, in the order of their names.
pub async fn partners(pool: &Pool, search: &str, after: Option<(&str, OrganisationId)>) -> sqlx::Result<Vec<Partner>> {
    let (name, id) = after.map_or((None, None), |(name, id)| (Some(name), Some(id)));
    sqlx::query_as!(
        Partner,
        r#"select o.organisation_id as "id: OrganisationId", o.legal_name as name, o.country, coalesce(o.mpn_id, '') as "mpn_id!",
                  (select count(*) from users u where u.organisation_id = o.organisation_id) as "users!",
                  (select count(*) from locations l where l.organisation_id = o.organisation_id) as "locations!",
                  s.eligible_from as "eligible_from?", s.read_only_from as "read_only_from?", s.closed_from as "closed_from?",
                  coalesce(s.own_dates, false) as "own_dates!", s.current_import_id as "import: ImportId",
                  i.finished_at as "imported_at?"
           from organisations o left join psc_settings s using (organisation_id)
           left join psc_imports i on i.import_id = s.current_import_id
           where o.kind = 'partner' and (lower(o.legal_name) like lower($1) || '%' or o.mpn_id like $1 || '%')
             and ($2::text is null or (o.legal_name, o.organisation_id) > ($2, $3))
           order by o.legal_name, o.organisation_id limit $4"#,
        like(search),
        name,
        id as Option<OrganisationId>,
        PAGE as i64 + 1
    )
    .fetch_all(pool)
    .await
}

pub async fn partner(pool: &Pool, id: OrganisationId) -> sqlx::Result<Option<Partner>> {
    sqlx::query_as!(
        Partner,
        r#"select o.organisation_id as "id: OrganisationId", o.legal_name as name, o.country, coalesce(o.mpn_id, '') as "mpn_id!",
                  (select count(*) from users u where u.organisation_id = o.organisation_id) as "users!",
                  (select count(*) from locations l where l.organisation_id = o.organisation_id) as "locations!",
                  s.eligible_from as "eligible_from?", s.read_only_from as "read_only_from?", s.closed_from as "closed_from?",
                  coalesce(s.own_dates, false) as "own_dates!", s.current_import_id as "import: ImportId",
                  i.finished_at as "imported_at?"
           from organisations o left join psc_settings s using (organisation_id)
           left join psc_imports i on i.import_id = s.current_import_id
           where o.kind = 'partner' and o.organisation_id = $1"#,
        id as OrganisationId
    )
    .fetch_optional(pool)
    .await
}

fn like(search: &str) -> String {
    search.trim().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// Gives a partner PSC dates of its own; `None`: the portal's settings count again from the next start on.
pub async fn set_dates(
    tx: &mut Tx<'_>,
    id: OrganisationId,
    eligible_from: DateTime<Utc>,
    read_only_from: DateTime<Utc>,
    closed_from: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into psc_settings (organisation_id, eligible_from, read_only_from, closed_from, own_dates)
         select organisation_id, $2, $3, $4, true from organisations where organisation_id = $1 and kind = 'partner'
         on conflict (organisation_id) do update set eligible_from = excluded.eligible_from, read_only_from = excluded.read_only_from,
             closed_from = excluded.closed_from, own_dates = true",
        id as OrganisationId,
        eligible_from,
        read_only_from,
        closed_from
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A run of one of the migrations, of any organisation.
#[derive(Clone, Debug)]
pub struct AnyRun {
    pub id: RunId,
    /// Of the user migration.
    pub people: bool,
    pub organisation: OrganisationId,
    pub organisation_name: String,
    pub rehearsal: bool,
    pub state: State,
    pub started_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub working_since: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    pub total: i32,
    pub migrated: i32,
    pub errors: i32,
    pub failure: Option<String>,
}

/// The newest hundred, live ones first. What a user migration's run leaves as it is, is done as well.
pub async fn runs(pool: &Pool) -> sqlx::Result<Vec<AnyRun>> {
    sqlx::query_as!(
        AnyRun,
        r#"select r.run_id as "id!: RunId", r.people as "people!", r.organisation_id as "organisation!: OrganisationId",
                  o.legal_name as organisation_name, r.rehearsal as "rehearsal!", r.state as "state!: State",
                  r.started_at as "started_at!", r.due_at as "due_at!", r.working_since, r.finished_at, r.total as "total!",
                  r.migrated as "migrated!", r.errors as "errors!", r.failure
           from (select run_id, false as people, organisation_id, rehearsal, state, started_at, due_at, working_since, finished_at,
                        total, migrated, errors, failure
                 from migration_runs
                 union all
                 select run_id, true, organisation_id, false, state, started_at, started_at + interval '24 hours', working_since,
                        finished_at, total, migrated + unchanged, errors, failure
                 from user_migration_runs) r
           join organisations o using (organisation_id)
           order by (r.state in ('queued', 'running')) desc, r.started_at desc, r.run_id desc limit 100"#
    )
    .fetch_all(pool)
    .await
}

/// Jobs of a kind in a state, and since when the oldest of them waits.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct JobCount {
    pub kind: String,
    pub state: String,
    pub jobs: i64,
    pub oldest: Option<DateTime<Utc>>,
}

/// River's own table, which is not part of our schema: asked without compile-time checks.
pub async fn job_counts(pool: &Pool) -> sqlx::Result<Vec<JobCount>> {
    sqlx::query_as(
        "select kind, state::text as state, count(*) as jobs, min(scheduled_at) as oldest from river_job group by 1, 2 order by 1, 2",
    )
    .fetch_all(pool)
    .await
}

/// A job that failed, and will be tried again or not.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct FailedJob {
    pub id: i64,
    pub kind: String,
    pub state: String,
    pub attempt: i16,
    pub max_attempts: i16,
    pub scheduled_at: DateTime<Utc>,
    /// What it last said.
    pub error: Option<String>,
}

/// The newest fifty.
pub async fn failed_jobs(pool: &Pool) -> sqlx::Result<Vec<FailedJob>> {
    sqlx::query_as(
        "select id, kind, state::text as state, attempt, max_attempts, scheduled_at, errors[array_upper(errors, 1)] ->> 'error' as error
         from river_job where state in ('retryable', 'discarded', 'cancelled') order by id desc limit 50",
    )
    .fetch_all(pool)
    .await
}
