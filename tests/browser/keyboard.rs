//! Both wizards and a deal's life by the keyboard alone; the same pages at 200 %, and with less motion.

use partner_portal::{
    auth::Role,
    demo,
    ids::OrganisationId,
    psc::import::{DealColumn as C, Export, service as imports},
    web::Lang,
};
use serde_json::json;
use sqlx::PgPool;

use super::support::Browser;
use crate::{
    psc::support::{deal, deals},
    support::{PASSWORD, TestApp},
};

pub const ADMIN: &str = "hands@fabrikam.example";

/// The demo, an export with two deals and somebody to migrate, and an admin of both kinds.
pub async fn world(db: PgPool) -> TestApp {
    let app = TestApp::new(db).await;
    demo::load(app.db(), &app.app.clock, PASSWORD).await.unwrap();
    let organisation: OrganisationId = sqlx::query_scalar("select organisation_id from organisations where mpn_id = '4512345'")
        .fetch_one(app.db())
        .await
        .unwrap();
    let seed = app.seed();
    let roles = seed
        .user(organisation, ADMIN)
        .role(Role::AccountAdmin)
        .role(Role::ReferralsAdmin);
    roles.with_password().create().await;
    seed.user(organisation, "jane@fabrikam.example").create().await;
    let folder = tempfile::tempdir().unwrap();
    let rows = ["Kiwi", "Mango"].map(|name| deal(name, &[(C::Name, name), (C::Created, "2026-05-01T09:00:00Z")]));
    let users = "PSC User ID,First Name,Last Name,Email,PSC Account ID,PSC Account Name,PSC Role\r\n\
                 PU-1,Jane,Doe,jane@fabrikam.example,PA-1001,Seoul,Seller\r\n";
    for (name, text) in [("accounts.csv", crate::psc::support::ACCOUNTS), ("users.csv", users), ("deals.csv", &deals(rows))] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    imports::take_in(app.db(), &app.app.clock, organisation, None, Export::in_folder(folder.path()))
        .await
        .unwrap();
    app
}

/// At 200 % a page that is 1440 wide has 720; and nothing moves for who wants that.
async fn is_easy(browser: &Browser, name: &str) {
    browser.size(720, 500).await;
    browser.calm(true).await;
    browser.is_sound(&format!("{name}-200")).await;
    assert_eq!(browser.moving().await, Vec::<String>::new(), "{name} moves");
    browser.size(1440, 1000).await;
}

#[sqlx::test(migrations = false)]
async fn both_wizards_and_a_deals_life_without_a_mouse(db: PgPool) {
    let app = world(db).await;
    let Some(browser) = Browser::start(&app, Lang::En).await else { return };
    browser.size(1440, 1000).await;
    browser.go("/sign-in").await;
    is_easy(&browser, "sign-in").await;
    browser.reach("#mail").await;
    browser.press(ADMIN).await;
    browser.reach("#password").await;
    browser.press(PASSWORD).await;
    browser.press("Enter").await;
    browser.wait("form[action='/sign-out']").await;
    // Past the navigation.
    browser.enter("a.skip").await;
    let main = "return document.activeElement.id";
    assert_eq!(browser.page.execute(main, Vec::new()).await.unwrap(), json!("main"));

    // The people.
    browser.enter("nav a[href='/migration/users']").await;
    browser.wait("[data-count=ready]").await;
    is_easy(&browser, "users").await;
    browser.enter("a[href*='/migration/users/preview']").await;
    browser.wait("[data-table=people]").await;
    is_easy(&browser, "users-preview").await;
    browser.enter("form[action='/migration/users/runs'] button.primary").await;
    browser.wait("#progress").await;
    app.run_jobs().await;
    browser.until("#progress", "Completed").await;
    is_easy(&browser, "users-report").await;

    // The deals.
    browser.enter("nav a[href='/migration/deals']").await;
    browser.wait("[data-count=eligible]").await;
    is_easy(&browser, "deals-readiness").await;
    browser.enter("form:has(input[value=migration]) button").await;
    browser.wait("#progress").await;
    app.run_jobs().await;
    browser.until("#progress", "Completed").await;
    is_easy(&browser, "deals-report").await;

    // One of them, to its end: found, staged, noted, won.
    browser.enter("nav a[href='/deals']").await;
    browser.enter("nav.tabs a[href*='tab=outbound']").await;
    browser.wait(".list a").await;
    browser.press("/").await;
    browser.press("Kiwi").await;
    browser.press("Enter").await;
    browser.until(".list", "Kiwi").await;
    browser.enter("ul.list a").await;
    browser.wait("article form[action$='/stage']").await;
    is_easy(&browser, "deal").await;
    browser.reach("select[name=stage]").await;
    browser.press("Down").await;
    browser.enter("form[action$='/stage'] button").await;
    browser.wait("[role=status], .flash").await;
    browser.reach("#note").await;
    browser.press("by hand").await;
    browser.enter("form[action$='/notes'] button").await;
    browser.until(".timeline", "by hand").await;
    browser.enter("a[href$='/win']").await;
    browser.wait("form.narrow").await;
    is_easy(&browser, "deal-win").await;
    browser.enter("form.narrow button.primary").await;
    browser.until(".head .tag", "Won").await;
    assert_eq!(
        app.count("select count(*) from referrals where deal_id = 'Kiwi' and status = 'won'")
            .await,
        1
    );
    browser.close().await;
}
