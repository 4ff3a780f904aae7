//! Wrong MPN IDs: asked for by the partner, decided by the partner development manager or an operator, and then the deals count.

use axum::http::StatusCode;
use partner_portal::{
    auth::Role,
    migration::deals::{readiness::Standing, service},
};
use serde_json::json;
use sqlx::PgPool;

use super::seed::{ADMIN, Fabrikam};
use crate::support::{Answer, Client};

const PDM: &str = "pia@microsoft.example";
const OPERATOR: &str = "operator@microsoft.example";
const NEW: &str = "/psc/mpn/new?account=PA-7&wrong=9999999";

/// Three deals of the account PA-7 with a wrong MPN ID, one without any, one of another account; a PDM and an operator.
async fn world(pool: PgPool) -> Fabrikam {
    let it = Fabrikam::new(pool).await;
    let seed = it.app.seed();
    sqlx::query("insert into tenant_domains (domain, organisation_id) values ('microsoft.example', $1)")
        .bind(it.vendor)
        .execute(it.app.db())
        .await
        .unwrap();
    seed.user(it.id, PDM).guest().create().await;
    seed.user(it.vendor, OPERATOR).role(Role::PortalOperator).create().await;
    it.app
        .sql("insert into psc_accounts (import_id, psc_account_id, name, mpn_id, country) select import_id, 'PA-7', 'Fabrikam Busan', '9999999', 'KR' from psc_imports")
        .await;
    for id in ["W-1", "W-2"] {
        it.deal(id, json!({"psc_account_id": "PA-7", "psc_account_name": "Fabrikam Busan", "own_mpn_id": "9999999"}))
            .await;
    }
    // Without one of its own the account's counts.
    it.deal("W-3", json!({"psc_account_id": "PA-7", "own_mpn_id": ""})).await;
    it.deal("X-1", json!({"psc_account_id": "PA-8", "own_mpn_id": "9999999"})).await;
    it.deal("G-1", json!({})).await;
    it
}

async fn ask(client: &mut Client) -> Answer {
    client
        .post(NEW, &[("mpn_id", "4512346"), ("note", "Busan belongs to Seoul.")])
        .await
}

async fn standings(it: &Fabrikam) -> (i64, i64) {
    let counts = service::readiness(it.app.db(), it.id).await.unwrap();
    (counts.eligible, counts.of_reason(Standing::InvalidMpn))
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn an_approved_correction_makes_the_accounts_deals_eligible_at_once(pool: PgPool) {
    let it = world(pool).await;
    assert_eq!(standings(&it).await, (1, 4));
    let mut admin = it.app.sign_in(ADMIN).await;
    let page = admin.get("/psc/mpn").await;
    let rows = page.texts("[aria-labelledby=wrong] tbody tr");
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows[0].contains("PA-7") && rows[0].contains("9999999") && rows[0].contains('3'), "{rows:?}");
    assert_eq!(page.attributes("[aria-labelledby=wrong] a", "href")[0], NEW);

    assert_eq!(ask(&mut admin).await.status, StatusCode::SEE_OTHER);
    assert_eq!(standings(&it).await, (1, 4), "asked for is not approved");

    let mut pdm = it.app.sign_in(PDM).await;
    let told = pdm.get("/notifications").await;
    assert!(told.text().contains("4512346"), "the PDM is told");
    let page = pdm.get("/psc/mpn").await;
    let decide = page.attributes("[aria-labelledby=asked] a", "href").remove(0);
    assert!(pdm.get(&decide).await.text().contains("Busan belongs to Seoul."));
    assert_eq!(pdm.post(&decide, &[("decision", "approve")]).await.status, StatusCode::SEE_OTHER);

    assert_eq!(standings(&it).await, (4, 1), "three of the account; the other account's stays");
    let run = it.run(false, 2).await;
    assert_eq!((run.migrated, run.errors), (4, 0));
    it.assert_whole(4).await;
    let at_seoul =
        "select count(*) from referrals join locations using (location_id) where mpn_id = '4512346' and deal_id like 'W-%'";
    assert_eq!(it.app.count(at_seoul).await, 3, "they come to the location of the corrected MPN ID");
    assert!(admin.get("/notifications").await.text().contains("Fabrikam Busan"), "who asked is told");
    let kept = "select count(*) from audit_log where action in ('mpn-requested', 'mpn-approved')";
    assert_eq!(it.app.count(kept).await, 2);
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_refusal_needs_a_reason_and_changes_nothing(pool: PgPool) {
    let it = world(pool).await;
    let mut admin = it.app.sign_in(ADMIN).await;
    ask(&mut admin).await;
    let again = ask(&mut admin).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "one at a time");

    let mut operator = it.app.sign_in(OPERATOR).await;
    let page = operator.get("/operations/mpn-corrections").await;
    let decide = page.attributes("[aria-labelledby=asked] a", "href").remove(0);
    let silent = operator.post(&decide, &[("decision", "refuse"), ("reason", " ")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(silent.attributes("[aria-invalid]", "id"), ["reason"]);
    let refused = operator
        .post(&decide, &[("decision", "refuse"), ("reason", "PA-7 was sold.")])
        .await;
    assert_eq!(refused.status, StatusCode::SEE_OTHER);
    assert_eq!(standings(&it).await, (1, 4));
    assert!(admin.get("/psc/mpn").await.text().contains("PA-7 was sold."));

    // Decided is decided; and it can be asked for again.
    let late = operator.post(&decide, &[("decision", "approve")]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(standings(&it).await, (1, 4));
    assert_eq!(ask(&mut admin).await.status, StatusCode::SEE_OTHER);
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn nobody_decides_or_asks_out_of_turn(pool: PgPool) {
    let it = world(pool).await;
    let other = it.app.seed().partner("Contoso", "4600001").await;
    it.app
        .seed()
        .user(other, "cora@contoso.example")
        .role(Role::ReferralsAdmin)
        .create()
        .await;
    it.app.seed().user(other, "pat@microsoft.example").guest().create().await;
    let mut admin = it.app.sign_in(ADMIN).await;
    ask(&mut admin).await;
    let mut pdm = it.app.sign_in(PDM).await;
    let decide = pdm
        .get("/psc/mpn")
        .await
        .attributes("[aria-labelledby=asked] a", "href")
        .remove(0);

    // The partner cannot approve its own; another partner's manager and admin do not know of it; the PDM cannot ask.
    assert_eq!(admin.post(&decide, &[("decision", "approve")]).await.status, StatusCode::FORBIDDEN);
    let mut foreign = it.app.sign_in("pat@microsoft.example").await;
    assert_eq!(foreign.post(&decide, &[("decision", "approve")]).await.status, StatusCode::NOT_FOUND);
    let withdrawal = decide.replace("decision", "withdrawal");
    let mut cora = it.app.sign_in("cora@contoso.example").await;
    assert_eq!(cora.post(&withdrawal, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(cora.get(NEW).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ask(&mut pdm).await.status, StatusCode::FORBIDDEN);
    // An MPN ID of somebody else's is no right one.
    let stolen = admin
        .post("/psc/mpn/new?account=PA-8&wrong=9999999", &[("mpn_id", "4600001")])
        .await;
    assert_eq!(stolen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        it.app
            .count("select count(*) from psc_mpn_corrections where state = 'requested'")
            .await,
        1
    );
    assert_eq!(it.app.count("select count(*) from psc_mpn_corrections").await, 1);

    assert_eq!(admin.post(&withdrawal, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        it.app
            .count("select count(*) from psc_mpn_corrections where state = 'withdrawn'")
            .await,
        1
    );
}
