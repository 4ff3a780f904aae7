//! All SQL of the catalogue.

mod directory;

pub use directory::{assessments, business, business_by_duns, businesses_starting, businesses_with, solutions};

use serde::Deserialize;

use super::{
    incentive::Incentive,
    service::{NewBusiness, NewSolution},
};
use crate::{
    db::{Part, Pool, Tx},
    ids::{BusinessId, OrganisationId},
};

#[derive(Clone, Debug)]
pub struct Solution {
    pub id: String,
    pub name: String,
    /// Whose it is.
    pub organisation: OrganisationId,
    pub organisation_name: String,
    /// A product of Microsoft's rather than a partner's solution.
    pub vendor: bool,
    pub co_sell_ready: bool,
    pub incentive: Option<Incentive>,
}

/// A legal entity of the business directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Business {
    pub id: BusinessId,
    /// Nine digits.
    pub duns: String,
    pub legal_name: String,
    pub line1: String,
    pub line2: String,
    pub city: String,
    pub state: String,
    pub postal_code: String,
    /// Two letters, as in ISO 3166-1.
    pub country: String,
}

/// Whether an organisation may make deals, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Readiness {
    /// It has a solution that is ready for co-selling (rule).
    pub co_sell_ready: bool,
    /// It is approved for solution assessments.
    pub assessments: bool,
}

impl Part for Readiness {
    const QUERY: &'static str = "select json_build_object(
            'co_sell_ready', exists (select from solutions s where s.organisation_id = o.organisation_id and s.co_sell_ready),
            'assessments', o.solution_assessments)
        from organisations o where o.organisation_id = asked.organisation";
}

pub async fn solutions_by_id(pool: &Pool, ids: &[String]) -> sqlx::Result<Vec<Solution>> {
    sqlx::query_as!(
        Solution,
        r#"select s.solution_id as id, s.name, o.organisation_id as "organisation: OrganisationId",
                  o.legal_name as organisation_name, o.kind = 'vendor' as "vendor!", s.co_sell_ready,
                  s.incentive as "incentive: Incentive"
           from solutions s join organisations o using (organisation_id)
           where s.solution_id = any($1) order by s.solution_id"#,
        ids
    )
    .fetch_all(pool)
    .await
}

pub async fn create_solution(tx: &mut Tx<'_>, organisation: OrganisationId, new: &NewSolution<'_>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into solutions (solution_id, organisation_id, name, co_sell_ready, incentive, assessment) values ($1, $2, $3, $4, $5, $6)",
        new.id,
        organisation as OrganisationId,
        new.name,
        new.co_sell_ready,
        new.incentive.map(Incentive::code),
        new.assessment
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn create_business(tx: &mut Tx<'_>, new: &NewBusiness<'_>, match_key: &str) -> sqlx::Result<BusinessId> {
    let id = BusinessId::new();
    sqlx::query!(
        "insert into businesses (business_id, duns, legal_name, address_line1, city, state, postal_code, country, match_key)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id as BusinessId,
        new.duns,
        new.legal_name,
        new.address_line1,
        new.city,
        new.state,
        new.postal_code,
        new.country,
        match_key
    )
    .execute(&mut **tx)
    .await?;
    Ok(id)
}

pub async fn has_co_sell_ready(tx: &mut Tx<'_>, organisation: OrganisationId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from solutions where organisation_id = $1 and co_sell_ready) as "has!""#,
        organisation as OrganisationId
    )
    .fetch_one(&mut **tx)
    .await
}

pub async fn may_assess(tx: &mut Tx<'_>, organisation: OrganisationId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        "select solution_assessments from organisations where organisation_id = $1",
        organisation as OrganisationId
    )
    .fetch_one(&mut **tx)
    .await
}

pub async fn offered(tx: &mut Tx<'_>, ids: &[String], assessments: bool) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        "select s.solution_id from solutions s join organisations o using (organisation_id)
         where s.solution_id = any($1) and s.assessment = $2 and (s.co_sell_ready or o.kind = 'vendor')",
        ids,
        assessments
    )
    .fetch_all(&mut **tx)
    .await
}
