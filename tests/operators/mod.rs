//! The portal operator's workspace.

use axum::http::StatusCode;
use partner_portal::auth::Role;
use sqlx::PgPool;

use crate::support::{Client, TestApp};

async fn operator(db: PgPool) -> (TestApp, Client) {
    let app = TestApp::new(db).await;
    let seed = app.seed();
    let vendor = seed.vendor().await;
    seed.user(vendor, "operator@microsoft.example")
        .role(Role::PortalOperator)
        .create()
        .await;
    let client = app.sign_in("operator@microsoft.example").await;
    (app, client)
}

/// The new partner's first admin, with a password of their own.
async fn first_admin(app: &TestApp, password: &str) -> Client {
    let mut admin = app.client();
    let answer = admin
        .post("/sign-in", &[("mail", "sky@adatum.example"), ("password", password)])
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let own = "seven quiet lanterns";
    admin
        .post("/account/password", &[("old", password), ("new", own), ("again", own)])
        .await;
    admin
}

const NEW: [(&str, &str); 6] = [
    ("legal_name", "Adatum Korea"),
    ("country", "kr"),
    ("mpn_id", "4700001"),
    ("domain", "Adatum.example"),
    ("admin_name", "김하늘"),
    ("admin_mail", "sky@adatum.example"),
];

#[sqlx::test(migrations = false)]
async fn a_new_partners_first_admin_can_sign_in(db: PgPool) {
    let (app, mut client) = operator(db).await;
    let page = client.post("/operations/organisations", &NEW).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let password = page.select("main code");
    assert_eq!(password.len(), 16);
    let mut admin = first_admin(&app, &password).await;
    assert_eq!(
        app.count("select count(*) from role_assignments where role in ('global-admin', 'account-admin')")
            .await,
        2
    );
    assert_eq!(app.count("select count(*) from psc_settings where own_dates").await, 1);
    // The partner's log begins with it.
    let log = admin.get("/account/audit").await;
    assert_eq!(
        log.texts("tbody td:nth-child(3)"),
        [
            "Own password changed sky@adatum.example",
            "Role given sky@adatum.example",
            "Role given sky@adatum.example",
            "User added sky@adatum.example"
        ]
    );
    assert!(log.texts("tbody td:nth-child(2)")[3].contains("operator@microsoft.example"));

    let again = client.post("/operations/organisations", &NEW).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(again.attributes("[aria-invalid]", "id"), ["mpn_id"]);
    assert_eq!(again.attributes("#admin_name", "value"), ["김하늘"]);
    assert_eq!(app.count("select count(*) from organisations").await, 2);
}

#[sqlx::test(migrations = false)]
async fn every_wrong_field_is_named(db: PgPool) {
    let (app, mut client) = operator(db).await;
    let page = client
        .post(
            "/operations/organisations",
            &[("legal_name", " "), ("country", "Korea"), ("mpn_id", "12a"), ("domain", "x@y"), ("admin_mail", "sky@gmail.com")],
        )
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let invalid = page.attributes("[aria-invalid]", "id");
    assert_eq!(invalid, ["legal_name", "country", "mpn_id", "domain", "admin_name", "admin_mail"]);
    assert_eq!(page.attributes(".problems a", "href").len(), 6);
    assert_eq!(app.count("select count(*) from organisations").await, 1);
}

