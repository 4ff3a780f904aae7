//! What sellers do with requests, and what only the one may whose it is.

use axum::http::StatusCode;
use chrono::TimeDelta;
use sqlx::PgPool;

use super::world::{World, seen};
use crate::{
    referrals::scene::{BEGIN, at},
    support::Answer,
};

const ACCEPT: [(&str, &str); 5] =
    [("name", "Cloud move"), ("value", "250,000"), ("currency", "usd"), ("close_date", "2026-09-30"), ("notes", "ours alone")];

fn with<'a>(fields: &[(&'a str, &'a str)], seen: &'a str) -> Vec<(&'a str, &'a str)> {
    fields.iter().copied().chain([("seen", seen)]).collect()
}

fn history(page: &Answer) -> String {
    page.texts(".timeline li").join(" | ")
}

#[sqlx::test(migrations = false)]
async fn a_request_is_accepted_worked_on_and_won(db: PgPool) {
    let world = World::new(db).await;
    let (deal, request) = world
        .request(|new| {
            new.vendor_notes = "Please call before noon".into();
            new.details.notes = "not for Microsoft".into();
        })
        .await;
    let (owner, _) = world.scene.sellers_of(request).await;
    let mut client = world.sign_in(owner).await;
    let path = format!("/requests/{request}");
    let page = client.get(&path).await;
    for words in [
        "Adatum",
        "buyer@adatum.example",
        "Proof of concept or demo",
        "Please call before noon",
        "Fabrikam Retail",
        "admin@fabrikam.example",
    ] {
        assert!(page.text().contains(words), "{words}");
    }
    assert!(!page.text().contains("not for Microsoft"));
    assert_eq!(world.scene.status(request).await, "received", "its seller opened it");

    let form = client.get(&format!("{path}/acceptance")).await;
    assert_eq!(form.attributes("#name", "value"), ["클라우드 전환"], "begins with the partner's own facts");
    let wrong = client
        .post(
            &format!("{path}/acceptance"),
            &[("seen", &seen(&form)), ("name", "Kept <as typed>"), ("value", "12.5.6"), ("currency", "USD")],
        )
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.attributes("#name", "value"), ["Kept <as typed>"]);
    assert_eq!(wrong.attributes(".problems a", "href"), ["#value"]);
    assert!(wrong.has("#value-problem"));
    let done = client.post(&format!("{path}/acceptance"), &with(&ACCEPT, &seen(&wrong))).await;
    let page = client.follow(&done).await;
    assert_eq!(page.select("h1"), "Cloud move");
    assert!(page.text().contains("$\u{a0}250,000") && page.text().contains("ours alone"));
    assert_eq!(
        (world.scene.status(request).await, world.scene.events(request, "accept").await),
        ("accepted".into(), 1)
    );
    assert_eq!(world.scene.told(deal).await, ["accepted"]);

    let staged = client
        .post(&format!("{path}/stage"), &[("seen", &seen(&page)), ("stage", "40")])
        .await;
    let page = client.follow(&staged).await;
    assert!(history(&page).contains("Accepted 10% → Developed 40%"), "{}", history(&page));
    let stale = client.post(&format!("{path}/stage"), &[("seen", "1.1"), ("stage", "60")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    assert!(stale.select(".problems").contains("Somebody changed this deal meanwhile"));
    let noted = client
        .post(&format!("{path}/notes"), &[("note", "Demo went well"), ("shared", "yes")])
        .await;
    assert!(history(&client.follow(&noted).await).contains("Demo went well"));
    let empty = client.post(&format!("{path}/notes"), &[("note", " "), ("shared", "yes")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.has("input[name=shared][checked]"), "the form as it was sent");
    let form = client.get(&format!("{path}/details")).await;
    let edited = client
        .post(
            &format!("{path}/details"),
            &[("seen", &seen(&form)), ("name", "Renamed"), ("value", "9"), ("currency", "USD")],
        )
        .await;
    assert!(history(&client.follow(&edited).await).contains("Name: Cloud move → Renamed"));

    let sure = client.get(&format!("{path}/win")).await;
    assert!(sure.select(".banner").contains("nothing can be changed afterwards"));
    let won = client.post(&format!("{path}/win"), &[("seen", &seen(&sure))]).await;
    let page = client.follow(&won).await;
    assert_eq!(page.select("article header .tag"), "Won");
    assert!(page.attributes("article form", "action").is_empty(), "nothing is left to do");
    assert_eq!(client.get(&format!("{path}/lose")).await.location(), path, "and no form for it");
    let again = client
        .post(&format!("{path}/details"), &with(&ACCEPT, &format!("{}.1", 99)))
        .await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert!(again.select(".problems").contains("closed"));
    assert_eq!(world.scene.status(deal).await, "accepted", "the partner's own side goes on");
    assert!(super::world::names(&client.get("/requests?tab=closed").await).contains(&"Renamed".to_owned()));
}

#[sqlx::test(migrations = false)]
async fn declining_and_losing_need_a_reason(db: PgPool) {
    let world = World::new(db).await;
    let (deal, request) = world.request(|_| {}).await;
    let mut client = world.sign_in(world.scene.sellers_of(request).await.0).await;
    let path = format!("/requests/{request}/decline");
    let form = client.get(&path).await;
    for (reason, note, anchor) in [("", "why not", "#reason"), ("9", "", "#reason"), ("8", "  ", "#note")] {
        let refused = client
            .post(&path, &[("seen", &seen(&form)), ("reason", reason), ("note", note)])
            .await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{reason}");
        assert_eq!(refused.attributes(".problems a", "href"), [anchor]);
        assert_eq!(refused.select("#note"), note.trim());
    }
    let form = client.get(&path).await;
    let done = client
        .post(&path, &[("seen", &seen(&form)), ("reason", "8"), ("note", "Wrong region")])
        .await;
    assert!(history(&client.follow(&done).await).contains("Declined Other Wrong region"));
    assert_eq!(
        (world.scene.status(request).await, world.scene.status(deal).await),
        ("declined".into(), "accepted".into())
    );

    let (_, other) = world.request(|_| {}).await;
    let mut client = world.sign_in(world.scene.sellers_of(other).await.0).await;
    let form = client.get(&format!("/requests/{other}/acceptance")).await;
    client
        .post(&format!("/requests/{other}/acceptance"), &with(&ACCEPT, &seen(&form)))
        .await;
    let lost = format!("/requests/{other}/lose");
    let form = client.get(&lost).await;
    assert_eq!(client.post(&lost, &[("seen", &seen(&form))]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = client.post(&lost, &[("seen", &seen(&form)), ("reason", "3")]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(world.scene.status(other).await, "lost");
}

#[sqlx::test(migrations = false)]
async fn of_two_sellers_who_take_a_request_one_gets_it(db: PgPool) {
    let world = World::new(db).await;
    for _ in 0..8 {
        let (_, request) = world.request(|new| new.customer.country = "FR".into()).await;
        let [mut one, mut two] = [world.sign_in(&world.scene.sellers[0]).await, world.sign_in(&world.scene.sellers[1]).await];
        let path = format!("/requests/{request}");
        let (first, second) = (seen(&one.get(&path).await), seen(&two.get(&path).await));
        let taking = format!("{path}/taking");
        let (a, b) = ([("seen", first.as_str())], [("seen", second.as_str())]);
        let (one, two) = tokio::join!(one.post(&taking, &a), two.post(&taking, &b));
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 409]);
        assert_eq!(world.scene.events(request, "taken").await, 1);
    }
}

#[sqlx::test(migrations = false)]
async fn another_seller_reads_and_changes_nothing(db: PgPool) {
    let world = World::new(db).await;
    let (_, request) = world.request(|_| {}).await;
    let (_, other) = world.scene.sellers_of(request).await;
    let mut client = world.sign_in(other).await;
    let path = format!("/requests/{request}");
    let page = client.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.attributes("article form", "action").is_empty());
    assert_eq!(world.scene.status(request).await, "pending", "only its seller receives it");
    let version = world.scene.seen(request).await;
    let current = version.text();
    for what in ["acceptance", "decline", "win", "lose", "details", "stage", "notes", "assignment"] {
        let to = other.user.to_string();
        let fields = [("reason", "1"), ("note", "x"), ("stage", "20"), ("to", to.as_str())];
        let answer = client
            .post(&format!("{path}/{what}"), &with(&[&ACCEPT[..], &fields].concat(), &current))
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{what}");
        if !["stage", "notes"].contains(&what) {
            assert_eq!(client.get(&format!("{path}/{what}")).await.status, StatusCode::FORBIDDEN, "form of {what}");
        }
    }
    let taken = client.post(&format!("{path}/taking"), &[("seen", &current)]).await;
    assert_eq!(taken.status, StatusCode::CONFLICT, "it is somebody's");
    assert_eq!(world.scene.seen(request).await, version);
}

#[sqlx::test(migrations = false)]
async fn a_request_is_handed_over(db: PgPool) {
    let world = World::new(db).await;
    let (deal, request) = world.request(|_| {}).await;
    let (owner, other) = world.scene.sellers_of(request).await;
    let mut client = world.sign_in(owner).await;
    let path = format!("/requests/{request}/assignment");
    client.get(&format!("/requests/{request}")).await;
    let form = client.get(&path).await;
    assert_eq!(
        form.attributes("input[name=to]", "value"),
        [other.user.to_string()],
        "sellers of the customer's country"
    );
    let nobody = world.scene.admin.user.to_string();
    for to in ["", "nobody", nobody.as_str(), &owner.user.to_string()] {
        let refused = client.post(&path, &[("seen", &seen(&form)), ("to", to)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{to}");
        assert!(refused.select(".problems").contains("Choose another seller"));
    }
    let done = client
        .post(&path, &[("seen", &seen(&form)), ("to", &other.user.to_string())])
        .await;
    let page = client.follow(&done).await;
    assert!(history(&page).contains("Handed over"), "{}", history(&page));
    assert_eq!(client.get(&format!("/requests/{request}/acceptance")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.scene.told(request).await, ["received", "assigned"]);
    assert_eq!(world.scene.told(deal).await, Vec::<String>::new(), "before acceptance the partner is told nothing");
    let mut other = world.sign_in(other).await;
    assert_eq!(other.get(&format!("/requests/{request}/acceptance")).await.status, StatusCode::OK);
}

#[sqlx::test(migrations = false)]
async fn the_last_instant_is_before_the_deadline(db: PgPool) {
    let world = World::new(db).await;
    for (late, status) in [(-1, StatusCode::SEE_OTHER), (0, StatusCode::CONFLICT), (1, StatusCode::CONFLICT)] {
        let (_, request) = world.request(|_| {}).await;
        let deadline = at(BEGIN) + TimeDelta::days(14);
        let mut client = world.sign_in(world.scene.sellers_of(request).await.0).await;
        let form = client.get(&format!("/requests/{request}/acceptance")).await;
        world.app.app.clock.set(deadline + TimeDelta::milliseconds(late));
        let answer = client
            .post(&format!("/requests/{request}/acceptance"), &with(&ACCEPT, &seen(&form)))
            .await;
        assert_eq!(answer.status, status, "{late}");
        if late >= 0 {
            assert!(answer.select(".problems").contains("time to answer is over"));
            assert_eq!(answer.attributes("#name", "value"), ["Cloud move"]);
            let page = client.get(&format!("/requests/{request}")).await;
            assert!(page.text().contains("Time is up") && !page.text().contains("/acceptance"));
        }
        world.app.app.clock.set(at(BEGIN));
    }
}

#[sqlx::test(migrations = false)]
async fn partners_have_no_business_here(db: PgPool) {
    let world = World::new(db).await;
    let (deal, request) = world.request(|_| {}).await;
    let mut client = world.sign_in(&world.scene.admin).await;
    for path in ["/requests".into(), format!("/requests/{request}"), format!("/requests/{deal}"), "/requests/new".into()] {
        assert_eq!(client.get(&path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let answer = client
        .post(&format!("/requests/{request}/acceptance"), &with(&ACCEPT, "1.1"))
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(world.scene.status(request).await, "pending");
}
