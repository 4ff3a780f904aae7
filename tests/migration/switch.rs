//! The switch to Partner Center: set by the partner's admin, told to the partner development manager, taken back by operators alone.

use axum::http::StatusCode;
use partner_portal::auth::Role;
use sqlx::PgPool;

use super::seed::{ADMIN, Fabrikam};

const PDM: &str = "pia@microsoft.example";
const OPERATOR: &str = "operator@microsoft.example";
const SET: &str = "select count(*) from psc_settings where switched_at is not null";

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn it_is_set_once_confirmed_told_and_taken_back_by_an_operator_alone(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    sqlx::query("insert into tenant_domains (domain, organisation_id) values ('microsoft.example', $1)")
        .bind(it.vendor)
        .execute(it.app.db())
        .await
        .unwrap();
    it.app.seed().user(it.id, PDM).guest().create().await;
    it.app
        .seed()
        .user(it.id, "user@fabrikam.example")
        .role(Role::ReferralsUser)
        .create()
        .await;
    it.app
        .seed()
        .user(it.vendor, OPERATOR)
        .role(Role::PortalOperator)
        .create()
        .await;
    let mut admin = it.app.sign_in(ADMIN).await;
    let mut pdm = it.app.sign_in(PDM).await;
    let mut operator = it.app.sign_in(OPERATOR).await;

    // Others cannot, and nobody by mistake.
    let mut user = it.app.sign_in("user@fabrikam.example").await;
    assert_eq!(user.post("/psc/switch", &[("confirmed", "1")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(pdm.post("/psc/switch", &[("confirmed", "1")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(admin.post("/psc/switch", &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(it.app.count(SET).await, 0);

    for _ in 0..2 {
        assert_eq!(admin.post("/psc/switch", &[("confirmed", "1")]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(it.app.count(SET).await, 1);
    }
    assert_eq!(it.app.count("select count(*) from audit_log where action = 'switched'").await, 1);
    assert_eq!(pdm.get("/notifications").await.texts("ul.news li").len(), 1, "told once");
    let page = admin.get("/psc/switch").await;
    assert!(page.has(".banner") && !page.has("form[action=\"/psc/switch\"]"));

    let removal = format!("/operations/switches/{}/removal", it.id);
    assert_eq!(admin.post(&removal, &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(it.app.count(SET).await, 1);
    let page = operator.get("/operations/switches").await;
    assert_eq!(page.attributes("main td form", "action"), std::slice::from_ref(&removal));
    assert_eq!(operator.post(&removal, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(it.app.count(SET).await, 0);
    assert_eq!(operator.post(&removal, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        it.app
            .count("select count(*) from audit_log where action = 'switch-taken-back'")
            .await,
        1
    );
}
