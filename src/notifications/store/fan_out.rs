//! From the outbox to the people.

use chrono::{DateTime, Utc};

use crate::{
    db::{Pool, Tx},
    notifications::{event::Event, morning::Mornings},
};

/// What events are about and how they are mailed usually, side by side. What is not here is told by the bell alone.
struct Usual {
    events: Vec<String>,
    topics: Vec<String>,
    deliveries: Vec<String>,
}

impl Usual {
    fn new() -> Self {
        let mailed = || Event::ALL.into_iter().filter(|event| event.is_mailed());
        Self {
            events: mailed().map(|event| event.code().to_owned()).collect(),
            topics: mailed().map(|event| event.topic().code().to_owned()).collect(),
            deliveries: mailed().map(|event| event.topic().usual().code().to_owned()).collect(),
        }
    }
}

/// The time zones that people chose.
pub async fn zones(pool: &Pool) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!("select distinct time_zone from users where disabled_at is null")
        .fetch_all(pool)
        .await
}

/// Whether anything waits to be told.
pub async fn is_waiting(pool: &Pool) -> sqlx::Result<bool> {
    sqlx::query_scalar!(r#"select exists (select from outbox) as "waits!""#)
        .fetch_one(pool)
        .await
}

/// What a batch came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Rows taken out of the outbox.
    pub taken: i64,
    /// Notifications written.
    pub written: i64,
}

/// Takes the oldest rows out of the outbox that no other worker is at, and writes a notification for everybody whom each concerns.
///
/// A partner's referral concerns the referrals admins and, of its team, the referrals users, each within the role's scope. A
/// referral of the vendor concerns its seller; while it has none, the sellers of the customer's country. Never whoever did it.
///
/// Of the detail only what words need is kept, and nothing that one side may not know of the other (domain.md section 3, rule: no
/// seller before acceptance). Mails that wait open are locked in the order of their people, so that two workers never wait for each other.
pub async fn batch(tx: &mut Tx<'_>, now: DateTime<Utc>, mornings: &Mornings, limit: i64) -> sqlx::Result<Told> {
    let usual = Usual::new();
    sqlx::query_as!(
        Told,
        r#"with taken as (
               delete from outbox
               where outbox_id = any(array(select outbox_id from outbox order by outbox_id limit $1 for update skip locked))
               returning outbox_id, event, referral_id, by_user, at, detail),
           sides as materialized (
               select t.outbox_id, t.event, t.referral_id, t.by_user, t.at, t.detail, r.organisation_id, r.location_id, r.engagement_id,
                      r.seller_id, o.kind
               from taken t join referrals r using (referral_id) join organisations o using (organisation_id)),
           places as materialized (select distinct organisation_id, location_id from sides where kind = 'partner'),
           admins as materialized (
               select distinct p.organisation_id, p.location_id, u.user_id
               from places p join users u on u.organisation_id = p.organisation_id
               join role_assignments a on a.user_id = u.user_id and a.role = 'referrals-admin'
                   and (a.location_id is null or a.location_id = p.location_id)),
           concerned as (
               select s.outbox_id, a.user_id
               from sides s join admins a on a.organisation_id = s.organisation_id and a.location_id is not distinct from s.location_id
               union
               select s.outbox_id, u.user_id
               from sides s join referral_team m on m.referral_id = s.referral_id
               join users u on lower(u.mail) = lower(m.mail) and u.organisation_id = s.organisation_id
               join role_assignments a on a.user_id = u.user_id and a.role = 'referrals-user'
                   and (a.location_id is null or a.location_id = s.location_id)
               where s.kind = 'partner'
               union
               select s.outbox_id, u.user_id
               from sides s left join engagements e on s.seller_id is null and e.engagement_id = s.engagement_id
               left join seller_countries c on c.country = e.customer_country
               join users u on u.user_id = coalesce(s.seller_id, c.user_id) and u.organisation_id = s.organisation_id
               join role_assignments a on a.user_id = u.user_id and a.role = 'seller'
               where s.kind = 'vendor'),
           people as materialized (
               select s.outbox_id, s.event, s.referral_id, s.at, s.detail, u.user_id,
                      coalesce(p.delivery, k.delivery, 'off') as delivery, coalesce(z.morning, $7) as morning
               from concerned c join sides s using (outbox_id) join users u using (user_id)
               left join unnest($2::text[], $3::text[], $4::text[]) as k (event, topic, delivery) on k.event = s.event
               left join notification_preferences p on p.user_id = u.user_id and p.topic = k.topic
               left join unnest($5::text[], $6::timestamptz[]) as z (zone, morning) on z.zone = u.time_zone
               where u.disabled_at is null and u.user_id is distinct from s.by_user),
           opened as (
               insert into mails as m (user_id, daily, not_before)
               select user_id, delivery = 'daily', min(case when delivery = 'daily' then morning else $8 end)
               from people where delivery <> 'off' group by 1, 2 order by 1, 2
               on conflict (user_id, daily) where claimed_at is null do update set not_before = m.not_before
               returning mail_id, user_id, daily),
           written as (
               insert into notifications (user_id, outbox_id, event, referral_id, at, detail, mail_id)
               select p.user_id, p.outbox_id, p.event, p.referral_id, p.at,
                      jsonb_strip_nulls(jsonb_build_object('side', case when p.detail ->> 'side' in ('own', 'other') then p.detail ->> 'side' end)), m.mail_id
               from people p left join opened m on m.user_id = p.user_id and m.daily = (p.delivery = 'daily') and p.delivery <> 'off'
               returning 1)
           select (select count(*) from taken) as "taken!", (select count(*) from written) as "written!""#,
        limit,
        &usual.events,
        &usual.topics,
        &usual.deliveries,
        &mornings.zones,
        &mornings.at,
        mornings.utc,
        now
    )
    .fetch_one(&mut **tx)
    .await
}
