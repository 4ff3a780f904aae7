//! All SQL of the PSC room outside the import.

use chrono::{DateTime, Utc};

use crate::{db::Pool, ids::OrganisationId};

/// Whether an export is being taken in, and from when deals are eligible.
pub async fn readiness_facts(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<(bool, Option<DateTime<Utc>>)> {
    let row = sqlx::query!(
        r#"select exists (select from psc_imports where organisation_id = $1 and state = 'reading') as "importing!",
                  (select eligible_from from psc_settings where organisation_id = $1) as eligible_from"#,
        organisation as OrganisationId
    )
    .fetch_one(pool)
    .await?;
    Ok((row.importing, row.eligible_from))
}

/// Gives every partner without dates of its own these.
pub async fn set_dates(
    pool: &Pool,
    eligible_from: DateTime<Utc>,
    read_only_from: DateTime<Utc>,
    closed_from: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "insert into psc_settings as s (organisation_id, eligible_from, read_only_from, closed_from)
         select organisation_id, $1, $2, $3 from organisations where kind = 'partner'
         on conflict (organisation_id) do update
             set eligible_from = excluded.eligible_from, read_only_from = excluded.read_only_from, closed_from = excluded.closed_from
             where not s.own_dates
               and (s.eligible_from, s.read_only_from, s.closed_from)
                   is distinct from (excluded.eligible_from, excluded.read_only_from, excluded.closed_from)",
        eligible_from,
        read_only_from,
        closed_from
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected())
}

pub async fn has_export(pool: &Pool, organisation: OrganisationId) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from psc_settings where organisation_id = $1 and current_import_id is not null) as "has!""#,
        organisation as OrganisationId
    )
    .fetch_one(pool)
    .await
}
