//! Sessions, the people behind them, and the shared login limit.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use super::{
    actor::Actor,
    role::{Assignment, Role},
};
use crate::{
    db::Pool,
    ids::{LocationId, OrganisationId, UserId},
};

/// Whose a live session is.
#[derive(Clone, Debug)]
pub struct Session {
    pub actor: Actor,
    /// It is time to note that it is in use.
    pub stale: bool,
    /// Signed in with a one-time password: another one has to be chosen before anything else.
    pub password_due: bool,
    /// Notifications that the person has not read.
    pub unread: i64,
}

/// The person of a live session: not revoked, not idle too long, not past its end, not disabled; and what they have not read, counted to
/// `most`. One query.
pub async fn session_actor(db: impl PgExecutor<'_>, hash: &[u8], idle_minutes: i32, most: i64) -> sqlx::Result<Option<Session>> {
    let row = sqlx::query!(
        r#"select u.user_id as "user: UserId", u.mail, u.display_name, u.locale, u.theme, u.time_zone,
                  o.organisation_id as "organisation: OrganisationId", o.legal_name, o.mpn_id,
                  u.kind = 'guest' and exists (
                      select from tenant_domains d join organisations v using (organisation_id)
                      where v.kind = 'vendor' and d.domain = lower(split_part(u.mail, '@', -1))) as "pdm!",
                  exists (select from psc_settings s join psc_users p on p.import_id = s.current_import_id
                          where s.organisation_id = o.organisation_id and lower(p.mail) = lower(u.mail))
                      or exists (select from psc_work_accounts w
                                 where w.organisation_id = o.organisation_id and lower(w.mail) = lower(u.mail)) as "psc_user!",
                  unread_notifications(u.user_id, $3) as "unread!", u.must_change_password, s.seen_at < now() - interval '1 minute' as "stale!",
                  array(select a.role from role_assignments a where a.user_id = u.user_id order by a.assignment_id) as "roles!",
                  array(select a.location_id from role_assignments a where a.user_id = u.user_id order by a.assignment_id)
                      as "locations!: Vec<Option<LocationId>>"
           from sessions s join users u using (user_id) join organisations o using (organisation_id)
           where s.session_hash = $1 and s.revoked_at is null and s.expires_at > now()
             and s.seen_at > now() - make_interval(mins => $2) and u.disabled_at is null"#,
        hash,
        idle_minutes,
        most
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| {
        let roles = assignments(&row.roles, row.locations);
        let actor = Actor {
            user: row.user,
            organisation: row.organisation,
            organisation_name: row.legal_name,
            mpn_id: row.mpn_id,
            display_name: row.display_name,
            mail: row.mail,
            locale: row.locale,
            theme: row.theme,
            time_zone: row.time_zone,
            pdm: row.pdm,
            psc_user: row.psc_user,
            roles,
        };
        Session { actor, stale: row.stale, password_due: row.must_change_password, unread: row.unread }
    }))
}

/// Somebody as they are now, for work that no session stands behind: a mail, a calendar. `None`: disabled, or not there.
pub async fn person(pool: &Pool, user: UserId) -> sqlx::Result<Option<Actor>> {
    let row = sqlx::query!(
        r#"select u.mail, u.display_name, u.locale, u.theme, u.time_zone, o.organisation_id as "organisation: OrganisationId",
                  o.legal_name, o.mpn_id,
                  u.kind = 'guest' and exists (
                      select from tenant_domains d join organisations v using (organisation_id)
                      where v.kind = 'vendor' and d.domain = lower(split_part(u.mail, '@', -1))) as "pdm!",
                  exists (select from psc_settings s join psc_users p on p.import_id = s.current_import_id
                          where s.organisation_id = o.organisation_id and lower(p.mail) = lower(u.mail))
                      or exists (select from psc_work_accounts w
                                 where w.organisation_id = o.organisation_id and lower(w.mail) = lower(u.mail)) as "psc_user!",
                  array(select a.role from role_assignments a where a.user_id = u.user_id order by a.assignment_id) as "roles!",
                  array(select a.location_id from role_assignments a where a.user_id = u.user_id order by a.assignment_id)
                      as "locations!: Vec<Option<LocationId>>"
           from users u join organisations o using (organisation_id) where u.user_id = $1 and u.disabled_at is null"#,
        user as UserId
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Actor {
        user,
        organisation: row.organisation,
        organisation_name: row.legal_name,
        mpn_id: row.mpn_id,
        display_name: row.display_name,
        mail: row.mail,
        locale: row.locale,
        theme: row.theme,
        time_zone: row.time_zone,
        pdm: row.pdm,
        psc_user: row.psc_user,
        roles: assignments(&row.roles, row.locations),
    }))
}

/// Roles that this binary does not know are none.
fn assignments(roles: &[String], locations: Vec<Option<LocationId>>) -> Vec<Assignment> {
    let known = roles.iter().zip(locations);
    known
        .filter_map(|(role, location)| Some(Assignment { role: Role::from_code(role)?, location }))
        .collect()
}

/// Notes that a session is in use. Never revives one that was signed out: that is another column.
pub async fn touch_session(db: impl PgExecutor<'_>, hash: &[u8]) -> sqlx::Result<()> {
    sqlx::query!("update sessions set seen_at = now() where session_hash = $1 and revoked_at is null", hash)
        .execute(db)
        .await?;
    Ok(())
}

