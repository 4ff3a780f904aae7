//! An organisation whose people were in PSC.

use partner_portal::{
    app::App,
    auth::{Actor, Assignment, Origin, Role},
    ids::{ImportId, LocationId, OrganisationId, RunId, UserId},
    migration::deals::service as deals,
    migration::users::{
        run::UserRun,
        service::{self, Choice, Progress, StartError},
    },
};
use serde_json::{Value, json};
use sqlx::PgPool;

use crate::{migration::seed::ADDRESS, support::TestApp};

/// Fabrikam (4512345; Seoul 4512346, Busan 4512347) with its tenant fabrikam.example, an account admin, and an export that counts:
/// accounts PA-0 (whole organisation), PA-1 (Seoul), PA-2 (Busan), PA-9 (an MPN ID of nobody's).
pub struct Fabrikam {
    pub app: TestApp,
    pub id: OrganisationId,
    pub seoul: LocationId,
    pub busan: LocationId,
    pub admin: UserId,
    import: ImportId,
}

pub const ADMIN: &str = "admin@fabrikam.example";

/// How many of the roles that were given were not said once, or were said and not given.
macro_rules! differ {
    ($said:literal) => {
        concat!(
            "with given as (select distinct user_id, role from psc_migrated_users), said (user_id, role) as (",
            $said,
            ") select (select count(*) from (select * from given except all select * from said) d)
                    + (select count(*) from (select * from said except all select * from given) d)"
        )
    };
}

impl Fabrikam {
    pub async fn new(pool: PgPool) -> Self {
        let app = TestApp::new(pool).await;
        let seed = app.seed();
        let id = seed.partner("Fabrikam", "4512345").await;
        let seoul = seed.location(id, "4512346", "Seoul").await;
        let busan = seed.location(id, "4512347", "Busan").await;
        let admin = seed.user(id, ADMIN).role(Role::AccountAdmin).create().await;
        sqlx::query("insert into tenant_domains (domain, organisation_id) values ('fabrikam.example', $1)")
            .bind(id)
            .execute(app.db())
            .await
            .unwrap();
        sqlx::query("insert into psc_settings (organisation_id, eligible_from, read_only_from, closed_from) values ($1, '2025-01-01', '2026-11-12', '2026-12-12')")
            .bind(id)
            .execute(app.db())
            .await
            .unwrap();
        let mut it = Self { app, id, seoul, busan, admin, import: ImportId::new() };
        it.export().await;
        it
    }

    /// Another export that counts from now on, with the same accounts and no users yet.
    pub async fn export(&mut self) {
        self.import = ImportId::new();
        sqlx::query("insert into psc_imports (import_id, organisation_id, state, started_at) values ($1, $2, 'done', now())")
            .bind(self.import)
            .bind(self.id)
            .execute(self.app.db())
            .await
            .unwrap();
        sqlx::query("update psc_settings set current_import_id = $1 where organisation_id = $2")
            .bind(self.import)
            .bind(self.id)
            .execute(self.app.db())
            .await
            .unwrap();
        for (account, mpn) in [("PA-0", "4512345"), ("PA-1", "4512346"), ("PA-2", "4512347"), ("PA-9", "9999999")] {
            sqlx::query(
                "insert into psc_accounts (import_id, psc_account_id, name, mpn_id, country) values ($1, $2, $2, $3, 'KR')",
            )
            .bind(self.import)
            .bind(account)
            .bind(mpn)
            .execute(self.app.db())
            .await
            .unwrap();
        }
    }

    /// A PSC user; `role` as in the database.
    pub async fn psc_user(&self, psc_user_id: &str, mail: &str, account: &str, role: &str) {
        sqlx::query(
            "insert into psc_users (import_id, psc_user_id, first_name, last_name, mail, psc_account_id, psc_account_name, role)
             values ($1, $2, 'Jane', 'Doe', $3, $4, $4, $5)",
        )
        .bind(self.import)
        .bind(psc_user_id)
        .bind(mail)
        .bind(account)
        .bind(role)
        .execute(self.app.db())
        .await
        .unwrap();
    }

