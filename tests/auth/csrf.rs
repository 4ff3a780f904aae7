//! The form token.
//!
//! Seen to fail: with any token of the right length let through (`web::csrf::check`), 303 for 403, and the no-access page in place of the
//! form's; with `foreign` passed over, "origin: https://evil.example, left: 303, right: 403".

use axum::http::{Method, StatusCode};
use partner_portal::{
    app,
    ids::LocationId,
    web::{cookies, csrf},
};
use sqlx::PgPool;

use crate::support::{Client, TestApp};

const FORM: &str = "application/x-www-form-urlencoded";
const CHANGE: &str = "locale=ko&theme=dark&time_zone=Asia/Seoul";

async fn signed_in(db: PgPool) -> (TestApp, Client) {
    let app = TestApp::new(db).await;
    let partner = app.seed().partner("Fabrikam", "4512345").await;
    app.seed().user(partner, "anna@fabrikam.example").create().await;
    let client = app.sign_in("anna@fabrikam.example").await;
    (app, client)
}

async fn changed(app: &TestApp) -> bool {
    app.count("select count(*) from users where theme is not null").await == 1
}

#[sqlx::test(migrations = false)]
async fn a_form_of_this_session_is_taken_by_field_by_header_and_by_address(db: PgPool) {
    let (app, mut client) = signed_in(db).await;
    let token = client
        .get("/preferences")
        .await
        .attributes("form[action='/preferences'] input[name=csrf]", "value")
        .pop()
        .unwrap();
    let by_field = client.post_raw("/preferences", FORM, format!("csrf={token}&{CHANGE}")).await;
    let by_address = client.post_raw(&format!("/preferences?csrf={token}"), FORM, CHANGE).await;
    let by_header = client
        .with_header("x-csrf-token", &token)
        .post_raw("/preferences", FORM, CHANGE)
        .await;
    for answer in [by_field, by_address, by_header] {
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/preferences".to_owned()));
    }
    assert!(changed(&app).await);
}

#[sqlx::test(migrations = false)]
async fn a_form_without_token_or_of_another_session_is_refused(db: PgPool) {
    let (app, mut client) = signed_in(db).await;
    let other_session = app.sign_in("anna@fabrikam.example").await.token();
    let mut visitor = app.client();
    visitor.get("/sign-in").await;
    let before_sign_in = visitor.token();
    let forged = csrf::token("");
    for token in ["", &other_session, &before_sign_in, &forged, &client.token().to_uppercase()] {
        let answer = client.post_raw("/preferences", FORM, format!("csrf={token}&{CHANGE}")).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(answer.select("h1"), "This form is too old");
    }
    assert_eq!(client.post_raw("/preferences", FORM, CHANGE).await.status, StatusCode::FORBIDDEN);
    assert!(!changed(&app).await);
}

#[sqlx::test(migrations = false)]
async fn a_form_from_another_site_is_refused_even_with_the_token(db: PgPool) {
    let (app, client) = signed_in(db).await;
    let body = format!("csrf={}&{CHANGE}", client.token());
    let from = |name, value: &str| client.clone().with_header("host", "portal.example").with_header(name, value);
    let foreign = [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", "https://portal.example.evil.example"),
        ("sec-fetch-site", "cross-site"),
    ];
    for (name, value) in foreign {
        let answer = from(name, value).post_raw("/preferences", FORM, body.clone()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    assert!(!changed(&app).await);
    for (name, value) in [("origin", "https://portal.example"), ("sec-fetch-site", "same-origin")] {
        let answer = from(name, value).post_raw("/preferences", FORM, body.clone()).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name}: {value}");
    }
    assert!(changed(&app).await);
}

#[sqlx::test(migrations = false)]
async fn the_visitors_token_is_their_own(db: PgPool) {
    let (app, _) = signed_in(db).await;
    let (mut one, mut two) = (app.client(), app.client());
    one.get("/sign-in").await;
    two.get("/sign-in").await;
    assert_ne!(one.token(), two.token());
    let kept = one.cookie(cookies::VISITOR).unwrap().to_owned();
    one.get("/sign-in").await;
    assert_eq!(one.cookie(cookies::VISITOR), Some(kept.as_str()), "and stays over pages");
    let stolen = format!("csrf={}&lang=ko", two.token());
    assert_eq!(one.post_raw("/language", FORM, stolen).await.status, StatusCode::FORBIDDEN);
}

#[sqlx::test(migrations = false)]
async fn a_form_that_is_far_too_large_is_refused(db: PgPool) {
    let (app, mut client) = signed_in(db).await;
    let answer = client.post_raw("/preferences", FORM, vec![b'a'; 300 * 1024]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(!changed(&app).await);
}

/// The token of the same person's other session, which is live, and a form of another site with the right one: on every write there is.
#[sqlx::test(migrations = false)]
async fn no_write_takes_another_sessions_token_or_a_foreign_form(db: PgPool) {
    let (app, client) = signed_in(db).await;
    let other_session = app.sign_in("anna@fabrikam.example").await;
    assert_eq!(other_session.clone().get("/preferences").await.status, StatusCode::OK, "it is live");
    app.sql("update users set locale = 'ko'").await;
    let before = app.everything().await;
    let mut writes = 0;
    for route in app::table().iter().filter(|route| route.method != Method::GET) {
        let id = LocationId::new().to_string();
        let path = route.path.split('/').map(|part| if part.starts_with('{') { &id } else { part });
        let path = path.collect::<Vec<_>>().join("/");
        let foreign = client
            .clone()
            .with_header("host", "portal.example")
            .with_header("origin", "https://evil.example");
        let by_header = client.clone().with_header("x-csrf-token", &other_session.token());
        for (mut browser, token) in
            [(client.clone(), other_session.token()), (foreign, client.token()), (by_header, client.token())]
        {
            let answer = browser.post_raw(&path, FORM, format!("csrf={token}")).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
            assert_eq!(answer.select("h1"), "양식이 오래되었습니다", "{path}");
        }
        let wrong = other_session.token();
        let answer = client
            .clone()
            .post_raw(&format!("{path}?csrf={wrong}"), "multipart/form-data; boundary=b", "--b--")
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        writes += 1;
    }
    assert!(writes > 60, "{writes}");
    assert_eq!(app.everything().await, before);
}
