//! Every page that the navigation leads to, and the pages beside them, looked at by who works there: nothing serious for axe-core, nothing
//! wider than the window; in English by day on a wide screen, in Korean by night on a phone.

use axum::http::Method;
use partner_portal::{app, demo, web::Lang};
use sqlx::PgPool;

use super::support::Browser;
use crate::support::{PASSWORD, TestApp};

/// One person for every kind of room.
const PEOPLE: [&str; 5] = [
    "referrals-admin@fabrikam.example",
    "global-admin@fabrikam.example",
    "seller@microsoft.example",
    "operator@microsoft.example",
    "partner-manager@microsoft.example",
];
/// Answers to scripts and programs, no pages.
const NO_PAGES: [&str; 4] = ["/healthz", "/deals/bulk", "/requests/new", "/psc/mpn/new"];

/// Addresses that stand for themselves, each with the first person who may go there.
fn rooms() -> Vec<&'static str> {
    let mut paths: Vec<&str> = app::table()
        .into_iter()
        .filter(|route| route.method == Method::GET && !route.path.contains('{') && !route.path.contains('.'))
        .map(|route| route.path)
        .filter(|path| !NO_PAGES.contains(path) && *path != "/" && !path.starts_with("/sign") && !path.contains("/progress"))
        .collect();
    paths.sort_unstable();
    paths
}

async fn walk(db: PgPool, lang: Lang, width: u32, dark: bool) {
    let app = TestApp::new(db).await;
    demo::load(app.db(), &app.app.clock, PASSWORD).await.unwrap();
    let Some(browser) = Browser::start(&app, lang).await else { return };
    browser.size(width, 1000).await;
    browser.dark(dark).await;
    let mut left = rooms();
    for mail in PEOPLE {
        browser.forget().await;
        browser.sign_in(mail).await;
        let mut client = app.sign_in(mail).await;
        let mut still = Vec::new();
        for path in left {
            let answer = client.get(path).await;
            if answer.status != 200 || !answer.is_page() {
                still.push(path);
                continue;
            }
            browser.go(path).await;
            browser.wait("h1").await;
            let name = path.trim_start_matches('/').replace('/', "-");
            browser.is_sound(&format!("room-{name}-{}", lang.code())).await;
        }
        left = still;
    }
    // What leads elsewhere by itself is no page.
    assert!(left.len() <= 6, "nobody could look at {left:?}");
    browser.close().await;
}

#[sqlx::test(migrations = false)]
async fn every_room_is_sound_in_english_by_day(db: PgPool) {
    walk(db, Lang::En, 1440, false).await;
}

#[sqlx::test(migrations = false)]
async fn every_room_is_sound_in_korean_by_night_on_a_phone(db: PgPool) {
    walk(db, Lang::Ko, 390, true).await;
}
