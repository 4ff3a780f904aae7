//! Reads of what becomes of each deal (the views `psc_remaining_deals`, `psc_deal_standings`): counts and lists.

use std::collections::BTreeMap;

use sqlx::{PgExecutor, types::Json};

use crate::{
    db::{self, Pool},
    ids::{ImportId, OrganisationId, ReferralId},
    migration::deals::readiness::{Readiness, Standing, WrongMpn},
    referrals::missing::Missing,
};

/// Deals counted by one query: some 100 ms of work.
const WINDOW: i64 = 20_000;

/// What the counts depend on: the organisation's rules and export, and its last run. None: there is no export, or the counts change
/// as a run goes on.
pub async fn facts(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!(
        "select case when r.state is null or r.state not in ('queued', 'running') then concat_ws(' ', f.facts, r.run_id, r.state) end
         from psc_standing_facts f
         left join lateral (select run_id, state from migration_runs
                            where organisation_id = $1 and not rehearsal order by started_at desc, run_id desc limit 1) r on true
         where f.organisation_id = $1",
        organisation as OrganisationId
    )
    .fetch_optional(pool)
    .await
    .map(Option::flatten)
}

/// What was counted last, if it was for the facts of now.
pub async fn noted(db: impl PgExecutor<'_>, organisation: OrganisationId) -> sqlx::Result<Option<Readiness>> {
    let noted = sqlx::query_scalar!(
        r#"select readiness as "readiness!: Json<Readiness>" from noted_readiness where organisation_id = $1"#,
        organisation as OrganisationId
    )
    .fetch_optional(db)
    .await?;
    Ok(noted.map(|Json(readiness)| readiness))
}

/// The wrong MPN IDs that were found with it.
pub async fn noted_wrong(pool: &Pool, organisation: OrganisationId, facts: &str) -> sqlx::Result<Option<Vec<WrongMpn>>> {
    let noted = sqlx::query_scalar!(
        r#"select wrong_mpns as "wrong: Json<Vec<WrongMpn>>" from migration_readiness where organisation_id = $1 and facts = $2"#,
        organisation as OrganisationId,
        facts
    )
    .fetch_optional(pool)
    .await?;
    Ok(noted.map(|Json(wrong)| wrong))
}

/// Notes what was counted for these facts.
pub async fn note(pool: &Pool, organisation: OrganisationId, facts: &str, counted: &Counted) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into migration_readiness (organisation_id, facts, readiness, wrong_mpns) values ($1, $2, $3, $4)
         on conflict (organisation_id) do update
             set facts = excluded.facts, readiness = excluded.readiness, wrong_mpns = excluded.wrong_mpns",
        organisation as OrganisationId,
        facts,
        Json(&counted.readiness) as _,
        Json(&counted.wrong) as _
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// What a look at every deal finds.
pub struct Counted {
    pub readiness: Readiness,
    pub wrong: Vec<WrongMpn>,
}

