//! What is not theirs: every route that takes an identifier is asked, by people with every right in their own place, for things of
//! another organisation, of another location, and of teams they are not on. Nothing is shown, nothing is changed, and it is as if it
//! were not there (domain.md section 2: 404, not 403).
//!
//! Seen to fail: without the organisation in `within` (src/referrals/store/scope.rs), with the pages that showed another's.

use std::collections::BTreeMap;

use axum::http::{Method, StatusCode};
use partner_portal::{
    app,
    auth::{Origin, Role},
    demo,
    ids::{OrganisationId, UserId},
    migration::deals::service as migration,
    psc::import::{DealColumn as C, Export, service as imports},
    web::Route,
};
use sqlx::PgPool;

use crate::{
    psc::support::{deal, deals},
    support::{Answer, PASSWORD, TestApp},
};

/// Stands in everything of the other organisation's, and in nothing else.
const MARK: &str = "zqxjkv";

struct World {
    app: TestApp,
    fabrikam: OrganisationId,
    contoso: OrganisationId,
}

/// What is asked for: identifiers by what they are of.
type Things = BTreeMap<String, String>;

impl World {
    /// The demo with both partners' deals migrated, some left in PSC, and one of everything else of the other partner's.
    async fn new(db: PgPool) -> Self {
        let app = TestApp::new(db).await;
        demo::load(app.db(), &app.app.clock, PASSWORD).await.unwrap();
        let of = async |mpn: &'static str| -> OrganisationId {
            sqlx::query_scalar("select organisation_id from organisations where mpn_id = $1")
                .bind(mpn)
                .fetch_one(app.db())
                .await
                .unwrap()
        };
        let world = Self { fabrikam: of("4512345").await, contoso: of("4600001").await, app };
        world.mark().await;
        for (organisation, mpn, mark) in [(world.fabrikam, "4512345", "own"), (world.contoso, "4600001", MARK)] {
            world.export(organisation, mpn, mark).await;
        }
        world.one_of_everything().await;
        world
    }

    /// Two deals migrate, a won one stays.
    async fn export(&self, organisation: OrganisationId, mpn: &str, mark: &str) {
        let folder = tempfile::tempdir().unwrap();
        // Identifiers come back in the addresses of pages; they have no mark.
        let short = if mark == MARK { "theirs" } else { "own" };
        let rows = [("1", "Open", "Yes"), ("2", "Open", "No"), ("3", "Won", "Yes")].map(|(n, status, co_sell)| {
            let (id, name) = (format!("{short}-{n}"), format!("{mark} deal {n}"));
            let changes = [
                (C::Name, name.as_str()),
                (C::Status, status),
                (C::CoSell, co_sell),
                (C::AccountId, short),
                (C::AccountName, mark),
                (C::MpnId, mpn),
                (C::CustomerName, name.as_str()),
                (C::Created, "2026-05-01T09:00:00Z"),
                (C::Team, "A,B,1,nobody@elsewhere.example"),
            ];
            deal(&id, &changes)
        });
        let accounts =
            format!("PSC Account ID,Account Name,MPN ID,Country\r\n{short},{mark},{mpn},KR\r\n{short}2,{mark},1,KR\r\n");
        let users = format!(
            "PSC User ID,First Name,Last Name,Email,PSC Account ID,PSC Account Name,PSC Role\r\n{short}-u,{mark},X,{mark}@gmail.com,{short},{mark},Seller\r\n"
        );
        for (name, text) in [("accounts.csv", accounts), ("users.csv", users), ("deals.csv", deals(rows))] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let clock = &self.app.app.clock;
        imports::take_in(self.app.db(), clock, organisation, None, Export::in_folder(folder.path()))
            .await
            .unwrap();
        migration::start(self.app.db(), &self.app.app.queue, clock, organisation, Origin::default(), false)
            .await
            .unwrap();
        self.app.run_jobs().await;
    }

    /// Names of the other organisation's people, places and deals.
    async fn mark(&self) {
        for sql in [
            "update users set display_name = $2 || ' person' where organisation_id = $1",
            "update locations set name = $2 || ' place', address_line = $2 where organisation_id = $1",
            "update referrals set name = $2 || ' referral', notes = $2 where organisation_id = $1",
            "update engagements e set customer_name = $2 where exists (
                 select from referrals r where r.engagement_id = e.engagement_id and r.organisation_id = $1)",
            "update referrals r set customer_name = $2, name = $2 || ' referral' where exists (
                 select from referrals o where o.engagement_id = r.engagement_id and o.organisation_id = $1)",
        ] {
            sqlx::query(sql)
                .bind(self.contoso)
                .bind(MARK)
                .execute(self.app.db())
                .await
                .unwrap();
        }
    }

    async fn one_of_everything(&self) {
        for sql in [
            "insert into saved_views (view_id, user_id, kind, name, query, created_at)
             select gen_random_uuid(), user_id, 'deal', $2, 'q=' || $2, now() from users where organisation_id = $1 and $2::text is not null limit 1",
            "insert into bulk_runs (run_id, organisation_id, user_id, kind, change, picked, state, total, more, created_at)
             select gen_random_uuid(), $1, user_id, 'deal', '{\"change\": \"set-stage\", \"stage\": 20}', array[gen_random_uuid()], 'completed', 1, false, now()
             from users where organisation_id = $1 and $2::text is not null limit 1",
            "insert into deal_drafts (draft_id, organisation_id, user_id, data, updated_at)
             select gen_random_uuid(), $1, user_id, '{}', now() from users where organisation_id = $1 and $2::text is not null limit 1",
            "insert into psc_uploads (upload_id, organisation_id, uploaded_by, uploaded_at, changed, unchanged, refused, problems)
             select gen_random_uuid(), $1, user_id, now(), 1, 0, 0, '[]' from users where organisation_id = $1 and $2::text is not null limit 1",
            "insert into psc_mpn_corrections (correction_id, organisation_id, psc_account_id, account_name, wrong_mpn_id, mpn_id,
                 requested_by, requested_at)
             select gen_random_uuid(), $1, $2, $2, '1', '4600001', user_id, now() from users where organisation_id = $1 and $2::text is not null limit 1",
            "insert into user_migration_runs (run_id, organisation_id, state, started_by, started_at, total)
             select gen_random_uuid(), $1, 'running', user_id, now(), 1 from users where organisation_id = $1 and $2::text is not null limit 1",
            "insert into notifications (user_id, outbox_id, event, at, detail)
             select user_id, 999999, 'migration-finished', now(), '{\"migrated\": 1, \"errors\": 0}' from users
             where organisation_id = $1 and $2::text is not null limit 1",
        ] {
            sqlx::query(sql).bind(self.contoso).bind(MARK).execute(self.app.db()).await.unwrap();
        }
    }

    /// One identifier of each kind, by a query of kind and identifier.
    async fn things(&self, sql: &'static str) -> Things {
        let found: Vec<(String, String)> = sqlx::query_as(sql)
            .bind(self.fabrikam)
            .bind(self.contoso)
            .fetch_all(self.app.db())
            .await
            .unwrap();
        found.into_iter().collect()
    }

    async fn somebody(&self, organisation: OrganisationId, mail: &str, roles: &[(Role, Option<&str>)]) -> UserId {
        let user = self.app.seed().user(organisation, mail).create().await;
        for (role, location) in roles {
            let location = match location {
                Some(name) => Some(
                    sqlx::query_scalar("select location_id from locations where organisation_id = $1 and name = $2")
                        .bind(organisation)
                        .bind(name)
                        .fetch_one(self.app.db())
                        .await
                        .unwrap(),
                ),
                None => None,
            };
            self.app.seed().grant(user, *role, location).await;
        }
        user
    }
}

