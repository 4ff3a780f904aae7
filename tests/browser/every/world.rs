//! A portal in which every page has something to show: Contoso Consulting works on deals, leads, two exports and both migrations,
//! Fabrikam has nothing yet, and Microsoft's seller answers.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use partner_portal::{auth::Role, demo, ids::OrganisationId, psc::import::DealColumn as C};
use scraper::Selector;
use sqlx::PgPool;

use crate::{
    psc::support::{deal, deals},
    support::{Answer, Client, PASSWORD, TestApp},
};

pub const PARTNER: &str = "everything@contoso-consulting.example";
pub const NEWCOMER: &str = "everything@fabrikam.example";
pub const NOBODY: &str = "nobody@fabrikam.example";
pub const SELLER: &str = "seller@microsoft.example";
pub const OPERATOR: &str = "operator@microsoft.example";
pub const MANAGER: &str = "partner-manager@microsoft.example";

pub struct World {
    pub app: TestApp,
    pub contoso: OrganisationId,
    pub fabrikam: OrganisationId,
    /// What stands in the addresses of pages, by what it is.
    pub things: BTreeMap<String, String>,
}

/// The fields of the form at a page, as the page fills them in, with these instead.
fn filled(page: &Answer, action: &str, fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let html = page.html();
    let forms = Selector::parse("form").unwrap();
    let inputs = Selector::parse("input[name], textarea[name]").unwrap();
    let form = html
        .select(&forms)
        .find(|form| form.attr("action") == Some(action))
        .unwrap_or_else(|| panic!("no form to {action} on {}: {}", page.path, page.text()));
    let unchecked = |field: &scraper::ElementRef<'_>| {
        matches!(field.attr("type"), Some("checkbox" | "radio")) && field.attr("checked").is_none()
    };
    let own = form.select(&inputs).filter(|field| !unchecked(field)).map(|field| {
        let value = field.attr("value").map_or_else(|| field.text().collect(), str::to_owned);
        (field.attr("name").unwrap_or_default().to_owned(), value)
    });
    let kept = own.filter(|(name, _)| name != "csrf" && !fields.iter().any(|(given, _)| given == name));
    let given = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    kept.chain(given).collect()
}

/// Sends a page's form, which has to be taken; where that leads.
async fn send(client: &mut Client, page: &str, action: &str, fields: &[(&str, &str)]) -> String {
    let form = client.get(page).await;
    let pairs = filled(&form, action, fields);
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = client.post(action, &pairs).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{action}: {}", answer.text());
    answer.location()
}

fn last(path: &str) -> String {
    path.rsplit('/')
        .next()
        .unwrap_or_default()
        .split('?')
        .next()
        .unwrap_or_default()
        .to_owned()
}

