//! Three partners who have one of everything each, and the vendor. Fabrikam and Contoso also share a deal; Adventure Works takes no part.

use std::collections::BTreeMap;

use partner_portal::{
    auth::{Actor, Origin, Role},
    ids::{LocationId, OrganisationId, ReferralId},
    migration::deals::service as migration,
    psc::import::{DealColumn as C, Export, service as imports},
    referrals::{
        command::{NewDeal, Sending},
        kind::Qualification,
        service as referrals,
    },
};
use sqlx::PgPool;

use crate::{
    psc::support::{deal, deals},
    referrals::scene::{ask, new_deal, person, somebody},
    support::TestApp,
};

/// Stands in what Fabrikam and Contoso both see of their common deal.
pub const SHARED: &str = "zqsharex";

pub struct Party {
    pub id: OrganisationId,
    /// Stands in everything of this partner's, and in nothing of the others'.
    pub mark: &'static str,
    /// Begins the PSC IDs, which stand in addresses.
    pub short: &'static str,
    pub mpn: u32,
    /// Two locations: local roles hold at the first.
    pub here: LocationId,
    pub there: LocationId,
    /// Has every role that a partner can give.
    pub all: Actor,
}

pub struct World {
    pub app: TestApp,
    pub vendor: OrganisationId,
    pub parties: Vec<Party>,
    /// Two of the same country, a reviewer and an operator, each with this one role.
    pub sellers: [Actor; 2],
    pub reviewer: Actor,
    pub operator: Actor,
}

/// Identifiers by what they are of.
pub type Things = BTreeMap<String, String>;

/// What a partner can have one more of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Make {
    /// At the first location, with nobody but the maker on its team.
    Private,
    Led,
    CoSell,
    /// At the second location.
    There,
    Inbound,
    Lead,
}

impl Party {
    pub fn mail(&self, name: &str) -> String {
        format!("{name}@{}.example", self.mark)
    }

    pub fn pdm(&self) -> String {
        format!("{}@microsoft.example", self.mark)
    }
}

impl World {
    pub async fn new(db: PgPool) -> Self {
        let app = TestApp::new(db).await;
        let seed = app.seed();
        let vendor = seed.vendor().await;
        sqlx::query("insert into tenant_domains values ('microsoft.example', $1)")
            .bind(vendor)
            .execute(app.db())
            .await
            .unwrap();
        let of_vendor = async |mail, role| person(&seed, vendor, mail, None, &[(role, None)]).await;
        let sellers =
            [of_vendor("zqone@microsoft.example", Role::Seller).await, of_vendor("two@microsoft.example", Role::Seller).await];
        for seller in &sellers {
            sqlx::query("insert into seller_countries values ($1, 'KR')")
                .bind(seller.user)
                .execute(app.db())
                .await
                .unwrap();
        }
        let reviewer = of_vendor("reviewer@microsoft.example", Role::DealReviewer).await;
        let operator = of_vendor("operator@microsoft.example", Role::PortalOperator).await;
        let mut world = Self { app, vendor, parties: Vec::new(), sellers, reviewer, operator };
        for (name, mark, short, mpn) in [
            ("Fabrikam", "zqfabx", "fab", 4_510_000),
            ("Contoso", "zqconx", "con", 4_600_000),
            ("Adventure Works", "zqadvx", "adv", 4_700_000),
        ] {
            let party = world.party(name, mark, short, mpn).await;
            world.parties.push(party);
        }
        for n in 0..3 {
            world.migrate(n).await;
        }
        for n in 0..3 {
            world.work(n).await;
        }
        world.share().await;
        for sql in [
            "update users u set display_name = split_part(split_part(mail, '@', 2), '.', 1) || ' ' || split_part(mail, '@', 1) from organisations o
             where o.organisation_id = u.organisation_id and o.kind = 'partner'",
        ] {
            world.app.sql(sql).await;
        }
        world
    }

