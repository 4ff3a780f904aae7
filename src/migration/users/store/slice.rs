//! One slice: a window of a run's confirmed PSC users get their roles, set by set.
//!
//! Every statement speaks of the same window, the outcomes with `from < mail <= through`: all rows of a person are in one window.

use chrono::{DateTime, Utc};

use super::runs::Came;
use crate::{
    db::Tx,
    ids::{LocationId, OrganisationId, RunId, UserId},
};

pub struct Window {
    pub run: RunId,
    pub organisation: OrganisationId,
    /// The run's cursor: mails after this one,
    pub from: String,
    /// up to and with this one.
    pub through: String,
}

/// The next window after the cursor: about `limit` rows, as many more as the last person has; `None` when there are none left.
pub async fn window(
    tx: &mut Tx<'_>,
    run: RunId,
    organisation: OrganisationId,
    from: String,
    limit: i64,
) -> sqlx::Result<Option<Window>> {
    let through = sqlx::query_scalar!(
        "select max(mail) from (
             select mail from user_migration_outcomes where run_id = $1 and mail > $2 order by mail limit $3) w",
        run as RunId,
        from,
        limit
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(through.map(|through| Window { run, organisation, from, through }))
}

/// Locks the accounts of the window. Whoever is giving one of them a role, or disabling it, has done so before what stands is read,
/// or does so after this slice.
pub async fn lock_accounts(tx: &mut Tx<'_>, w: &Window) -> sqlx::Result<()> {
    sqlx::query!(
        "select u.user_id from users u
         where u.organisation_id = $1
           and lower(u.mail) in (select mail from user_migration_outcomes where run_id = $2 and mail > $3 and mail <= $4)
         order by u.user_id for update",
        w.organisation as OrganisationId,
        w.run as RunId,
        w.from,
        w.through
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(())
}

/// Writes the outcome of each row: by where it stands now, and only if that is still what was confirmed.
pub async fn decide(tx: &mut Tx<'_>, w: &Window) -> sqlx::Result<()> {
    sqlx::query!(
        "update user_migration_outcomes o
         set outcome = case n.reason when 'ready' then 'migrated' when 'migrated' then 'unchanged' when 'has-role' then 'unchanged'
                       else 'error' end,
             reason = nullif(n.reason, 'ready'), user_id = n.user_id
         from (select w.psc_user_id, s.user_id,
                      case when s.standing in ('migrated', 'has-role') then s.standing
                           when (s.mail, s.role, s.location_id) is distinct from (w.mail, w.role, w.location_id)
                               and s.standing is distinct from 'no-location' then 'changed'
                           else s.standing end as reason
               from user_migration_outcomes w
               left join psc_user_standings s on s.organisation_id = $2 and s.psc_user_id = w.psc_user_id
               where w.run_id = $1 and w.mail > $3 and w.mail <= $4) n
         where o.run_id = $1 and o.psc_user_id = n.psc_user_id and o.outcome = 'waiting'",
        w.run as RunId,
        w.organisation as OrganisationId,
        w.from,
        w.through
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A role of a person: of several PSC rows that come to the same, one.
pub struct Due {
    pub user: UserId,
    pub role: String,
    pub location: Option<LocationId>,
}

/// What the window's persons are to get: the union of their rows.
pub async fn due(tx: &mut Tx<'_>, w: &Window) -> sqlx::Result<Vec<Due>> {
    sqlx::query_as!(
        Due,
        r#"select distinct user_id as "user!: UserId", role, location_id as "location: LocationId" from user_migration_outcomes
           where run_id = $1 and mail > $2 and mail <= $3 and outcome = 'migrated' order by 1, 2, 3"#,
        w.run as RunId,
        w.from,
        w.through
    )
    .fetch_all(&mut **tx)
    .await
}

/// Marks the PSC users. The primary key is the last guard against a second time.
pub async fn mark(tx: &mut Tx<'_>, w: &Window, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into psc_migrated_users (organisation_id, psc_user_id, run_id, user_id, role, location_id, migrated_at)
         select $2, psc_user_id, $1, user_id, role, location_id, $5 from user_migration_outcomes
         where run_id = $1 and mail > $3 and mail <= $4 and outcome = 'migrated'",
        w.run as RunId,
        w.organisation as OrganisationId,
        w.from,
        w.through,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn came(tx: &mut Tx<'_>, w: &Window) -> sqlx::Result<Came> {
    sqlx::query_as!(
        Came,
        r#"select count(*) filter (where outcome = 'migrated')::integer as "migrated!",
                  count(*) filter (where outcome = 'unchanged')::integer as "unchanged!",
                  count(*) filter (where outcome = 'error')::integer as "errors!"
           from user_migration_outcomes where run_id = $1 and mail > $2 and mail <= $3"#,
        w.run as RunId,
        w.from,
        w.through
    )
    .fetch_one(&mut **tx)
    .await
}

/// Records that the roles of the only person of a window could not be written.
pub async fn record_error(tx: &mut Tx<'_>, w: &Window, reason: &str) -> sqlx::Result<()> {
    sqlx::query!(
        "update user_migration_outcomes set outcome = 'error', reason = $4 where run_id = $1 and mail > $2 and mail <= $3",
        w.run as RunId,
        w.from,
        w.through,
        reason
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