impl World {
    pub async fn new(db: PgPool) -> Self {
        let app = TestApp::new(db).await;
        demo::load(app.db(), &app.app.clock, PASSWORD).await.unwrap();
        let of = async |mpn: &'static str| -> OrganisationId {
            let query = sqlx::query_scalar("select organisation_id from organisations where mpn_id = $1").bind(mpn);
            query.fetch_one(app.db()).await.unwrap()
        };
        let (contoso, fabrikam) = (of("4600001").await, of("4512345").await);
        let mut world = Self { contoso, fabrikam, things: BTreeMap::new(), app };
        world.people().await;
        world.legacy().await;
        world.deals().await;
        world.requests().await;
        world.rest().await;
        world
    }

    async fn people(&self) {
        let seed = self.app.seed();
        for (organisation, mail) in [(self.contoso, PARTNER), (self.fabrikam, NEWCOMER)] {
            let mut somebody = seed.user(organisation, mail).with_password();
            for role in Role::ALL.into_iter().filter(|role| !role.is_vendor()) {
                somebody = somebody.role(role);
            }
            somebody.create().await;
        }
        seed.user(self.fabrikam, NOBODY).create().await;
        // PSC can still be worked in.
        self.app
            .sql("update psc_settings set eligible_from = '2026-01-01Z', read_only_from = '2026-12-01Z', closed_from = '2026-12-31Z'")
            .await;
    }

    fn export(more: &[Vec<String>]) -> [(&'static str, String); 3] {
        let own =
            [(C::MpnId, "4600001"), (C::AccountId, "CA-1"), (C::AccountName, "Contoso"), (C::Created, "2026-05-01T09:00:00Z")];
        let row = |id: &str, changes: &[(C, &'static str)]| {
            let name = [(C::Name, "현장 서비스 일정 관리 시스템 구축 및 단계별 전환")];
            deal(id, &own.iter().chain(&name).chain(changes).copied().collect::<Vec<_>>())
        };
        let rows = [
            row("C-1", &[]),
            row("C-2", &[(C::CoSell, "No")]),
            row("C-3", &[(C::CoSell, "No")]),
            row("C-4", &[(C::CustomerName, ""), (C::CloseDate, ""), (C::Value, "soon")]),
            row("C-WON", &[(C::Status, "Won")]),
        ];
        let accounts =
            "PSC Account ID,Account Name,MPN ID,Country\r\nCA-1,Contoso,4600001,US\r\nCA-2,Contoso Osaka,9999999,JP\r\n";
        let users = "PSC User ID,First Name,Last Name,Email,PSC Account ID,PSC Account Name,PSC Role\r\n\
                     CU-1,Nora,Field,nora@contoso-consulting.example,CA-1,Contoso,Deal manager\r\n\
                     CU-2,Ivo,Lane,ivo@contoso-consulting.example,CA-1,Contoso,Seller\r\n\
                     CU-3,Jane,Doe,jane@gmail.com,CA-1,Contoso,Seller\r\n\
                     CU-4,Olga,Roe,olga@contoso-consulting.example,CA-2,Contoso Osaka,Seller\r\n";
        let rows = rows.into_iter().chain(more.iter().cloned());
        [("accounts", accounts.to_owned()), ("users", users.to_owned()), ("deals", deals(rows))]
    }

    async fn take_in(client: &mut Client, files: &[(&'static str, String)]) -> String {
        client.get("/psc/imports").await;
        let files: Vec<(&str, &str, &[u8])> = files.iter().map(|(name, text)| (*name, "x.csv", text.as_bytes())).collect();
        let answer = client.upload("/psc/imports", &files).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        last(&answer.location())
    }

    fn thing(&mut self, name: &str, is: String) {
        self.things.insert(name.to_owned(), is);
    }

    /// One export is migrated, one has come in since with more of everything, one was refused.
    async fn legacy(&mut self) {
        let seed = self.app.seed();
        for mail in ["nora@contoso-consulting.example", "ivo@contoso-consulting.example"] {
            seed.user(self.contoso, mail).create().await;
        }
        let mut client = self.app.sign_in(PARTNER).await;
        Self::take_in(&mut client, &Self::export(&[])).await;
        self.app.run_jobs().await;
        let run = send(&mut client, "/migration/deals", "/migration/deals/runs", &[("kind", "migration")]).await;
        self.app.run_jobs().await;
        self.thing("run", last(&run));
        let preview = "/migration/users/preview?user=CU-1";
        let run = send(&mut client, preview, "/migration/users/runs", &[]).await;
        self.app.run_jobs().await;
        self.thing("user-run", last(&run));
        let more = [
            deal(
                "C-5",
                &[
                    (C::MpnId, "4600001"),
                    (C::AccountId, "CA-1"),
                    (C::Created, "2026-06-01T09:00:00Z"),
                    (C::Value, ""),
                    (C::CustomerName, ""),
                ],
            ),
            deal(
                "C-6",
                &[(C::MpnId, "9999999"), (C::AccountId, "CA-2"), (C::AccountName, "Contoso Osaka"), (C::Team, "")],
            ),
            deal(
                "C-7",
                &[(C::MpnId, "4600002"), (C::AccountId, "CA-1"), (C::Created, "not a date"), (C::Currency, "???")],
            ),
            vec!["too".into(), "short".into()],
        ];
        let import = Self::take_in(&mut client, &Self::export(&more)).await;
        self.app.run_jobs().await;
        self.thing("import", import);
        let unusable = ["accounts", "users", "deals"].map(|name| (name, "Something,Else\r\n1,2\r\n".to_owned()));
        let refused = Self::take_in(&mut client, &unusable).await;
        self.thing("refused-import", refused);
        self.app.run_jobs().await;
    }

    async fn one(&self, sql: &'static str) -> String {
        sqlx::query_scalar(sql)
            .bind(self.contoso)
            .fetch_one(self.app.db())
            .await
            .unwrap()
    }

    async fn deals(&mut self) {
        for (name, sql) in [
            (
                "asked",
                "select referral_id::text from referrals where organisation_id = $1 and name = 'Hangar parts forecast'",
            ),
            (
                "shown",
                "select referral_id::text from referrals where organisation_id = $1 and name = 'Menu planning for schools'",
            ),
            (
                "inbound",
                "select referral_id::text from referrals where organisation_id = $1 and name = 'Roastery stock control'",
            ),
            (
                "lead",
                "select referral_id::text from referrals where organisation_id = $1 and name = 'Supply planning for 40 stores'",
            ),
            ("migrated", "select referral_id::text from referrals where organisation_id = $1 and deal_id = 'C-1'"),
            ("private", "select referral_id::text from referrals where organisation_id = $1 and deal_id = 'C-3'"),
            ("gaps", "select referral_id::text from referrals where organisation_id = $1 and deal_id = 'C-4'"),
            ("user", "select user_id::text from users where organisation_id = $1 and mail like 'nora@%'"),
            (
                "shown-engagement",
                "select engagement_id::text from referrals where organisation_id = $1 and name = 'Menu planning for schools'",
            ),
            ("organisation", "select $1::uuid::text"),
            (
                "notification",
                "select max(outbox_id)::text from notifications join users using (user_id)
                 where organisation_id = $1 and mail like 'everything@%'",
            ),
        ] {
            let is = self.one(sql).await;
            self.thing(name, is);
        }
        self.app
            .sql("update engagements set deal_type = 'private' where engagement_id = (select engagement_id from referrals where deal_id = 'C-3')")
            .await;
        let mut client = self.app.sign_in(PARTNER).await;
        let draft = send(&mut client, "/deals/new", "/deals/new", &[]).await;
        let id = draft.split('/').nth(3).unwrap_or_default().to_owned();
        self.thing("draft", id);
        let view = [("name", "다음 분기에 마감되는 서울 거래"), ("query", "tab=outbound&q=plan"), ("default", "")];
        client.post("/deals/views", &view).await;
        let view = self
            .one("select view_id::text from saved_views join users using (user_id) where organisation_id = $1")
            .await;
        self.thing("view", view);
        self.thing("stale", "0.0".into());
        self.thing("much", "x".repeat(3_000_000));
        let migrated = self.things["migrated"].clone();
        let bulk = [("id", migrated.as_str()), ("which", "picked"), ("change", "stage"), ("stage", "60")];
        let run = client.post("/deals/bulk", &bulk).await;
        assert_eq!(run.status, StatusCode::SEE_OTHER, "{}", run.text());
        self.app.run_jobs().await;
        self.thing("bulk", last(&run.location()));
    }

    /// The seller has one request to answer, and one that was accepted.
    async fn requests(&mut self) {
        self.app
            .sql(
                "update referrals set seller_id = (select user_id from users where mail = 'seller@microsoft.example')
                  where status = 'pending' and organisation_id = (select organisation_id from organisations where kind = 'vendor')",
            )
            .await;
        let of = "select v.referral_id::text from referrals v join referrals o using (engagement_id)
                  where o.organisation_id = $1 and v.organisation_id <> $1 and v.kind = 'deal' and v.status = 'pending'
                  order by o.name collate \"C\" desc";
        let waiting: Vec<String> = sqlx::query_scalar(of)
            .bind(self.contoso)
            .fetch_all(self.app.db())
            .await
            .unwrap();
        // The first is of Korea, which has a second seller to hand it to.
        let [second, first, ..] = waiting.as_slice() else { panic!("{waiting:?}") };
        let mut client = self.app.sign_in(SELLER).await;
        let path = format!("/requests/{first}/acceptance");
        let details = [("name", "Microsoft's own name"), ("value", "99000"), ("currency", "USD"), ("close_date", "2027-04-30")];
        send(&mut client, &path, &path, &details).await;
        self.thing("accepted-request", first.clone());
        self.thing("request", second.clone());
        // A lead that is accepted, beside the demo's that waits.
        let contoso = self.contoso.to_string();
        let sent = [
            ("step", "send"),
            ("partner", contoso.as_str()),
            ("kind", "marketing"),
            ("name", "문의: 창고 자동화"),
            ("customer-name", "한빛물류 주식회사"),
            ("customer-line1", "세종대로 110"),
            ("customer-city", "서울"),
            ("customer-country", "KR"),
            ("contact-first_name", "민준"),
            ("contact-last_name", "김"),
            ("contact-phone", "+82 2 1234 5678"),
            ("contact-mail", "kim@customer.example"),
        ];
        client.get("/requests/new").await;
        let answer = client.post("/requests/new", &sent).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let lead = self
            .one("select referral_id::text from referrals where organisation_id = $1 and name like '문의%'")
            .await;
        let path = format!("/leads/{lead}/acceptance");
        send(&mut self.app.sign_in(PARTNER).await, &path, &path, &details).await;
        self.thing("accepted-lead", lead);
    }

    async fn rest(&mut self) {
        let mut client = self.app.sign_in(PARTNER).await;
        client.get("/psc/clean-up").await;
        let file = "Opportunity ID,Customer Name\r\nC-5,한빛물류\r\nC-99,Nobody\r\n";
        let upload = client
            .upload("/psc/clean-up/uploads", &[("details", "details.csv", file.as_bytes())])
            .await;
        assert_eq!(upload.status, StatusCode::SEE_OTHER, "{}", upload.text());
        self.thing("upload", last(&upload.location()));
        let insert = "insert into psc_mpn_corrections (correction_id, organisation_id, psc_account_id, account_name, wrong_mpn_id, mpn_id,
                          requested_by, requested_at, note)
                      select gen_random_uuid(), $1, 'FA-9', 'Fabrikam Osaka', '9999999', '4512346', user_id, now(), '오사카는 서울에서 운영합니다.'
                      from users where mail = $2 returning correction_id::text";
        let correction: String = sqlx::query_scalar(insert)
            .bind(self.fabrikam)
            .bind(NEWCOMER)
            .fetch_one(self.app.db())
            .await
            .unwrap();
        self.thing("correction", correction);
    }
}
