use axum::http::StatusCode;
use partner_portal::{auth::Role, migration::run::State};
use serde_json::json;
use sqlx::PgPool;

use super::seed::{ADMIN, Fabrikam};

/// The whole walk without JavaScript: readiness, rehearsal, run, report, nothing left.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn one_click_migrates_everything(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(3).await;
    it.deal("W-1", json!({"status": "won"})).await;
    it.deal(
        "G-1",
        json!({"missing": 8, "team_first_names": [], "team_last_names": [], "team_phones": [], "team_mails": []}),
    )
    .await;
    let mut client = it.app.sign_in(ADMIN).await;
    let page = client.get("/migration/deals").await;
    let figures = |page: &crate::support::Answer| {
        ["eligible", "incomplete", "not-eligible", "migrated"].map(|count| page.select(&format!("[data-count={count}]")))
    };
    assert_eq!(figures(&page), ["4", "1", "1", "0"]);
    assert!(page.select("#reasons tbody").contains("Won in PSC 1"));
    assert!(page.select("#missing tbody").contains("Team member 1"));
    assert_eq!(page.select("button.primary"), "Migrate 4 deals");

    let list = client.get(&page.attributes("#missing tbody a", "href")[0]).await;
    assert_eq!(list.texts("[data-table=deals] tbody td:first-child"), ["G-1"]);
    let csv = client.get(&list.attributes("main .row a", "href")[0]).await.text();
    assert!(csv.contains("G-1") && csv.lines().count() == 2);

    let rehearsed = client.post("/migration/deals/runs", &[("kind", "rehearsal")]).await;
    it.app.run_jobs().await;
    let report = client.follow(&rehearsed).await;
    assert!(report.select("#progress").starts_with("Rehearsed: 4 deals would migrate."));
    assert!(report.select("[data-table=report]").contains("Stays in PSC: Won in PSC"));

    let started = client.post("/migration/deals/runs", &[("kind", "migration")]).await;
    let waiting = client.follow(&started).await;
    assert!(waiting.select("#progress").starts_with("Waiting to begin: 4 deals."));
    let again = client.post("/migration/deals/runs", &[("kind", "migration")]).await;
    let told = client.follow(&again).await;
    assert!(told.select(".banner.good").contains("running already"));
    assert!(told.has("button[disabled]"));
    it.app.run_jobs().await;
    let report = client.get(&waiting.path).await;
    assert!(
        report
            .select("#progress")
            .starts_with("Completed: 4 deals migrated. Started by referrals admin")
    );
    it.assert_whole(4).await;

    let page = client.get("/migration/deals").await;
    assert_eq!(figures(&page), ["0", "0", "1", "4"]);
    assert!(page.select(".banner.good").contains("All eligible PSC deals are migrated."));
    assert!(page.has("button[disabled]"));
    let refused = client.post("/migration/deals/runs", &[("kind", "migration")]).await;
    assert!(
        client
            .follow(&refused)
            .await
            .select("[role=status]")
            .contains("nothing was started")
    );
}

/// Referrals admins with whole-organisation scope only; everybody else gets no link and a 403 that says why.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn only_whole_organisation_referrals_admins_may(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(1).await;
    let seed = it.app.seed();
    seed.user(it.id, "local@fabrikam.example")
        .role_at(Role::ReferralsAdmin, it.seoul)
        .create()
        .await;
    seed.user(it.id, "account@fabrikam.example")
        .role(Role::AccountAdmin)
        .create()
        .await;
    seed.user(it.id, "user@fabrikam.example")
        .role(Role::ReferralsUser)
        .create()
        .await;
    for mail in ["local@fabrikam.example", "account@fabrikam.example", "user@fabrikam.example"] {
        let mut client = it.app.sign_in(mail).await;
        let page = client.get("/migration/deals").await;
        assert_eq!(page.status, StatusCode::FORBIDDEN, "{mail}");
        assert!(
            page.select("main")
                .contains("Only a referrals admin for the whole organisation")
        );
        assert!(page.select("main").contains("account@fabrikam.example"), "who can grant it");
        assert!(!page.attributes("nav a", "href").contains(&"/migration/deals".to_owned()));
        assert_eq!(client.post("/migration/deals/runs", &[("kind", "migration")]).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(it.app.count("select count(*) from migration_runs").await, 0);
}

/// Another organisation's run is not there, by any address.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn another_organisations_run_is_not_found(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(1).await;
    let run = it.start(false).await.unwrap();
    let seed = it.app.seed();
    let other = seed.partner("Contoso", "4600001").await;
    seed.user(other, "admin@contoso.example")
        .role(Role::ReferralsAdmin)
        .create()
        .await;
    let mut client = it.app.sign_in("admin@contoso.example").await;
    for end in ["", "/progress", "/report.csv", "/report.xlsx"] {
        assert_eq!(
            client.get(&format!("/migration/deals/runs/{run}{end}")).await.status,
            StatusCode::NOT_FOUND,
            "{end}"
        );
    }
    assert_eq!(
        client
            .post(&format!("/migration/deals/runs/{run}/cancellation"), &[])
            .await
            .status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(it.find(run).await.state, State::Queued);
    assert!(
        !client
            .get("/migration/deals/list?standing=eligible")
            .await
            .text()
            .contains("D-000")
    );
}

/// The fragment asks for itself while the run is live, and for the whole page when it is over.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn progress_renews_itself_until_the_end(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(4).await;
    let run = it.start(false).await.unwrap();
    it.slice(run, 1).await;
    let mut client = it.app.sign_in(ADMIN).await.with_header("accept-language", "ko");
    let path = format!("/migration/deals/runs/{run}/progress");
    let fragment = client.get(&path).await;
    assert_eq!(fragment.attributes("#progress", "hx-get"), std::slice::from_ref(&path));
    assert_eq!(fragment.attributes("progress", "value"), ["1"]);
    assert!(
        fragment
            .select("#progress")
            .starts_with("PSC 거래 마이그레이션 중: 4건 중 1건.")
    );
    assert!(fragment.headers.get("hx-refresh").is_none());
    it.finish(run, 10).await;
    let over = client.get(&path).await;
    assert_eq!(over.header("hx-refresh"), "true");
    assert!(over.attributes("#progress", "hx-get").is_empty());
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_run_can_be_cancelled_on_its_page(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(4).await;
    let run = it.start(false).await.unwrap();
    it.slice(run, 1).await;
    let mut client = it.app.sign_in(ADMIN).await;
    let answer = client.post(&format!("/migration/deals/runs/{run}/cancellation"), &[]).await;
    assert!(
        client
            .follow(&answer)
            .await
            .select("#progress")
            .starts_with("Cancelled: 1 of 4 deals")
    );
    let page = client.get("/migration/deals").await;
    assert_eq!(page.select("button.primary"), "Migrate 3 deals");
}
