//! All SQL of the switch.

use chrono::{DateTime, Utc};

use super::service::Switch;
use crate::{
    db::{Pool, Tx},
    ids::{OrganisationId, UserId},
};

/// Organisations that have switched, the last one first; or one of them.
pub async fn list(pool: &Pool, organisation: Option<OrganisationId>) -> sqlx::Result<Vec<Switch>> {
    sqlx::query_as!(
        Switch,
        r#"select s.organisation_id as "organisation: OrganisationId", o.legal_name as organisation_name, s.switched_at as "at!",
                  coalesce(u.display_name, '') as "by!"
           from psc_settings s join organisations o using (organisation_id) left join users u on u.user_id = s.switched_by
           where s.switched_at is not null and ($1::uuid is null or s.organisation_id = $1)
           order by s.switched_at desc, s.organisation_id"#,
        organisation as Option<OrganisationId>
    )
    .fetch_all(pool)
    .await
}

/// `false`: it was set already.
pub async fn set(tx: &mut Tx<'_>, organisation: OrganisationId, by: UserId, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update psc_settings set switched_at = $3, switched_by = $2 where organisation_id = $1 and switched_at is null",
        organisation as OrganisationId,
        by as UserId,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// `false`: it was not set.
pub async fn unset(tx: &mut Tx<'_>, organisation: OrganisationId) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update psc_settings set switched_at = null, switched_by = null where organisation_id = $1 and switched_at is not null",
        organisation as OrganisationId
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}
