use axum::http::StatusCode;
use partner_portal::web::cookies;
use sqlx::PgPool;

use crate::support::{PASSWORD, TestApp};

const ANNA: &str = "anna@fabrikam.example";

async fn with_anna(db: PgPool) -> TestApp {
    let app = TestApp::new(db).await;
    let partner = app.seed().partner("Fabrikam", "4512345").await;
    app.seed().user(partner, ANNA).with_password().create().await;
    app
}

#[sqlx::test(migrations = false)]
async fn the_right_password_signs_in_and_leads_to_the_page_that_was_asked_for(db: PgPool) {
    let app = with_anna(db).await;
    let mut client = app.client();
    let turned_away = client.get("/preferences?tab=1").await;
    let form = client.follow(&turned_away).await;
    assert_eq!(form.attributes("main input[name=next]", "value"), ["/preferences?tab=1"]);
    // Typed with a capital and a space, as people do.
    let answer = client
        .post(
            "/sign-in",
            &[("mail", " Anna@Fabrikam.example "), ("password", PASSWORD), ("next", "/preferences?tab=1")],
        )
        .await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/preferences?tab=1".to_owned()));
    assert!(client.follow(&answer).await.has("form[action='/preferences']"));
    let cookie = answer.header("set-cookie");
    for part in [cookies::SESSION, "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let secret = client.cookie(cookies::SESSION).unwrap();
    assert_eq!(secret.len(), 43);
    let kept: Vec<Vec<u8>> = sqlx::query_scalar("select session_hash from sessions")
        .fetch_all(app.db())
        .await
        .unwrap();
    assert!(
        !kept[0].windows(8).any(|part| secret.as_bytes().starts_with(part)),
        "the secret itself is not stored"
    );
}

#[sqlx::test(migrations = false)]
async fn over_https_the_session_cookie_is_secure(db: PgPool) {
    let app = with_anna(db).await.with(|settings| settings.secure_cookies = true);
    let answer = app.client().post("/sign-in", &[("mail", ANNA), ("password", PASSWORD)]).await;
    assert!(answer.header("set-cookie").contains("Secure"), "{}", answer.header("set-cookie"));
}

#[sqlx::test(migrations = false)]
async fn wrong_and_unknown_are_told_alike_and_keep_the_mail(db: PgPool) {
    let app = with_anna(db).await;
    let mut client = app.client();
    let wrong = client.post("/sign-in", &[("mail", ANNA), ("password", "guess")]).await;
    let unknown = client
        .post("/sign-in", &[("mail", "who@fabrikam.example"), ("password", "guess")])
        .await;
    for answer in [&wrong, &unknown] {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(
            answer.select(".problems a[href='#mail']"),
            "The mail or the password is wrong. Check both and try again."
        );
        assert!(!answer.text().contains("guess"), "a password never comes back");
    }
    assert_eq!(wrong.attributes("#mail", "value"), [ANNA]);
    assert_eq!(client.cookie(cookies::SESSION), None);
    assert_eq!(app.count("select count(*) from sessions").await, 0);
}

#[sqlx::test(migrations = false)]
async fn a_disabled_user_and_one_without_a_password_cannot_sign_in(db: PgPool) {
    let app = with_anna(db).await;
    app.sql("update users set disabled_at = now()").await;
    let mut client = app.client();
    let answer = client.post("/sign-in", &[("mail", ANNA), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    app.sql("update users set disabled_at = null, password_hash = null").await;
    let answer = client.post("/sign-in", &[("mail", ANNA), ("password", "")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[sqlx::test(migrations = false)]
async fn the_limit_holds_for_all_replicas_together_and_ends_with_its_window(db: PgPool) {
    let app = with_anna(db).await;
    let other_replica = app.with(|_| ());
    for replica in [&app, &other_replica, &app] {
        let answer = replica
            .client()
            .post("/sign-in", &[("mail", ANNA), ("password", "guess")])
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    for replica in [&app, &other_replica] {
        let answer = replica
            .client()
            .post("/sign-in", &[("mail", ANNA), ("password", PASSWORD)])
            .await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "even the right one waits");
        let wait: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=15 * 60).contains(&wait), "{wait}");
    }
    // Somebody else of the same company is not kept out.
    let other = app
        .client()
        .post("/sign-in", &[("mail", "ben@fabrikam.example"), ("password", "guess")])
        .await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    app.sql("update sign_in_failures set window_ends_at = now() - interval '1 second'")
        .await;
    let answer = other_replica
        .client()
        .post("/sign-in", &[("mail", ANNA), ("password", PASSWORD)])
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

#[sqlx::test(migrations = false)]
async fn signing_in_forgets_the_failures(db: PgPool) {
    let app = with_anna(db).await;
    for (password, status) in [("guess", 422), ("guess", 422), (PASSWORD, 303), ("guess", 422), ("guess", 422), (PASSWORD, 303)] {
        let answer = app.client().post("/sign-in", &[("mail", ANNA), ("password", password)]).await;
        assert_eq!(answer.status.as_u16(), status);
    }
}

#[sqlx::test(migrations = false)]
async fn signing_in_makes_a_new_secret_and_a_planted_one_is_worth_nothing(db: PgPool) {
    let app = with_anna(db).await;
    let planted = "p".repeat(43);
    let mut client = app.client().with_cookie(cookies::SESSION, &planted);
    client.get("/sign-in").await;
    let answer = client.post("/sign-in", &[("mail", ANNA), ("password", PASSWORD)]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_ne!(client.cookie(cookies::SESSION), Some(planted.as_str()));
    let attacker = app.client().with_session(&planted).get("/preferences").await;
    assert!(attacker.location().starts_with("/sign-in"));
    let first = client.cookie(cookies::SESSION).unwrap().to_owned();
    let mut again = app.client();
    again.post("/sign-in", &[("mail", ANNA), ("password", PASSWORD)]).await;
    assert_ne!(again.cookie(cookies::SESSION), Some(first.as_str()));
}

#[sqlx::test(migrations = false)]
async fn next_never_leads_to_another_site(db: PgPool) {
    let app = with_anna(db).await;
    let foreign = [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/sign-in",
    ];
    let mut signed_in = app.sign_in(ANNA).await;
    for next in foreign {
        let asked: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        let form = app.client().get(&format!("/sign-in?next={asked}")).await;
        assert_eq!(form.attributes("main input[name=next]", "value"), ["/"], "{next}");
        assert_eq!(signed_in.get(&format!("/sign-in?next={asked}")).await.location(), "/", "{next}");
        let chosen = signed_in.post("/language", &[("lang", "ko"), ("next", next)]).await;
        assert_eq!(chosen.location(), "/", "{next}");
    }
    let answer = app
        .client()
        .post("/sign-in", &[("mail", ANNA), ("password", PASSWORD), ("next", "//evil.example")])
        .await;
    assert_eq!(answer.location(), "/");
    assert_eq!(signed_in.get("/sign-in?next=/preferences").await.location(), "/preferences");
}
