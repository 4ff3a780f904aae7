//! The work accounts that admins named for PSC users.

use chrono::{DateTime, Utc};

use crate::{
    db::{Pool, Tx},
    ids::{OrganisationId, UserId},
};

/// Names the account of a PSC user of the export that counts; `false`: there is no such PSC user, or it has its role already.
pub async fn name(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    psc_user_id: &str,
    mail: &str,
    by: UserId,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into psc_work_accounts as w (organisation_id, psc_user_id, mail, named_by, named_at)
         select organisation_id, psc_user_id, $3, $4, $5 from psc_user_standings
         where organisation_id = $1 and psc_user_id = $2 and migrated_at is null
         on conflict (organisation_id, psc_user_id)
         do update set mail = excluded.mail, named_by = excluded.named_by, named_at = excluded.named_at",
        organisation as OrganisationId,
        psc_user_id,
        mail,
        by as UserId,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Back to the mail of PSC; `false`: none was named, or the PSC user has its role already.
pub async fn forget(tx: &mut Tx<'_>, organisation: OrganisationId, psc_user_id: &str) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "delete from psc_work_accounts w where organisation_id = $1 and psc_user_id = $2
           and not exists (select from psc_migrated_users m where m.organisation_id = $1 and m.psc_user_id = $2)",
        organisation as OrganisationId,
        psc_user_id
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether somebody of the organisation has this mail.
pub async fn exists(pool: &Pool, organisation: OrganisationId, mail: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from users where organisation_id = $1 and lower(mail) = lower($2)) as "exists!""#,
        organisation as OrganisationId,
        mail
    )
    .fetch_one(pool)
    .await
}
