//! In, and not further: the sign-in page and the page of somebody without access, in both languages, light and dark, wide and narrow.

use partner_portal::{
    app,
    auth::Role,
    web::{Lang, Who},
};
use sqlx::PgPool;

use super::support::Browser;
use crate::support::TestApp;

async fn walk(db: PgPool, lang: Lang, [title, wrong, no_access]: [&str; 3]) {
    let app = TestApp::new(db).await;
    let seed = app.seed();
    let partner = seed.partner("Fabrikam", "4512345").await;
    seed.user(partner, "nobody@fabrikam.example").with_password().create().await;
    seed.user(partner, "account-admin@fabrikam.example")
        .role(Role::AccountAdmin)
        .create()
        .await;
    let Some(browser) = Browser::start(&app, lang).await else { return };
    let code = lang.code();
    let guarded = app::table()
        .into_iter()
        .find(|r| r.nav.is_some() && matches!(r.who, Who::May(_)))
        .expect("a guarded page")
        .path;
    browser.go("/preferences").await;
    assert_eq!(browser.text("h1").await, title, "the browser's language");
    for (name, width, dark) in [("light", 1440, false), ("dark", 1440, true), ("phone", 390, false)] {
        browser.size(width, 1000).await;
        browser.dark(dark).await;
        browser.is_sound(&format!("sign-in-{code}-{name}")).await;
    }
    browser.fill("#mail", "nobody@fabrikam.example").await;
    browser.fill("#password", "guess").await;
    browser.click("main form button").await;
    assert_eq!(browser.text(".problems").await, wrong);
    let focused = "return document.activeElement.className";
    assert_eq!(
        browser.page.execute(focused, vec![]).await.unwrap(),
        "problems",
        "the problem is where the reader goes on"
    );
    browser.is_sound(&format!("sign-in-wrong-{code}")).await;
    browser.sign_in("nobody@fabrikam.example").await;
    for (name, width, dark) in [("light", 1440, false), ("dark", 1440, true), ("phone", 390, false)] {
        browser.size(width, 1000).await;
        browser.dark(dark).await;
        browser.go(guarded).await;
        assert_eq!(browser.text("h1").await, no_access);
        assert_eq!(browser.text("main a[href^='mailto:']").await, "account-admin@fabrikam.example");
        browser.is_sound(&format!("no-access-{code}-{name}")).await;
        browser.go("/preferences").await;
        browser.is_sound(&format!("preferences-{code}-{name}")).await;
    }
    browser.close().await;
}

#[sqlx::test(migrations = false)]
async fn the_doors_in_english(db: PgPool) {
    let wrong = "The mail or the password is wrong. Check both and try again.";
    walk(db, Lang::En, ["Sign in", wrong, "You do not have access to this page"]).await;
}

#[sqlx::test(migrations = false)]
async fn the_doors_in_korean(db: PgPool) {
    let wrong = "메일 또는 암호가 올바르지 않습니다. 확인한 후 다시 시도하세요.";
    walk(db, Lang::Ko, ["로그인", wrong, "이 페이지에 액세스할 권한이 없습니다"]).await;
}
