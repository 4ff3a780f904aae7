//! The runs of bulk changes, and what came of them.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::run::{CHANGED, Change, Outcome, Run, SAME, Selection, State};
use crate::{
    auth::Actor,
    db::{Pool, Tx},
    ids::{BulkId, OrganisationId, ReferralId, UserId},
    referrals::filter::Kind,
};

/// A run that is about to begin.
pub struct NewRun<'a> {
    pub id: BulkId,
    pub kind: Kind,
    pub change: &'a Change,
    pub selection: &'a Selection,
    pub total: i64,
    pub more: bool,
    pub at: DateTime<Utc>,
}

/// What came of a deal.
pub struct Recorded {
    pub id: ReferralId,
    pub name: String,
    pub outcome: Outcome,
}

/// The same, read back.
#[derive(Clone, Debug)]
pub struct Shown {
    pub id: ReferralId,
    /// Empty for what was not found.
    pub name: String,
    /// [`CHANGED`], [`SAME`], or the locale key of a refusal.
    pub outcome: String,
}

pub async fn insert(tx: &mut Tx<'_>, actor: &Actor, run: &NewRun<'_>) -> sqlx::Result<()> {
    let (picked, filter) = match run.selection {
        Selection::Picked(ids) => (Some(ids.iter().map(|id| id.0).collect::<Vec<_>>()), ""),
        Selection::Matching(query) => (None, query.as_str()),
    };
    sqlx::query!(
        "insert into bulk_runs (run_id, organisation_id, user_id, kind, change, picked, filter, total, more, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        run.id as BulkId,
        actor.organisation as OrganisationId,
        actor.user as UserId,
        run.kind.code(),
        serde_json::to_value(run.change).map_err(|error| sqlx::Error::Encode(Box::new(error)))?,
        picked.as_deref(),
        filter,
        run.total,
        run.more,
        run.at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A row of `bulk_runs`.
struct Row {
    id: BulkId,
    organisation: OrganisationId,
    user: UserId,
    kind: String,
    change: Value,
    picked: Option<Vec<ReferralId>>,
    filter: String,
    state: State,
    total: i64,
    more: bool,
    changed: i64,
    same: i64,
    refused: i64,
    created_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    cursor: String,
}

impl TryFrom<Row> for Run {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.id,
            organisation: row.organisation,
            user: row.user,
            kind: Kind::from_code(&row.kind).unwrap_or_default(),
            change: serde_json::from_value(row.change).map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            selection: row.picked.map_or(Selection::Matching(row.filter), Selection::Picked),
            state: row.state,
            total: row.total,
            more: row.more,
            changed: row.changed,
            same: row.same,
            refused: row.refused,
            created_at: row.created_at,
            finished_at: row.finished_at,
            cursor: row.cursor,
        })
    }
}

/// Takes a live run for a minute, unless somebody else has it: the database's time decides, as it is the same for all.
pub async fn claim(pool: &Pool, id: BulkId) -> sqlx::Result<Option<Run>> {
    let row = sqlx::query_as!(
        Row,
        r#"update bulk_runs set state = 'running', held_until = now() + interval '1 minute'
           where run_id = $1 and state in ('queued', 'running') and (held_until is null or held_until < now())
           returning run_id as "id: BulkId", organisation_id as "organisation: OrganisationId", user_id as "user: UserId", kind, change,
               picked as "picked: Vec<ReferralId>", filter, state as "state: State", total, more, changed, same, refused, created_at,
               finished_at, cursor"#,
        id as BulkId
    )
    .fetch_optional(pool)
    .await?;
    row.map(Run::try_from).transpose()
}

/// Writes down what came of a slice, moves the cursor behind it and lets the run go.
pub async fn advance(tx: &mut Tx<'_>, id: BulkId, cursor: &str, outcomes: &[Recorded]) -> sqlx::Result<()> {
    let ids: Vec<uuid::Uuid> = outcomes.iter().map(|outcome| outcome.id.0).collect();
    let names: Vec<String> = outcomes.iter().map(|outcome| outcome.name.clone()).collect();
    let codes: Vec<String> = outcomes.iter().map(|outcome| outcome.outcome.code().to_owned()).collect();
    sqlx::query!(
        "with noted as (
             insert into bulk_outcomes (run_id, referral_id, name, outcome)
             select $1, id, name, outcome from unnest($3::uuid[], $4::text[], $5::text[]) as o (id, name, outcome)
             on conflict do nothing returning outcome),
         counted as (
             insert into bulk_reasons as r (run_id, reason, deals)
             select $1, outcome, count(*) from noted where outcome not in ($6, $7) group by 2
             on conflict (run_id, reason) do update set deals = r.deals + excluded.deals)
         update bulk_runs set cursor = $2, held_until = null, changed = changed + (select count(*) from noted where outcome = $6),
             same = same + (select count(*) from noted where outcome = $7),
             refused = refused + (select count(*) from noted where outcome not in ($6, $7))
         where run_id = $1",
        id as BulkId,
        cursor,
        &ids,
        &names,
        &codes,
        CHANGED,
        SAME
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Ends a run, or stops it; `false`: it was over already.
pub async fn finish(pool: &Pool, id: BulkId, cancelled: bool, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update bulk_runs set state = case when $2 then 'cancelled' else 'completed' end, finished_at = $3, held_until = null
         where run_id = $1 and state in ('queued', 'running')",
        id as BulkId,
        cancelled,
        at
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn is_live(pool: &Pool, id: BulkId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from bulk_runs where run_id = $1 and state in ('queued', 'running')) as "live!""#,
        id as BulkId
    )
    .fetch_one(pool)
    .await
}

pub async fn find(pool: &Pool, user: UserId, id: BulkId) -> sqlx::Result<Option<Run>> {
    let row = sqlx::query_as!(
        Row,
        r#"select run_id as "id: BulkId", organisation_id as "organisation: OrganisationId", user_id as "user: UserId", kind, change,
               picked as "picked: Vec<ReferralId>", filter, state as "state: State", total, more, changed, same, refused, created_at,
               finished_at, cursor
           from bulk_runs where run_id = $1 and user_id = $2"#,
        id as BulkId,
        user as UserId
    )
    .fetch_optional(pool)
    .await?;
    row.map(Run::try_from).transpose()
}

pub async fn reasons(pool: &Pool, id: BulkId) -> sqlx::Result<Vec<(String, i64)>> {
    let rows = sqlx::query!("select reason, deals from bulk_reasons where run_id = $1 order by deals desc, reason", id as BulkId)
        .fetch_all(pool)
        .await?;
    Ok(rows.into_iter().map(|row| (row.reason, row.deals)).collect())
}

pub async fn outcomes(pool: &Pool, id: BulkId, refused: bool, after: Option<ReferralId>, limit: i64) -> sqlx::Result<Vec<Shown>> {
    sqlx::query_as!(
        Shown,
        r#"select referral_id as "id: ReferralId", name, outcome from bulk_outcomes
           where run_id = $1 and ($2::uuid is null or referral_id > $2) and (not $3 or outcome not in ('changed', 'same'))
           order by referral_id limit $4"#,
        id as BulkId,
        after as Option<ReferralId>,
        refused,
        limit
    )
    .fetch_all(pool)
    .await
}

/// Live runs of everybody, for the job that wakes them.
pub async fn live(pool: &Pool) -> sqlx::Result<Vec<BulkId>> {
    sqlx::query_scalar!(
        r#"select run_id as "id: BulkId" from bulk_runs
           where state in ('queued', 'running') and (held_until is null or held_until < now())"#
    )
    .fetch_all(pool)
    .await
}
