use axum::http::{Method, StatusCode};
use partner_portal::error::AppError;
use sqlx::PgPool;

use crate::support::TestApp;

#[sqlx::test(migrations = false)]
async fn pages_are_kept_by_no_cache(db: PgPool) {
    let app = TestApp::new(db).await;
    for path in ["/sign-in", "/healthz", "/no/such/page"] {
        assert_eq!(app.client().get(path).await.header("cache-control"), "no-store", "{path}");
    }
}

#[sqlx::test(migrations = false)]
async fn the_policy_allows_nothing_inline_and_nothing_from_elsewhere(db: PgPool) {
    let app = TestApp::new(db).await;
    let answer = app.client().get("/sign-in").await;
    let policy = answer.header("content-security-policy");
    for part in ["default-src 'none'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{policy}");
    }
    for hole in ["unsafe-inline", "unsafe-eval", "http:", "https:", "*"] {
        assert!(!policy.contains(hole), "{policy}");
    }
}

#[sqlx::test(migrations = false)]
async fn methods_that_a_route_does_not_know_are_refused_as_pages_are(db: PgPool) {
    let app = TestApp::new(db).await;
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = app.client().send(method, "/sign-in", None, axum::body::Body::empty()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "no token");
    }
    let answer = app
        .client()
        .send(Method::HEAD, "/sign-in", None, axum::body::Body::empty())
        .await;
    assert_eq!((answer.status, answer.body.len()), (StatusCode::OK, 0));
}

#[sqlx::test(migrations = false)]
async fn without_its_database_the_portal_says_so_and_when_to_try_again(db: PgPool) {
    let app = TestApp::new(db).await;
    let mut client = app.client().with_session(&"a".repeat(43));
    app.db().close().await;
    let answer = client.get("/preferences").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("retry-after"), "5");
    assert_eq!(answer.select("h1"), "The portal cannot reach its database");
}

#[test]
fn errors_have_a_status_and_keep_their_causes_to_themselves() {
    let cases = [
        (AppError::NotFound, 404, "error-not-found"),
        (AppError::TooLarge, 413, "error-too-large"),
        (AppError::TooMany { retry_after: 3 }, 429, "error-too-many"),
        (AppError::BadRequest("error-bad-form"), 400, "error-bad-form"),
        (AppError::Conflict("error-bad-form"), 409, "error-bad-form"),
        (AppError::Forbidden("error-csrf"), 403, "error-csrf"),
        (AppError::Database(sqlx::Error::PoolTimedOut), 503, "error-unavailable"),
        (AppError::Database(sqlx::Error::RowNotFound), 404, "error-not-found"),
        (AppError::Database(sqlx::Error::WorkerCrashed), 500, "error-internal"),
        (AppError::Internal("secret cause".into()), 500, "error-internal"),
    ];
    for (error, status, key) in cases {
        assert_eq!((error.status().as_u16(), error.key()), (status, key), "{error}");
    }
}

/// What axum's own extractors refuse is a page too, in the reader's language.
#[sqlx::test(migrations = false)]
async fn an_id_that_is_none_is_a_page(db: PgPool) {
    let app = TestApp::new(db).await;
    let partner = app.seed().partner("Fabrikam", "4512345").await;
    app.seed()
        .user(partner, "admin@fabrikam.example")
        .role(partner_portal::auth::Role::ReferralsAdmin)
        .create()
        .await;
    let mut client = app.sign_in("admin@fabrikam.example").await.with_header("accept-language", "ko");
    for path in ["/migration/deals/runs/none", "/psc/imports/none"] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.select("h1"), "페이지를 찾을 수 없습니다");
    }
}
