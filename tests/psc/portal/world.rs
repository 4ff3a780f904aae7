//! Fabrikam with a small export, PSC people of each role, and PSC open until 1 December.

use partner_portal::{
    auth::Role,
    ids::OrganisationId,
    psc::import::{DealColumn as C, Export, Import, service},
};
use sqlx::PgPool;
use tempfile::TempDir;

use super::super::support::{deal, deals};
use crate::support::{Client, TestApp};

pub const ADMIN: &str = "ada@fabrikam.example";
/// Deal manager of the account PA-1001.
pub const MANAGER: &str = "mina@fabrikam.example";
/// Seller: has D-2.
pub const SELLER: &str = "sori@fabrikam.example";
/// Nobody of PSC, and referrals admin for the whole organisation.
pub const REFERRALS: &str = "rina@fabrikam.example";
/// Nobody at all.
pub const NOBODY: &str = "nora@fabrikam.example";

const ACCOUNTS: &str = "PSC Account ID,Account Name,MPN ID,Country\r\nPA-1000,Fabrikam,4512345,KR\r\nPA-1001,Seoul,4512346,KR\r\n\
    PA-1900,Osaka,9999999,JP\r\n";
const USERS: &str = "PSC User ID,First Name,Last Name,Email,PSC Account ID,PSC Account Name,PSC Role\r\n\
    PU-1,Ada,Kim,Ada@fabrikam.example,PA-1000,Fabrikam,Admin\r\n\
    PU-2,Mina,Lee,mina@fabrikam.example,PA-1001,Seoul,Deal manager\r\n\
    PU-3,Sori,Park,sori@fabrikam.example,PA-1000,Fabrikam,Seller\r\n";

pub struct World {
    pub app: TestApp,
    pub id: OrganisationId,
    folder: TempDir,
}

/// D-1 at Seoul and whole; D-2 of the whole organisation, assigned to Sori, without customer, team and close date; D-3 won.
pub fn three() -> Vec<Vec<String>> {
    vec![
        deal("D-1", &[]),
        deal(
            "D-2",
            &[
                (C::AccountId, "PA-1000"),
                (C::AccountName, "Fabrikam"),
                (C::MpnId, "4512345"),
                (C::AssignedSeller, "Sori@Fabrikam.example"),
                (C::CustomerName, ""),
                (C::Team, ""),
                (C::CloseDate, "soon"),
                (C::Name, "=1+1"),
            ],
        ),
        deal(
            "D-3",
            &[(C::Status, "Won"), (C::AccountId, "PA-1000"), (C::AccountName, "Fabrikam"), (C::MpnId, "4512345")],
        ),
    ]
}

impl World {
    pub async fn new(pool: PgPool) -> Self {
        let app = TestApp::new(pool).await;
        app.seed().vendor().await;
        let id = app.seed().partner("Fabrikam", "4512345").await;
        app.seed().location(id, "4512346", "Seoul").await;
        sqlx::query(
            "insert into psc_settings (organisation_id, eligible_from, read_only_from, closed_from)
             values ($1, '2020-01-01Z', '2026-12-01T00:00:00Z', '2026-12-31T00:00:00Z')
             on conflict (organisation_id) do update
                 set eligible_from = excluded.eligible_from, read_only_from = excluded.read_only_from,
                     closed_from = excluded.closed_from, own_dates = true",
        )
        .bind(id)
        .execute(app.db())
        .await
        .unwrap();
        for mail in [ADMIN, MANAGER, SELLER, NOBODY] {
            app.seed().user(id, mail).create().await;
        }
        app.seed().user(id, REFERRALS).role(Role::ReferralsAdmin).create().await;
        let world = Self { app, id, folder: TempDir::new().unwrap() };
        world.import(three()).await;
        world
    }

    /// Another organisation of the same application.
    pub fn beside(other: &Self, id: OrganisationId) -> Self {
        Self { app: other.app.clone(), id, folder: TempDir::new().unwrap() }
    }

    /// Takes in an export with these deals.
    pub async fn import(&self, rows: Vec<Vec<String>>) -> Import {
        self.take_in([ACCOUNTS.as_bytes(), USERS.as_bytes(), deals(rows).as_bytes()])
            .await
    }

    pub async fn take_in(&self, files: [&[u8]; 3]) -> Import {
        for (name, bytes) in ["accounts.csv", "users.csv", "deals.csv"].into_iter().zip(files) {
            std::fs::write(self.folder.path().join(name), bytes).unwrap();
        }
        let export = Export::in_folder(self.folder.path());
        let import = service::take_in(self.app.db(), &self.app.app.clock, self.id, None, export)
            .await
            .unwrap();
        service::find(self.app.db(), self.id, import).await.unwrap().unwrap()
    }

    pub async fn sign_in(&self, mail: &str) -> Client {
        self.app.sign_in(mail).await
    }

    /// A column of a deal of the export that counts, as text.
    pub async fn deal(&self, id: &str, column: &str) -> Option<String> {
        let sql = format!(
            "select ({column})::text from psc_export_deals
             where psc_deal_id = $1 and import_id = (select current_import_id from psc_settings where organisation_id = $2)"
        );
        let found: Option<Option<String>> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(id)
            .bind(self.id)
            .fetch_optional(self.app.db())
            .await
            .unwrap();
        found.flatten()
    }
}

/// What a form on a page would send: its fields as they are, but for the token.
pub fn form(page: &crate::support::Answer, action: &str) -> Vec<(String, String)> {
    let html = page.html();
    let selector = |text: &str| scraper::Selector::parse(text).unwrap();
    let form = html
        .select(&selector(&format!("form[action=\"{action}\"]")))
        .next()
        .unwrap_or_else(|| panic!("no form to {action} on {}", page.path));
    let mut fields = Vec::new();
    for field in form.select(&selector("input, select, textarea")) {
        let name = field.value().attr("name").unwrap_or_default().to_owned();
        let value = match field.value().name() {
            "select" => field
                .select(&selector("option[selected]"))
                .next()
                .or_else(|| field.select(&selector("option")).next())
                .and_then(|option| option.value().attr("value"))
                .unwrap_or_default()
                .to_owned(),
            "textarea" => field.text().collect::<String>().trim_start_matches('\n').to_owned(),
            _ if field.value().attr("type") == Some("checkbox") && field.value().attr("checked").is_none() => continue,
            _ => field.value().attr("value").unwrap_or_default().to_owned(),
        };
        if !name.is_empty() && name != "csrf" {
            fields.push((name, value));
        }
    }
    fields
}

/// The same with other values.
pub fn with<'a>(fields: &'a [(String, String)], changes: &'a [(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut sent: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    for (name, value) in changes {
        match sent.iter_mut().find(|(other, _)| other == name) {
            Some(field) => field.1 = value,
            None => sent.push((name, value)),
        }
    }
    sent
}