    /// An account without a role.
    pub async fn account(&self, mail: &str) -> UserId {
        self.app.seed().user(self.id, mail).create().await
    }

    /// So many sellers of Seoul, each with an account.
    pub async fn sellers(&self, number: u32) {
        for n in 0..number {
            let mail = format!("seller{n:03}@fabrikam.example");
            self.account(&mail).await;
            self.psc_user(&format!("U-{n:03}"), &mail, "PA-1", "seller").await;
        }
    }

    /// The account admin, as the session would know them.
    pub fn actor(&self) -> Actor {
        Actor {
            user: self.admin,
            organisation: self.id,
            organisation_name: "Fabrikam".into(),
            mpn_id: Some("4512345".into()),
            display_name: "admin".into(),
            mail: ADMIN.into(),
            locale: None,
            theme: None,
            time_zone: "UTC".into(),
            pdm: false,
            psc_user: false,
            roles: vec![Assignment { role: Role::AccountAdmin, location: None }],
        }
    }

    /// The account admin, at their desk.
    pub fn origin(&self) -> Origin {
        Origin { user: Some(self.admin), address: Some(ADDRESS) }
    }

    pub async fn seen(&self, choice: &Choice) -> String {
        let preview = service::preview(self.app.db(), self.id, choice, "", 50).await.unwrap();
        preview.digest.digest
    }

    pub async fn confirm(&self, choice: &Choice, seen: &str) -> Result<RunId, StartError> {
        service::start(self.app.db(), &self.app.app.queue, &self.app.app.clock, &self.actor(), Some(ADDRESS), choice, seen).await
    }

    /// Previews and confirms.
    pub async fn start(&self, choice: &Choice) -> Result<RunId, StartError> {
        self.confirm(choice, &self.seen(choice).await).await
    }

    pub async fn start_all(&self) -> RunId {
        self.start(&Choice::Ready(String::new())).await.unwrap()
    }

    /// One slice of about so many PSC users.
    pub async fn slice(&self, run: RunId, size: i64) -> Progress {
        service::work_slice(self.app.db(), &self.app.app.clock, run, size)
            .await
            .unwrap()
    }

    pub async fn finish(&self, run: RunId, size: i64) -> UserRun {
        while self.slice(run, size).await == Progress::More {}
        self.find(run).await
    }

    /// Starts a run of everybody who is ready, and works it to its end.
    pub async fn run(&self, size: i64) -> UserRun {
        let run = self.start_all().await;
        self.finish(run, size).await
    }

    pub async fn find(&self, run: RunId) -> UserRun {
        service::find(self.app.db(), self.id, run).await.unwrap()
    }

    /// Where each PSC user stands, by ID.
    pub async fn standings(&self) -> Value {
        self.value("select jsonb_object_agg(psc_user_id, standing) from psc_user_standings")
            .await
    }

    /// The referrals roles of somebody: `role` or `role @ city`, sorted.
    pub async fn roles(&self, mail: &str) -> Vec<String> {
        sqlx::query_scalar(
            "select r.role || coalesce(' @ ' || l.city, '') from role_assignments r
             join users u using (user_id) left join locations l using (location_id)
             where lower(u.mail) = lower($1) and r.role like 'referrals-%' order by 1",
        )
        .bind(mail)
        .fetch_all(self.app.db())
        .await
        .unwrap()
    }

    /// What became of each row of all runs, by ID: the outcome, and why.
    pub async fn outcomes(&self, run: RunId) -> Value {
        sqlx::query_scalar::<_, Option<Value>>(
            "select jsonb_object_agg(psc_user_id, outcome || coalesce(':' || reason, '')) from user_migration_outcomes where run_id = $1",
        )
        .bind(run)
        .fetch_one(self.app.db())
        .await
        .unwrap()
        .unwrap_or(Value::Null)
    }

