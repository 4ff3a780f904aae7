//! Deals that have migrated are gone from PSC, and their address leads to where they are.

use axum::http::StatusCode;
use sqlx::PgPool;

use super::world::{ADMIN, MANAGER, REFERRALS, SELLER, World, form, with};

#[sqlx::test(migrations = false)]
async fn a_migrated_deal_is_gone_from_every_list_and_its_address_leads_on(pool: PgPool) {
    let world = World::new(pool).await;
    let mut client = world.sign_in(ADMIN).await;
    // What was completed here is what moves.
    let page = client.get("/psc/clean-up?detail=team").await;
    let fields = form(&page, "/psc/clean-up");
    let typed = [("member-first-1", "Sori"), ("member-last-1", "Park"), ("member-phone-1", "+82 10 1")];
    client.post("/psc/clean-up", &with(&fields, &typed)).await;
    let mut admin = world.sign_in(REFERRALS).await;
    admin.post("/migration/deals/runs", &[("kind", "migration")]).await;
    world.app.run_jobs().await;
    assert_eq!(world.app.count("select count(*) from psc_migrated_deals").await, 2);
    assert_eq!(
        world
            .app
            .count("select count(*) from referral_team where lower(mail) = 'sori@fabrikam.example' and phone = '+82 10 1'")
            .await,
        1
    );

    for (path, selector) in [
        ("/psc/deals", "[data-table=psc-deals] tbody td:nth-child(2)"),
        ("/psc/deals?q=platform", "[data-table=psc-deals] tbody td:nth-child(2)"),
    ] {
        assert!(client.get(path).await.texts(selector).iter().all(|id| id == "D-3"), "{path}");
    }
    assert!(!client.get("/psc/clean-up?detail=customer").await.has("[data-table=sheet]"));
    for path in ["/psc/export/deals.csv", "/psc/deals.csv"] {
        let file = client.get(path).await.text();
        assert!(!file.contains("D-1,") && !file.contains("D-2,"), "{path}");
    }
    let referral: uuid::Uuid = sqlx::query_scalar("select referral_id from psc_migrated_deals where psc_deal_id = 'D-2'")
        .fetch_one(world.app.db())
        .await
        .unwrap();
    for time in ["2026-11-22T09:00:00Z", "2026-12-15T09:00:00Z", "2027-06-01T09:00:00Z"] {
        world.app.app.clock.set(time.parse().unwrap());
        let answer = client.get("/psc/deals/D-2").await;
        assert_eq!(
            (answer.status, answer.location()),
            (StatusCode::PERMANENT_REDIRECT, format!("/deals/{referral}")),
            "{time}"
        );
        // Whose it was not in PSC is not told.
        let status = world.sign_in(MANAGER).await.get("/psc/deals/D-2").await.status;
        assert_eq!(status, if time.starts_with("2027") { StatusCode::GONE } else { StatusCode::NOT_FOUND }, "{time}");
    }
    assert_eq!(world.sign_in(SELLER).await.get("/psc/deals/D-2").await.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(admin.get(&format!("/deals/{referral}")).await.status, StatusCode::OK);

    // Nothing of it can be changed from PSC any more.
    world.app.app.clock.set("2026-11-22T09:00:00Z".parse().unwrap());
    let digest = world.deal("D-2", "digest").await.unwrap();
    let before = world.app.everything().await;
    for (path, extra) in [("/psc/deals/D-2/edit", ("name", "x")), ("/psc/deals/D-2/closing", ("status", "won"))] {
        let answer = client.post(path, &[("seen", digest.as_str()), extra]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, format!("/deals/{referral}")), "{path}");
    }
    assert_eq!(world.app.everything().await, before);
}