/// Begins a session of somebody who has proved the password behind `proved` (`None`: who needs none to be proved). `false`: the
/// account was disabled or the password changed meanwhile, which ends sessions, and must end one that is just beginning too.
pub async fn create_session(
    pool: &Pool,
    hash: &[u8],
    user: UserId,
    proved: Option<&str>,
    absolute_hours: i32,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into sessions (session_hash, user_id, expires_at)
         select $1, user_id, now() + make_interval(hours => $4) from users
         where user_id = $2 and disabled_at is null and ($3::text is null or password_hash = $3)
         for share",
        hash,
        user as UserId,
        proved,
        absolute_hours
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Gives a live session a new secret; its ends stay as they were. `false`: it has ended meanwhile, and stays so.
pub async fn renew_session(db: impl PgExecutor<'_>, old: &[u8], new: &[u8]) -> sqlx::Result<bool> {
    let done = sqlx::query!("update sessions set session_hash = $2 where session_hash = $1 and revoked_at is null", old, new)
        .execute(db)
        .await?;
    Ok(done.rows_affected() == 1)
}

pub async fn revoke_session(pool: &Pool, hash: &[u8]) -> sqlx::Result<()> {
    sqlx::query!("update sessions set revoked_at = now() where session_hash = $1 and revoked_at is null", hash)
        .execute(pool)
        .await?;
    Ok(())
}

/// What sign-in needs of a user who may sign in.
pub struct Credentials {
    pub user: UserId,
    pub password_hash: Option<String>,
}

pub async fn credentials(pool: &Pool, mail: &str) -> sqlx::Result<Option<Credentials>> {
    sqlx::query_as!(
        Credentials,
        r#"select user_id as "user: UserId", password_hash from users
           where lower(mail) = lower($1) and disabled_at is null and (one_time_until is null or one_time_until > now())"#,
        mail
    )
    .fetch_optional(pool)
    .await
}

/// Whom tries to sign in are counted for, by hash; and how many of them may fail within a window.
#[derive(Clone, Debug)]
pub struct Tried {
    pub key: Vec<u8>,
    pub limit: i32,
}

/// Takes one of the tries that each may fail, before it is known whether this one does: so those that come at once are counted as well.
/// `Some`: one of them has none left, for so many seconds. Who is refused by what stands there already writes nothing.
pub async fn take_try(pool: &Pool, tried: &[Tried], window_minutes: i32) -> sqlx::Result<Option<i64>> {
    let keys: Vec<Vec<u8>> = tried.iter().map(|one| one.key.clone()).collect();
    let limits: Vec<i32> = tried.iter().map(|one| one.limit).collect();
    let wait = sqlx::query_scalar!(
        r#"select max(ceil(extract(epoch from window_ends_at - now())))::bigint
           from sign_in_failures join unnest($1::bytea[], $2::integer[]) as t(key, most) using (key)
           where failures >= most and window_ends_at > now()"#,
        &keys,
        &limits
    )
    .fetch_one(pool)
    .await?;
    if wait.is_some() {
        return Ok(wait);
    }
    // In the order of the keys: two that share some wait for each other in turn.
    sqlx::query_scalar!(
        r#"with counted as (
               insert into sign_in_failures (key, failures, window_ends_at)
               select key, 1, now() + make_interval(mins => $3) from unnest($1::bytea[]) as t(key) order by key
               on conflict (key) do update set
                  failures = case when sign_in_failures.window_ends_at > now() then least(sign_in_failures.failures, 1000000) + 1 else 1 end,
                  window_ends_at = case when sign_in_failures.window_ends_at > now() then sign_in_failures.window_ends_at
                      else excluded.window_ends_at end
               returning key, failures, window_ends_at)
           select max(ceil(extract(epoch from window_ends_at - now())))::bigint
           from counted join unnest($1::bytea[], $2::integer[]) as t(key, most) using (key) where failures > most"#,
        &keys,
        &limits,
        window_minutes
    )
    .fetch_one(pool)
    .await
}

/// The try was right: what failed before under the first key is forgotten, and of the others this one try is given back.
pub async fn forget_tries(pool: &Pool, tried: &[Tried]) -> sqlx::Result<()> {
    let Some((own, others)) = tried.split_first() else { return Ok(()) };
    let others: Vec<Vec<u8>> = others.iter().map(|one| one.key.clone()).collect();
    sqlx::query!(
        "with forgotten as (delete from sign_in_failures where key = $1)
         update sign_in_failures set failures = failures - 1 where key = any($2) and failures > 0 and window_ends_at > now()",
        own.key,
        &others
    )
    .execute(pool)
    .await?;
    Ok(())
}

pub async fn set_locale(pool: &Pool, user: UserId, locale: &str) -> sqlx::Result<()> {
    sqlx::query!("update users set locale = $2 where user_id = $1", user as UserId, locale)
        .execute(pool)
        .await?;
    Ok(())
}

pub async fn set_preferences(
    pool: &Pool,
    user: UserId,
    locale: Option<&str>,
    theme: Option<&str>,
    time_zone: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update users set locale = $2, theme = $3, time_zone = $4 where user_id = $1",
        user as UserId,
        locale,
        theme,
        time_zone
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Removes what no one needs any more; called daily.
pub async fn sweep(pool: &Pool, before: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!("delete from sessions where expires_at < $1 or revoked_at < $1", before)
        .execute(pool)
        .await?;
    sqlx::query!("delete from sign_in_failures where window_ends_at < $1", before)
        .execute(pool)
        .await?;
    Ok(())
}
