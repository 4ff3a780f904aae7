//! A person's own theme against the system's: a page that they want light is light by night too, and the other way round; the same by
//! the system alone. And whether anything moves for who wants less of it.
//!
//! Seen to fail: without `[data-theme=light]` in static/css/00-tokens.css, with "theme-light-true-deals: paper 20".

use partner_portal::{demo, web::Lang};
use sqlx::PgPool;

use super::support::Browser;
use crate::support::{PASSWORD, TestApp};

const WHO: &str = "referrals-admin@contoso-consulting.example";

/// How light the page's paper is, from 0 to 255.
async fn paper(browser: &Browser) -> i64 {
    let script = "const canvas = document.createElement('canvas').getContext('2d'); \
                  canvas.fillStyle = getComputedStyle(document.documentElement).backgroundColor; canvas.fillRect(0, 0, 1, 1); \
                  return canvas.getImageData(0, 0, 1, 1).data[1]";
    browser
        .page
        .execute(script, Vec::new())
        .await
        .unwrap()
        .as_i64()
        .expect("a colour")
}

#[sqlx::test(migrations = false)]
async fn ones_own_theme_comes_before_the_systems(db: PgPool) {
    let app = TestApp::new(db).await;
    demo::load(app.db(), &app.app.clock, PASSWORD).await.unwrap();
    let Some(browser) = Browser::start(&app, Lang::Ko).await else { return };
    browser.sign_in(WHO).await;
    for (own, system_dark, is_dark) in [
        ("", false, false),
        ("", true, true),
        ("light", true, false),
        ("light", false, false),
        ("dark", false, true),
        ("dark", true, true),
    ] {
        browser.dark(system_dark).await;
        browser.go("/preferences").await;
        browser.set("#theme", own).await;
        browser.click("form[action='/preferences'] button.primary").await;
        browser.wait(".banner.good").await;
        for path in ["/deals", "/deals/new", "/notifications", "/preferences"] {
            browser.go(path).await;
            let name = format!("theme-{own}-{system_dark}{}", path.replace('/', "-"));
            browser.is_sound(&name).await;
            let light = paper(&browser).await;
            assert_eq!(light < 80, is_dark, "{name}: paper {light}");
        }
    }
    browser.close().await;
}

/// No style of ours moves anything, so the check that nothing does is shown something that would.
#[sqlx::test(migrations = false)]
async fn what_would_move_is_found_and_is_still_for_who_wants_that(db: PgPool) {
    let app = TestApp::new(db).await;
    let Some(browser) = Browser::start(&app, Lang::En).await else { return };
    browser.go("/sign-in").await;
    let plant = "const sheet = document.styleSheets[0]; sheet.insertRule('@keyframes turn { to { rotate: 1turn } }'); \
                 sheet.insertRule('h1 { animation: turn 1s infinite }', sheet.cssRules.length); \
                 sheet.insertRule('.button { transition: opacity 1s }', sheet.cssRules.length)";
    browser.page.execute(plant, Vec::new()).await.unwrap();
    browser.calm(false).await;
    let moving = browser.moving().await;
    assert!(moving.iter().any(|html| html.starts_with("<h1")), "the check is blind: {moving:?}");
    assert!(moving.iter().any(|html| html.starts_with("<button")), "the check is blind: {moving:?}");
    browser.calm(true).await;
    assert_eq!(browser.moving().await, Vec::<String>::new(), "the portal's own rule stops what is not wanted");
    let insist = "document.querySelector('h1').style.setProperty('animation', 'turn 1s infinite', 'important')";
    browser.page.execute(insist, Vec::new()).await.unwrap();
    assert_eq!(browser.moving().await.len(), 1, "what insists is found for who wants less, too");
    browser.close().await;
}
