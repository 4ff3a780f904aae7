use axum::http::StatusCode;
use partner_portal::web::assets;
use sqlx::PgPool;

use crate::support::TestApp;

#[sqlx::test(migrations = false)]
async fn what_a_page_needs_is_hashed_immutable_and_compressed(db: PgPool) {
    let app = TestApp::new(db).await;
    let page = app.client().get("/sign-in").await;
    let mut paths = page.attributes("script[src]", "src");
    paths.extend(page.attributes("link[href]", "href"));
    assert_eq!(paths.len(), 4, "{paths:?}");
    for path in paths {
        let plain = app.client().get(&path).await;
        assert_eq!(plain.status, StatusCode::OK, "{path}");
        assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(plain.header("content-encoding"), "");
        // Small files are sent as they are.
        if plain.body.len() > 1000 {
            let small = app
                .client()
                .with_header("accept-encoding", "gzip, deflate, br, zstd")
                .get(&path)
                .await;
            assert_eq!(small.header("content-encoding"), "gzip", "{path}");
            assert!(small.body.len() < plain.body.len(), "{path}");
        }
    }
}

#[test]
fn names_change_with_what_is_inside() {
    let path = assets::path("portal.css");
    let hash = path
        .strip_prefix("/static/portal.")
        .and_then(|rest| rest.strip_suffix(".css"))
        .unwrap();
    assert_eq!(hash.len(), 12);
    assert!(hash.bytes().all(|b| b.is_ascii_hexdigit()));
    assert_eq!(path, assets::path("portal.css"));
}

#[sqlx::test(migrations = false)]
async fn only_hashed_names_are_served(db: PgPool) {
    let app = TestApp::new(db).await;
    for path in [
        "/static/portal.css",
        "/static/portal.000000000000.css",
        "/static/../Cargo.toml",
        "/static/css/10-base.css",
        "/static/%2e%2e/Cargo.toml",
    ] {
        assert_eq!(app.client().get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
