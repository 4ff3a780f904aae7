//! The bell and the page.

use partner_portal::{auth::Role, db::schema::MIGRATOR};
use sqlx::PgPool;

use super::support::{Scene, event, fan_out, fan_out_at};
use crate::{
    referrals::scene::ask,
    support::{Answer, TestApp},
};

/// Fabrikam's admin with so many notes, not read.
async fn with_news(db: &PgPool, count: i32) -> (TestApp, Scene, partner_portal::ids::ReferralId) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(|_| {}).await;
    sqlx::query("delete from outbox").execute(db).await.unwrap();
    sqlx::query(
        "insert into outbox (event, referral_id, at) select 'note', $1, '2026-03-02T10:00:00Z' from generate_series(1, $2)",
    )
    .bind(deal)
    .bind(count)
    .execute(db)
    .await
    .unwrap();
    fan_out(db).await;
    let app = TestApp::new(db.clone()).await.at("2026-03-02T11:00:00Z");
    (app, scene, deal)
}

/// Where the buttons of a page open each notification.
fn opening(page: &Answer) -> Vec<String> {
    page.attributes(".news .grow form:has(> .open)", "action")
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_bell_counts_what_is_unread(db: PgPool) {
    let (app, scene, deal) = with_news(&db, 98).await;
    let mut admin = app.sign_in("admin@fabrikam.example").await;
    let page = admin.get("/preferences").await;
    assert_eq!(page.select(".bell .number"), "98");
    assert_eq!(page.attributes(".bell", "aria-label"), ["Notifications, 98 unread"]);
    for _ in 0..2 {
        event(&db, "won", deal).await;
    }
    fan_out(&db).await;
    let page = admin.get("/preferences").await;
    assert_eq!(page.select(".bell .number"), "99+");
    assert_eq!(page.attributes(".bell", "aria-label"), ["Notifications, 99+ unread"]);
    let mut other = app.sign_in(&scene.other.mail).await;
    let page = other.get("/preferences").await;
    assert!(!page.has(".bell .number"), "another's are not counted");
    assert_eq!(page.attributes(".bell", "aria-label"), ["Notifications"]);
    assert!(!app.client().get("/sign-in").await.has(".bell"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn pages_go_on_where_the_last_one_ended(db: PgPool) {
    let (app, _, _) = with_news(&db, 120).await;
    let mut admin = app.sign_in("admin@fabrikam.example").await;
    let mut page = admin.get("/notifications").await;
    let mut seen = opening(&page);
    let mut lengths = vec![seen.len()];
    while let Some(older) = page.attributes("a[rel=next]", "href").pop() {
        page = admin.get(&older).await;
        let more = opening(&page);
        lengths.push(more.len());
        seen.extend(more);
    }
    assert_eq!(lengths, [50, 50, 20]);
    let distinct: std::collections::BTreeSet<_> = seen.iter().collect();
    assert_eq!(distinct.len(), 120);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn notifications_are_grouped_by_the_readers_days(db: PgPool) {
    let (app, scene, deal) = with_news(&db, 0).await;
    super::support::set(&db, scene.admin.user, "time_zone = 'Asia/Seoul'").await;
    // In Korea the second one is of the 2nd, the third of the 3rd.
    for at in ["2026-03-01T14:59:00Z", "2026-03-01T15:00:00Z", "2026-03-02T15:00:00Z"] {
        sqlx::query("insert into outbox (event, referral_id, at) values ('note', $1, $2::timestamptz)")
            .bind(deal)
            .bind(super::support::at(at))
            .execute(&db)
            .await
            .unwrap();
    }
    fan_out_at(&db, "2026-03-02T16:00:00Z").await;
    let app = app.at("2026-03-02T16:00:00Z");
    let page = app.sign_in("admin@fabrikam.example").await.get("/notifications").await;
    assert_eq!(page.texts("main h2"), ["Today", "2 March 2026", "1 March 2026"]);
    assert!(page.select(".news li").contains("00:00"), "{}", page.select(".news li"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn opening_one_marks_it_and_leads_to_the_deal(db: PgPool) {
    let (app, scene, deal) = with_news(&db, 2).await;
    let mut admin = app.sign_in("admin@fabrikam.example").await;
    let page = admin.get("/notifications").await;
    let first = opening(&page).remove(0);
    assert_eq!(page.texts(".news li.unread").len(), 2);
    // The link of a mail leads on, and marks nothing.
    let link = first.strip_suffix("/opening").unwrap();
    let led = admin.get(link).await;
    assert_eq!(led.location(), format!("/deals/{deal}"));
    // A lead has pages of its own.
    sqlx::query("update referrals set kind = 'lead' where referral_id = $1")
        .bind(deal.0)
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(admin.get(link).await.location(), format!("/leads/{deal}"));
    sqlx::query("update referrals set kind = 'deal' where referral_id = $1")
        .bind(deal.0)
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(admin.get("/notifications?show=unread").await.texts(".news li").len(), 2);
    assert_eq!(
        admin.post_raw(&first, "application/x-www-form-urlencoded", "").await.status,
        403,
        "without the form token"
    );
    assert_eq!(admin.get("/notifications?show=unread").await.texts(".news li").len(), 2);
    let opened = admin.post(&first, &[]).await;
    assert_eq!(opened.location(), format!("/deals/{deal}"));
    assert_eq!(admin.follow(&opened).await.status, 200);
    assert_eq!(admin.get("/notifications?show=unread").await.texts(".news li").len(), 1);
    // Somebody else's is not there.
    let mut other = app.sign_in(&scene.other.mail).await;
    assert_eq!(other.get(link).await.status, 404);
    assert_eq!(other.post(&first, &[]).await.status, 404);
    assert_eq!(other.post(&format!("{link}/reading"), &[("read", "no")]).await.status, 404);
    assert_eq!(other.get("/notifications/none").await.status, 404);
    // Sellers work on requests.
    let request = scene.deal(ask).await;
    let request = scene.referral_of(request, scene.vendor).await.unwrap();
    fan_out(&db).await;
    let mut seller = app.sign_in(&scene.sellers_of(request).await.0.mail).await;
    let button = opening(&seller.get("/notifications").await).remove(0);
    assert_eq!(seller.post(&button, &[]).await.location(), format!("/requests/{request}"));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn one_or_all_can_be_marked(db: PgPool) {
    let (app, _, deal) = with_news(&db, 3).await;
    let mut admin = app.sign_in("admin@fabrikam.example").await;
    let page = admin.get("/notifications?show=unread").await;
    let form = page.attributes(".news li > form", "action").remove(0);
    let marked = admin
        .post(&form, &[("read", "yes"), ("next", "/notifications?show=unread")])
        .await;
    assert_eq!(marked.location(), "/notifications?show=unread");
    assert_eq!(admin.follow(&marked).await.select(".bell .number"), "2");
    let back = admin.post(&form, &[("read", "no"), ("next", "//elsewhere.example")]).await;
    assert_eq!(back.location(), "/notifications");
    let page = admin.follow(&back).await;
    assert_eq!(page.select(".bell .number"), "3");
    assert_eq!(admin.post(&form, &[("read", "perhaps")]).await.status, 400);
    // What comes after the person looked stays unread.
    let up_to = page.attributes("input[name=up_to]", "value").remove(0);
    event(&db, "won", deal).await;
    fan_out(&db).await;
    let all = admin.post("/notifications/reading", &[("up_to", &up_to)]).await;
    let page = admin.follow(&all).await;
    assert!(page.text().contains("Everything is marked as read."));
    assert_eq!(page.texts(".news li.unread").len(), 1);
    let up_to = page.attributes("input[name=up_to]", "value").remove(0);
    admin.post("/notifications/reading", &[("up_to", &up_to)]).await;
    let page = admin.get("/notifications?show=unread").await;
    assert!(!page.has(".bell .number") && page.text().contains("You have read everything."));
    assert!(!page.has("input[name=up_to]"));
}

/// The notification stays, the deal's name does not.
#[sqlx::test(migrator = "MIGRATOR")]
async fn a_deal_out_of_scope_is_not_named(db: PgPool) {
    let (app, scene, _) = with_news(&db, 1).await;
    let mut admin = app.sign_in("admin@fabrikam.example").await.with_header("accept-language", "ko");
    assert!(
        admin
            .get("/notifications")
            .await
            .text()
            .contains("클라우드 전환 거래에 메모가 추가되었습니다")
    );
    sqlx::query("update role_assignments set location_id = $2 where user_id = $1")
        .bind(scene.admin.user)
        .bind(scene.busan)
        .execute(&db)
        .await
        .unwrap();
    let page = admin.get("/notifications").await;
    assert!(!page.text().contains("클라우드") && !page.text().contains("Adatum"), "{}", page.select("main"));
    assert!(page.text().contains("더 이상 볼 수 없는 거래"));
    assert!(!page.has(".news .open"), "it leads nowhere");
}

/// On a team, a referrals user sees it; off the team, not.
#[sqlx::test(migrator = "MIGRATOR")]
async fn a_referrals_user_sees_names_of_their_teams_deals(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    scene
        .person("user@fabrikam.example", &[(Role::ReferralsUser, Some(scene.seoul))])
        .await;
    let deal = scene
        .deal(|new| new.team.push(crate::referrals::scene::somebody("USER@fabrikam.example")))
        .await;
    sqlx::query("delete from outbox").execute(&db).await.unwrap();
    event(&db, "note", deal).await;
    fan_out(&db).await;
    let app = TestApp::new(db.clone()).await;
    let mut user = app.sign_in("user@fabrikam.example").await;
    assert!(user.get("/notifications").await.text().contains("클라우드 전환"));
    sqlx::query("delete from referral_team where lower(mail) = 'user@fabrikam.example'")
        .execute(&db)
        .await
        .unwrap();
    assert!(!user.get("/notifications").await.text().contains("클라우드 전환"));
}
