//! The limit of failed sign-ins, and the work that each costs.
//!
//! Seen to fail: with what the counting statement of `store::take_try` answers passed over (only what stood there before counted), 46 of the
//! fifty had their passwords looked at: "left: (46, 4), right: (3, 47)"; with no work done for a missing hash (`secret::verify_password`),
//! "who@fabrikam.example, try 1, left: (422, 0), right: (422, 1)"; without `store::forget_tries` at sign-in, 429 where 303 was due.

use axum::http::StatusCode;
use futures_util::future::join_all;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use partner_portal::auth::secret;
use sqlx::PgPool;

use crate::support::{PASSWORD, TestApp};

const ANNA: &str = "anna@fabrikam.example";

async fn with_people(db: PgPool) -> TestApp {
    let app = TestApp::new(db).await;
    let partner = app.seed().partner("Fabrikam", "4512345").await;
    app.seed().user(partner, ANNA).with_password().create().await;
    app.seed()
        .user(partner, "disabled@fabrikam.example")
        .with_password()
        .disabled()
        .create()
        .await;
    app.seed().user(partner, "without@fabrikam.example").create().await;
    app
}

async fn try_once(app: &TestApp, mail: &str, password: &str) -> StatusCode {
    app.client()
        .post("/sign-in", &[("mail", mail), ("password", password)])
        .await
        .status
}

/// How often Argon2 has run by now.
fn runs(counted: &PrometheusHandle) -> u64 {
    let text = counted.render();
    let line = text.lines().find_map(|line| line.strip_prefix(secret::RUNS));
    line.map_or(0, |number| number.trim().parse().unwrap())
}

/// Before, each of those that came at once found the limit not yet reached.
#[sqlx::test(migrations = false)]
async fn fifty_tries_at_once_on_two_replicas_are_as_many_as_the_limit(db: PgPool) {
    let app = with_people(db).await;
    let replicas = [app.clone(), app.on(5).await];
    let recorder = PrometheusBuilder::new().build_recorder();
    let counted = recorder.handle();
    let _counting = metrics::set_default_local_recorder(&recorder);
    let before = runs(&counted);
    let tries = (0..50).map(|n| try_once(&replicas[n % 2], ANNA, "guess"));
    let answers = join_all(tries).await;
    let with = |status| answers.iter().filter(|answer| **answer == status).count();
    assert_eq!((with(StatusCode::UNPROCESSABLE_ENTITY), with(StatusCode::TOO_MANY_REQUESTS)), (3, 47));
    assert_eq!(runs(&counted) - before, 3, "no password was looked at beyond the limit");
    // Whoever is locked out costs no hashing and writes nothing.
    let all = app.everything().await;
    assert_eq!(try_once(&app, ANNA, PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!((runs(&counted) - before, app.everything().await), (3, all));
}

/// Who could tell them apart would know who has an account. Counted, as a stopwatch on a busy machine tells nothing.
#[sqlx::test(migrations = false)]
async fn wrong_unknown_disabled_and_without_a_password_are_the_same_work(db: PgPool) {
    let app = with_people(db).await;
    let recorder = PrometheusBuilder::new().build_recorder();
    let counted = recorder.handle();
    let _counting = metrics::set_default_local_recorder(&recorder);
    for mail in [ANNA, "who@fabrikam.example", "disabled@fabrikam.example", "without@fabrikam.example", "", "no address"] {
        for n in 1..=4 {
            let before = runs(&counted);
            let answer = try_once(&app, mail, if mail == ANNA { "guess" } else { PASSWORD }).await;
            let expected = if n < 4 { (StatusCode::UNPROCESSABLE_ENTITY, 1) } else { (StatusCode::TOO_MANY_REQUESTS, 0) };
            assert_eq!((answer, runs(&counted) - before), expected, "{mail:?}, try {n}");
        }
    }
    app.sql("delete from sign_in_failures").await;
    let before = runs(&counted);
    assert_eq!(try_once(&app, ANNA, PASSWORD).await, StatusCode::SEE_OTHER);
    assert_eq!(runs(&counted) - before, 1, "and the right one");
}

/// A try is counted before it is made, so whoever hangs up meanwhile has made it.
#[sqlx::test(migrations = false)]
async fn hanging_up_before_the_answer_saves_no_try(db: PgPool) {
    let app = with_people(db).await;
    for tries in 1..=3 {
        let mut client = app.client();
        client.get("/sign-in").await;
        let counted = async {
            while app
                .count("select coalesce(sum(failures), 0)::bigint from sign_in_failures")
                .await
                < tries
            {}
        };
        tokio::select! {
            biased;
            () = counted => {}
            answer = client.post("/sign-in", &[("mail", ANNA), ("password", "guess")]) => {
                assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
            }
        }
    }
    assert_eq!(try_once(&app, ANNA, PASSWORD).await, StatusCode::TOO_MANY_REQUESTS);
}

/// The address of a whole company is not used up by those who sign in well.
#[sqlx::test(migrations = false)]
async fn signing_in_gives_the_try_of_the_address_back(db: PgPool) {
    let app = with_people(db).await.with(|settings| settings.sign_in_failures = 1);
    for n in 0..15 {
        let mut client = app.client().with_peer("203.0.113.7");
        let answer = client.post("/sign-in", &[("mail", ANNA), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{n}");
    }
    assert_eq!(app.count("select count(*) from sign_in_failures where failures > 0").await, 0);
}
