use axum::http::StatusCode;
use partner_portal::web::Lang;
use sqlx::PgPool;

use crate::support::{Client, TestApp};

async fn language(client: &mut Client, path: &str) -> String {
    client.get(path).await.attributes("html", "lang").pop().unwrap()
}

#[sqlx::test(migrations = false)]
async fn the_language_is_the_users_else_the_cookies_else_the_browsers(db: PgPool) {
    let app = TestApp::new(db).await;
    let partner = app.seed().partner("Fabrikam", "4512345").await;
    app.seed().user(partner, "anna@fabrikam.example").create().await;
    let mut visitor = app.client().with_header("accept-language", "ko-KR,ko;q=0.9,en;q=0.8");
    assert_eq!(language(&mut visitor, "/sign-in").await, "ko");
    let answer = visitor.post("/language", &[("lang", "en"), ("next", "/sign-in")]).await;
    assert_eq!(answer.location(), "/sign-in");
    assert_eq!(language(&mut visitor, "/sign-in").await, "en", "chosen before sign-in: a cookie");

    let mut anna = app.sign_in("anna@fabrikam.example").await.with_header("accept-language", "ko");
    assert_eq!(language(&mut anna, "/preferences").await, "ko");
    anna.post("/language", &[("lang", "en"), ("next", "/preferences")]).await;
    let mut elsewhere = app.sign_in("anna@fabrikam.example").await.with_header("accept-language", "ko");
    assert_eq!(language(&mut elsewhere, "/preferences").await, "en", "chosen when signed in: wherever one signs in");
    let answer = elsewhere.post("/language", &[("lang", "fr")]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[test]
fn accept_language_is_read_by_weight() {
    let accepted = [
        ("ko-KR,ko;q=0.9,en-US;q=0.8", Some(Lang::Ko)),
        ("en;q=0.5, ko;q=0.7", Some(Lang::Ko)),
        ("fr-FR, de;q=0.9, ko;q=0.1", Some(Lang::Ko)),
        ("EN_us", Some(Lang::En)),
        ("ko;q=0, en;q=0.1", Some(Lang::En)),
        ("fr", None),
        ("kok", None),
        ("", None),
        (";;q=,,*", None),
    ];
    for (header, lang) in accepted {
        assert_eq!(Lang::accepted(header), lang, "{header}");
    }
}

#[sqlx::test(migrations = false)]
async fn preferences_are_kept_and_said_to_be(db: PgPool) {
    let app = TestApp::new(db).await;
    let partner = app.seed().partner("Fabrikam", "4512345").await;
    app.seed().user(partner, "anna@fabrikam.example").create().await;
    let mut anna = app.sign_in("anna@fabrikam.example").await;
    let answer = anna
        .post("/preferences", &[("locale", "ko"), ("theme", "dark"), ("time_zone", "Asia/Seoul")])
        .await;
    let page = anna.follow(&answer).await;
    assert_eq!(page.select("[role=status]"), "기본 설정을 저장했습니다.");
    assert_eq!(page.attributes("html", "data-theme"), ["dark"]);
    assert_eq!(page.attributes("#time_zone option[selected]", "value"), ["Asia/Seoul"]);
    assert!(!anna.get("/preferences").await.has("[role=status]"), "said once");
    for bad in [("locale", "fr"), ("theme", "pink"), ("time_zone", "Asia/Nowhere")] {
        let mut fields = vec![("locale", ""), ("theme", ""), ("time_zone", "UTC")];
        fields.retain(|(name, _)| *name != bad.0);
        fields.push(bad);
        assert_eq!(anna.post("/preferences", &fields).await.status, StatusCode::BAD_REQUEST, "{bad:?}");
    }
    assert_eq!(
        app.count("select count(*) from users where theme = 'dark' and locale = 'ko'")
            .await,
        1
    );
}
