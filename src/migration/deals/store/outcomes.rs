//! The report: what became of each deal, and the sums on both sides.

use rust_decimal::Decimal;

use crate::{
    db::Pool,
    ids::{EngagementId, OrganisationId, ReferralId, RunId},
};

/// A row of the report.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub psc_deal_id: String,
    pub deal_name: String,
    /// `migrated`, `would-migrate`, `error`, or the code of a [`Standing`](crate::migration::deals::readiness::Standing).
    pub outcome: String,
    pub engagement: Option<EngagementId>,
    pub referral: Option<ReferralId>,
    pub error: Option<String>,
}

/// Rows after a PSC deal ID, in the order of the IDs.
pub async fn page(
    pool: &Pool,
    organisation: OrganisationId,
    run: RunId,
    errors_only: bool,
    after: &str,
    limit: i64,
) -> sqlx::Result<Vec<Outcome>> {
    sqlx::query_as!(
        Outcome,
        r#"select o.psc_deal_id, o.deal_name, o.outcome, o.engagement_id as "engagement: EngagementId",
                  o.referral_id as "referral: ReferralId", o.error
           from migration_outcomes o join migration_runs r using (run_id)
           where r.organisation_id = $1 and o.run_id = $2 and o.psc_deal_id > $3 and (not $4 or o.outcome = 'error')
           order by o.psc_deal_id limit $5"#,
        organisation as OrganisationId,
        run as RunId,
        after,
        errors_only,
        limit
    )
    .fetch_all(pool)
    .await
}

/// A line of the reconciliation: a side (`source:<standing>`, `outcome:<migrated|would-migrate|error>`, `target`) in one currency.
#[derive(Clone, Debug)]
pub struct Sum {
    pub side: String,
    pub currency: String,
    pub deals: i32,
    pub value: Decimal,
}

pub async fn sums(pool: &Pool, organisation: OrganisationId, run: RunId) -> sqlx::Result<Vec<Sum>> {
    sqlx::query_as!(
        Sum,
        "select s.side, s.currency, s.deals, s.value from migration_sums s join migration_runs r using (run_id)
         where r.organisation_id = $1 and s.run_id = $2 order by s.currency, s.side",
        organisation as OrganisationId,
        run as RunId
    )
    .fetch_all(pool)
    .await
}
