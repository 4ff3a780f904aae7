//! An organisation, an export made of text, and what became of it.

use std::{path::Path, time::Duration};

use chrono::{DateTime, Utc};
use partner_portal::{
    clock::Clock,
    ids::{ImportId, OrganisationId},
    psc::import::{
        Column, DealColumn, Export, Import, ImportError, Problem,
        service::{self, problems},
    },
};
use sqlx::PgPool;
use tempfile::TempDir;
use uuid::Uuid;

pub const ACCOUNTS: &str =
    "PSC Account ID,Account Name,MPN ID,Country\r\nPA-1000,Fabrikam,4512345,KR\r\nPA-1001,Seoul,4512346,KR\r\n";
pub const USERS: &str = "PSC User ID,First Name,Last Name,Email,PSC Account ID,PSC Account Name,PSC Role\r\n\
    PU-1,민준,김,person1@fabrikam.example,PA-1001,Seoul,Deal manager\r\n";

pub fn now() -> DateTime<Utc> {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

pub struct Portal {
    pub db: PgPool,
    pub clock: Clock,
    pub organisation: OrganisationId,
    folder: TempDir,
}

impl Portal {
    /// Fabrikam with its four locations; deals from 2020 on are eligible.
    pub async fn new(db: PgPool) -> Self {
        let organisation = OrganisationId::new();
        sqlx::query(
            "insert into organisations (organisation_id, kind, legal_name, country, tenant_id, mpn_id, created_at)
            values ($1, 'partner', 'Fabrikam', 'KR', $2, '4512345', now())",
        )
        .bind(organisation.0)
        .bind(Uuid::now_v7())
        .execute(&db)
        .await
        .unwrap();
        sqlx::query(
            "insert into locations (location_id, organisation_id, mpn_id, name, legal_entity, address_line, city, country, contact_mail,
                created_at)
            select gen_random_uuid(), $1, mpn::text, 'L', 'L', 'A', 'C', 'KR', 'l@fabrikam.example', now()
            from generate_series(4512346, 4512349) mpn",
        )
        .bind(organisation.0)
        .execute(&db)
        .await
        .unwrap();
        sqlx::query(
            "insert into psc_settings (organisation_id, eligible_from, read_only_from, closed_from)
            values ($1, '2020-01-01Z', '2021-04-01Z', '2021-05-01Z')",
        )
        .bind(organisation.0)
        .execute(&db)
        .await
        .unwrap();
        Self { db, clock: Clock::fixed(now()), organisation, folder: TempDir::new().unwrap() }
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes the three files.
    pub fn export(&self, accounts: &[u8], users: &[u8], deals: &[u8]) -> Export {
        for (name, bytes) in [("accounts.csv", accounts), ("users.csv", users), ("deals.csv", deals)] {
            std::fs::write(self.folder().join(name), bytes).unwrap();
        }
        Export::in_folder(self.folder())
    }

    pub async fn take_in(&self, export: Export) -> Result<ImportId, ImportError> {
        service::take_in(&self.db, &self.clock, self.organisation, None, export).await
    }

    /// Takes an export with these deals in.
    pub async fn import(&self, deals: impl AsRef<[u8]>) -> Import {
        let export = self.export(ACCOUNTS.as_bytes(), USERS.as_bytes(), deals.as_ref());
        let import = self.take_in(export).await.unwrap();
        self.find(import).await
    }

    /// What the job that tends long work does.
    pub async fn tend(&self) {
        service::tend(&self.db, &self.clock, Duration::from_mins(1)).await.unwrap();
    }

    pub async fn find(&self, import: ImportId) -> Import {
        service::find(&self.db, self.organisation, import).await.unwrap().unwrap()
    }

    /// Line, column, code, value, ID of each rejected row.
    pub async fn rejected(&self, import: ImportId) -> Vec<(i32, String, String, String, String)> {
        brief(problems(&self.db, self.organisation, import, true, 0, 1000).await.unwrap())
    }

    pub async fn warnings(&self, import: ImportId) -> Vec<(i32, String, String, String, String)> {
        brief(problems(&self.db, self.organisation, import, false, 0, 1000).await.unwrap())
    }

    /// A column of a deal as it counts, as text: of the newest export, or of the one it was migrated from.
    pub async fn deal(&self, id: &str, column: &str) -> Option<String> {
        let sql = format!(
            "select ({column})::text from psc_export_deals where (import_id, psc_deal_id) in (
                select import_id, psc_deal_id from psc_deal_standings where psc_deal_id = $1 and organisation_id = $2)"
        );
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .bind(id)
            .bind(self.organisation.0)
            .fetch_one(&self.db)
            .await
            .unwrap()
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.db).await.unwrap()
    }

    /// Rows of imports that do not count, but for those of migrated deals.
    pub async fn stray(&self) -> i64 {
        self.count(
            "with counting as (select current_import_id as import_id from psc_settings)
            select (select count(*) from psc_deals d where import_id not in (select import_id from counting where import_id is not null)
                    and not exists (select from psc_migrated_deals m where m.import_id = d.import_id and m.psc_deal_id = d.psc_deal_id))
                + (select count(*) from psc_users where import_id not in (select import_id from counting where import_id is not null))",
        )
        .await
    }

    /// As the migration marks it.
    pub async fn migrate(&self, id: &str) {
        sqlx::query(
            "insert into psc_migrated_deals (organisation_id, psc_deal_id, import_id, engagement_id, referral_id, migrated_at)
            select organisation_id, psc_deal_id, import_id, gen_random_uuid(), gen_random_uuid(), now()
            from psc_remaining_deals where organisation_id = $2 and psc_deal_id = $1",
        )
        .bind(id)
        .bind(self.organisation.0)
        .execute(&self.db)
        .await
        .unwrap();
    }
}

