//! Rule: before acceptance the partner learns nothing of the seller, in no page and in nothing that is told.

use axum::http::{Method, StatusCode};
use partner_portal::{app, referrals::service};
use sqlx::PgPool;

use super::world::World;
use crate::referrals::scene::{BEGIN, at, details};

const NAMES: [[&str; 3]; 2] = [
    ["Zephyrine Quillfeather", "zephyrine@microsoft.example", "+1 425 555 0191"],
    ["Barnaby Oxenstierna", "barnaby@microsoft.example", "+1 425 555 0192"],
];

/// Everything that a partner's person can read: every page and file of the route table, about every id of the deal.
async fn readable(world: &World, ids: &[String]) -> String {
    let mut client = world.sign_in(&world.scene.admin).await;
    let (mut all, mut pages) = (String::new(), 0);
    for route in app::table().iter().filter(|route| route.method == Method::GET) {
        let paths: Vec<String> = if route.path.contains("{id}") {
            ids.iter().map(|id| route.path.replace("{id}", id)).collect()
        } else {
            vec![route.path.to_owned()]
        };
        for path in paths {
            let answer = client.get(&path).await;
            if answer.status == StatusCode::OK {
                pages += 1;
                all.push_str(&answer.text());
            }
        }
    }
    for path in ["/deals?tab=outbound", "/deals?tab=outbound&q=zephyrine", "/deals?tab=outbound&sort=updated"] {
        all.push_str(&client.get(path).await.text());
    }
    assert!(pages > 5, "only {pages} pages were read");
    all
}

/// What notifications of the partner are made from, and the history that it shares.
async fn told(world: &World) -> String {
    let rows: Vec<String> = sqlx::query_scalar(
        "select o.event || ' ' || o.detail::text from outbox o join referrals r using (referral_id) where r.organisation_id = $1
         union all select event || ' ' || detail::text from referral_history where shared or organisation_id = $1",
    )
    .bind(world.scene.fabrikam)
    .fetch_all(world.app.db())
    .await
    .unwrap();
    rows.join("\n")
}

async fn leaks(world: &World, ids: &[String]) -> Vec<&'static str> {
    let all = readable(world, ids).await + &told(world).await;
    NAMES.into_iter().flatten().filter(|word| all.contains(word)).collect()
}

#[sqlx::test(migrations = false)]
async fn the_partner_learns_who_the_seller_is_by_acceptance_only(db: PgPool) {
    let world = World::new(db).await;
    for (seller, [name, mail, phone]) in world.scene.sellers.iter().zip(NAMES) {
        sqlx::query("update users set display_name = $2, mail = $3, phone = $4 where user_id = $1")
            .bind(seller.user)
            .bind(name)
            .bind(mail)
            .bind(phone)
            .execute(world.app.db())
            .await
            .unwrap();
    }
    let (deal, request) = world.request(|_| {}).await;
    let ids = [deal.to_string(), request.to_string(), world.engagement(deal).await.to_string()];
    let (one, two) = world.scene.sellers_of(request).await;
    let by = |actor| world.scene.by(actor, at(BEGIN));
    assert_eq!(leaks(&world, &ids).await, Vec::<&str>::new(), "asked");
    service::mark_received(&by(one), request).await.unwrap();
    assert_eq!(leaks(&world, &ids).await, Vec::<&str>::new(), "opened");
    service::hand_over(&by(one), request, None, two.user).await.unwrap();
    assert_eq!(leaks(&world, &ids).await, Vec::<&str>::new(), "handed over");
    service::accept(&by(two), request, None, details()).await.unwrap();
    let shown = leaks(&world, &ids).await;
    assert_eq!(shown.len(), 3, "after acceptance the one who accepted is shown, and nobody else: {shown:?}");

    // Declined by somebody: who that was stays Microsoft's.
    let (other, declined) = world.request(|_| {}).await;
    let ids = [other.to_string(), declined.to_string()];
    let (owner, _) = world.scene.sellers_of(declined).await;
    let reason = partner_portal::referrals::reason::Reason::new(partner_portal::referrals::status::Action::Decline, 2).unwrap();
    service::decline(&by(owner), declined, None, reason, "").await.unwrap();
    let mut client = world.sign_in(&world.scene.admin).await;
    let page = client.get(&format!("/deals/{other}")).await.text();
    assert!(!NAMES.into_iter().flatten().any(|word| page.contains(word)));
    assert_eq!(ids.len(), 2);
}
