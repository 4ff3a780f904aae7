//! Reads of the view `psc_deal_standings`: counts and lists.

use crate::{
    db::Pool,
    ids::{OrganisationId, ReferralId},
    migration::deals::readiness::{Readiness, Standing},
    referrals::missing::Missing,
};

pub async fn readiness(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<Readiness> {
    let rows = sqlx::query!(
        r#"select standing as "standing!", missing as "missing!", count(*) as "count!" from psc_deal_standings
           where organisation_id = $1 group by 1, 2"#,
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
    sqlx::query_as!(
        Listed,
        r#"select psc_deal_id as "psc_deal_id!", name as "name!", customer_name as "customer_name!", psc_account_name as "account_name!",
                  mpn_id as "mpn_id!", status as "status!", business as "business!",
                  (created_at at time zone 'utc')::date as "created_on!", missing as "missing!", referral_id as "referral: ReferralId"
           from psc_deal_standings
           where organisation_id = $1 and psc_deal_id > $2 and standing = $3 and ($4::integer is null or missing & $4 <> 0)
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

/// Whether anything eligible waits: its number up to a hundred, so that asking costs little on every visit of the deals page.
pub async fn any_eligible(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
               select from psc_deal_standings
               where organisation_id = $1 and standing = 'eligible'
                 -- Follows from the standing; said again so that the index psc_deals_waiting can serve.
                 and migrated_at is null and status = 'open' and business in ('co-sell', 'oem-iot') limit 100) few"#,
        organisation as OrganisationId
    )
    .fetch_one(pool)
    .await
}