/// Every identifier of the other partner's.
const THEIRS: &str = "
    select 'organisation', $2::uuid::text where $1::uuid is not null union all
    (select 'user', user_id::text from users where organisation_id = $2 limit 1) union all
    (select 'location', location_id::text from locations where organisation_id = $2 limit 1) union all
    (select 'deal ' || e.deal_type, r.referral_id::text from referrals r join engagements e using (engagement_id)
     where r.organisation_id = $2 and r.kind = 'deal') union all
    (select 'lead', referral_id::text from referrals where organisation_id = $2 and kind <> 'deal' limit 1) union all
    (select 'engagement', engagement_id::text from referrals where organisation_id = $2 limit 1) union all
    (select 'the vendor''s side of ours', v.referral_id::text from referrals v join referrals o using (engagement_id)
     where o.organisation_id = $1 and v.organisation_id <> $1 limit 1) union all
    (select 'draft', draft_id::text from deal_drafts where organisation_id = $2 limit 1) union all
    (select 'view', view_id::text from saved_views join users using (user_id) where organisation_id = $2 limit 1) union all
    (select 'bulk run', run_id::text from bulk_runs where organisation_id = $2 limit 1) union all
    (select 'import', import_id::text from psc_imports where organisation_id = $2 limit 1) union all
    (select 'run', run_id::text from migration_runs where organisation_id = $2 limit 1) union all
    (select 'user run', run_id::text from user_migration_runs where organisation_id = $2 limit 1) union all
    (select 'upload', upload_id::text from psc_uploads where organisation_id = $2 limit 1) union all
    (select 'correction', correction_id::text from psc_mpn_corrections where organisation_id = $2 limit 1) union all
    (select 'notification', outbox_id::text from notifications join users using (user_id) where organisation_id = $2 limit 1) union all
    (select 'PSC deal', 'theirs-3') union all (select 'migrated PSC deal', 'theirs-1') union all (select 'PSC user', 'theirs-u')";

