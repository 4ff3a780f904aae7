//! Who still has to answer, and is told that time runs out.

use chrono::{DateTime, Utc};

use crate::{db::Tx, notifications::event::Event};

/// What a batch came to.
#[derive(Clone, Copy, Debug)]
pub struct Reminded {
    pub count: i64,
    /// The latest deadline reminded of: the next batch goes on there.
    pub up_to: Option<DateTime<Utc>>,
}

/// Reminds of what waits and expires after `from` and not after `until`, once: marks it and writes it to the outbox, soonest first.
/// Whatever somebody is at right now is left for the next sweep. `level` is what `referrals.reminded` becomes.
pub async fn batch(
    tx: &mut Tx<'_>,
    event: Event,
    level: i16,
    now: DateTime<Utc>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Reminded> {
    sqlx::query_as!(
        Reminded,
        r#"with due as (
               select referral_id from referrals
               where status in ('pending', 'received') and reminded < $1 and expires_at > $2 and expires_at >= $3 and expires_at <= $4
               order by expires_at limit $5 for update skip locked),
           marked as (
               update referrals r set reminded = $1 from due where r.referral_id = due.referral_id
               returning r.referral_id, r.expires_at),
           told as (insert into outbox (event, referral_id, at) select $6, referral_id, $2 from marked order by expires_at)
           select count(*) as "count!", max(expires_at) as up_to from marked"#,
        level,
        now,
        from,
        until,
        limit,
        event.code()
    )
    .fetch_one(&mut **tx)
    .await
}
