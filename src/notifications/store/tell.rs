//! To people themselves, without the outbox.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    db::Tx,
    ids::UserId,
    notifications::{event::Event, morning::Mornings},
};

/// The time zones that these people chose.
pub async fn zones(tx: &mut Tx<'_>, told: &[(UserId, Value)]) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!("select distinct time_zone from users where user_id = any($1)", &ids(told))
        .fetch_all(&mut **tx)
        .await
}

/// Writes a notification for each who is not disabled, and opens the mail that they want; the numbers come from the outbox's own
/// sequence. Mails that wait open are locked in the order of their people, as the outbox's are.
pub async fn tell(
    tx: &mut Tx<'_>,
    event: Event,
    told: &[(UserId, Value)],
    mornings: &Mornings,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let details: Vec<Value> = told.iter().map(|(_, detail)| detail.clone()).collect();
    sqlx::query!(
        "with people as materialized (
             select t.place, t.detail, u.user_id, coalesce(p.delivery, $5) as delivery, coalesce(z.morning, $8) as morning
             from unnest($1::uuid[], $2::jsonb[]) with ordinality as t (user_id, detail, place) join users u using (user_id)
             left join notification_preferences p on p.user_id = u.user_id and p.topic = $4
             left join unnest($6::text[], $7::timestamptz[]) as z (zone, morning) on z.zone = u.time_zone
             where u.disabled_at is null),
         opened as (
             insert into mails as m (user_id, daily, not_before)
             select distinct user_id, delivery = 'daily', case when delivery = 'daily' then morning else $9 end
             from people where delivery <> 'off' order by 1, 2
             on conflict (user_id, daily) where claimed_at is null do update set not_before = m.not_before
             returning mail_id, user_id, daily)
         insert into notifications (user_id, outbox_id, event, at, detail, mail_id)
         select p.user_id, nextval(pg_get_serial_sequence('outbox', 'outbox_id')), $3, $9, p.detail, m.mail_id
         from people p left join opened m on m.user_id = p.user_id and m.daily = (p.delivery = 'daily') and p.delivery <> 'off'
         order by p.place",
        &ids(told),
        &details,
        event.code(),
        event.topic().code(),
        event.topic().usual().code(),
        &mornings.zones,
        &mornings.at,
        mornings.utc,
        now
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn ids(told: &[(UserId, Value)]) -> Vec<Uuid> {
    told.iter().map(|(user, _)| user.0).collect()
}