    pub async fn value(&self, sql: &'static str) -> Value {
        sqlx::query_scalar::<_, Option<Value>>(sql)
            .fetch_one(self.app.db())
            .await
            .unwrap()
            .unwrap_or(Value::Null)
    }

    /// What must hold at any moment: as many marks, outcomes and counted as were migrated; every mark's role stands, and none else; each
    /// role is in the audit log once, and its person told of it once.
    pub async fn assert_whole(&self, migrated: i64) {
        for (what, sql) in [
            ("marked", "select count(*) from psc_migrated_users"),
            ("result rows", "select count(*) from user_migration_outcomes where outcome = 'migrated'"),
            ("counted", "select coalesce(sum(migrated), 0)::bigint from user_migration_runs"),
            (
                "marks whose role stands",
                "select count(*) from psc_migrated_users m where exists (select from role_assignments r
                 where r.user_id = m.user_id and r.role = m.role and r.location_id is not distinct from m.location_id)",
            ),
        ] {
            assert_eq!(self.app.count(sql).await, migrated, "{what}");
        }
        let given = "select count(*) from role_assignments r where r.role like 'referrals-%' and r.granted_by is not null
            and not exists (select from psc_migrated_users m
                where m.user_id = r.user_id and m.role = r.role and m.location_id is not distinct from r.location_id)";
        assert_eq!(self.app.count(given).await, 0, "roles that no mark explains");
        for (what, sql) in [
            (
                "logged",
                differ!("select subject_id, after ->> 'role' from audit_log where action = 'role-granted'"),
            ),
            ("told", differ!("select user_id, detail ->> 'role' from notifications where event = 'role-granted'")),
        ] {
            assert_eq!(self.app.count(sql).await, 0, "{what}");
        }
    }

    /// Migrates the deals of PSC to their end.
    pub async fn migrate_deals(&self) {
        let App { db, queue, clock, .. } = &self.app.app;
        deals::start(db, queue, clock, self.id, Origin::default(), false).await.unwrap();
        self.app.run_jobs().await;
    }

    /// An eligible PSC deal, but for these columns of `psc_deals`.
    pub async fn psc_deal(&self, psc_deal_id: &str, account: &str, mpn_id: &str, but: Value) {
        let mut row = json!({
            "psc_deal_id": psc_deal_id, "import_id": self.import, "name": psc_deal_id, "status": "open", "business": "co-sell",
            "co_sell": false, "inbound": false, "psc_account_id": account, "psc_account_name": account, "own_mpn_id": mpn_id,
            "customer_name": "Customer", "customer_line1": "", "customer_line2": "", "customer_city": "", "customer_state": "",
            "customer_postal_code": "", "customer_country": "KR", "customer_match_key": "", "contact_first_name": "",
            "contact_last_name": "", "contact_phone": "", "contact_mail": "", "value": 1000, "currency": "KRW",
            "close_date": "2027-03-01", "stage": 20, "deal_role": "", "license_program": "", "customer_outcome": "",
            "solution_ids": [], "solution_quantities": [], "solution_prices": [], "team_first_names": [], "team_last_names": [],
            "team_phones": [], "team_mails": [], "assigned_seller": "", "microsoft_name": "", "microsoft_mail": "",
            "microsoft_phone": "", "campaign_id": "", "crm_id": "", "notes": "", "created_at": "2026-05-01T09:00:00Z",
            "modified_at": "2026-06-01T09:00:00Z", "missing": 0
        });
        row.as_object_mut().unwrap().extend(but.as_object().unwrap().clone());
        sqlx::query("insert into psc_deals select * from jsonb_populate_record(null::psc_deals, $1)")
            .bind(row)
            .execute(self.app.db())
            .await
            .unwrap();
    }
}
