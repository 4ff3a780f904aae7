//! Off, at once or daily, by topic; the bell always tells.

use partner_portal::{
    db::schema::MIGRATOR,
    notifications::service::{Delivery, Event, Topic},
};
use sqlx::PgPool;

use super::support::{NOW, Scene, event, fan_out, posted, prefer, told_to};
use crate::support::TestApp;

#[test]
fn codes_go_there_and_back_and_answers_are_mailed_at_once() {
    for event in Event::ALL {
        assert_eq!(Event::from_code(event.code()), Some(event));
    }
    for topic in Topic::ALL {
        assert_eq!(Topic::from_code(topic.code()), Some(topic));
        assert!(topic.concerns(true) || topic.concerns(false), "{topic:?}");
        assert!(Event::ALL.iter().any(|event| event.topic() == topic), "{topic:?}");
    }
    for delivery in Delivery::ALL {
        assert_eq!(Delivery::from_code(delivery.code()), Some(delivery));
    }
    for topic in [Topic::Received, Topic::Assigned, Topic::Expiring] {
        assert_eq!(topic.usual(), Delivery::Now);
    }
    assert!(!Event::Migrated.is_mailed() && Event::MigrationFinished.is_mailed());
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn each_topic_is_mailed_as_chosen(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(|_| {}).await;
    sqlx::query("delete from outbox").execute(&db).await.unwrap();
    prefer(&db, scene.admin.user, "declined", "off").await;
    prefer(&db, scene.admin.user, "note", "now").await;
    prefer(&db, scene.admin.user, "accepted", "daily").await;
    for name in ["declined", "note", "accepted", "migrated", "something-new"] {
        event(&db, name, deal).await;
    }
    fan_out(&db).await;
    assert_eq!(told_to(&db, scene.admin.user).await.len(), 5, "the bell tells all");
    let mails = posted(&db, NOW).await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].header("subject").starts_with("A note was added"), "{}", mails[0].header("subject"));
    let tomorrow = posted(&db, "2026-03-03T08:00:00Z").await;
    assert_eq!(tomorrow.len(), 1);
    assert!(tomorrow[0].text.contains("accepted") && !tomorrow[0].text.contains("PSC"), "{}", tomorrow[0].text);
}

#[sqlx::test(migrations = false)]
async fn the_page_keeps_what_is_chosen(db: PgPool) {
    let app = TestApp::new(db).await;
    let seed = app.seed();
    let partner = seed.partner("Fabrikam", "4512345").await;
    seed.user(partner, "anna@fabrikam.example").zone("Asia/Seoul").create().await;
    let mut anna = app.sign_in("anna@fabrikam.example").await;
    let page = anna.get("/notifications/preferences").await;
    assert!(page.text().contains("anna@fabrikam.example") && page.text().contains("Asia/Seoul"));
    assert_eq!(page.attributes("#received option[selected]", "value"), ["now"]);
    assert_eq!(page.attributes("#note option[selected]", "value"), ["daily"]);
    let saved = anna
        .post("/notifications/preferences", &[("received", "daily"), ("note", "off")])
        .await;
    let page = anna.follow(&saved).await;
    assert!(page.text().contains("Your preferences are saved."));
    assert_eq!(page.attributes("#received option[selected]", "value"), ["daily"]);
    assert_eq!(page.attributes("#note option[selected]", "value"), ["off"]);
    assert_eq!(page.attributes("#accepted option[selected]", "value"), ["now"], "left as it was");
    for form in [[("received", "hourly")], [("weather", "now")]] {
        let refused = anna.post("/notifications/preferences", &form).await;
        assert_eq!(refused.status, 400, "{form:?}");
    }
}
