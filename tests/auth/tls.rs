//! What is different where browsers come by https only.
//!
//! Seen to fail: with cookies of plain names read as well (`web::tls`), a tossed one was let in; without wrapping, no `__Host-portal_visitor`;
//! with the time limit outside of the headers, as it was (`app::guarded`), no content-security-policy.

use std::time::Duration;

use axum::{Router, body::Body, http::Request, routing::get};
use partner_portal::{app::guarded, web::cookies};
use sqlx::PgPool;
use tower::ServiceExt;

use crate::support::{Answer, PASSWORD, TestApp};

const ANNA: &str = "anna@fabrikam.example";

async fn over_https(db: PgPool) -> TestApp {
    let app = TestApp::new(db).await.with(|settings| settings.secure_cookies = true);
    let partner = app.seed().partner("Fabrikam", "4512345").await;
    app.seed().user(partner, ANNA).with_password().create().await;
    app
}

fn set(answer: &Answer) -> Vec<&str> {
    answer
        .headers
        .get_all("set-cookie")
        .iter()
        .map(|line| line.to_str().unwrap())
        .collect()
}

#[sqlx::test(migrations = false)]
async fn every_cookie_is_secure_and_of_this_host_and_every_answer_says_https(db: PgPool) {
    let app = over_https(db).await;
    let mut client = app.client();
    let visit = client.get("/sign-in").await;
    let sign_in = client.post("/sign-in", &[("mail", ANNA), ("password", PASSWORD)]).await;
    let page = client.get("/preferences").await;
    assert!(page.has("form[action='/preferences']"), "it is read again");
    let told = client
        .post("/preferences", &[("locale", "ko"), ("theme", ""), ("time_zone", "UTC")])
        .await;
    let said = client.follow(&told).await;
    assert_eq!(said.select("[role=status]"), "기본 설정을 저장했습니다.");
    let language = client.post("/language", &[("lang", "en")]).await;
    let left = client.post("/sign-out", &[]).await;
    assert_eq!(client.cookie("__Host-portal_session"), None, "the cookie is taken back");
    assert_eq!(left.header("clear-site-data"), "\"storage\"");
    for (answer, name) in [
        (&visit, "visitor"),
        (&sign_in, "session"),
        (&told, "flash"),
        (&said, "flash"),
        (&language, "language"),
        (&left, "session"),
    ] {
        let lines = set(answer);
        assert!(lines.iter().any(|line| line.starts_with(&format!("__Host-portal_{name}="))), "{name}: {lines:?}");
        for line in lines {
            let whole =
                line.starts_with("__Host-") && ["; Secure", "; Path=/", "; HttpOnly"].iter().all(|part| line.contains(part));
            assert!(whole && !line.contains("Domain"), "{line}");
        }
    }
    let style = page.attributes("link[rel=stylesheet]", "href").remove(0);
    for path in ["/sign-in", "/preferences", "/nowhere", "/healthz", &style] {
        assert_eq!(client.get(path).await.header("strict-transport-security"), "max-age=63072000", "{path}");
    }
}

/// A neighbouring host, or somebody on an unencrypted line, can set a cookie without the prefix.
#[sqlx::test(migrations = false)]
async fn a_cookie_without_the_prefix_is_nobodys(db: PgPool) {
    let app = over_https(db).await;
    let secret = app.sign_in(ANNA).await.cookie(cookies::SESSION).unwrap().to_owned();
    let mut tossed = app.client().with_session(&secret);
    assert!(tossed.get("/preferences").await.location().starts_with("/sign-in"));
    let mut own = app.client().with_cookie("__Host-portal_session", &secret);
    assert!(own.get("/preferences").await.has("form[action='/preferences']"));
    let both = app
        .client()
        .with_session("tossed")
        .with_cookie("__Host-portal_session", &secret);
    assert!(both.clone().get("/preferences").await.has("form[action='/preferences']"));
    // Without TLS the prefix means nothing: no browser would have kept such a cookie.
    let mut plain = app.with(|settings| settings.secure_cookies = false).client();
    let answer = plain.get("/sign-in").await;
    assert_eq!(answer.header("strict-transport-security"), "");
    assert!(
        set(&answer)
            .iter()
            .all(|line| line.starts_with("portal_") && !line.contains("Secure"))
    );
}

/// The time limit of last resort once lay outside of what gives answers their headers.
#[tokio::test]
async fn an_answer_that_is_given_up_has_the_headers_too() {
    let never = Router::new().route("/", get(|| async { std::future::pending::<()>().await }));
    let request = Request::get("/").body(Body::empty()).unwrap();
    let answer = guarded(never, Duration::from_millis(20)).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 503);
    for name in ["content-security-policy", "x-content-type-options", "x-frame-options", "cache-control"] {
        assert!(answer.headers().contains_key(name), "{name}");
    }
}
