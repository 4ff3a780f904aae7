//! Reads of what becomes of each deal (the views `psc_remaining_deals`, `psc_deal_standings`): counts and lists.

use crate::{
    db::Pool,
    ids::{OrganisationId, ReferralId},
    migration::deals::readiness::{Readiness, Standing},
    referrals::missing::Missing,
};

pub async fn readiness(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<Readiness> {
    let rows = sqlx::query!(
        r#"select standing as "standing!", missing as "missing!", count(*) as "count!" from psc_remaining_deals
           where organisation_id = $1 and import_id = (select current_import_id from psc_settings where organisation_id = $1)
           group by 1, 2
           union all
           select 'migrated', 0, count(*) from psc_migrated_deals where organisation_id = $1"#,
        organisation as OrganisationId
    )
    .fetch_all(pool)
    .await?;
    Ok(Readiness::sum(
        rows.into_iter()
            .filter_map(|row| Some((Standing::from_code(&row.standing)?, Missing(row.missing), row.count))),
    ))
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

/// Facts and last run of an organisation ($1), as text: as long as they are the same, so is what is eligible.
macro_rules! facts {
    ($before:literal, $after:literal, $($argument:expr),+) => {
        sqlx::query!(
            $before
                + "(select f.facts || coalesce(' ' || (
                        select run_id || ' ' || state from migration_runs r where r.organisation_id = $1 and not rehearsal
                        order by started_at desc, run_id desc limit 1), '')
                    from psc_standing_facts f where f.organisation_id = $1)"
                + $after,
            $($argument),+
        )
    };
}

/// What was found eligible when it was looked for last, unless something it depends on has changed since.
pub async fn noted(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<Option<i64>> {
    let noted = facts!(
        "select eligible from migration_notices where organisation_id = $1 and facts = ",
        "",
        organisation as OrganisationId
    )
    .fetch_optional(pool)
    .await?;
    Ok(noted.map(|row| row.eligible))
}

/// How many deals are eligible, up to a hundred, and the facts for which that holds; both of one moment.
pub async fn few_eligible(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<(Option<String>, i64)> {
    let row = facts!(
        "select ",
        r#" as facts, (select count(*) from (
               select from psc_remaining_deals
               where organisation_id = $1 and import_id = (select current_import_id from psc_settings where organisation_id = $1)
                 and standing = 'eligible' limit 100) few) as "eligible!""#,
        organisation as OrganisationId
    )
    .fetch_one(pool)
    .await?;
    Ok((row.facts, row.eligible))
}

/// Notes what was found. Whoever comes later with older facts makes only that it is looked for again.
pub async fn note(pool: &Pool, organisation: OrganisationId, facts: &str, eligible: i64) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into migration_notices (organisation_id, facts, eligible) values ($1, $2, $3)
         on conflict (organisation_id) do update set facts = excluded.facts, eligible = excluded.eligible",
        organisation as OrganisationId,
        facts,
        eligible
    )
    .execute(pool)
    .await?;
    Ok(())
}
