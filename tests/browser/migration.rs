//! The product's main job in a real browser: an export goes in, its readiness is told, it is rehearsed and migrated, the report
//! comes out, and the deals can be read.

use std::{path::Path, process::Command};

use partner_portal::{demo, web::Lang};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::support::Browser;
use crate::support::{PASSWORD, TestApp};

const TODAY: &str = "2026-11-22";
const ADMIN: &str = "referrals-admin@fabrikam.example";

/// Another export than the demo's: the sample generator's where it lies beside the checkout, with its own counts; else our own.
fn export(folder: &Path) -> Option<Value> {
    let generator = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/tools/make_psc_export.py");
    if !generator.exists() {
        demo::write_export(folder, TODAY.parse().unwrap()).unwrap();
        return None;
    }
    let output = Command::new("python3")
        .arg(generator)
        .arg(folder)
        .args(["--deals", "700", "--seed", "5", "--today", TODAY, "--eligible-from", "2025-01-01"])
        .output()
        .unwrap();
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// Everything that stands under a deal's status, taken from the database.
async fn eligible(app: &TestApp) -> i64 {
    app.count("select count(*) from psc_deal_standings join organisations using (organisation_id) where standing = 'eligible'")
        .await
}

async fn picture(browser: &Browser, lang: Lang, name: &str) {
    for (size, width, dark) in
        [("light-1440", 1440, false), ("dark-1440", 1440, true), ("light-390", 390, false), ("dark-390", 390, true)]
    {
        browser.size(width, 1000).await;
        browser.dark(dark).await;
        browser.is_sound(&format!("{name}-{}-{size}", lang.code())).await;
    }
    browser.size(1440, 1000).await;
    browser.dark(false).await;
}

async fn walk(db: PgPool, lang: Lang) {
    let app = TestApp::new(db).await;
    demo::load(app.db(), &app.app.clock, PASSWORD).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let printed = export(folder.path());
    let Some(browser) = Browser::start(&app, lang).await else { return };
    browser.sign_in(ADMIN).await;
    assert_eq!(browser.path().await, "/deals", "where work is");
    picture(&browser, lang, "deals-empty").await;

    // The export goes in; its merging is a job.
    browser.go("/psc/imports").await;
    picture(&browser, lang, "import-form").await;
    for name in ["accounts", "users", "deals"] {
        let file = folder.path().join(format!("{name}.csv"));
        browser.fill(&format!("#{name}"), file.to_str().unwrap()).await;
    }
    browser.click("main form button.primary").await;
    browser.wait("#import").await;
    app.run_jobs().await;
    browser
        .until("#import .banner", lang_word(lang, "Taken in", "가져왔습니다"))
        .await;
    picture(&browser, lang, "import-done").await;

    // The readiness page tells the truth about it.
    browser.click("#import .banner a").await;
    browser.wait("[data-count=eligible]").await;
    let ready = eligible(&app).await;
    if let Some(printed) = &printed {
        assert_eq!(json!(ready), printed["by_reason"]["eligible"]);
    }
    assert_eq!(browser.text("[data-count=eligible]").await.replace(',', ""), ready.to_string());
    picture(&browser, lang, "readiness").await;

    // Rehearse: the page renews itself until the report is there.
    browser.click("form:has(input[value=rehearsal]) button").await;
    browser.wait("#progress").await;
    let before = app.count("select count(*) from referrals").await;
    app.run_jobs().await;
    browser
        .until("#progress", lang_word(lang, "would migrate", "마이그레이션할 수 있습니다"))
        .await;
    picture(&browser, lang, "rehearsal").await;
    assert_eq!(app.count("select count(*) from referrals").await, before);

    // Migrate.
    browser.go("/migration/deals").await;
    browser.click("form:has(input[value=migration]) button").await;
    browser.wait("#progress progress").await;
    picture(&browser, lang, "run-queued").await;
    app.run_jobs().await;
    browser.until("#progress", lang_word(lang, "Completed", "완료됨")).await;
    picture(&browser, lang, "run-report").await;
    // The demo's other partner has deals of its own.
    let migrated = "select count(*) from referrals join organisations using (organisation_id) where mpn_id = '4512345' and deal_id is not null";
    assert_eq!(app.count(migrated).await, ready);
    assert_eq!(
        app.count("select count(*) from migration_outcomes where outcome = 'migrated'")
            .await,
        ready
    );
    assert!(browser.has(&format!("a[href$='{}']", "report.csv")).await && browser.has("a[href$='report.xlsx']").await);

    // Nothing is left to do, and the deals can be read.
    browser.go("/migration/deals").await;
    assert_eq!(browser.text("[data-count=eligible]").await, "0");
    assert!(browser.has("button.primary[disabled]").await);
    picture(&browser, lang, "readiness-after").await;
    browser.go("/deals").await;
    browser.wait(".list a[aria-current]").await;
    picture(&browser, lang, "deals").await;
    browser.close().await;
}

fn lang_word(lang: Lang, english: &'static str, korean: &'static str) -> &'static str {
    match lang {
        Lang::En => english,
        Lang::Ko => korean,
    }
}

#[sqlx::test(migrations = false)]
async fn an_export_becomes_deals_in_english(db: PgPool) {
    walk(db, Lang::En).await;
}

#[sqlx::test(migrations = false)]
async fn an_export_becomes_deals_in_korean(db: PgPool) {
    walk(db, Lang::Ko).await;
}
