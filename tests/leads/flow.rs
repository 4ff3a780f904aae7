//! A lead from its sending to its end.

use axum::http::StatusCode;
use partner_portal::{
    ids::ReferralId,
    referrals::{command::Sending, kind::Qualification, service},
};
use sqlx::PgPool;

use crate::{
    referrals::scene::{BEGIN, at, details, new_deal, somebody},
    sellers::world::{World, seen},
};

pub fn lead(world: &World) -> Sending {
    Sending {
        lead: Some(Qualification::Sales),
        partner: world.scene.fabrikam,
        location: Some(world.scene.seoul),
        details: partner_portal::referrals::command::Details { name: "Wants a quote".into(), ..Default::default() },
        customer: new_deal().customer,
        contact: somebody("buyer@adatum.example"),
        solutions: Vec::new(),
        contact_wanted_until: Some(at(BEGIN) + chrono::TimeDelta::hours(72)),
    }
}

/// Sends it; the partner's referral.
pub async fn send(world: &World, change: impl FnOnce(&mut Sending)) -> ReferralId {
    let mut sending = lead(world);
    change(&mut sending);
    let partner = sending.partner;
    let own = service::send(&world.scene.by(&world.scene.sellers[0], at(BEGIN)), sending)
        .await
        .unwrap();
    world.scene.referral_of(own, partner).await.unwrap()
}

#[sqlx::test(migrations = false)]
async fn a_lead_is_sent_accepted_and_won(db: PgPool) {
    let world = World::new(db).await;
    let lead = send(&world, |_| {}).await;
    let mut client = world.sign_in(&world.scene.admin).await;
    let empty = client.get("/leads").await;
    assert_eq!(empty.texts(".tabs .count"), ["0", "1", "0"]);
    assert!(empty.has(".empty"));
    let list = client.get("/leads?tab=qualified").await;
    assert_eq!(list.attributes(".list a", "href"), [format!("/leads/{lead}")]);
    assert!(list.select(".list a").contains("wants to be contacted"), "it burns");
    assert_eq!(world.scene.status(lead).await, "pending");
    let path = format!("/leads/{lead}");
    let page = client.get(&path).await;
    assert!(page.has(".banner .flame") && page.text().contains("buyer@adatum.example"));
    assert_eq!(world.scene.status(lead).await, "received", "somebody opened it");
    let form = client.get(&format!("{path}/acceptance")).await;
    let acceptance = format!("{path}/acceptance");
    let wrong = client
        .post(&acceptance, &[("seen", &seen(&form)), ("name", ""), ("value", "5"), ("currency", "USD")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        (wrong.attributes(".problems a", "href"), wrong.attributes("#value", "value")),
        (vec!["#name".into()], vec!["5".into()])
    );
    let done = client
        .post(&acceptance, &[("seen", &seen(&wrong)), ("name", "Quote for Adatum")])
        .await;
    let page = client.follow(&done).await;
    assert_eq!((page.select("h1"), page.select("header .tag")), ("Quote for Adatum".into(), "Accepted".into()));
    let again = client.post(&acceptance, &[("seen", &seen(&wrong)), ("name", "Twice")]).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    let sure = client.get(&format!("{path}/win")).await;
    assert!(sure.select(".banner").contains("final"));
    let won = client.post(&format!("{path}/win"), &[("seen", &seen(&sure))]).await;
    let page = client.follow(&won).await;
    assert_eq!(page.select("header .tag"), "Won");
    assert!(!page.has(".flame") && !page.text().contains("/lose"));
    let over = client
        .post(&format!("{path}/lose"), &[("seen", &seen(&sure)), ("reason", "1")])
        .await;
    assert_eq!(over.status, StatusCode::CONFLICT);
    assert_eq!(world.scene.status(lead).await, "won");
}

#[sqlx::test(migrations = false)]
async fn declining_says_that_the_customer_is_told(db: PgPool) {
    let world = World::new(db).await;
    let lead = send(&world, |_| {}).await;
    let own = world.scene.referral_of(lead, world.scene.vendor).await.unwrap();
    let mut client = world.sign_in(&world.scene.admin).await;
    let path = format!("/leads/{lead}/decline");
    let form = client.get(&path).await;
    assert!(form.text().contains("The customer is told to choose another partner"));
    assert_eq!(client.post(&path, &[("seen", &seen(&form))]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = client.post(&path, &[("seen", &seen(&form)), ("reason", "5")]).await;
    assert!(client.follow(&done).await.text().contains("Not a customer"));
    assert_eq!(
        (world.scene.status(lead).await, world.scene.told(own).await),
        ("declined".into(), vec!["declined".into()])
    );
}

#[sqlx::test(migrations = false)]
async fn the_flame_goes_out_after_72_hours(db: PgPool) {
    let world = World::new(db).await;
    let lead = send(&world, |_| {}).await;
    let mut client = world.sign_in(&world.scene.admin).await;
    for (hours, burns) in [(71, true), (72, false), (73, false)] {
        world.app.app.clock.set(at(BEGIN) + chrono::TimeDelta::hours(hours));
        for path in ["/leads?tab=qualified".to_owned(), format!("/leads/{lead}")] {
            assert_eq!(client.get(&path).await.has(".flame"), burns, "{path} after {hours} hours");
        }
    }
}

#[sqlx::test(migrations = false)]
async fn an_unanswered_lead_expires_like_any_referral(db: PgPool) {
    let world = World::new(db).await;
    let lead = send(&world, |_| {}).await;
    let mut client = world.sign_in(&world.scene.admin).await;
    let form = client.get(&format!("/leads/{lead}/acceptance")).await;
    let deadline = at(BEGIN) + chrono::TimeDelta::days(14);
    world.app.app.clock.set(deadline);
    let late = client
        .post(&format!("/leads/{lead}/acceptance"), &[("seen", &seen(&form)), ("name", "Too late")])
        .await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.select(".problems").contains("time to answer is over"));
    service::expire_due(world.app.db(), deadline, 10).await.unwrap();
    assert_eq!(world.scene.status(lead).await, "expired");
    assert_eq!(client.get(&format!("/leads/{lead}")).await.select("header .tag"), "Expired");
}

#[sqlx::test(migrations = false)]
async fn a_deals_page_is_not_made_a_leads(db: PgPool) {
    let world = World::new(db).await;
    let deal = world.scene.deal(|_| {}).await;
    let mut client = world.sign_in(&world.scene.admin).await;
    assert_eq!(details().name, "클라우드 전환");
    for what in ["", "/acceptance", "/decline", "/win", "/lose"] {
        assert_eq!(client.get(&format!("/leads/{deal}{what}")).await.status, StatusCode::NOT_FOUND, "{what}");
    }
    for what in ["acceptance", "decline", "win", "lose", "team"] {
        let fields = [("seen", "1.1"), ("reason", "1"), ("name", "x")];
        assert_eq!(client.post(&format!("/leads/{deal}/{what}"), &fields).await.status, StatusCode::NOT_FOUND, "{what}");
    }
    assert_eq!(world.scene.status(deal).await, "accepted");
}