fn brief(problems: Vec<Problem>) -> Vec<(i32, String, String, String, String)> {
    problems
        .into_iter()
        .map(|p| (p.line, p.column, p.code, p.value, p.row_id))
        .collect()
}

/// A deal with nothing missing, and with these columns changed.
pub fn deal(id: &str, changes: &[(DealColumn, &str)]) -> Vec<String> {
    use DealColumn as C;
    let mut row = vec![String::new(); C::NAMES.len()];
    let whole = [
        (C::Id, id),
        (C::Name, "Data platform renewal"),
        (C::Status, "Open"),
        (C::Business, "Co-sell"),
        (C::CoSell, "Yes"),
        (C::Source, "Partner"),
        (C::AccountId, "PA-1001"),
        (C::AccountName, "Seoul"),
        (C::MpnId, "4512346"),
        (C::CustomerName, "한빛물류 주식회사"),
        (C::CustomerLine1, "서울특별시 중구 세종대로 110"),
        (C::CustomerCity, "서울"),
        (C::CustomerPostalCode, "04524"),
        (C::CustomerCountry, "KR"),
        (C::ContactFirstName, "민준"),
        (C::ContactLastName, "김"),
        (C::ContactPhone, "+82 2 1234 5678"),
        (C::ContactMail, "contact@customer.example"),
        (C::Value, "1250.50"),
        (C::Currency, "KRW"),
        (C::CloseDate, "07/31/2021"),
        (C::Stage, "40"),
        (C::Products, "SOL-34104-EBB;MS-AZURE|12|90.5"),
        (C::Team, "Jane,Doe,+82 10 0000 0002,jane@fabrikam.example"),
        (C::AssignedSeller, "jane@fabrikam.example"),
        (C::Created, "2021-01-02T09:00:00Z"),
        (C::Modified, "2021-04-10T00:00:00Z"),
    ];
    for (column, text) in whole.iter().chain(changes) {
        (*text).clone_into(&mut row[column.index()]);
    }
    row
}

/// deals.csv with these rows, quoted where needed.
pub fn deals(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    table(DealColumn::NAMES, rows, b',')
}

pub fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>, delimiter: u8) -> String {
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    writer.write_record(header).unwrap();
    for row in rows {
        writer.write_record(row).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}
