//! An organisation with PSC deals to migrate.

use std::net::{IpAddr, Ipv4Addr};

use partner_portal::{
    auth::{Origin, Role},
    ids::{ImportId, LocationId, OrganisationId, RunId, UserId},
    migration::{
        deals::service::{self, Progress, StartError},
        run::Run,
    },
};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

use crate::support::TestApp;

/// Fabrikam (4512345, Seoul 4512346), Microsoft, and an export that has been taken in.
pub struct Fabrikam {
    pub app: TestApp,
    pub id: OrganisationId,
    pub vendor: OrganisationId,
    pub seoul: LocationId,
    /// Seoul's.
    pub mpn_id: &'static str,
    pub admin: UserId,
    import: ImportId,
}

/// Where migrations are started from.
pub const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7));
pub const ADMIN: &str = "referrals-admin@fabrikam.example";

impl Fabrikam {
    pub async fn new(pool: PgPool) -> Self {
        let app = TestApp::new(pool).await;
        let vendor = app.seed().vendor().await;
        Self::partner(app, vendor, "Fabrikam", ["4512345", "4512346"], ADMIN).await
    }

    /// Another partner in the same world, Northwind (4700001, Seoul 4700002), with an export of its own.
    pub async fn beside(&self) -> Self {
        Self::partner(
            self.app.clone(),
            self.vendor,
            "Northwind",
            ["4700001", "4700002"],
            "referrals-admin@northwind.example",
        )
        .await
    }

