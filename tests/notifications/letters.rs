//! What mails say, in which language, and what they never say.

use chrono::TimeDelta;
use partner_portal::{
    db::{self, schema::MIGRATOR},
    notifications::service::{self, Event, Posted},
    referrals::service as referrals,
};
use serde_json::json;
use sqlx::PgPool;

use super::support::{
    NOW, Scene, at, event, event_with, fan_out, fan_out_at, minutes_later, one_mail, post, posted, prefer, set,
};
use crate::referrals::scene::{BEGIN, ask, details};

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_mail_is_text_and_html_in_the_readers_language(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(|new| new.details.name = "Tea & <Cake> 🍰".into()).await;
    sqlx::query("delete from outbox").execute(&db).await.unwrap();
    for (locale, subject, greeting) in [
        ("locale = null", "The other side declined Tea & <Cake> 🍰", "Hello admin,"),
        ("locale = 'ko'", "상대방이 Tea & <Cake> 🍰 거래를 거절했습니다", "admin 님, 안녕하세요."),
    ] {
        set(&db, scene.admin.user, locale).await;
        event(&db, "declined", deal).await;
        fan_out(&db).await;
        let mail = one_mail(&db, NOW).await;
        assert_eq!(mail.header("subject"), subject);
        assert!(mail.header("to").contains("admin@fabrikam.example"));
        assert_eq!(mail.header("auto-submitted"), "auto-generated");
        assert!(mail.header("message-id").starts_with("<portal-"));
        assert_eq!(mail.header("date"), "Mon, 02 Mar 2026 10:00:00 +0000");
        assert!(mail.text.starts_with(greeting), "{}", mail.text);
        assert!(mail.text.contains("Tea & <Cake> 🍰") && mail.text.contains("Adatum"), "{}", mail.text);
        assert!(mail.html.contains("Tea &#38; &#60;Cake&#62; 🍰"), "{}", mail.html);
        let id: i64 = sqlx::query_scalar("select max(outbox_id) from notifications")
            .fetch_one(&db)
            .await
            .unwrap();
        let link = format!("https://portal.example/notifications/{id}");
        assert!(mail.text.contains(&link) && mail.html.contains(&format!("href=\"{link}\"")), "{}", mail.text);
        assert!(mail.text.contains("https://portal.example/notifications/preferences"));
    }
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_deadline_is_told_in_the_readers_time_zone(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(ask).await;
    let request = scene.referral_of(deal, scene.vendor).await.unwrap();
    let seller = scene.sellers_of(request).await.0.user;
    set(&db, seller, "time_zone = 'Asia/Seoul'").await;
    fan_out(&db).await;
    let mail = one_mail(&db, NOW).await;
    assert!(
        mail.text.contains("Answer by 16 March 2026 at 18:00") || mail.text.contains("16 March 2026"),
        "{}",
        mail.text
    );
    assert!(mail.text.contains("18:00"), "nine in the morning in UTC: {}", mail.text);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn what_comes_together_goes_out_together(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(|_| {}).await;
    sqlx::query("delete from outbox").execute(&db).await.unwrap();
    for _ in 0..60 {
        event(&db, "declined", deal).await;
    }
    fan_out(&db).await;
    let mail = one_mail(&db, NOW).await;
    assert_eq!(mail.header("subject"), "Partner Center: 60 pieces of news");
    assert_eq!(mail.text.matches("The other side declined").count(), 50);
    assert!(mail.text.contains("and 10 more"), "{}", mail.text);
    // A line break in a name does not break out of the header.
    sqlx::query("update referrals set name = E'One\\r\\nBcc: all@fabrikam.example'")
        .execute(&db)
        .await
        .unwrap();
    event(&db, "declined", deal).await;
    fan_out(&db).await;
    let mail = one_mail(&db, &minutes_later(1)).await;
    assert_eq!(mail.header("bcc"), "");
    assert!(mail.header("subject").contains("One  Bcc:"), "{}", mail.raw);
}

/// Rule: before acceptance no partner sees the seller's name, mail or phone.
#[sqlx::test(migrator = "MIGRATOR")]
async fn no_seller_is_named_to_a_partner(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    sqlx::query("update users set display_name = 'Sam Seller', phone = '+1 425 555 0100' where organisation_id = $1")
        .bind(scene.vendor)
        .execute(&db)
        .await
        .unwrap();
    for topic in ["accepted", "declined", "expired", "closed", "note", "assigned", "expiring", "received"] {
        prefer(&db, scene.admin.user, topic, "now").await;
    }
    let deal = scene.deal(ask).await;
    let request = scene.referral_of(deal, scene.vendor).await.unwrap();
    let (seller, other) = scene.sellers_of(request).await;
    let (seller, other) = (seller.clone(), other.clone());
    sqlx::query("update referrals set seller_name = 'Sam Seller', seller_mail = 'sam.seller@microsoft.example', seller_phone = '+1 425 555 0100' where referral_id = $1")
        .bind(request)
        .execute(&db)
        .await
        .unwrap();
    let hour = |hours| at(BEGIN) + TimeDelta::hours(hours);
    referrals::hand_over(&scene.by(&seller, hour(1)), request, None, other.user)
        .await
        .unwrap();
    referrals::expire_due(&db, hour(24 * 15), 100).await.unwrap();
    // Whatever else somebody might write about it.
    let loose = json!({"seller": "Sam Seller", "seller_mail": "sam.seller@microsoft.example", "phone": "+1 425 555 0100"});
    for name in ["accepted", "declined", "won", "lost", "expired", "note", "assigned", "expiring-1", "something-new"] {
        event_with(&db, name, deal, None, loose.clone()).await;
    }
    fan_out(&db).await;
    let to_partner: i64 = sqlx::query_scalar("select count(*) from notifications where user_id = $1")
        .bind(scene.admin.user)
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(to_partner, 10);
    let kept: String = sqlx::query_scalar("select string_agg(n::text, ' ') from notifications n where user_id = $1")
        .bind(scene.admin.user)
        .fetch_one(&db)
        .await
        .unwrap();
    let mails = posted(&db, NOW).await;
    let mail = mails
        .iter()
        .find(|mail| mail.header("to").contains("admin@fabrikam.example"))
        .unwrap();
    for secret in ["Sam", "Seller", "microsoft.example", "425"] {
        assert!(!kept.contains(secret), "{kept}");
        for said in [&mail.text, &mail.html, mail.header("subject"), &mail.raw] {
            assert!(!said.contains(secret), "{secret}: {said}");
        }
    }
    // Also not in the words of the page.
    let app = crate::support::TestApp::new(db).await;
    let page = app.sign_in("admin@fabrikam.example").await.get("/notifications").await;
    assert!(!page.text().contains("Sam Seller") && !page.text().contains("microsoft.example"));
    assert_eq!(page.texts(".news li").len(), 10);
}

/// Between telling and sending somebody loses a role, or leaves: what is sent follows the roles as they are then.
#[sqlx::test(migrator = "MIGRATOR")]
async fn who_may_not_see_the_deal_any_more_gets_no_mail(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(|_| {}).await;
    sqlx::query("delete from outbox").execute(&db).await.unwrap();
    let left = scene
        .person("left@fabrikam.example", &[(partner_portal::auth::Role::ReferralsAdmin, None)])
        .await;
    event(&db, "declined", deal).await;
    fan_out(&db).await;
    sqlx::query("delete from role_assignments where user_id = $1")
        .bind(scene.admin.user)
        .execute(&db)
        .await
        .unwrap();
    set(&db, left.user, "disabled_at = now()").await;
    assert_eq!(posted(&db, NOW).await.len(), 0);
    let outcomes: Vec<String> = sqlx::query_scalar("select outcome from mails").fetch_all(&db).await.unwrap();
    assert_eq!(outcomes, ["dropped", "dropped"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn somebody_can_be_told_without_a_referral(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    set(&db, scene.admin.user, "locale = 'ko'").await;
    let mut tx = db::begin(&db).await.unwrap();
    let tell = [
        (Event::RoleGranted, json!({"role": "referrals-admin"})),
        (Event::MigrationFinished, json!({"migrated": 1200, "errors": 3})),
    ];
    for (event, detail) in &tell {
        service::tell_user(&mut tx, scene.admin.user, *event, detail, at(NOW))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let mail = one_mail(&db, NOW).await;
    assert!(mail.text.contains("새 역할이 부여되었습니다: 추천 관리자"), "{}", mail.text);
    assert!(mail.text.contains("완료 1,200건, 오류 3건"), "{}", mail.text);
}

/// A sender that died after the claim: nobody else takes the mail before the lease is over, and then only one does.
#[sqlx::test(migrator = "MIGRATOR")]
async fn a_mail_belongs_to_its_sender_until_the_lease_is_over(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(|_| {}).await;
    sqlx::query("delete from outbox").execute(&db).await.unwrap();
    event(&db, "declined", deal).await;
    fan_out(&db).await;
    sqlx::query("update mails set claimed_at = $1, leased_until = $1 + interval '5 minutes', attempts = 1")
        .bind(at(NOW))
        .execute(&db)
        .await
        .unwrap();
    // What comes now is another mail: this one may be on its way.
    event(&db, "accepted", deal).await;
    fan_out(&db).await;
    let mail = one_mail(&db, &minutes_later(4)).await;
    assert_eq!(mail.header("subject"), "The other side accepted 클라우드 전환");
    let folder = tempfile::tempdir().unwrap();
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let post = post(&db, &minutes_later(6), folder.path());
        workers.spawn(async move { post.send_next().await.unwrap() });
    }
    let sent = workers.join_all().await;
    assert_eq!(sent.iter().filter(|sent| **sent == Some(Posted::Sent)).count(), 1, "{sent:?}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn old_news_is_swept(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(|_| {}).await;
    sqlx::query("delete from outbox").execute(&db).await.unwrap();
    event(&db, "declined", deal).await;
    fan_out(&db).await;
    posted(&db, NOW).await;
    let count = async || -> (i64, i64) {
        sqlx::query_as("select (select count(*) from notifications), (select count(*) from mails)")
            .fetch_one(&db)
            .await
            .unwrap()
    };
    service::sweep(&db, at(NOW) + TimeDelta::days(180)).await.unwrap();
    assert_eq!(count().await, (1, 1));
    service::sweep(&db, at(NOW) + TimeDelta::days(181)).await.unwrap();
    assert_eq!(count().await, (0, 0));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn acceptance_is_told_by_mail_at_once(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(ask).await;
    let request = scene.referral_of(deal, scene.vendor).await.unwrap();
    let seller = scene.sellers_of(request).await.0.clone();
    prefer(&db, seller.user, "received", "off").await;
    referrals::accept(&scene.by(&seller, at(NOW)), request, None, details())
        .await
        .unwrap();
    fan_out_at(&db, NOW).await;
    let mail = one_mail(&db, NOW).await;
    assert_eq!(mail.header("subject"), "The other side accepted 클라우드 전환");
}
