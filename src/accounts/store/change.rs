//! Changing people, their roles and their passwords. Every change of who administers an organisation waits at the organisation's row.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    auth::Role,
    db::{Pool, Tx},
    ids::{LocationId, OrganisationId, UserId},
};

/// One change of an organisation's people at a time: whoever comes second sees what the first one did. Weak enough that deals, which
/// only refer to the row, do not wait.
pub async fn lock(tx: &mut Tx<'_>, organisation: OrganisationId) -> sqlx::Result<()> {
    sqlx::query!(
        "select 1 as one from organisations where organisation_id = $1 for no key update",
        organisation as OrganisationId
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(())
}

/// Whether somebody else who is not disabled has the role, for the whole organisation.
pub async fn somebody_else_has(tx: &mut Tx<'_>, organisation: OrganisationId, user: UserId, role: Role) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from users u join role_assignments a using (user_id)
                          where u.organisation_id = $1 and u.user_id <> $2 and u.disabled_at is null and a.role = $3
                            and a.location_id is null) as "exists!""#,
        organisation as OrganisationId,
        user as UserId,
        role.code()
    )
    .fetch_one(&mut **tx)
    .await
}

/// Takes a role away; of one location, or (`None`) of the whole organisation. `false`: it was not there.
pub async fn remove_role(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    user: UserId,
    role: Role,
    location: Option<LocationId>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "delete from role_assignments a using users u
         where u.user_id = a.user_id and u.organisation_id = $1 and a.user_id = $2 and a.role = $3
           and a.location_id is not distinct from $4",
        organisation as OrganisationId,
        user as UserId,
        role.code(),
        location as Option<LocationId>
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Takes a role away from single locations: it is about to hold for the whole organisation.
pub async fn remove_local(tx: &mut Tx<'_>, organisation: OrganisationId, user: UserId, role: Role) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from role_assignments a using users u
         where u.user_id = a.user_id and u.organisation_id = $1 and a.user_id = $2 and a.role = $3 and a.location_id is not null",
        organisation as OrganisationId,
        user as UserId,
        role.code()
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// `Some(at)` disables, `None` enables; `false`: it was so already.
pub async fn set_disabled(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    user: UserId,
    disabled_at: Option<DateTime<Utc>>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update users set disabled_at = $3
         where organisation_id = $1 and user_id = $2 and (disabled_at is null) <> ($3::timestamptz is null)",
        organisation as OrganisationId,
        user as UserId,
        disabled_at
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends all sessions of a user, but for one that is `kept`.
pub async fn end_sessions(tx: &mut Tx<'_>, user: UserId, kept: Option<&[u8]>) -> sqlx::Result<()> {
    sqlx::query!(
        "update sessions set revoked_at = now()
         where user_id = $1 and revoked_at is null and ($2::bytea is null or session_hash <> $2)",
        user as UserId,
        kept
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Sets a one-time password, which ends unused after seven days.
pub async fn set_one_time_password(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    user: UserId,
    hash: &str,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update users set password_hash = $3, must_change_password = true, one_time_until = now() + interval '7 days'
         where organisation_id = $1 and user_id = $2",
        organisation as OrganisationId,
        user as UserId,
        hash
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What stands behind somebody's password now.
pub async fn password_hash(pool: &Pool, user: UserId) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!("select password_hash from users where user_id = $1", user as UserId)
        .fetch_one(pool)
        .await
}

/// Sets one's own password where `old` is still what stood behind it; `false`: it has been changed meanwhile.
pub async fn change_password(tx: &mut Tx<'_>, user: UserId, old: &str, new: &str) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update users set password_hash = $3, must_change_password = false, one_time_until = null
         where user_id = $1 and password_hash = $2 and disabled_at is null",
        user as UserId,
        old,
        new
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// From now on the user must choose a password at the next sign-in; within seven days, where the one they have `ends`.
pub async fn require_password_change(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    user: UserId,
    ends: bool,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update users set must_change_password = true, one_time_until = case when $3 then now() + interval '7 days' end
         where organisation_id = $1 and user_id = $2",
        organisation as OrganisationId,
        user as UserId,
        ends
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Gives a role unless it is there. `false`: it was.
pub async fn give_role(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    user: UserId,
    role: Role,
    location: Option<LocationId>,
    granted_by: UserId,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into role_assignments (assignment_id, user_id, role, location_id, granted_by, granted_at)
         select $1, u.user_id, $4, $5, $6, $7 from users u where u.organisation_id = $2 and u.user_id = $3
           and ($5::uuid is null or exists (select from locations l where l.organisation_id = $2 and l.location_id = $5))
         on conflict (user_id, role, location_id) do nothing",
        Uuid::now_v7(),
        organisation as OrganisationId,
        user as UserId,
        role.code(),
        location as Option<LocationId>,
        granted_by as UserId,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Each location of an organisation as the log names it: MPN ID and name.
pub async fn location_names(tx: &mut Tx<'_>, organisation: OrganisationId) -> sqlx::Result<HashMap<LocationId, String>> {
    let rows = sqlx::query!(
        r#"select location_id as "id: LocationId", mpn_id || ' ' || name as "name!" from locations where organisation_id = $1"#,
        organisation as OrganisationId
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The mails of people who were just changed, for the log.
pub async fn mails(tx: &mut Tx<'_>, users: &[UserId]) -> sqlx::Result<HashMap<UserId, String>> {
    let rows = sqlx::query!(r#"select user_id as "id: UserId", mail from users where user_id = any($1)"#, users as &[UserId])
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.mail)).collect())
}