    /// People of each role alone, of each that can be local, and those whose right is no role.
    async fn party(&self, name: &str, mark: &'static str, short: &'static str, mpn: u32) -> Party {
        let seed = self.app.seed();
        let id = seed.partner(name, &mpn.to_string()).await;
        let mut places = Vec::new();
        for n in 1..=2 {
            places.push(seed.location(id, &(mpn + n).to_string(), &format!("{mark} place {n}")).await);
        }
        for (sql, text) in [
            ("insert into tenant_domains values ($2 || '.example', $1)", mark),
            (
                "insert into solutions (solution_id, organisation_id, name, co_sell_ready) values ($2 || '-ready', $1, $2 || ' ready', true)",
                short,
            ),
            (
                "insert into solutions (solution_id, organisation_id, name, co_sell_ready) values ($2 || '-draft', $1, $2 || ' draft', false)",
                mark,
            ),
            (
                "insert into psc_settings (organisation_id, eligible_from, read_only_from, closed_from, own_dates)
                 select $1, '2020-01-01Z', '2026-12-01Z', '2026-12-31Z', true where $2 <> ''
                 on conflict (organisation_id) do update set eligible_from = excluded.eligible_from,
                     read_only_from = excluded.read_only_from, closed_from = excluded.closed_from, own_dates = true",
                mark,
            ),
        ] {
            sqlx::query(sql).bind(id).bind(text).execute(self.app.db()).await.unwrap();
        }
        let mut roles = Vec::new();
        for role in Role::ALL.into_iter().filter(|role| !role.is_vendor()) {
            roles.push((role, None));
            let mail = |end: &str| format!("{}{end}@{mark}.example", role.code());
            seed.user(id, &mail("")).role(role).create().await;
            if role.can_be_local() {
                seed.user(id, &mail("-here")).role_at(role, places[0]).create().await;
            }
        }
        for name in ["nobody", "psc", "away"] {
            seed.user(id, &format!("{name}@{mark}.example")).create().await;
        }
        seed.user(id, &format!("{mark}@microsoft.example")).guest().create().await;
        let all = person(&seed, id, &format!("all@{mark}.example"), Some(mark), &roles).await;
        Party { id, mark, short, mpn, here: places[0], there: places[1], all }
    }

    /// Two deals migrate, of those that come in later none does.
    async fn migrate(&self, n: usize) {
        let party = &self.parties[n];
        self.export(party, 3).await;
        migration::start(self.app.db(), &self.app.app.queue, &self.app.app.clock, party.id, Origin::default(), false)
            .await
            .unwrap();
        self.app.run_jobs().await;
        self.export(party, 6).await;
    }

    async fn work(&self, n: usize) {
        let party = &self.parties[n];
        for make in [Make::Private, Make::Led, Make::CoSell, Make::There, Make::Inbound, Make::Lead] {
            self.make(n, make).await;
        }
        // A seller took one, and says who they are.
        let accepted = self.make(n, Make::CoSell).await;
        let request = self.request_of(accepted).await;
        let seller = self.seller_of(request).await;
        referrals::accept(&self.app.app.by(seller), request, None, Self::new_deal(party, party.here).details)
            .await
            .unwrap();
        for sql in ONE_OF_EACH {
            let done = sqlx::query(sql)
                .bind(party.id)
                .bind(party.mark)
                .bind(party.all.user)
                .execute(self.app.db())
                .await
                .unwrap();
            assert!(done.rows_affected() > 0, "{sql}");
        }
    }

    /// PSC as it stands with so many deals: the third is won.
    async fn export(&self, party: &Party, count: usize) {
        let (short, mark, mpn) = (party.short, party.mark, party.mpn.to_string());
        let (account, folder) = (format!("{short}-a"), tempfile::tempdir().unwrap());
        let rows = (1..=count).map(|n| {
            let (name, team) = (format!("{mark} psc {n}"), format!("A,B,1,psc@{mark}.example"));
            let gap = if n == 6 { "" } else { name.as_str() };
            let changes = [
                (C::Name, name.as_str()),
                (C::Status, if n == 3 { "Won" } else { "Open" }),
                (C::AccountId, &account),
                (C::AccountName, mark),
                (C::MpnId, &mpn),
                (C::CustomerName, gap),
                (C::Created, "2026-05-01T09:00:00Z"),
                (C::Team, &team),
            ];
            deal(&format!("{short}-{n}"), &changes)
        });
        let accounts = format!(
            "PSC Account ID,Account Name,MPN ID,Country\r\n{account},{mark},{mpn},KR\r\n{short}-w,{mark} wrong,1,KR\r\n{short}-v,{mark} wrong too,2,KR\r\n{short}-x,{mark} wrong still,3,KR\r\n"
        );
        let users = format!(
            "PSC User ID,First Name,Last Name,Email,PSC Account ID,PSC Account Name,PSC Role\r\n\
             {short}-u,{mark},X,{mark}@gmail.com,{account},{mark},Seller\r\n\
             {short}-p,{mark},P,psc@{mark}.example,{account},{mark},Admin\r\n\
             {short}-q,{mark},Q,away@{mark}.example,{account},{mark},Seller\r\n"
        );
        for (name, text) in [("accounts.csv", accounts), ("users.csv", users), ("deals.csv", deals(rows))] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        imports::take_in(self.app.db(), &self.app.app.clock, party.id, None, Export::in_folder(folder.path()))
            .await
            .unwrap();
    }

