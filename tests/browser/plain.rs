//! Without scripts, in a browser that runs none: an export, both wizards, a new deal, a bulk change and a seller's answer, by the pages'
//! own forms and links. What renews itself elsewhere has a link there that loads it again.
//!
//! Seen to fail: at a bulk change of one deal, which is over at once and so has no link to load it again, with "no #progress noscript a on
//! /deals/bulk/...", before the walk knew that. The page of an export that is coming in had no such link.

use partner_portal::{demo, web::Lang};
use serde_json::json;
use sqlx::PgPool;

use super::{
    keyboard::{ADMIN, world},
    making,
    support::Browser,
};
use crate::support::TestApp;

/// Loads a page again that tells how far something is, until it tells of the end; the link is there only while there is no end.
async fn again(app: &TestApp, browser: &Browser, part: &str, end: &str) {
    let link = format!("{part} noscript a");
    browser.wait(&link).await;
    assert!(!browser.text(part).await.contains(end), "{part} is over before its work is done");
    app.run_jobs().await;
    browser.click(&link).await;
    browser.until(part, end).await;
    assert!(!browser.has(&link).await, "nothing is left to wait for");
}

#[sqlx::test(migrations = false)]
async fn everything_is_done_without_scripts(db: PgPool) {
    let app = world(db).await;
    let Some(browser) = Browser::start(&app, Lang::En).await else { return };
    browser.without_scripts().await;
    browser.sign_in(ADMIN).await;
    let scripts = "return [typeof window.htmx, document.forms.length > 0]";
    let found = browser.page.execute(scripts, Vec::new()).await.unwrap();
    assert_eq!(found, json!(["undefined", true]), "the page's scripts have run");

    // An export.
    let folder = tempfile::tempdir().unwrap();
    demo::write_export(folder.path(), "2026-11-22".parse().unwrap()).unwrap();
    browser.go("/psc/imports").await;
    for name in ["accounts", "users", "deals"] {
        browser
            .fill(&format!("#{name}"), folder.path().join(format!("{name}.csv")).to_str().unwrap())
            .await;
    }
    browser.click("main form button.primary").await;
    browser.until("#import", "Taken in").await;
    // As somebody else sees it who looks while it comes in.
    app.sql("update psc_imports set state = 'reading' where import_id in (select current_import_id from psc_settings)")
        .await;
    browser.page.refresh().await.unwrap();
    browser.wait("#import noscript a").await;
    app.sql("update psc_imports set state = 'done' where state = 'reading'").await;
    browser.click("#import noscript a").await;
    browser.until("#import", "Taken in").await;
    assert!(!browser.has("#import noscript a").await, "nothing is left to wait for");

    // The people: some of them, picked one by one.
    browser.click("nav a[href='/migration/users']").await;
    browser.click("[data-table=users] input[name=user]").await;
    browser.click("form[action='/migration/users/preview'] button.primary").await;
    browser.wait("[data-table=people]").await;
    browser.click("form[action='/migration/users/runs'] button.primary").await;
    again(&app, &browser, "#progress", "Completed").await;

    // The deals.
    browser.click("nav a[href='/migration/deals']").await;
    browser.click("form:has(input[value=migration]) button").await;
    again(&app, &browser, "#progress", "Completed").await;

    // A new one, by the wizard.
    let deal = making::make(&browser, "Plainly", "ask", false).await;

    // Several at once.
    browser.go("/deals?tab=outbound&q=Plainly").await;
    browser.click(".picks input[name=id]").await;
    browser.click("#bulk button[value=picked]").await;
    browser.click("input[name=change][value=stage]").await;
    browser.set("#stage", "40").await;
    browser.click("main form button.primary").await;
    browser.click("form[method=post][action='/deals/bulk'] button.primary").await;
    // So few are changed at once.
    browser.until("#progress", "All done").await;
    browser.go(&deal).await;
    assert_eq!(browser.text(".stages [aria-current]").await, "Developed 40%");

    // The request is answered by whom it was given to.
    let (mail, id): (String, uuid::Uuid) = sqlx::query_as(
        "select u.mail, r.referral_id from referrals r join users u on u.user_id = r.seller_id
         where r.deal_id is null and r.status = 'pending' and r.name = 'Plainly'",
    )
    .fetch_one(app.db())
    .await
    .unwrap();
    browser.forget().await;
    browser.sign_in(&mail).await;
    browser.click(&format!("a[href*='{id}']")).await;
    browser.click("a[href$='/acceptance']").await;
    browser.set("#name", "Plain to Microsoft").await;
    browser.set("#value", "99000").await;
    browser.set("#currency", "USD").await;
    browser.set("#close_date", "2027-04-30").await;
    browser.click("form.narrow button.primary").await;
    browser.wait("a[href$='/win']").await;
    let accepted = "select count(*) from referrals where name = 'Plain to Microsoft' and status = 'accepted'";
    assert_eq!(app.count(accepted).await, 1);
    assert_eq!(browser.console().await, Vec::<String>::new());
    browser.close().await;
}