#[sqlx::test(migrations = false)]
async fn psc_dates_count_at_once_and_for_one_partner(db: PgPool) {
    let (app, mut client) = operator(db).await;
    let partner = app.seed().partner("Fabrikam", "4512345").await;
    app.seed().partner("Contoso", "4600001").await;
    let path = format!("/operations/organisations/{partner}/dates");
    let wrong = [("eligible_from", "2025-01-01"), ("read_only_from", "2026-05-01"), ("closed_from", "2026-04-01")];
    assert_eq!(client.post(&path, &wrong).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(app.count("select count(*) from psc_settings").await, 0);
    let right = [("eligible_from", "2025-01-01"), ("read_only_from", "2026-05-01"), ("closed_from", "2026-06-01")];
    assert_eq!(client.post(&path, &right).await.status, StatusCode::SEE_OTHER);
    let stands =
        "select count(*) from psc_settings s join organisations using (organisation_id) where mpn_id = '4512345' and own_dates
        and closed_from = '2026-06-01T00:00:00Z'";
    assert_eq!(app.count(stands).await, 1);
    let nobody = uuid::Uuid::now_v7();
    assert_eq!(client.get(&format!("/operations/organisations/{nobody}/dates")).await.status, StatusCode::NOT_FOUND);
    let list = client.get("/operations/organisations?q=fab").await;
    assert_eq!(list.texts("tbody th"), ["Fabrikam (KR)"]);
    let kept =
        "select jsonb_agg(jsonb_build_array(a.action, u.mail, a.subject, a.before ->> 'closed_from', a.after ->> 'closed_from'))
                from audit_log a join users u using (user_id)";
    let kept: serde_json::Value = sqlx::query_scalar(kept).fetch_one(app.db()).await.unwrap();
    assert_eq!(
        kept,
        serde_json::json!([["psc-dates-set", "operator@microsoft.example", "Fabrikam", "", "2026-06-01"]])
    );
}

/// A cancelled run goes on where it stopped, unless something else counts by now.
#[sqlx::test(migrations = false)]
async fn runs_are_stopped_and_go_on(db: PgPool) {
    let (app, mut client) = operator(db).await;
    let partner = app.seed().partner("Fabrikam", "4512345").await;
    let run = uuid::Uuid::now_v7();
    sqlx::query(
        "insert into migration_runs (run_id, organisation_id, rehearsal, state, started_at, due_at, total, readiness, cursor)
         values ($1, $2, false, 'running', now(), now(), 10, '{}', 'x')",
    )
    .bind(run)
    .bind(partner)
    .execute(app.db())
    .await
    .unwrap();
    let page = client.get("/operations/runs").await;
    assert_eq!(page.texts("tbody th"), ["Fabrikam"]);
    let (stop, go) = (format!("/operations/runs/{run}/cancellation"), format!("/operations/runs/{run}/resumption"));
    let flash = async |client: &mut Client, path: &str| {
        let answer = client.post(path, &[]).await;
        client.follow(&answer).await.select(".banner")
    };
    assert_eq!(
        flash(&mut client, &go).await,
        "This run cannot go on: it is over, another one is live, or a newer export counts. Start a new run."
    );
    client.post(&stop, &[]).await;
    assert_eq!(app.count("select count(*) from migration_runs where state = 'cancelled'").await, 1);
    assert_eq!(flash(&mut client, &go).await, "The run goes on.");
    assert_eq!(
        app.count("select count(*) from migration_runs where state = 'queued' and cursor = 'x' and finished_at is null")
            .await,
        1
    );
    assert_eq!(app.count("select count(*) from river_job where kind = 'migrate_deals'").await, 1);
    app.run_jobs().await;
    assert_eq!(app.count("select count(*) from migration_runs where state = 'completed'").await, 1);
}

#[sqlx::test(migrations = false)]
async fn a_failed_job_is_tried_again(db: PgPool) {
    let (app, mut client) = operator(db).await;
    app.sql(
        "insert into river_job (state, attempt, max_attempts, attempted_at, finalized_at, scheduled_at, priority, args, errors, kind, queue)
         values ('discarded', 25, 25, now(), now(), now(), 1, '{}', array['{\"error\": \"the sky fell\"}'::jsonb], 'expire_referrals', 'default')",
    )
    .await;
    let page = client.get("/operations/jobs").await;
    assert!(page.text().contains("the sky fell"), "{}", page.text());
    let path = page.attributes("form[action$=retry]", "action").pop().unwrap();
    assert_eq!(client.post(&path, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(app.count("select count(*) from river_job where state = 'available'").await, 1);
    assert_eq!(client.post("/operations/jobs/999999/retry", &[]).await.status, StatusCode::NOT_FOUND);
}

/// How a database of one's own begins: the second operator joins the first one's vendor.
#[sqlx::test(migrations = false)]
async fn the_first_operator_comes_from_the_shell(db: PgPool) {
    let app = TestApp::new(db).await;
    let make = async |mail: &str| {
        partner_portal::operators::service::create_operator(app.db(), &app.app.clock, "Microsoft", mail, "Olive Operator").await
    };
    let password = make("olive@vendor.example").await.unwrap();
    make("oscar@vendor.example").await.unwrap();
    assert!(make("olive@vendor.example").await.is_err());
    assert!(make("nobody").await.is_err());
    assert_eq!(app.count("select count(*) from organisations").await, 1);
    let mut client = app.client();
    client
        .post("/sign-in", &[("mail", "olive@vendor.example"), ("password", &password)])
        .await;
    let own = "seven quiet lanterns";
    client
        .post("/account/password", &[("old", &password), ("new", own), ("again", own)])
        .await;
    assert_eq!(client.get("/operations/organisations").await.status, StatusCode::OK);
}