    fn new_deal(party: &Party, location: LocationId) -> NewDeal {
        let mut new = new_deal();
        new.details.name = format!("{} deal", party.mark);
        new.details.close_date = "2027-09-30".parse().ok();
        party.mark.clone_into(&mut new.details.notes);
        party.mark.clone_into(&mut new.details.crm_id);
        new.customer.name = format!("{} customer", party.mark);
        new.location = Some(location);
        new.team = vec![somebody(&party.all.mail)];
        new.solutions[0].id = format!("{}-ready", party.short);
        new
    }

    /// One more; the partner's own referral.
    pub async fn make(&self, n: usize, make: Make) -> ReferralId {
        let party = &self.parties[n];
        let by = self.app.app.by(&party.all);
        if matches!(make, Make::Inbound | Make::Lead) {
            let new = Self::new_deal(party, party.here);
            let sending = Sending {
                lead: (make == Make::Lead).then_some(Qualification::Sales),
                partner: party.id,
                location: new.location,
                details: new.details,
                customer: new.customer,
                contact: somebody(&party.mail("buyer")),
                solutions: Vec::new(),
                contact_wanted_until: None,
            };
            let sent = referrals::send(&self.app.app.by(&self.sellers[0]), sending).await.unwrap();
            return self.side(sent, party.id).await.unwrap();
        }
        let mut new = Self::new_deal(party, if make == Make::There { party.there } else { party.here });
        new.visible = make == Make::Led;
        if make == Make::CoSell {
            ask(&mut new);
            new.contact = somebody(&party.mail("buyer"));
        }
        referrals::create(&by, new).await.unwrap()
    }

    /// Fabrikam's deal, into which Contoso was invited.
    async fn share(&self) {
        let [fabrikam, contoso, _] = &self.parties[..] else { panic!("three") };
        let mut new = Self::new_deal(fabrikam, fabrikam.here);
        new.details.name = format!("{SHARED} deal");
        new.customer.name = format!("{SHARED} customer");
        let by = self.app.app.by(&fabrikam.all);
        let deal = referrals::create(&by, new).await.unwrap();
        referrals::invite_partner(&by, deal, None, contoso.id, Some(contoso.here))
            .await
            .unwrap();
        assert!(self.side(deal, contoso.id).await.is_some());
    }

    /// The referral that an organisation has in the engagement of another one.
    pub async fn side(&self, of: ReferralId, organisation: OrganisationId) -> Option<ReferralId> {
        sqlx::query_scalar(
            "select o.referral_id from referrals o join referrals r using (engagement_id)
             where r.referral_id = $1 and o.organisation_id = $2 order by o.attempt desc limit 1",
        )
        .bind(of)
        .bind(organisation)
        .fetch_optional(self.app.db())
        .await
        .unwrap()
    }

    pub async fn request_of(&self, deal: ReferralId) -> ReferralId {
        self.side(deal, self.vendor).await.expect("a request")
    }

    /// A fresh request of Fabrikam's that is the first seller's.
    pub async fn request_of_seller(&self) -> ReferralId {
        let request = self.request_of(self.make(0, Make::CoSell).await).await;
        sqlx::query("update referrals set seller_id = $2 where referral_id = $1")
            .bind(request)
            .bind(self.sellers[0].user)
            .execute(self.app.db())
            .await
            .unwrap();
        request
    }

    pub async fn seller_of(&self, request: ReferralId) -> &Actor {
        let id: partner_portal::ids::UserId = sqlx::query_scalar("select seller_id from referrals where referral_id = $1")
            .bind(request)
            .fetch_one(self.app.db())
            .await
            .unwrap();
        self.sellers.iter().find(|seller| seller.user == id).unwrap()
    }

    /// What a partner has, one of each kind.
    pub async fn things(&self, n: usize) -> Things {
        let found: Vec<(String, String)> = sqlx::query_as(THINGS)
            .bind(self.parties[n].id)
            .bind(self.parties[n].short)
            .bind(self.parties[n].all.user)
            .fetch_all(self.app.db())
            .await
            .unwrap();
        found.into_iter().collect()
    }
}