    async fn partner(app: TestApp, vendor: OrganisationId, name: &str, [whole, mpn_id]: [&'static str; 2], admin: &str) -> Self {
        let seed = app.seed();
        let id = seed.partner(name, whole).await;
        let seoul = seed.location(id, mpn_id, "Seoul").await;
        let admin = seed.user(id, admin).role(Role::ReferralsAdmin).create().await;
        let import = ImportId::new();
        sqlx::query("insert into psc_imports (import_id, organisation_id, state, started_at) values ($1, $2, 'done', now())")
            .bind(import)
            .bind(id)
            .execute(app.db())
            .await
            .unwrap();
        sqlx::query(
            "insert into psc_settings (organisation_id, eligible_from, read_only_from, closed_from, current_import_id)
             values ($1, '2025-01-01', '2026-11-12', '2026-12-12', $2)",
        )
        .bind(id)
        .bind(import)
        .execute(app.db())
        .await
        .unwrap();
        Self { app, id, vendor, seoul, mpn_id, admin, import }
    }

    /// The referrals admin, at their desk.
    pub fn origin(&self) -> Origin {
        Origin { user: Some(self.admin), address: Some(ADDRESS) }
    }

    /// A complete, eligible co-sell deal, but for these columns of `psc_deals`.
    pub async fn deal(&self, psc_deal_id: &str, but: Value) {
        let mut row = json!({
            "psc_deal_id": psc_deal_id, "import_id": self.import, "name": format!("Deal {psc_deal_id}"),
            "status": "open", "business": "co-sell", "co_sell": true, "inbound": false, "psc_account_id": "PA-1",
            "psc_account_name": "Fabrikam Seoul", "own_mpn_id": "4512346", "customer_name": "한빛물류 주식회사",
            "customer_line1": "세종대로 110", "customer_line2": "", "customer_city": "서울", "customer_state": "",
            "customer_postal_code": "04524", "customer_country": "KR", "customer_match_key": "kr|한빛물류주식회사|세종대로110|04524",
            "contact_first_name": "민준", "contact_last_name": "김", "contact_phone": "+82 2 1234 5678",
            "contact_mail": "contact@customer.example", "value": 1000, "currency": "KRW", "close_date": "2027-03-01", "stage": 20,
            "deal_role": "", "license_program": "", "customer_outcome": "", "solution_ids": ["SOL-1"], "solution_quantities": [null],
            "solution_prices": [null], "team_first_names": ["서연"], "team_last_names": ["이"], "team_phones": ["+82 10 0000 0000"],
            "team_mails": ["seoyeon@fabrikam.example"], "assigned_seller": "", "microsoft_name": "", "microsoft_mail": "",
            "microsoft_phone": "", "campaign_id": "", "crm_id": "", "notes": "", "created_at": "2026-05-01T09:00:00Z",
            "modified_at": "2026-06-01T09:00:00Z", "missing": 0
        });
        row.as_object_mut().unwrap().extend(but.as_object().unwrap().clone());
        sqlx::query("insert into psc_deals select * from jsonb_populate_record(null::psc_deals, $1)")
            .bind(row)
            .execute(self.app.db())
            .await
            .unwrap();
        // Rows of an export that counts never change but in tests; what was counted does not hold any more.
        self.app.sql("delete from migration_readiness").await;
    }

    pub async fn deals(&self, number: u32) {
        for n in 0..number {
            self.deal(&format!("D-{n:03}"), json!({})).await;
        }
    }

    pub async fn start(&self, rehearsal: bool) -> Result<RunId, StartError> {
        service::start(self.app.db(), &self.app.app.queue, &self.app.app.clock, self.id, self.origin(), rehearsal).await
    }

    /// One slice of so many deals.
    pub async fn slice(&self, run: RunId, size: i64) -> Progress {
        service::work_slice(self.app.db(), &self.app.app.clock, run, size)
            .await
            .unwrap()
    }

    /// Starts a run, or a rehearsal, and works it to its end in slices of `size`.
    pub async fn run(&self, rehearsal: bool, size: i64) -> Run {
        let id = self.start(rehearsal).await.unwrap();
        self.finish(id, size).await
    }

    pub async fn finish(&self, id: RunId, size: i64) -> Run {
        while self.slice(id, size).await == Progress::More {}
        self.find(id).await
    }

    pub async fn find(&self, id: RunId) -> Run {
        service::find(self.app.db(), self.id, id).await.unwrap()
    }

    /// One value of one query, as JSON.
    pub async fn value(&self, sql: &'static str) -> Value {
        sqlx::query_scalar::<_, Option<Value>>(sql)
            .fetch_one(self.app.db())
            .await
            .unwrap()
            .unwrap_or(Value::Null)
    }

    /// What must hold after any run, however it went: each side once, each mark with its referral, the report to the last deal.
    pub async fn assert_whole(&self, migrated: i64) {
        for (what, sql) in [
            ("marked", "select count(*) from psc_migrated_deals"),
            ("partner referrals", "select count(*) from referrals where deal_id is not null"),
            ("engagements", "select count(*) from engagements"),
            // A test may have people at work beside it: they write notes.
            ("histories", "select count(*) from referral_history where event <> 'note'"),
            (
                "report rows",
                "select count(*) from migration_outcomes o join migration_runs r using (run_id) where outcome = 'migrated' and not r.rehearsal",
            ),
            (
                "deals that match their referral",
                "select count(*) from psc_deals join psc_migrated_deals m using (import_id, psc_deal_id)
                join referrals r using (referral_id, engagement_id)
                where r.deal_id = m.psc_deal_id and r.organisation_id = m.organisation_id",
            ),
            ("counted", "select coalesce(sum(migrated), 0)::bigint from migration_runs where not rehearsal"),
            (
                "summed",
                "select coalesce(sum(deals), 0)::bigint from migration_sums s join migration_runs using (run_id) where side = 'target'",
            ),
        ] {
            assert_eq!(self.app.count(sql).await, migrated, "{what}");
        }
        let vendor = self.app.count("select count(*) from referrals where deal_id is null").await;
        let co_sell = self
            .app
            .count("select count(*) from engagements where deal_type = 'co-sell'")
            .await;
        assert_eq!(vendor, co_sell, "one vendor referral for each co-sell deal");
    }
}

pub fn new_id() -> Uuid {
    Uuid::now_v7()
}
