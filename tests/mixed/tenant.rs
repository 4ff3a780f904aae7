//! One of the organisations: its people, its things, and what it has written so far.

use std::sync::atomic::{AtomicU64, Ordering};

use partner_portal::{
    auth::{Actor, Role, store},
    ids::OrganisationId,
};
use uuid::Uuid;

use super::ask::Write;
use crate::support::{Client, TestApp};

const DEALS: i32 = 8;

/// Stands in all names of an organisation's, and in no other's.
pub fn mark(n: usize) -> String {
    format!("zq{n:02}xj")
}

pub struct Person {
    pub name: &'static str,
    pub mail: String,
    pub actor: Actor,
    pub client: Client,
}

impl Person {
    pub async fn sign_in(&mut self, app: &TestApp) {
        self.client = app.sign_in(&self.mail).await;
    }
}

/// How often something was written: begun by anybody of the organisation, and answered as done.
#[derive(Default)]
pub struct Ledger {
    pub begun: AtomicU64,
    pub accepted: AtomicU64,
}

pub struct Tenant {
    id: OrganisationId,
    pub people: Vec<Person>,
    /// Identifiers by what they are of, as the paths of the table take them.
    pub things: Vec<(&'static str, String)>,
    ledgers: Vec<Ledger>,
}

/// Rows that come from one kind of write each: how they are counted, and those of which have another's mark.
#[derive(Clone, Copy)]
enum Kept {
    Notes,
    Views,
    Drafts,
    Members,
    Stages,
}

impl Kept {
    const ALL: [Self; 5] = [Self::Notes, Self::Views, Self::Drafts, Self::Members, Self::Stages];

    const fn of(self) -> (Write, &'static str) {
        match self {
            Self::Notes => (
                Write::Note,
                "select count(*), count(*) filter (where detail ->> 'text' not like $2 || ' %') from referral_history
                 where organisation_id = $1 and event = 'note'",
            ),
            Self::Views => (
                Write::View,
                "select count(*), count(*) filter (where name not like $2 || ' %') from saved_views join users using (user_id)
                 where organisation_id = $1",
            ),
            Self::Drafts => (
                Write::Draft,
                "select count(*), count(*) filter (where u.organisation_id <> d.organisation_id or $2 = '') from deal_drafts d join users u using (user_id)
                 where d.organisation_id = $1",
            ),
            Self::Members => (
                Write::Role,
                "select count(*), count(*) filter (where u.organisation_id <> $1 or $2 = '') from audit_log l join users u on u.user_id = l.subject_id
                 where l.organisation_id = $1 and l.action = 'role-granted'",
            ),
            Self::Stages => (
                Write::Stage,
                "select count(*), count(*) filter (where r.organisation_id <> $1 or $2 = '') from referral_history h
                 join referrals r on r.engagement_id = h.engagement_id where h.organisation_id = $1 and h.event = 'stage'",
            ),
        }
    }
}

pub async fn tenant(app: &TestApp, n: usize) -> Tenant {
    let (seed, name) = (app.seed(), mark(n));
    let id = seed.partner(&name, &(4_800_000 + n).to_string()).await;
    let location = seed.location(id, &(4_900_000 + n).to_string(), &name).await;
    let deals: Vec<Uuid> = sqlx::query_scalar(
        "with made as (
             insert into engagements (engagement_id, deal_type, started_by, customer_name, customer_country, created_at)
             select gen_random_uuid(), 'private', $1, $2 || ' customer ' || n, 'KR', now() from generate_series(1, $3) n
             returning engagement_id, customer_name),
         ready as (insert into solutions (solution_id, organisation_id, name, co_sell_ready) values ('S-' || $2, $1, 'Ready', true))
         insert into referrals (referral_id, engagement_id, organisation_id, deal_id, direction, name, customer_name, status, status_at,
             created_at, updated_at, location_id)
         select gen_random_uuid(), engagement_id, $1, right(engagement_id::text, 12), 'outbound', $2 || ' deal', customer_name, 'accepted',
             now(), now() - random() * interval '30 days', now(), case when random() < 0.5 then $4::uuid end from made
         returning referral_id",
    )
    .bind(id)
    .bind(&name)
    .bind(DEALS)
    .bind(location)
    .fetch_all(app.db())
    .await
    .unwrap();
    let mut people = Vec::new();
    for (role, local) in [
        (Some(Role::ReferralsAdmin), false),
        (Some(Role::ReferralsAdmin), true),
        (Some(Role::ReferralsUser), false),
        (Some(Role::AccountAdmin), false),
        (Some(Role::GlobalAdmin), false),
        (Some(Role::MpnPartnerAdmin), false),
        (None, false),
    ] {
        let code = role.map_or("nobody", Role::code);
        let mail = format!("{code}{}@{name}.example", if local { "-here" } else { "" });
        let user = seed.user(id, &mail).create().await;
        if let Some(role) = role {
            seed.grant(user, role, local.then_some(location)).await;
            if role == Role::AccountAdmin {
                // Whoever runs the place has deals too.
                seed.grant(user, Role::ReferralsAdmin, None).await;
            }
        }
        let actor = store::person(app.db(), user).await.unwrap().expect("somebody");
        people.push(Person { name: code, mail, actor, client: app.client() });
    }
    let user = people[6].actor.user;
    let mut things: Vec<(&'static str, String)> = deals.into_iter().map(|deal| ("deal", deal.to_string())).collect();
    things.extend([("user", user.to_string()), ("location", location.to_string()), ("organisation", id.to_string())]);
    Tenant { id, people, things, ledgers: Write::ALL.map(|_| Ledger::default()).into() }
}

impl Tenant {
    pub fn ledger(&self, write: Write) -> &Ledger {
        &self.ledgers[write as usize]
    }

    pub fn thing(&self, kind: &str, random: usize) -> &str {
        let of: Vec<&String> = self.things.iter().filter(|(k, _)| *k == kind).map(|(_, id)| id).collect();
        of[random % of.len()]
    }

    /// As many rows as it was told are written, or more by as many as it does not know of; none with another's mark.
    pub async fn holds_its_own(&self, app: &TestApp, n: usize) {
        for kept in Kept::ALL {
            let (write, sql) = kept.of();
            let (rows, wrong): (i64, i64) = sqlx::query_as(sql)
                .bind(self.id)
                .bind(mark(n))
                .fetch_one(app.db())
                .await
                .unwrap();
            let ledger = self.ledger(write);
            let (accepted, begun) = (ledger.accepted.load(Ordering::Relaxed), ledger.begun.load(Ordering::Relaxed));
            let rows = u64::try_from(rows).unwrap();
            // A role is given once, however often somebody asks for it; the present stage again leaves no trace.
            let accepted = match write {
                Write::Role => accepted.min(1),
                Write::Stage => 0,
                _ => accepted,
            };
            assert!(
                accepted <= rows && rows <= begun,
                "{write:?} of {}: {rows} rows, {accepted} accepted, {begun} begun",
                mark(n)
            );
            assert_eq!(wrong, 0, "{write:?} of {}", mark(n));
        }
        let deals: i64 = sqlx::query_scalar(
            "select count(*) from referrals r join engagements e using (engagement_id)
             where r.organisation_id = $1 and r.name like $2 || '%' and e.customer_name like $2 || '%'",
        )
        .bind(self.id)
        .bind(mark(n))
        .fetch_one(app.db())
        .await
        .unwrap();
        assert_eq!(deals, i64::from(DEALS), "deals of {}", mark(n));
    }
}
