use axum::http::StatusCode;
use partner_portal::{
    accounts::service::{self as accounts, NewLocation, NewUser},
    auth::Role,
    db,
    migration::run::State,
};
use serde_json::json;
use sqlx::PgPool;

use super::seed::{ADMIN, Fabrikam};
use crate::support::Answer;

/// One PSC user for every error that a remedy corrects.
async fn with_every_error(it: &Fabrikam) {
    it.psc_user("consumer", "jane@gmail.com", "PA-1", "seller").await;
    it.psc_user("outside", "jane@contoso.example", "PA-1", "seller").await;
    it.psc_user("no-account", "new+one@fabrikam.example", "PA-2", "deal-manager")
        .await;
    it.app.seed().user(it.id, "gone@fabrikam.example").disabled().create().await;
    it.psc_user("disabled", "gone@fabrikam.example", "PA-0", "admin").await;
    it.account("lost@fabrikam.example").await;
    it.psc_user("no-location", "lost@fabrikam.example", "PA-9", "seller").await;
}

/// The links of a PSC user's row.
fn links(page: &Answer, psc_user_id: &str) -> Vec<String> {
    page.attributes(&format!("[data-user='{psc_user_id}'] td:last-child a"), "href")
}

async fn make_account(it: &Fabrikam, mail: &str) {
    let mut tx = db::begin(it.app.db()).await.unwrap();
    let new = NewUser { mail, display_name: mail, time_zone: "UTC", password_hash: None };
    accounts::create_user(&mut tx, it.id, &new, it.app.app.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Each error leads to its remedy; each remedy, carried out, leads to a retry that migrates.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn each_error_is_corrected_by_its_remedy(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    with_every_error(&it).await;
    it.app.seed().grant(it.admin, Role::GlobalAdmin, None).await;
    let mut client = it.app.sign_in(ADMIN).await;
    let page = client.get("/migration/users").await;
    assert_eq!(page.select("[data-count=errors]"), "5");
    assert_eq!(
        links(&page, "consumer"),
        ["/migration/users/accounts/consumer", "/account/users/new?first=Jane&last=Doe"]
    );
    assert_eq!(
        links(&page, "outside"),
        ["/account/users/new?mail=jane%40contoso.example&first=Jane&last=Doe&guest=1", "/migration/users/accounts/outside"]
    );
    assert_eq!(
        links(&page, "no-account"),
        ["/account/users/new?mail=new%2Bone%40fabrikam.example&first=Jane&last=Doe", "/migration/users/accounts/no-account"]
    );
    assert_eq!(links(&page, "disabled"), ["/account/users?q=gone%40fabrikam.example"]);
    assert_eq!(links(&page, "no-location"), ["/psc/mpn"]);
    assert!(!page.has("input[type=checkbox]"), "nobody can be picked yet");

    make_account(&it, "jane.doe@fabrikam.example").await;
    let answer = client
        .post("/migration/users/accounts/consumer", &[("mail", "jane.doe@fabrikam.example")])
        .await;
    assert!(
        client
            .follow(&answer)
            .await
            .select("[data-user=consumer]")
            .contains("jane.doe@fabrikam.example")
    );
    make_account(&it, "jane@contoso.example").await;
    make_account(&it, "new+one@fabrikam.example").await;
    it.app.sql("update users set disabled_at = null").await;
    let mut tx = db::begin(it.app.db()).await.unwrap();
    let osaka = NewLocation {
        mpn_id: "9999999",
        name: "Osaka",
        legal_entity: "Osaka",
        address_line: "1",
        city: "Osaka",
        country: "JP",
        contact_mail: ADMIN,
    };
    accounts::create_location(&mut tx, it.id, &osaka, it.app.app.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let page = client.get("/migration/users").await;
    assert_eq!((page.select("[data-count=ready]"), page.select("[data-count=errors]")), ("5".into(), "0".into()));
    let done = it.run(2).await;
    assert_eq!((done.state, done.migrated), (State::Completed, 5));
    assert_eq!(it.roles("jane.doe@fabrikam.example").await, ["referrals-user @ Seoul"]);
    assert_eq!(it.roles("jane@contoso.example").await, ["referrals-user @ Seoul"]);
    assert_eq!(it.roles("new+one@fabrikam.example").await, ["referrals-admin @ Busan"]);
    assert_eq!(it.roles("gone@fabrikam.example").await, ["referrals-admin"]);
    assert_eq!(it.roles("lost@fabrikam.example").await, ["referrals-user @ Osaka"]);
    let page = client.get("/migration/users").await;
    assert!(page.select(".banner.good").contains("nothing left to do"));
}

/// A run whose people run into errors: each is corrected, and the failed alone are tried again.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn the_failed_alone_are_retried(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(3).await;
    let run = it.start_all().await;
    it.app
        .sql("update users set disabled_at = now() where mail = 'seller001@fabrikam.example'")
        .await;
    assert_eq!(it.finish(run, 10).await.state, State::CompletedWithErrors);
    it.psc_user("other", "other@fabrikam.example", "PA-1", "seller").await;
    it.account("other@fabrikam.example").await;
    let mut client = it.app.sign_in(ADMIN).await;
    let page = client.get(&format!("/migration/users/runs/{run}?only=errors")).await;
    assert_eq!(page.texts("[data-table=result] tbody tr").len(), 1);
    assert!(page.select("[data-table=result] tbody").contains("The account is disabled."));
    let helps = page.attributes("[data-table=result] a", "href");
    assert_eq!(helps, ["/migration/users?q=seller001%40fabrikam.example"]);
    assert!(
        client
            .get(&helps[0])
            .await
            .select("[data-user=U-001]")
            .contains("Enable the account")
    );

    let retry = page.attributes("a.primary", "href").pop().unwrap();
    let nobody = client.get(&retry).await;
    assert!(nobody.select("main").contains("Nobody of these is ready"));
    assert!(nobody.select("main").contains("1 of the selected rows is not ready"));
    it.app.sql("update users set disabled_at = null").await;
    let preview = client.get(&retry).await;
    assert_eq!(preview.texts("[data-table=people] tbody td:first-child"), ["seller001@fabrikam.example Jane Doe"]);
    let seen = preview.attributes("input[name=seen]", "value").pop().unwrap();
    let failed = run.to_string();
    let started = client
        .post("/migration/users/runs", &[("seen", &seen), ("failed", &failed)])
        .await;
    it.app.run_jobs().await;
    assert!(
        client
            .follow(&started)
            .await
            .select("#progress")
            .starts_with("Completed: 1 PSC users migrated")
    );
    it.assert_whole(3).await;
    assert_eq!(it.standings().await["other"], "ready", "others wait for their turn");
}

/// Who may not create accounts is told who may.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_remedy_that_is_not_allowed_says_who_may(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    with_every_error(&it).await;
    let mut client = it.app.sign_in(ADMIN).await;
    let page = client.get("/migration/users").await;
    let words = |id: &str| page.select(&format!("[data-user='{id}'] td:last-child"));
    assert!(words("no-account").contains("Ask a global admin or user management admin"));
    assert!(words("outside").contains("Ask a global admin to add this person as a guest"));
    assert!(!page.text().contains("/account/users/new"));
}

/// What is behind the first error is told at once.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_second_error_is_not_kept_back(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.psc_user("twice", "new@fabrikam.example", "PA-9", "seller").await;
    let mut client = it.app.sign_in(ADMIN).await;
    let page = client.get("/migration/users").await;
    assert!(links(&page, "twice").contains(&"/psc/mpn".to_owned()));
    assert!(
        page.select("[data-user=twice] td:last-child")
            .contains("Your tenant has no account")
    );
}

