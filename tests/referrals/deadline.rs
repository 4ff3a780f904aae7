//! Fourteen times 24 hours (domain.md section 3, "Expiry").

use chrono::TimeDelta;
use partner_portal::{db::schema::MIGRATOR, referrals::service};
use sqlx::PgPool;

use super::scene::{BEGIN, Scene, ask, at, details, kind, request};

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_millisecond_before_the_deadline_counts_and_the_deadline_does_not(db: PgPool) {
    let scene = Scene::new(db).await;
    let deadline = at(BEGIN) + TimeDelta::days(14);
    for (now, answer) in [(deadline - TimeDelta::milliseconds(1), "done"), (deadline, "late")] {
        let deal = scene.deal(ask).await;
        let request = scene.referral_of(deal, scene.vendor).await.unwrap();
        let seller = scene.sellers_of(request).await.0.clone();
        let accepted = service::accept(&scene.by(&seller, now), request, None, details()).await;
        assert_eq!(kind(&accepted), answer, "{now}");
    }
}

/// Acting after the deadline is refused also when no sweep has come by; the sweep then finds it at the very deadline.
#[sqlx::test(migrator = "MIGRATOR")]
async fn the_sweep_takes_what_is_due_and_nothing_younger(db: PgPool) {
    let scene = Scene::new(db).await;
    let deal = scene.deal(ask).await;
    let request = scene.referral_of(deal, scene.vendor).await.unwrap();
    let deadline = at(BEGIN) + TimeDelta::days(14);
    assert_eq!(
        service::expire_due(&scene.db, deadline - TimeDelta::milliseconds(1), 10)
            .await
            .unwrap(),
        0
    );
    assert_eq!(service::expire_due(&scene.db, deadline, 10).await.unwrap(), 1);
    assert_eq!(service::expire_due(&scene.db, deadline, 10).await.unwrap(), 0);
    assert_eq!((scene.status(request).await, scene.status(deal).await), ("expired".into(), "accepted".into()));
    assert_eq!(scene.events(request, "expire").await, 1);
    assert_eq!(scene.told(deal).await, ["expired"]);
    assert_eq!(scene.told(request).await, ["received", "expired"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_partner_asks_again_after_microsofts_side_expired(db: PgPool) {
    let scene = Scene::new(db).await;
    let deal = scene.deal(ask).await;
    let first = scene.referral_of(deal, scene.vendor).await.unwrap();
    let later = at(BEGIN) + TimeDelta::days(15);
    let again = service::ask_vendor(&scene.by(&scene.admin, later), deal, None, request()).await;
    assert_eq!(kind(&again), "refused", "the sweep has not come by: it still stands");
    service::expire_due(&scene.db, later, 10).await.unwrap();
    let seen = Some(scene.seen(deal).await);
    let by = scene.by(&scene.admin, later);
    let (one, two) =
        tokio::join!(service::ask_vendor(&by, deal, seen, request()), service::ask_vendor(&by, deal, seen, request()));
    assert!(one.is_ok() != two.is_ok(), "two clicks, one request: {one:?} {two:?}");
    let second = scene.referral_of(deal, scene.vendor).await.unwrap();
    assert_ne!(first, second);
    assert_eq!((scene.status(first).await, scene.status(second).await), ("expired".into(), "pending".into()));
}

/// 14 x 24 h, whatever the clocks on the wall do: over the change to summer time, over 29 February.
#[sqlx::test(migrator = "MIGRATOR")]
async fn days_are_24_hours(db: PgPool) {
    let scene = Scene::new(db).await;
    for begin in ["2026-03-22T00:30:00Z", "2028-02-20T15:00:00Z", "2026-10-20T00:00:00Z"] {
        let mut new = super::scene::new_deal();
        ask(&mut new);
        let deal = service::create(&scene.by(&scene.admin, at(begin)), new).await.unwrap();
        let request = scene.referral_of(deal, scene.vendor).await.unwrap();
        let expires: chrono::DateTime<chrono::Utc> =
            sqlx::query_scalar("select expires_at from referrals where referral_id = $1")
                .bind(request)
                .fetch_one(&scene.db)
                .await
                .unwrap();
        assert_eq!((expires - at(begin)).num_seconds(), 14 * 86_400);
    }
}

/// Changing the period does not touch what is under way.
#[sqlx::test(migrator = "MIGRATOR")]
async fn the_period_is_taken_when_it_is_sent(db: PgPool) {
    let scene = Scene::new(db).await;
    let first = scene.deal(ask).await;
    let mut new = super::scene::new_deal();
    ask(&mut new);
    let by = service::By { expires_after: TimeDelta::days(3), ..scene.by(&scene.admin, at(BEGIN)) };
    let second = service::create(&by, new).await.unwrap();
    assert_eq!(
        service::expire_due(&scene.db, at(BEGIN) + TimeDelta::days(3), 10)
            .await
            .unwrap(),
        1
    );
    let requests =
        [scene.referral_of(first, scene.vendor).await.unwrap(), scene.referral_of(second, scene.vendor).await.unwrap()];
    assert_eq!([scene.status(requests[0]).await, scene.status(requests[1]).await], ["pending", "expired"]);
}
