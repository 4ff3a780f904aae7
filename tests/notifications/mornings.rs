//! The daily mail: one per person and day, at eight in the person's time zone, with all of the day's events.

use chrono_tz::Tz;
use partner_portal::{db::schema::MIGRATOR, notifications::morning};
use sqlx::PgPool;

use super::support::{Scene, at, event, fan_out_at, one_mail, posted, prefer, set};

#[test]
fn eight_oclock_follows_the_zone_and_its_clocks() {
    for (now, zone, next) in [
        ("2026-03-02T10:00:00Z", "UTC", "2026-03-03T08:00:00Z"),
        ("2026-03-02T07:00:00Z", "UTC", "2026-03-02T08:00:00Z"),
        ("2026-03-02T10:00:00Z", "Asia/Seoul", "2026-03-02T23:00:00Z"),
        ("2026-03-02T23:00:00Z", "Asia/Seoul", "2026-03-03T23:00:00Z"),
        // Too close: whoever writes needs a moment.
        ("2026-03-02T07:59:30Z", "UTC", "2026-03-03T08:00:00Z"),
        ("2026-03-02T07:59:00Z", "UTC", "2026-03-02T08:00:00Z"),
        // Berlin's clocks go forward on 29 March and back on 25 October: 23 and 25 hours between two mornings.
        ("2026-03-28T07:30:00Z", "Europe/Berlin", "2026-03-29T06:00:00Z"),
        ("2026-03-29T06:30:00Z", "Europe/Berlin", "2026-03-30T06:00:00Z"),
        ("2026-10-24T06:30:00Z", "Europe/Berlin", "2026-10-25T07:00:00Z"),
        ("2028-02-28T12:00:00Z", "UTC", "2028-02-29T08:00:00Z"),
        // Samoa had no 30 December 2011.
        ("2011-12-29T19:00:00Z", "Pacific/Apia", "2011-12-30T18:00:00Z"),
    ] {
        let zone: Tz = zone.parse().unwrap();
        assert_eq!(morning::next(at(now), zone), at(next), "{now} in {zone}");
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_mail_a_day_with_all_of_the_day(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(|_| {}).await;
    sqlx::query("delete from outbox").execute(&db).await.unwrap();
    set(&db, scene.admin.user, "time_zone = 'Asia/Seoul', locale = 'ko'").await;
    prefer(&db, scene.admin.user, "accepted", "daily").await;
    // The evening of 2 March in Korea, the night, and five to eight.
    for (now, name) in [("2026-03-02T10:00:00Z", "note"), ("2026-03-02T16:00:00Z", "accepted"), ("2026-03-02T22:55:00Z", "won")] {
        event(&db, name, deal).await;
        fan_out_at(&db, now).await;
        assert_eq!(posted(&db, now).await.len(), 0, "nothing before eight");
    }
    assert_eq!(posted(&db, "2026-03-02T22:59:59Z").await.len(), 0);
    let mail = one_mail(&db, "2026-03-02T23:00:00Z").await;
    assert_eq!(mail.header("subject"), "파트너 센터: 오늘의 새 소식 3건");
    for words in ["메모가 추가되었습니다", "수락했습니다", "성공으로 표시했습니다"] {
        assert!(mail.text.contains(words) && mail.html.contains(words), "{words}: {}", mail.text);
    }
    assert_eq!(posted(&db, "2026-03-03T12:00:00Z").await.len(), 0, "once");
    // What comes after eight is the next morning's.
    event(&db, "lost", deal).await;
    fan_out_at(&db, "2026-03-02T23:00:00Z").await;
    assert_eq!(posted(&db, "2026-03-03T22:59:00Z").await.len(), 0);
    assert_eq!(one_mail(&db, "2026-03-03T23:00:00Z").await.header("subject"), "파트너 센터: 오늘의 새 소식 1건");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn each_zone_has_its_own_morning(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(|_| {}).await;
    sqlx::query("delete from outbox").execute(&db).await.unwrap();
    set(&db, scene.admin.user, "time_zone = 'America/New_York'").await;
    let berlin = scene
        .person("berlin@fabrikam.example", &[(partner_portal::auth::Role::ReferralsAdmin, None)])
        .await;
    set(&db, berlin.user, "time_zone = 'Europe/Berlin'").await;
    let nowhere = scene
        .person("nowhere@fabrikam.example", &[(partner_portal::auth::Role::ReferralsAdmin, None)])
        .await;
    set(&db, nowhere.user, "time_zone = 'Middle/Earth'").await;
    event(&db, "note", deal).await;
    // America's clocks are on summer time already, Europe's are not.
    fan_out_at(&db, "2026-03-20T03:00:00Z").await;
    for (now, to) in [
        ("2026-03-20T07:00:00Z", "berlin@fabrikam.example"),
        ("2026-03-20T08:00:00Z", "nowhere@fabrikam.example"),
        ("2026-03-20T12:00:00Z", "admin@fabrikam.example"),
    ] {
        assert!(one_mail(&db, now).await.header("to").contains(to), "{now}");
    }
}
