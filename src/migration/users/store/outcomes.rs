//! The result: what became of each PSC user of a run.

use crate::{
    db::Pool,
    ids::{OrganisationId, RunId},
};

#[derive(Clone, Debug)]
pub struct Outcome {
    pub psc_user_id: String,
    pub mail: String,
    pub name: String,
    pub psc_account_id: String,
    pub psc_account_name: String,
    pub psc_role: String,
    /// The code of the role that was confirmed, and its location's name; none: the whole organisation.
    pub role: String,
    pub location: Option<String>,
    /// `waiting`, `migrated`, `unchanged` or `error`.
    pub outcome: String,
    /// The code of a [`Standing`](crate::migration::users::checks::Standing), `changed`, or `database:` and a code.
    pub reason: Option<String>,
}

/// Rows after a mail and PSC user ID, in that order.
pub async fn page(
    pool: &Pool,
    organisation: OrganisationId,
    run: RunId,
    errors_only: bool,
    after: (&str, &str),
    limit: i64,
) -> sqlx::Result<Vec<Outcome>> {
    sqlx::query_as!(
        Outcome,
        r#"select o.psc_user_id, o.mail, o.name, o.psc_account_id, o.psc_account_name, o.psc_role, o.role, l.name as "location?",
                  o.outcome, o.reason
           from user_migration_outcomes o
           join user_migration_runs r using (run_id)
           left join locations l on l.organisation_id = $1 and l.location_id = o.location_id
           where r.organisation_id = $1 and o.run_id = $2 and (not $3 or o.outcome = 'error')
             and (o.mail, o.psc_user_id) > ($4, $5)
           order by o.mail, o.psc_user_id limit $6"#,
        organisation as OrganisationId,
        run as RunId,
        errors_only,
        after.0,
        after.1,
        limit
    )
    .fetch_all(pool)
    .await
}

/// The PSC user IDs of the failed ones.
pub async fn failed(pool: &Pool, organisation: OrganisationId, run: RunId) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        "select o.psc_user_id from user_migration_outcomes o join user_migration_runs r using (run_id)
         where r.organisation_id = $1 and o.run_id = $2 and o.outcome = 'error'",
        organisation as OrganisationId,
        run as RunId
    )
    .fetch_all(pool)
    .await
}
