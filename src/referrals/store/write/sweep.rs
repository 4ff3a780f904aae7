//! Expiry, set by set.

use chrono::{DateTime, Utc};

use crate::db::{Pool, Tx};

/// Expires up to `batch` referrals that are due: their time is the deadline, not the sweep's. Both sides are told. Rows that
/// somebody holds are passed over; the conditions on status and deadline hold again at the update.
pub async fn expire_due(tx: &mut Tx<'_>, now: DateTime<Utc>, batch: i64) -> sqlx::Result<u64> {
    let expired = sqlx::query_scalar!(
        r#"with due as (
               select referral_id from referrals where status in ('pending', 'received') and expires_at <= $1
               order by expires_at limit $2 for update skip locked),
           expired as (
               update referrals r set status = 'expired', status_at = r.expires_at, updated_at = $1, version = version + 1
               from due where r.referral_id = due.referral_id and r.status in ('pending', 'received') and r.expires_at <= $1
               returning r.referral_id, r.engagement_id, r.organisation_id, r.expires_at),
           noted as (
               insert into referral_history (engagement_id, organisation_id, referral_id, at, event, shared)
               select engagement_id, organisation_id, referral_id, expires_at, 'expire', true from expired),
           told as (
               insert into outbox (event, referral_id, at, detail)
               select 'expired', referral_id, $1, '{"side": "own"}'::jsonb from expired
               union all
               select 'expired', o.referral_id, $1, '{"side": "other"}'::jsonb from expired e
               join referrals o on o.engagement_id = e.engagement_id and o.organisation_id <> e.organisation_id
               where o.status in ('pending', 'received', 'accepted'))
           select count(*) as "expired!" from expired"#,
        now,
        batch
    )
    .fetch_one(&mut **tx)
    .await?;
    Ok(expired.unsigned_abs())
}

/// Seconds since the earliest deadline that has passed; 0: there is none.
pub async fn expiry_lag(pool: &Pool, now: DateTime<Utc>) -> sqlx::Result<f64> {
    sqlx::query_scalar!(
        r#"select coalesce(extract(epoch from $1 - min(expires_at)), 0)::float8 as "lag!" from referrals
           where status in ('pending', 'received') and expires_at <= $1"#,
        now
    )
    .fetch_one(pool)
    .await
}
