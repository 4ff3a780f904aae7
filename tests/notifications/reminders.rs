//! Reminders three days and one day before a referral expires, once each.

use partner_portal::{db::schema::MIGRATOR, notifications::service, referrals::service as referrals};
use sqlx::PgPool;

use super::support::{Scene, at, fan_out_at, told_to};
use crate::referrals::scene::{ask, details};

/// The request expires on 16 March at nine.
#[sqlx::test(migrator = "MIGRATOR")]
async fn three_days_and_one_day_before_once_each(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(ask).await;
    let request = scene.referral_of(deal, scene.vendor).await.unwrap();
    let seller = scene.sellers_of(request).await.0.user;
    for (now, told) in [
        ("2026-03-13T08:59:59Z", 0),
        ("2026-03-13T09:00:00Z", 1),
        ("2026-03-13T09:00:00Z", 0),
        ("2026-03-15T08:59:59Z", 0),
        ("2026-03-15T09:00:00Z", 1),
        ("2026-03-16T08:59:00Z", 0),
        ("2026-03-16T09:00:00Z", 0),
    ] {
        assert_eq!(service::remind(&db, at(now)).await.unwrap(), told, "{now}");
    }
    fan_out_at(&db, "2026-03-16T09:00:00Z").await;
    assert_eq!(told_to(&db, seller).await, ["received", "expiring-3", "expiring-1"]);
    assert_eq!(told_to(&db, scene.admin.user).await, Vec::<String>::new(), "the waiting side only");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn with_less_than_a_day_left_the_last_one_is_enough(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(ask).await;
    let request = scene.referral_of(deal, scene.vendor).await.unwrap();
    assert_eq!(service::remind(&db, at("2026-03-15T20:00:00Z")).await.unwrap(), 1);
    assert_eq!(service::remind(&db, at("2026-03-15T20:01:00Z")).await.unwrap(), 0);
    assert_eq!(scene.told(request).await, ["received", "expiring-1"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_was_answered_or_is_due_is_not_reminded_and_versions_stay(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let (answered, waiting) = (scene.deal(ask).await, scene.deal(ask).await);
    let answered = scene.referral_of(answered, scene.vendor).await.unwrap();
    let waiting = scene.referral_of(waiting, scene.vendor).await.unwrap();
    let seller = scene.sellers_of(answered).await.0.clone();
    referrals::accept(&scene.by(&seller, at("2026-03-03T09:00:00Z")), answered, None, details())
        .await
        .unwrap();
    let seen = scene.seen(waiting).await;
    assert_eq!(service::remind(&db, at("2026-03-14T09:00:00Z")).await.unwrap(), 1);
    assert_eq!(scene.seen(waiting).await.referral, seen.referral, "whoever has it open can still answer");
    assert!(!scene.told(answered).await.iter().any(|event| event.starts_with("expiring")));
}

/// More than a batch, deadlines all alike, two sweepers.
#[sqlx::test(migrator = "MIGRATOR")]
async fn many_are_reminded_once_by_two_sweepers(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    sqlx::query(
        "with made as (
             insert into engagements (engagement_id, deal_type, customer_country, created_at)
             select gen_random_uuid(), 'co-sell', 'KR', now() from generate_series(1, 5000) returning engagement_id)
         insert into referrals (referral_id, engagement_id, organisation_id, direction, name, status, status_at, expires_at, created_at, updated_at)
         select gen_random_uuid(), engagement_id, $1, 'inbound', 'Deal', 'pending', now(), '2026-03-16T09:00:00Z', now(), now() from made",
    )
    .bind(scene.fabrikam)
    .execute(&db)
    .await
    .unwrap();
    let now = at("2026-03-14T09:00:00Z");
    let (one, two) = tokio::join!(service::remind(&db, now), service::remind(&db, now));
    let rest = service::remind(&db, now).await.unwrap();
    assert_eq!(one.unwrap() + two.unwrap() + rest, 5000);
    let told: (i64, i64) = sqlx::query_as("select count(*), count(distinct referral_id) from outbox where event = 'expiring-3'")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(told, (5000, 5000));
}