/// Counts every deal, a window of keys at a time, so that no transaction takes long whatever their number.
pub async fn count(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<Counted> {
    let export = sqlx::query!(
        r#"select (select current_import_id from psc_settings where organisation_id = $1) as "import: ImportId",
                  (select count(*) from psc_migrated_deals where organisation_id = $1) as "migrated!""#,
        organisation as OrganisationId
    )
    .fetch_one(pool)
    .await?;
    let mut counts = BTreeMap::from([((Standing::Migrated, 0), export.migrated)]);
    let mut wrong: BTreeMap<(String, String), WrongMpn> = BTreeMap::new();
    let mut from = String::new();
    while let Some(import) = export.import {
        let mut tx = db::begin(pool).await?;
        db::plan_by_key(&mut tx).await?;
        let through = sqlx::query_scalar!(
            "select max(psc_deal_id) from (
                 select psc_deal_id from psc_deals where import_id = $1 and psc_deal_id > $2 order by psc_deal_id limit $3) w",
            import as ImportId,
            from,
            WINDOW
        )
        .fetch_one(&mut *tx)
        .await?;
        let Some(through) = through else { break };
        let rows = sqlx::query!(
            r#"select standing as "standing!", missing as "missing!", count(*) as "count!",
                      case when standing = 'invalid_mpn' then psc_account_id else '' end as "account!",
                      case when standing = 'invalid_mpn' then mpn_id else '' end as "mpn!", max(psc_account_name) as "name!"
               from psc_remaining_deals
               where organisation_id = $1 and import_id = $2 and psc_deal_id > $3 and psc_deal_id <= $4 group by 1, 2, 4, 5"#,
            organisation as OrganisationId,
            import as ImportId,
            from,
            through
        )
        .fetch_all(&mut *tx)
        .await?;
        for row in rows {
            if let Some(standing) = Standing::from_code(&row.standing) {
                *counts.entry((standing, row.missing)).or_default() += row.count;
                if standing == Standing::InvalidMpn {
                    let account = wrong.entry((row.account.clone(), row.mpn.clone())).or_insert_with(|| WrongMpn {
                        psc_account_id: row.account,
                        account_name: row.name,
                        mpn_id: row.mpn,
                        deals: 0,
                    });
                    account.deals += row.count;
                }
            }
        }
        from = through;
    }
    let counts = counts
        .into_iter()
        .map(|((standing, missing), count)| (standing, Missing(missing), count));
    Ok(Counted { readiness: Readiness::sum(counts), wrong: wrong.into_values().collect() })
}

/// A PSC deal of a list.
#[derive(Debug)]
pub struct Listed {
    pub psc_deal_id: String,
    pub name: String,
    pub customer_name: String,
    pub account_name: String,
    pub mpn_id: String,
    pub status: String,
    pub business: String,
    pub created_on: chrono::NaiveDate,
    pub missing: i32,
    pub referral: Option<ReferralId>,
}

/// Deals of a standing after a PSC deal ID, in the order of the IDs; with `missing` only those that lack one of these bits.
pub async fn list(
    pool: &Pool,
    organisation: OrganisationId,
    standing: Standing,
    missing: Option<i32>,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<Listed>> {
    if standing == Standing::Migrated {
        return migrated(pool, organisation, missing, after, limit).await;
    }
    sqlx::query_as!(
        Listed,
        r#"select psc_deal_id as "psc_deal_id!", name as "name!", customer_name as "customer_name!", psc_account_name as "account_name!",
                  mpn_id as "mpn_id!", status as "status!", business as "business!",
                  (created_at at time zone 'utc')::date as "created_on!", missing as "missing!", null::uuid as "referral: ReferralId"
           from psc_remaining_deals
           where organisation_id = $1 and import_id = (select current_import_id from psc_settings where organisation_id = $1)
             and psc_deal_id > $2 and standing = $3 and ($4::integer is null or missing & $4 <> 0)
           order by psc_deal_id limit $5"#,
        organisation as OrganisationId,
        after,
        standing.code(),
        missing,
        limit
    )
    .fetch_all(pool)
    .await
}

/// As they were when they migrated, whatever later exports say.
async fn migrated(
    pool: &Pool,
    organisation: OrganisationId,
    missing: Option<i32>,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<Listed>> {
    sqlx::query_as!(
        Listed,
        r#"select m.psc_deal_id, d.name as "name!", d.customer_name as "customer_name!", d.psc_account_name as "account_name!",
                  d.mpn_id as "mpn_id!", d.status as "status!", d.business as "business!",
                  (d.created_at at time zone 'utc')::date as "created_on!", d.missing as "missing!",
                  m.referral_id as "referral: ReferralId"
           from psc_migrated_deals m join psc_export_deals d on d.import_id = m.import_id and d.psc_deal_id = m.psc_deal_id
           where m.organisation_id = $1 and m.psc_deal_id > $2 and ($3::integer is null or d.missing & $3 <> 0)
           order by m.psc_deal_id limit $4"#,
        organisation as OrganisationId,
        after,
        missing,
        limit
    )
    .fetch_all(pool)
    .await
}
