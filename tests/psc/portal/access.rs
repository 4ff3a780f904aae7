//! PSC roles: Admin everything, Deal manager all deals of the account, Seller the deals assigned to them (domain.md section 5; issue 4).

use axum::http::StatusCode;
use sqlx::PgPool;

use super::world::{ADMIN, MANAGER, NOBODY, REFERRALS, SELLER, World};
use crate::support::Client;

async fn listed(client: &mut Client) -> Vec<String> {
    let page = client.get("/psc/deals?sort=id").await;
    assert_eq!(page.status, StatusCode::OK);
    page.texts("[data-table=psc-deals] tbody td:nth-child(2)")
}

#[sqlx::test(migrations = false)]
async fn each_role_sees_what_is_its_own_in_every_view_and_file(pool: PgPool) {
    let world = World::new(pool).await;
    for (mail, own) in [
        (ADMIN, vec!["D-1", "D-2", "D-3"]),
        (REFERRALS, vec!["D-1", "D-2", "D-3"]),
        (MANAGER, vec!["D-1"]),
        (SELLER, vec!["D-2"]),
    ] {
        let mut client = world.sign_in(mail).await;
        assert_eq!(listed(&mut client).await, own, "{mail}");
        for id in ["D-1", "D-2", "D-3"] {
            let status = if own.contains(&id) { StatusCode::OK } else { StatusCode::NOT_FOUND };
            assert_eq!(client.get(&format!("/psc/deals/{id}")).await.status, status, "{mail} {id}");
            assert_eq!(client.get(&format!("/psc/deals/{id}/products")).await.status, status, "{mail} {id}");
        }
        for path in ["/psc/export/deals.csv", "/psc/deals.csv?sort=id"] {
            let file = client.get(path).await.text();
            let mut rows = csv::Reader::from_reader(file.trim_start_matches('\u{feff}').as_bytes());
            let ids: Vec<String> = rows.records().map(|row| row.unwrap()[0].to_owned()).collect();
            assert_eq!(ids, own, "{mail} {path}");
        }
        let everything = own.len() == 3;
        let status = if everything { StatusCode::OK } else { StatusCode::FORBIDDEN };
        for path in ["/psc/export/users.csv", "/psc/export/accounts.csv"] {
            assert_eq!(client.get(path).await.status, status, "{mail} {path}");
        }
        let open = own.iter().filter(|id| **id != "D-3").count();
        assert_eq!(client.get("/psc/home").await.texts(".figure")[0], open.to_string(), "{mail}");
        let incomplete = client
            .get("/psc/clean-up?detail=customer")
            .await
            .texts("[data-table=sheet] tbody th a");
        assert_eq!(incomplete.len(), usize::from(own.contains(&"D-2")), "{mail}");
    }
}

#[sqlx::test(migrations = false)]
async fn others_change_nothing(pool: PgPool) {
    let world = World::new(pool).await;
    let mut nobody = world.sign_in(NOBODY).await;
    let mut manager = world.sign_in(MANAGER).await;
    let digest = world.deal("D-2", "digest").await.unwrap();
    let before = world.app.everything().await;
    for (path, fields) in [
        ("/psc/deals/D-2/edit", vec![("seen", digest.as_str()), ("name", "Mine")]),
        ("/psc/deals/D-2/closing", vec![("seen", digest.as_str()), ("status", "won")]),
        ("/psc/deals/D-2/products", vec![("seen", digest.as_str()), ("act", "add"), ("product", "MS-AZURE")]),
    ] {
        assert_eq!(nobody.post(path, &fields).await.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(manager.post(path, &fields).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let sheet = [("detail", "close_date"), ("id-1", "D-2"), ("seen-1", digest.as_str()), ("close-1", "2027-01-31")];
    assert_eq!(nobody.post("/psc/clean-up", &sheet).await.status, StatusCode::FORBIDDEN);
    assert_eq!(manager.post("/psc/clean-up", &sheet).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let file = b"Opportunity ID,Estimated Close Date\r\nD-2,01/31/2027\r\n";
    assert_eq!(
        nobody
            .upload("/psc/clean-up/uploads", &[("details", "d.csv", file)])
            .await
            .status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(world.app.everything().await, before);
    let sent = manager.upload("/psc/clean-up/uploads", &[("details", "d.csv", file)]).await;
    let page = manager.follow(&sent).await;
    assert_eq!(page.texts("dl.facts dd"), ["0", "0", "1"], "out of reach is as if it were not there");
    // What somebody uploaded is theirs to look at.
    assert_eq!(world.sign_in(ADMIN).await.get(&page.path).await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrations = false)]
async fn another_organisation_sees_nothing_of_it(pool: PgPool) {
    let world = World::new(pool).await;
    let other = world.app.seed().partner("Contoso", "4600001").await;
    world
        .app
        .seed()
        .user(other, "con@contoso.example")
        .role(partner_portal::auth::Role::ReferralsAdmin)
        .create()
        .await;
    let mut client = world.sign_in("con@contoso.example").await;
    assert!(client.get("/psc/home").await.text().contains("nothing to show"));
    world.app.sql("update psc_settings set own_dates = true").await;
    // Also with an export of their own, whose IDs may be the same.
    let mut rows = super::world::three();
    rows.truncate(1);
    rows[0][1] = "Contoso’s own".to_owned();
    let contoso = World::beside(&world, other);
    contoso.import(rows).await;
    world
        .app
        .sql("update psc_settings set read_only_from = '2026-12-01Z', closed_from = '2026-12-31Z'")
        .await;
    assert_eq!(listed(&mut client).await, ["D-1"]);
    assert_eq!(client.get("/psc/deals/D-1").await.select("h1"), "Contoso’s own");
    assert_eq!(client.get("/psc/deals/D-2").await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.sign_in(ADMIN).await.get("/psc/deals/D-1").await.select("h1"), "Data platform renewal");
}
