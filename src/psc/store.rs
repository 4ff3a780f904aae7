//! All SQL of the PSC room outside the import.

use chrono::{DateTime, Utc};

use crate::{db::Pool, ids::OrganisationId};

/// Whether an export is being taken in, and from when deals are eligible.
pub async fn readiness_facts(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<(bool, Option<DateTime<Utc>>)> {
    let row = sqlx::query!(
        r#"select exists (select from psc_imports where organisation_id = $1 and state in ('reading', 'merging')) as "importing!",
                  (select eligible_from from psc_settings where organisation_id = $1) as eligible_from"#,
        organisation as OrganisationId
    )
    .fetch_one(pool)
    .await?;
    Ok((row.importing, row.eligible_from))
}
