//! The people come over, in a real browser: an export goes in, people are migrated with every kind of error, each is corrected by the
//! remedy beside it, all are migrated in the end; and a migrated seller signs in and sees the deals of their location and team alone.

use fantoccini::Locator;
use partner_portal::{auth::Role, ids::OrganisationId, psc::import::DealColumn as C, web::Lang};
use sqlx::PgPool;

use super::support::Browser;
use crate::{
    psc::support::{deal, deals},
    support::TestApp,
};

const ADMIN: &str = "ada@fabrikam.example";
const REFERRALS: &str = "rina@fabrikam.example";
const OPERATOR: &str = "operator@microsoft.example";
/// Has no account yet; a seller of Seoul.
const NEW: &str = "new.one@fabrikam.example";
const SEOUL_MANAGER: &str = "seoul.manager@fabrikam.example";

const ACCOUNTS: &str = "PSC Account ID,Account Name,MPN ID,Country\r\nPA-0,Fabrikam,4512345,KR\r\nPA-1,Seoul,4512346,KR\r\n\
    PA-2,Busan,4512347,KR\r\nPA-9,Osaka,9999999,JP\r\n";
const USERS: &str = "PSC User ID,First Name,Last Name,Email,PSC Account ID,PSC Account Name,PSC Role\r\n\
    U-ready,Mina,Lee,seoul.manager@fabrikam.example,PA-1,Seoul,Deal manager\r\n\
    U-consumer,Jane,Doe,jane@gmail.com,PA-1,Seoul,Seller\r\n\
    U-outside,John,Roe,john@contoso.example,PA-2,Busan,Seller\r\n\
    U-none,New,One,new.one@fabrikam.example,PA-1,Seoul,Seller\r\n\
    U-disabled,Gone,Kim,gone@fabrikam.example,PA-0,Fabrikam,Admin\r\n\
    U-lost,Lost,Park,lost@fabrikam.example,PA-9,Osaka,Seller\r\n\
    U-has,Rina,Choi,rina@fabrikam.example,PA-0,Fabrikam,Admin\r\n";

