use std::sync::Arc;

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use partner_portal::{
    app::App,
    auth::{Actor, Role, secret, store},
    clock::Clock,
    ids::ReferralId,
    referrals::missing::Detail,
    web::csrf,
};
use scraper::{Html, Selector};
use sqlx::PgPool;
use tower::ServiceExt;

use super::seed::{World, at};

const NOW: &str = "2026-11-22T12:00:00Z";

/// Somebody signed in.
struct Client {
    router: axum::Router,
    secret: String,
    language: &'static str,
}

struct Answer {
    status: StatusCode,
    location: String,
    body: String,
}

impl Client {
    async fn new(world: &World, actor: &Actor, language: &'static str) -> Self {
        let settings = crate::support::settings();
        let secret = secret::random();
        store::create_session(&world.db, &secret::hash("session", &secret), actor.user, None, 1)
            .await
            .unwrap();
        let router = App::new(world.db.clone(), Clock::fixed(at(NOW)), Arc::new(settings))
            .unwrap()
            .router();
        Self { router, secret, language }
    }

    async fn send(&self, request: axum::http::request::Builder, body: String) -> Answer {
        let request = request
            .header(header::COOKIE, format!("portal_session={}", self.secret))
            .header(header::ACCEPT_LANGUAGE, self.language)
            .body(Body::from(body))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let location = response
            .headers()
            .get(header::LOCATION)
            .map_or("", |v| v.to_str().unwrap())
            .to_owned();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer { status, location, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path), String::new()).await
    }

    async fn favourite(&self, id: ReferralId, fields: &str) -> Answer {
        let request =
            Request::post(format!("/deals/{id}/favourite")).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, format!("csrf={}&{fields}", csrf::token(&self.secret))).await
    }
}