/// $1: the organisation, $2: its mark, $3: whose they are.
const ONE_OF_EACH: [&str; 8] = [
    "insert into saved_views (view_id, user_id, kind, name, query, created_at)
     select gen_random_uuid(), $3, 'deal', $2, 'tab=outbound&q=' || $2, now() where $1 is not null",
    "insert into bulk_runs (run_id, organisation_id, user_id, kind, change, picked, state, total, more, created_at)
     select gen_random_uuid(), $1, $3, 'deal', '{\"do\": \"set-stage\", \"stage\": 20}', array[gen_random_uuid()], 'queued', 1, false, now()
     where $2 <> ''",
    "insert into deal_drafts (draft_id, organisation_id, user_id, data, updated_at)
     select gen_random_uuid(), $1, $3, '{}', now() from generate_series(1, 2) where $2 <> ''",
    "insert into psc_uploads (upload_id, organisation_id, uploaded_by, uploaded_at, changed, unchanged, refused, problems)
     select gen_random_uuid(), $1, $3, now(), 1, 0, 0, '[]' where $2 <> ''",
    "insert into psc_mpn_corrections (correction_id, organisation_id, psc_account_id, account_name, wrong_mpn_id, mpn_id, requested_by, requested_at)
     select gen_random_uuid(), $1, a.psc_account_id, $2, a.mpn_id, o.mpn_id, $3, now() from organisations o
     join psc_settings s using (organisation_id) join psc_accounts a on a.import_id = s.current_import_id
     where o.organisation_id = $1 and a.mpn_id in ('1', '2', '3')",
    "insert into user_migration_runs (run_id, organisation_id, state, started_by, started_at, total)
     select gen_random_uuid(), $1, 'running', $3, now(), 1 where $2 <> ''",
    "insert into migration_runs (run_id, organisation_id, import_id, rehearsal, state, started_by, started_at, due_at, total, readiness)
     select gen_random_uuid(), $1, import_id, true, 'running', $3, now(), now(), 1, readiness from migration_runs
     where organisation_id = $1 and $2 <> '' limit 1",
    "insert into notifications (user_id, outbox_id, event, at, detail)
     select $3, 900000 + o.mpn_id::bigint, 'migration-finished', now(), '{\"migrated\": 1, \"errors\": 0}' from organisations o
     where organisation_id = $1 and $2 <> ''",
];

/// $1: the organisation, $2: its short name, $3: whose.
const THINGS: &str = "
    select 'organisation', $1::uuid::text union all
    select 'user', user_id::text from users where mail like 'nobody@%' and organisation_id = $1 union all
    select 'location', location_id::text from locations where organisation_id = $1 and name like '%place 1' union all
    select 'location there', location_id::text from locations where organisation_id = $1 and name like '%place 2' union all
    select r.kind || ' ' || e.deal_type || ' ' || r.direction || case when r.migrated_at is null then '' else ' migrated' end
               || coalesce(' ' || right(l.name, 1), ''), r.referral_id::text
    from referrals r join engagements e using (engagement_id) left join locations l using (location_id) where r.organisation_id = $1 union all
    select 'engagement', min(engagement_id::text) from referrals where organisation_id = $1 union all
    select 'the vendor''s side', min(v.referral_id::text) from referrals v join referrals o using (engagement_id)
    where o.organisation_id = $1 and v.organisation_id in (select organisation_id from organisations where kind = 'vendor') union all
    select 'draft', min(draft_id::text) from deal_drafts where user_id = $3 union all
    select 'other draft', max(draft_id::text) from deal_drafts where user_id = $3 union all
    select 'view', view_id::text from saved_views where user_id = $3 union all
    select 'bulk run', run_id::text from bulk_runs where user_id = $3 union all
    select 'import', min(import_id::text) from psc_imports where organisation_id = $1 union all
    select 'run', run_id::text from migration_runs where organisation_id = $1 and not rehearsal union all
    select 'live run', run_id::text from migration_runs where organisation_id = $1 and rehearsal union all
    select 'user run', run_id::text from user_migration_runs where organisation_id = $1 union all
    select 'upload', upload_id::text from psc_uploads where uploaded_by = $3 union all
    select (array['', 'other ', 'third '])[wrong_mpn_id::integer] || 'correction', correction_id::text from psc_mpn_corrections
    where organisation_id = $1 union all
    select 'notification', outbox_id::text from notifications where user_id = $3 and event = 'migration-finished' and detail ->> 'errors' = '0'
        and outbox_id > 900000 union all
    select 'PSC deal', $2 || '-4' union all select 'won PSC deal', $2 || '-3' union all select 'migrated PSC deal', $2 || '-1' union all
    select 'PSC user', $2 || '-u' union all select 'PSC account', $2 || '-a'";