/// Seoul's with New on the team and without, Busan's with New on the team.
fn export(folder: &std::path::Path) {
    let team = |mail: &str| format!("New,One,+82 10 1,{mail}");
    let busan = [(C::AccountId, "PA-2"), (C::AccountName, "Busan"), (C::MpnId, "4512347")];
    let seoul = [(C::AccountId, "PA-1"), (C::AccountName, "Seoul"), (C::MpnId, "4512346"), (C::AssignedSeller, "")];
    let (theirs, others) = (team(NEW), team("somebody@fabrikam.example"));
    let row = |id: &str, place: &[(C, &'static str)], team: &str| {
        let mut changes: Vec<(C, &str)> = place.to_vec();
        changes.extend([(C::Name, id), (C::Team, team), (C::Created, "2026-05-01T09:00:00Z")]);
        deal(id, &changes)
    };
    // And one that lacks what the clean-up asks for; closed before the deals come over.
    let mut bare = seoul.to_vec();
    bare.extend([(C::CustomerName, ""), (C::Status, "Open"), (C::CloseDate, "")]);
    let rows = [
        row("SEOUL-MINE", &seoul, &theirs),
        row("SEOUL-OTHERS", &seoul, &others),
        row("BUSAN-MINE", &busan, &theirs),
        row("BARE", &bare, ""),
    ];
    for (name, text) in [("accounts", ACCOUNTS), ("users", USERS), ("deals", &deals(rows))] {
        std::fs::write(folder.join(format!("{name}.csv")), text).unwrap();
    }
}

struct Walk {
    app: TestApp,
    page: Browser,
}

impl Walk {
    async fn new(db: PgPool) -> Option<Self> {
        let app = TestApp::new(db).await;
        let seed = app.seed();
        let vendor = seed.vendor().await;
        let fabrikam = seed.partner("Fabrikam", "4512345").await;
        seed.location(fabrikam, "4512346", "Seoul").await;
        seed.location(fabrikam, "4512347", "Busan").await;
        domain(&app, fabrikam, "fabrikam.example").await;
        domain(&app, vendor, "microsoft.example").await;
        sqlx::query(
            "insert into psc_settings (organisation_id, eligible_from, read_only_from, closed_from)
             values ($1, '2026-01-01Z', '2026-12-01Z', '2026-12-31Z')",
        )
        .bind(fabrikam)
        .execute(app.db())
        .await
        .unwrap();
        seed.user(fabrikam, ADMIN)
            .role(Role::AccountAdmin)
            .role(Role::GlobalAdmin)
            .with_password()
            .create()
            .await;
        seed.user(fabrikam, REFERRALS)
            .role(Role::ReferralsAdmin)
            .with_password()
            .create()
            .await;
        seed.user(vendor, OPERATOR)
            .role(Role::PortalOperator)
            .with_password()
            .create()
            .await;
        for mail in [SEOUL_MANAGER, "lost@fabrikam.example"] {
            seed.user(fabrikam, mail).create().await;
        }
        seed.user(fabrikam, "gone@fabrikam.example").disabled().create().await;
        let page = Browser::start(&app, Lang::En).await?;
        Some(Self { app, page })
    }

    async fn as_somebody(&self, mail: &str, password: Option<&str>) {
        self.page.forget().await;
        match password {
            Some(password) => self.page.sign_in_with(mail, password).await,
            None => self.page.sign_in(mail).await,
        }
    }

    /// The remedy beside a PSC user's error, by its place among the remedies.
    async fn remedy(&self, user: &str, nth: usize) {
        self.page.go("/migration/users").await;
        let links = format!("[data-user='{user}'] td:last-child a");
        self.page.wait(&links).await;
        let links = self.page.page.find_all(Locator::Css(&links)).await.unwrap();
        links.into_iter().nth(nth).expect("a remedy").click().await.unwrap();
    }

    /// Makes the account that the form asks for; its one-time password.
    async fn make_account(&self) -> String {
        self.page.wait("#mail").await;
        self.page.is_sound("people-new").await;
        self.page.click("main form button.primary").await;
        self.page.text("code").await
    }

    /// Previews everybody who is ready, and confirms.
    async fn migrate_all(&self, rows: &str) {
        self.page.go("/migration/users").await;
        assert_eq!(self.page.text("[data-count=ready]").await, rows);
        self.page.click("a[href*='/migration/users/preview']").await;
        self.page.wait("[data-table=people]").await;
        self.page.is_sound("people-preview").await;
        self.page.click("form[action='/migration/users/runs'] button.primary").await;
        self.page.wait("#progress").await;
        self.app.run_jobs().await;
        self.page.until("#progress", "Completed").await;
    }
}

async fn domain(app: &TestApp, organisation: OrganisationId, domain: &str) {
    sqlx::query("insert into tenant_domains (domain, organisation_id) values ($1, $2)")
        .bind(domain)
        .bind(organisation)
        .execute(app.db())
        .await
        .unwrap();
}

#[sqlx::test(migrations = false)]
async fn every_error_is_corrected_by_its_remedy_until_all_have_come_over(db: PgPool) {
    let Some(walk) = Walk::new(db).await else { return };
    let (app, page) = (&walk.app, &walk.page);
    let folder = tempfile::tempdir().unwrap();
    export(folder.path());

    walk.as_somebody(ADMIN, None).await;
    page.go("/psc/imports").await;
    for name in ["accounts", "users", "deals"] {
        page.fill(&format!("#{name}"), folder.path().join(format!("{name}.csv")).to_str().unwrap())
            .await;
    }
    page.click("main form button.primary").await;
    page.until("#import .banner", "Taken in").await;

    psc_is_sound(page).await;
    page.go("/migration/users").await;
    page.is_sound("people-table").await;
    for (count, number) in [("ready", "1"), ("errors", "5"), ("has-role", "1"), ("migrated", "0")] {
        assert_eq!(page.text(&format!("[data-count={count}]")).await, number, "{count}");
    }
    walk.migrate_all("1").await;
    page.is_sound("people-result").await;
    assert_eq!(page.text("[data-count=migrated]").await, "1");

    // A private mail address: a work account is made, and named.
    walk.remedy("U-consumer", 1).await;
    page.fill("#mail", "jane.doe@fabrikam.example").await;
    walk.make_account().await;
    walk.remedy("U-consumer", 0).await;
    page.fill("#mail", "jane.doe@fabrikam.example").await;
    page.is_sound("people-work-account").await;
    page.click("main form button.primary").await;
    page.until("[data-user=U-consumer]", "Not migrated").await;
    // From outside: a guest. No account yet: one is made.
    walk.remedy("U-outside", 0).await;
    walk.make_account().await;
    walk.remedy("U-none", 0).await;
    let password = walk.make_account().await;
    // Disabled: enabled, by who may.
    walk.remedy("U-disabled", 0).await;
    page.click("table a").await;
    page.click("form[action$='/enabling'] button").await;
    page.wait("form[action$='/disabling']").await;
    // A wrong MPN ID: corrected, on request.
    walk.remedy("U-lost", 0).await;
    page.is_sound("people-mpn").await;
    page.click("a[href*='/psc/mpn/new']").await;
    page.set("#mpn_id", "4512347").await;
    page.fill("#note", "Osaka is run from Busan").await;
    page.click("main form button.primary").await;
    page.wait(".tag.warn").await;
    walk.as_somebody(OPERATOR, None).await;
    page.go("/operations/mpn-corrections").await;
    page.click("td a[href*='/operations/mpn-corrections/']").await;
    page.set("#decision", "approve").await;
    page.click("main form button.primary").await;
    page.wait(".tag.good").await;

    walk.as_somebody(ADMIN, None).await;
    walk.migrate_all("5").await;
    assert_eq!(
        (page.text("[data-count=migrated]").await, page.text("[data-count=errors]").await),
        ("5".into(), "0".into())
    );
    page.go("/migration/users").await;
    page.wait(".banner.good").await;
    let given: Vec<(String, String, Option<String>)> = sqlx::query_as(
        "select u.mail, r.role, l.name from role_assignments r join users u using (user_id) left join locations l using (location_id)
         where r.role like 'referrals-%' and u.mail <> $1 order by 1",
    )
    .bind(REFERRALS)
    .fetch_all(app.db())
    .await
    .unwrap();
    let given: Vec<(&str, &str, Option<&str>)> = given.iter().map(|(m, r, l)| (m.as_str(), r.as_str(), l.as_deref())).collect();
    assert_eq!(
        given,
        [
            ("gone@fabrikam.example", "referrals-admin", None),
            ("jane.doe@fabrikam.example", "referrals-user", Some("Seoul")),
            ("john@contoso.example", "referrals-user", Some("Busan")),
            ("lost@fabrikam.example", "referrals-user", Some("Busan")),
            (NEW, "referrals-user", Some("Seoul")),
            (SEOUL_MANAGER, "referrals-admin", Some("Seoul")),
        ]
    );

    // The deals come over too, and each sees their own.
    walk.as_somebody(REFERRALS, None).await;
    // What should stay behind is closed in PSC first.
    page.go("/psc/deals/BARE/closing").await;
    page.set("#status", "duplicate").await;
    page.click("main form button.primary").await;
    page.until("h1 ~ .tag, .row .tag", "Closed as duplicate").await;
    page.go("/migration/deals").await;
    page.click("form:has(input[value=migration]) button").await;
    page.wait("#progress").await;
    app.run_jobs().await;
    page.until("#progress", "Completed").await;
    page.go("/deals?tab=outbound").await;
    assert_eq!(listed(&walk).await, ["BUSAN-MINE", "SEOUL-MINE", "SEOUL-OTHERS"]);

    walk.as_somebody(NEW, Some(&password)).await;
    page.is_sound("people-first-password").await;
    page.fill("#old", &password).await;
    page.fill("#new", "a password of my own").await;
    page.fill("#again", "a password of my own").await;
    page.click("main form button.primary").await;
    page.until("nav.nav", "Co-sell opportunities").await;
    page.go("/deals?tab=outbound").await;
    page.is_sound("people-seller").await;
    assert_eq!(listed(&walk).await, ["SEOUL-MINE"]);
    for other in ["SEOUL-OTHERS", "BUSAN-MINE"] {
        let id: uuid::Uuid = sqlx::query_scalar("select referral_id from psc_migrated_deals where psc_deal_id = $1")
            .bind(other)
            .fetch_one(app.db())
            .await
            .unwrap();
        page.go(&format!("/deals/{id}")).await;
        assert!(!page.source().await.contains(other), "{other}");
    }
}

/// PSC's own pages, with deals in them and PSC open: wide and light, narrow and dark.
async fn psc_is_sound(page: &Browser) {
    for (name, path) in [
        ("home", "/psc/home"),
        ("grid", "/psc/deals?status=open"),
        (
            "columns",
            "/psc/deals?columns=customer&columns=outcome&columns=license&columns=team&columns=products",
        ),
        ("deal", "/psc/deals/SEOUL-MINE"),
        ("edit", "/psc/deals/SEOUL-MINE/edit"),
        ("closing", "/psc/deals/SEOUL-MINE/closing"),
        ("products", "/psc/deals/SEOUL-MINE/products"),
        ("new", "/psc/deals/new"),
        ("users", "/psc/users"),
        ("roles", "/psc/roles"),
        ("notifications", "/psc/notifications"),
        ("clean-up", "/psc/clean-up?detail=customer"),
        ("clean-up-team", "/psc/clean-up?detail=team"),
    ] {
        for (size, width, dark) in [("light-1440", 1440, false), ("dark-390", 390, true)] {
            page.size(width, 1000).await;
            page.dark(dark).await;
            page.go(path).await;
            page.wait("h1").await;
            page.is_sound(&format!("psc-{name}-{size}")).await;
        }
    }
    page.size(1440, 1000).await;
    page.dark(false).await;
}

/// The deal IDs of what is listed, in their alphabet's order.
async fn listed(walk: &Walk) -> Vec<String> {
    walk.page.wait(".list input[name=id]").await;
    let script = "return [...document.querySelectorAll('.list input[name=id]')].map(box => box.value)";
    let ids = walk.page.page.execute(script, Vec::new()).await.unwrap();
    let ids: Vec<uuid::Uuid> = serde_json::from_value(ids).unwrap();
    sqlx::query_scalar("select deal_id from referrals where referral_id = any($1) order by 1")
        .bind(ids)
        .fetch_all(walk.app.db())
        .await
        .unwrap()
}