impl Answer {
    /// The text of each element, its white space made single.
    fn texts(&self, selector: &str) -> Vec<String> {
        Html::parse_document(&self.body)
            .select(&Selector::parse(selector).unwrap())
            .map(|found| {
                found
                    .text()
                    .collect::<Vec<_>>()
                    .join(" ")
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect()
    }

    fn links(&self, selector: &str) -> Vec<String> {
        Html::parse_document(&self.body)
            .select(&Selector::parse(selector).unwrap())
            .filter_map(|found| found.attr("href").map(str::to_owned))
            .collect()
    }
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn the_first_deal_is_opened_beside_the_list_and_each_links_to_itself(db: PgPool) {
    let world = World::new(db).await;
    let admin = world.admin().await;
    let mut older = world.deal("Field service <rollout>");
    older.created = at("2026-10-01T00:00:00Z");
    let older = world.insert(older).await;
    let mut waiting = world.deal("2021 봄 클라우드 전환");
    waiting.status = "pending";
    waiting.expires = Some(at("2026-11-24T13:00:00Z"));
    world.insert(waiting).await;
    for (language, left, back) in [("en", "2 days left", "Back to the list"), ("ko-KR", "2일 남음", "목록으로")] {
        let client = Client::new(&world, &admin, language).await;
        let page = client.get("/deals?tab=outbound&q=o").await;
        assert_eq!(page.status, StatusCode::OK);
        let page = client.get("/deals?tab=outbound").await;
        assert_eq!(page.texts(".list b"), ["2021 봄 클라우드 전환", "Field service <rollout>"]);
        assert_eq!(page.texts(".list .tag")[0], left);
        assert_eq!(page.texts("article h2"), ["2021 봄 클라우드 전환"]);
        assert_eq!(page.texts(".tabs .count"), ["0", "2", "0"]);
        assert!(!page.body.contains(" style=") && page.texts(".chosen").is_empty());
        let link = &page.links(".list a")[1];
        assert_eq!(*link, format!("/deals?tab=outbound&deal={older}"));
        let chosen = client.get(link).await;
        assert_eq!(chosen.texts("article h2"), ["Field service <rollout>"]);
        assert_eq!(chosen.texts(".list a[aria-current] b"), ["Field service <rollout>"]);
        assert_eq!(
            (chosen.texts(".chosen .return a"), chosen.links(".chosen .return a")),
            (vec![back.to_owned()], vec!["/deals?tab=outbound".to_owned()])
        );
        let alone = client.get(&format!("/deals/{older}")).await;
        assert_eq!(
            (alone.texts("article h2"), alone.texts(".list").len()),
            (vec!["Field service <rollout>".to_owned()], 0)
        );
        for address in ["/deals?tab=inbound", "/deals?tab=favourites", "/deals?q=zzz"] {
            let empty = client.get(address).await;
            assert_eq!(
                (empty.status, empty.texts(".empty h2").len(), empty.texts(".split").len()),
                (StatusCode::OK, 1, 0),
                "{address}"
            );
        }
        for page in [page, chosen, alone] {
            assert!(!page.body.contains("?deal-") && !page.body.contains("?deals-"), "words are missing");
        }
    }
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_migrated_deal_says_what_is_missing_and_what_came_along(db: PgPool) {
    let world = World::new(db).await;
    let admin = world.admin().await;
    let mut deal = world.deal("Migración");
    deal.missing = Detail::Contact.bit() | Detail::Solution.bit() | Detail::CloseDate.bit();
    let id = world.insert(deal).await;
    let mut won = world.deal("won");
    (won.status, won.missing) = ("won", Detail::Contact.bit());
    let won = world.insert(won).await;
    let client = Client::new(&world, &admin, "en").await;
    let page = client.get(&format!("/deals/{id}")).await;
    assert_eq!(page.texts(".gaps h3"), ["3 details missing"]);
    let fields = page.links(".gaps li a");
    let there =
        ["customer#contact-first_name", "solutions#solutions", "details#close_date"].map(|end| format!("/deals/{id}/{end}"));
    assert_eq!(fields, there);
    for field in fields {
        let (path, anchor) = field.split_once('#').unwrap();
        assert_eq!(client.get(path).await.texts(&format!("[id='{anchor}']")).len(), 1, "{field} leads nowhere");
    }
    assert!(page.texts(".gaps")[0].contains("cannot change until they are filled in"));
    let history = page.texts(".timeline li");
    assert_eq!(history.len(), 3);
    assert_eq!(history[0], "Changed: colour-chosen 20 November 2026 at 08:00");
    assert!(
        history[1].starts_with("Migrated from PSC")
            && history[1].contains("Deal role Lead partner")
            && history[1].contains("Deal Value 12.000,- approx"),
        "{}",
        history[1]
    );
    assert!(!history[1].contains("Customer outcome"));
    assert!(history[2].starts_with("Created"));
    let over = client.get(&format!("/deals/{won}")).await;
    assert_eq!(over.texts(".gaps").len(), 0);
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn the_seller_is_in_no_page_before_acceptance(db: PgPool) {
    let world = World::new(db).await;
    let admin = world.admin().await;
    let client = Client::new(&world, &admin, "en").await;
    for (status, shown) in [("pending", false), ("expired", false), ("accepted", true)] {
        let mut deal = world.deal(status);
        deal.vendor = Some(status);
        let id = world.insert(deal).await;
        for path in [format!("/deals/{id}"), format!("/deals?tab=outbound&deal={id}")] {
            assert_eq!(client.get(&path).await.body.contains("am.seller@"), shown, "{status}");
        }
    }
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_deal_that_is_not_yours_is_not_there(db: PgPool) {
    let world = World::new(db).await;
    let mut foreign = world.deal("foreign");
    (foreign.organisation, foreign.location) = (world.other, None);
    let foreign = world.insert(foreign).await;
    let ours = world.insert(world.deal("ours")).await;
    let admin = world.admin().await;
    let user = world
        .person(world.fabrikam, "user@fabrikam.example", &[(Role::ReferralsUser, None)])
        .await;
    for (actor, id) in [(&admin, foreign), (&user, ours)] {
        let client = Client::new(&world, actor, "en").await;
        for path in [format!("/deals/{id}"), format!("/deals?deal={id}"), "/deals/not-an-id".to_owned()] {
            assert_eq!(client.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(client.favourite(id, "on=yes").await.status, StatusCode::NOT_FOUND);
    }
    let nobody = world
        .person(world.fabrikam, "account-admin@fabrikam.example", &[(Role::AccountAdmin, None)])
        .await;
    let refused = Client::new(&world, &nobody, "en").await.get(&format!("/deals/{ours}")).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("Referrals admin or Referrals user"));
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_heart_is_a_form_that_leads_back(db: PgPool) {
    let world = World::new(db).await;
    let id = world.insert(world.deal("ours")).await;
    let client = Client::new(&world, &world.admin().await, "en").await;
    for (on, pressed) in [("yes", "true"), ("yes", "true"), ("no", "false")] {
        let answer = client.favourite(id, &format!("on={on}&next=%2Fdeals%3Ftab%3Doutbound")).await;
        assert_eq!((answer.status, answer.location.as_str()), (StatusCode::SEE_OTHER, "/deals?tab=outbound"));
        let page = client.get(&answer.location).await;
        assert_eq!(page.texts(&format!("button[aria-pressed={pressed}]")).len(), 1);
    }
    assert_eq!(client.favourite(id, "on=perhaps").await.status, StatusCode::BAD_REQUEST);
    let away = client.favourite(id, "on=yes&next=https%3A%2F%2Fevil.example").await;
    assert_eq!(away.location, format!("/deals/{id}"));
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn empty_tabs_send_to_the_migration_only_who_may_run_it(db: PgPool) {
    let world = World::new(db).await;
    let local = world
        .person(world.fabrikam, "local@fabrikam.example", &[(Role::ReferralsAdmin, Some(world.seoul))])
        .await;
    for (actor, links) in [(world.admin().await, vec!["/migration/deals".to_owned()]), (local, vec![])] {
        let client = Client::new(&world, &actor, "en").await;
        assert_eq!(client.get("/deals").await.links(".empty a"), links);
    }
}
