//! Locations and identifiers.

use axum::http::StatusCode;
use sqlx::PgPool;

use super::world::{ACCOUNT, GLOBAL, JUNE, PEOPLE, World, says};

const OSAKA: [(&str, &str); 9] = [
    ("mpn_id", " 451 2348 "),
    ("name", "Osaka"),
    ("legal_entity", "Fabrikam Japan K.K."),
    ("address_line", "1-1 Umeda"),
    ("city", "Osaka"),
    ("country", "JP"),
    ("contact_name", "Aoi Sato"),
    ("contact_mail", "aoi@fabrikam.example"),
    ("contact_phone", "+82 (0)2-1234.5678"),
];

fn with(field: &str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    OSAKA
        .iter()
        .map(|(name, old)| (*name, if *name == field { value } else { *old }))
        .collect()
}

#[sqlx::test(migrations = false)]
async fn a_location_is_added_once_and_roles_can_hold_there(db: PgPool) {
    let world = World::new(db).await;
    let mut admin = world.client(ACCOUNT).await;
    let answer = admin.post("/account/locations", &OSAKA).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    says(&mut admin, &answer, "The location is added.").await;
    let page = admin.get("/account/locations").await;
    assert_eq!(page.texts("tbody td:first-child"), ["4512346", "4512347", "4512348"]);
    assert_eq!(page.attributes("a[href^='tel:']", "href"), ["tel:+82212345678"]);
    let again = admin.post("/account/locations", &OSAKA).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(again.attributes("[aria-invalid]", "id"), ["mpn_id"]);
    assert_eq!(again.attributes("#contact_phone", "value"), ["+82 (0)2-1234.5678"], "as typed");
    assert_eq!(again.attributes("#country option[selected]", "value"), ["JP"]);
    let user = admin.get(&format!("/account/users/{}", world.june)).await;
    assert!(user.texts("#places label").contains(&"Osaka (MPN 4512348)".to_owned()));
    assert_eq!(world.log().await, ["location-added"]);
}

#[sqlx::test(migrations = false)]
async fn every_wrong_field_is_named(db: PgPool) {
    let world = World::new(db).await;
    let mut admin = world.client(GLOBAL).await;
    for (field, value) in [
        ("mpn_id", ""),
        ("mpn_id", "45-12"),
        ("mpn_id", "1234567890123"),
        // The organisation's own global one, and a location's.
        ("mpn_id", "4512345"),
        ("mpn_id", "4512346"),
        ("name", "  "),
        ("legal_entity", ""),
        ("address_line", ""),
        ("city", ""),
        ("country", "XX"),
        ("contact_name", ""),
        ("contact_mail", "aoi@outlook.com"),
        ("contact_mail", "aoi"),
        ("contact_phone", ""),
        ("contact_phone", "0212345678"),
        ("contact_phone", "+82 2 CALL ME"),
    ] {
        let answer = admin.post("/account/locations", &with(field, value)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}");
        assert_eq!(answer.attributes("[aria-invalid]", "id"), [field], "{value}");
    }
    let answer = admin.post("/account/locations", &[]).await;
    assert_eq!(answer.attributes("[aria-invalid]", "id").len(), OSAKA.len());
    assert_eq!(world.app.count("select count(*) from locations").await, 2);
}

#[sqlx::test(migrations = false)]
async fn everybody_sees_locations_and_identifiers_and_admins_add(db: PgPool) {
    let world = World::new(db).await;
    let other = world.app.seed().partner("Contoso", "4600001").await;
    world.app.seed().location(other, "4600002", "Lisbon").await;
    for mail in [JUNE, PEOPLE] {
        let mut client = world.client(mail).await;
        let page = client.get("/account/locations").await;
        assert_eq!(page.texts("tbody td:first-child"), ["4512346", "4512347"]);
        assert!(!page.has("a[href='/account/locations/new']"));
        assert_eq!(client.get("/account/locations/new").await.status, StatusCode::FORBIDDEN);
        assert_eq!(client.post("/account/locations", &OSAKA).await.status, StatusCode::FORBIDDEN);
    }
    let mut client = world.client(JUNE).await;
    let start = client.get("/account").await;
    let page = client.follow(&start).await;
    let facts = page.texts("main dd").join(" | ");
    for part in ["Fabrikam", "South Korea", "4512345", "fabrikam.example"] {
        assert!(facts.contains(part), "{part} in {facts}");
    }
    assert_eq!(page.texts("aside li").len(), 2, "the account admin and the global admin");
}