/// Only an account of this organisation, only a work account, and only where it helps.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_work_account_is_named_with_care(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    let seed = it.app.seed();
    let other = seed.partner("Contoso", "4600001").await;
    seed.user(other, "theirs@contoso.example").create().await;
    it.sellers(1).await;
    it.psc_user("u/1 ?", "jane@gmail.com", "PA-1", "seller").await;
    let mut client = it.app.sign_in(ADMIN).await;
    let page = client.get("/migration/users").await;
    let path = page.attributes("[data-user='u/1 ?'] td:last-child a", "href").remove(0);
    let form = client.get(&path).await;
    assert!(form.select("dl").contains("jane@gmail.com"));
    for (mail, problem) in [
        ("kim@gmail.com", "not of a consumer service"),
        ("theirs@contoso.example", "Nobody in your organisation has this mail"),
        ("typo@fabrikam.example", "Nobody in your organisation has this mail"),
    ] {
        let refused = client.post(&path, &[("mail", mail)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{mail}");
        assert!(refused.select(".problems").contains(problem), "{mail}");
        assert_eq!(refused.attributes("#mail", "value"), [mail], "as typed");
    }
    let refused = client
        .post("/migration/users/accounts/U-000", &[("mail", "admin@fabrikam.example")])
        .await;
    assert!(refused.select(".problems").contains("needs no other account"));
    assert_eq!(client.get("/migration/users/accounts/nobody").await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        client.post("/migration/users/accounts/nobody", &[("mail", ADMIN)]).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(it.app.count("select count(*) from psc_work_accounts").await, 0);

    assert_eq!(client.post(&path, &[("mail", " Admin@Fabrikam.example ")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(it.standings().await, json!({"U-000": "ready", "u/1 ?": "ready"}));
    assert_eq!(client.post(&path, &[("mail", "")]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(it.standings().await["u/1 ?"], "consumer-mail");
}