/// Own deals, but of other places than Seoul.
const ELSEWHERE: &str = "
    select 'elsewhere ' || e.deal_type, r.referral_id::text from referrals r join engagements e using (engagement_id)
    left join locations l using (location_id)
    where r.organisation_id = $1 and r.kind = 'deal' and l.name is distinct from 'Fabrikam Seoul' and $2::uuid is not null";

/// Own deals with somebody else's team.
const TEAMS: &str = "
    select 'team ' || e.deal_type, r.referral_id::text from referrals r join engagements e using (engagement_id)
    where r.organisation_id = $1 and r.kind = 'deal' and $2::uuid is not null";

/// Private deals of partners, which the vendor's people never see.
const PRIVATE: &str = "
    select 'private', r.referral_id::text from referrals r join engagements e using (engagement_id)
    where e.deal_type = 'private' and $1::uuid is not null and $2::uuid is not null";

/// The route's path with this in place of each parameter.
fn concrete(route: &Route, thing: &str) -> String {
    let parts = route.path.split('/').map(|part| match part {
        "{step}" => "details",
        part if part.starts_with('{') => thing,
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Why an answer tells or does too much, if it does.
fn wrong(route: &Route, answer: &Answer) -> Option<String> {
    let status = answer.status;
    let refused = [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN].contains(&status);
    // A form that cannot be read is refused before anybody looks whose it is about; a link of a calendar is for whoever has it.
    let unread = route.method == Method::POST && [StatusCode::BAD_REQUEST, StatusCode::UNPROCESSABLE_ENTITY].contains(&status);
    let told = answer.text().contains(MARK);
    (!(refused || unread) || told).then(|| format!("{status}{}", if told { " and tells of it" } else { "" }))
}

async fn ask(world: &World, mail: &str, things: &Things) -> Vec<String> {
    let mut client = world.app.sign_in(mail).await;
    // A page of anybody's, for the form's token.
    client.get("/preferences").await;
    let token = client.token();
    let mut wrongs = Vec::new();
    assert!(!things.is_empty(), "{mail}");
    for route in app::table().iter().filter(|route| route.path.contains('{')) {
        let before = if route.method.is_safe() { Vec::new() } else { world.app.everything().await };
        for (kind, thing) in things {
            let path = concrete(route, thing);
            let answer = if route.method == Method::GET {
                client.get(&path).await
            } else {
                let form = format!(
                    "csrf={token}&name=x&version=0&seen=0&stage=20&status=won&role=referrals-user&location=whole&reason=1&note=x&favourite=1"
                );
                client.post_raw(&path, "application/x-www-form-urlencoded", form).await
            };
            if let Some(why) = wrong(route, &answer) {
                wrongs.push(format!("{} {} with a {kind} of another's, by {mail}: {why}", route.method, route.path));
            }
        }
        if !route.method.is_safe() && world.app.everything().await != before {
            wrongs.push(format!("{} {} wrote for {mail}", route.method, route.path));
        }
    }
    wrongs
}

#[sqlx::test(migrations = false)]
async fn nothing_of_anothers_is_there_by_any_route(db: PgPool) {
    let world = World::new(db).await;
    let everything = [
        (Role::GlobalAdmin, None),
        (Role::UserManagementAdmin, None),
        (Role::AccountAdmin, None),
        (Role::MpnPartnerAdmin, None),
        (Role::ReferralsAdmin, None),
        (Role::ReferralsUser, None),
        (Role::BusinessProfileAdmin, None),
    ];
    let seoul = [(Role::ReferralsAdmin, Some("Fabrikam Seoul")), (Role::ReferralsUser, Some("Fabrikam Seoul"))];
    let vendor = app_vendor(&world).await;
    world.somebody(world.fabrikam, "everything@fabrikam.example", &everything).await;
    world.somebody(world.fabrikam, "seoul@fabrikam.example", &seoul).await;
    world
        .somebody(world.fabrikam, "user@fabrikam.example", &[(Role::ReferralsUser, None)])
        .await;
    let sells = [(Role::Seller, None), (Role::DealReviewer, None)];
    world.somebody(vendor, "sells@microsoft.example", &sells).await;
    world
        .app
        .sql("update engagements set deal_type = 'private' where engagement_id in (select engagement_id from referrals where deal_id = 'own-2')")
        .await;
    let theirs = world.things(THEIRS).await;
    for kind in [
        "deal co-sell",
        "deal partner-led",
        "draft",
        "view",
        "bulk run",
        "run",
        "user run",
        "upload",
        "correction",
        "notification",
    ] {
        assert!(theirs.contains_key(kind), "{kind}: {:?}", theirs.keys());
    }
    let mut wrongs = Vec::new();
    for (mail, things) in [
        ("everything@fabrikam.example", theirs),
        ("seoul@fabrikam.example", world.things(ELSEWHERE).await),
        ("user@fabrikam.example", world.things(TEAMS).await),
        ("sells@microsoft.example", world.things(PRIVATE).await),
    ] {
        wrongs.extend(ask(&world, mail, &things).await);
    }
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}

async fn app_vendor(world: &World) -> OrganisationId {
    sqlx::query_scalar("select organisation_id from organisations where kind = 'vendor'")
        .fetch_one(world.app.db())
        .await
        .unwrap()
}

/// Lists, counts, suggestions, exports and settings: no page without an identifier tells anything of another organisation's, whatever
/// is searched for.
#[sqlx::test(migrations = false)]
async fn no_list_suggestion_or_file_tells_of_another_organisation(db: PgPool) {
    let world = World::new(db).await;
    let everything = Role::ALL
        .into_iter()
        .filter(|role| !role.is_vendor())
        .map(|role| (role, None))
        .collect::<Vec<_>>();
    world.somebody(world.fabrikam, "everything@fabrikam.example", &everything).await;
    let contoso = world.contoso.to_string();
    let mut client = world.app.sign_in("everything@fabrikam.example").await;
    let mut told = Vec::new();
    let mut looked = 0;
    for route in app::table()
        .iter()
        .filter(|route| route.method == Method::GET && !route.path.contains('{'))
    {
        for query in
            ["", "?q=zq", "?q=zqx&tab=outbound", "?tab=inbound&status=active", "?team=zq&customer=zq", "?detail=customer"]
        {
            let path = format!("{}{query}", route.path);
            let answer = client.get(&path).await;
            looked += 1;
            if answer.status.is_server_error() || answer.text().contains(MARK) || answer.text().contains(&contoso) {
                told.push(format!("{path}: {}", answer.status));
            }
        }
    }
    assert!(looked > 200, "{looked}");
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// Where a referral is opened, it becomes received (domain.md section 4): the one thing that looking does.
const RECEIPTS: [&str; 2] = ["/leads/{id}", "/deals/{id}"];

/// Whatever is looked at, nothing else is written: a link, a preview of a mail program or a crawler changes nothing.
#[sqlx::test(migrations = false)]
async fn reading_writes_nothing(db: PgPool) {
    let world = World::new(db).await;
    let everything: Vec<_> = Role::ALL
        .into_iter()
        .filter(|role| !role.is_vendor())
        .map(|role| (role, None))
        .collect();
    world
        .somebody(world.contoso, "everything@contoso-consulting.example", &everything)
        .await;
    let own = world.things(THEIRS).await;
    let mut client = world.app.sign_in("everything@contoso-consulting.example").await;
    client.get("/preferences").await;
    let (mut seen, mut wrote) = (0, Vec::new());
    let mut before = world.app.everything().await;
    for route in app::table().iter().filter(|route| route.method == Method::GET) {
        let things: Vec<&str> = own
            .values()
            .map(String::as_str)
            .take(if route.path.contains('{') { own.len() } else { 1 })
            .collect();
        for thing in things {
            seen += usize::from(client.get(&concrete(route, thing)).await.status == StatusCode::OK);
        }
        let after = world.app.everything().await;
        let tables: Vec<&str> = before
            .iter()
            .zip(&after)
            .filter(|(b, a)| b != a)
            .map(|(b, _)| b.0.as_str())
            .collect();
        let receipt = RECEIPTS.contains(&route.path) && tables == ["referral_history", "referrals"];
        if !tables.is_empty() && !receipt {
            wrote.push(format!("{} {tables:?}", route.path));
        }
        before = after;
    }
    assert!(seen > 60, "{seen} pages");
    assert!(wrote.is_empty(), "{}", wrote.join("\n"));
}
