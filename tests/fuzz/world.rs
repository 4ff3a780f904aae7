//! A partner with one of everything, somebody who may do everything there, and somebody of the vendor's who may.

use std::collections::BTreeMap;

use partner_portal::{
    auth::Role,
    demo,
    ids::{OrganisationId, ReferralId},
    psc::import::{DealColumn as C, Export, service as imports},
};
use sqlx::PgPool;

use crate::{
    psc::support::{deal, deals},
    support::{Client, PASSWORD, TestApp},
};

const PARTNER: &str = "everything@contoso-consulting.example";
const VENDOR: &str = "everything@microsoft.example";

pub struct World {
    pub app: TestApp,
    /// Something that is there, by how the address of its pages begins.
    things: BTreeMap<&'static str, String>,
}

/// The longest beginning counts.
const THINGS: [(&str, &str); 14] = [
    (
        "/account/users/",
        "select user_id::text from users where mail = 'referrals-admin@contoso-consulting.example'",
    ),
    (
        "/deals/",
        "select referral_id::text from referrals r where r.organisation_id = o and kind = 'deal' limit 1",
    ),
    ("/deals/bulk/", "select run_id::text from bulk_runs r where r.organisation_id = o"),
    ("/deals/new/", "select draft_id::text from deal_drafts r where r.organisation_id = o"),
    (
        "/deals/views/",
        "select view_id::text from saved_views join users r using (user_id) where r.organisation_id = o",
    ),
    (
        "/leads/",
        "select referral_id::text from referrals r where r.organisation_id = o and kind <> 'deal' limit 1",
    ),
    (
        "/migration/users/runs/",
        "select run_id::text from user_migration_runs r where r.organisation_id = o",
    ),
    ("/operations/organisations/", "select o::text"),
    ("/operations/switches/", "select o::text"),
    ("/psc/clean-up/uploads/", "select upload_id::text from psc_uploads r where r.organisation_id = o"),
    ("/psc/deals/", "select 'D-1'"),
    ("/psc/imports/", "select import_id::text from psc_imports r where r.organisation_id = o"),
    ("/psc/mpn/", "select correction_id::text from psc_mpn_corrections r where r.organisation_id = o"),
    (
        "/requests/",
        "select referral_id::text from referrals r join organisations v using (organisation_id) where v.kind = 'vendor' limit 1",
    ),
];

const ONE_OF_EACH: [&str; 6] = [
    "insert into saved_views (view_id, user_id, kind, name, query, created_at)
     select gen_random_uuid(), user_id, 'deal', 'Mine', 'q=x', now() from users where mail = $1",
    "insert into bulk_runs (run_id, organisation_id, user_id, kind, change, picked, state, total, more, created_at)
     select gen_random_uuid(), organisation_id, user_id, 'deal', '{\"do\": \"set-stage\", \"stage\": 20}', array[gen_random_uuid()], 'completed', 1, false, now()
     from users where mail = $1",
    "insert into deal_drafts (draft_id, organisation_id, user_id, data, updated_at)
     select gen_random_uuid(), organisation_id, user_id, '{}', now() from users where mail = $1",
    "insert into psc_uploads (upload_id, organisation_id, uploaded_by, uploaded_at, changed, unchanged, refused, problems)
     select gen_random_uuid(), organisation_id, user_id, now(), 1, 0, 0, '[]' from users where mail = $1",
    "insert into psc_mpn_corrections (correction_id, organisation_id, psc_account_id, account_name, wrong_mpn_id, mpn_id, requested_by, requested_at)
     select gen_random_uuid(), organisation_id, 'PA-9', 'x', '1', '4600001', user_id, now() from users where mail = $1",
    "insert into user_migration_runs (run_id, organisation_id, state, started_by, started_at, total)
     select gen_random_uuid(), organisation_id, 'running', user_id, now(), 1 from users where mail = $1",
];

impl World {
    pub async fn new(db: PgPool) -> Self {
        let app = TestApp::new(db).await;
        demo::load(app.db(), &app.app.clock, PASSWORD).await.unwrap();
        app.sql("update psc_settings set read_only_from = '2027-01-01Z', closed_from = '2027-02-01Z', own_dates = true")
            .await;
        let organisation = async |of: &'static str| -> OrganisationId {
            sqlx::query_scalar("select organisation_id from organisations where mpn_id = $1 or kind = $1")
                .bind(of)
                .fetch_one(app.db())
                .await
                .unwrap()
        };
        let (partner, vendor) = (organisation("4600001").await, organisation("vendor").await);
        for (organisation, mail, is_vendor) in [(partner, PARTNER, false), (vendor, VENDOR, true)] {
            let seed = app.seed();
            let mut user = seed.user(organisation, mail);
            for role in Role::ALL.into_iter().filter(|role| role.is_vendor() == is_vendor) {
                user = user.role(role);
            }
            user.create().await;
        }
        let folder = tempfile::tempdir().unwrap();
        let changes = [(C::AccountId, "PA-1"), (C::AccountName, "Contoso"), (C::MpnId, "4600001")];
        let files = [
            (
                "accounts.csv",
                "PSC Account ID,Account Name,MPN ID,Country\r\nPA-1,Contoso,4600001,US\r\nPA-9,x,1,US\r\n".to_owned(),
            ),
            (
                "users.csv",
                format!(
                    "PSC User ID,First Name,Last Name,Email,PSC Account ID,PSC Account Name,PSC Role\r\nPU-1,A,B,{PARTNER},PA-1,Contoso,Admin\r\n"
                ),
            ),
            ("deals.csv", deals([deal("D-1", &changes), deal("D-2", &changes)])),
        ];
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        imports::take_in(app.db(), &app.app.clock, partner, None, Export::in_folder(folder.path()))
            .await
            .unwrap();
        for sql in ONE_OF_EACH {
            sqlx::query(sql).bind(PARTNER).execute(app.db()).await.unwrap();
        }
        let mut things = BTreeMap::new();
        for (path, sql) in THINGS {
            let sql =
                format!("select (select x.* from ({sql}) x limit 1) from (select $1::uuid as o) one").replace(" = o", " = one.o");
            let sql = sql.replace("select o::text", "select one.o::text");
            let found: Option<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
                .bind(partner)
                .fetch_one(app.db())
                .await
                .unwrap();
            things.insert(path, found.unwrap_or_else(|| ReferralId::new().to_string()));
        }
        Self { app, things }
    }

    /// The path with something that is there in place of its parameters.
    pub fn concrete(&self, path: &str) -> String {
        let nothing = ReferralId::new().to_string();
        let thing = self
            .things
            .iter()
            .filter(|(begin, _)| path.starts_with(*begin))
            .max_by_key(|(begin, _)| begin.len());
        let thing = thing.map_or(&nothing, |(_, thing)| thing);
        let parts = path.split('/').map(|part| match part {
            "{step}" => "details",
            part if part.starts_with('{') => thing,
            part => part,
        });
        parts.collect::<Vec<_>>().join("/")
    }

    /// Whoever may use the route, newly signed in: a route may sign out.
    pub async fn people(&self, anyone: bool) -> Vec<Client> {
        let mut people = vec![self.app.sign_in(PARTNER).await, self.app.sign_in(VENDOR).await];
        if anyone {
            let mut visitor = self.app.client();
            visitor.get("/sign-in").await;
            people.push(visitor);
        }
        people
    }
}
