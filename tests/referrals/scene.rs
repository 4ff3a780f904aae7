//! Two partners, Microsoft and its sellers, on a database of the test's own.

use chrono::{DateTime, TimeDelta, Utc};
use partner_portal::{
    auth::{Actor, Assignment, Role},
    ids::{LocationId, OrganisationId, ReferralId, UserId},
    referrals::{
        command::{ChosenSolution, Customer, Details, NewDeal, Person, Request, Seen},
        kind::Help,
        service::{self, ActError, By},
    },
};
use sqlx::PgPool;

use crate::support::Seed;

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// When scenes begin.
pub const BEGIN: &str = "2026-03-02T09:00:00Z";

#[derive(Clone)]
pub struct Scene {
    pub db: PgPool,
    pub fabrikam: OrganisationId,
    pub contoso: OrganisationId,
    pub vendor: OrganisationId,
    pub seoul: LocationId,
    pub busan: LocationId,
    /// Fabrikam's whole-organisation referrals admin, Contoso's, and two sellers of Korea.
    pub admin: Actor,
    pub other: Actor,
    pub sellers: [Actor; 2],
}

impl Scene {
    pub async fn new(db: PgPool) -> Self {
        let seed = Seed::new(db.clone(), at(BEGIN));
        let vendor = seed.vendor().await;
        let fabrikam = seed.partner("Fabrikam", "4512345").await;
        let contoso = seed.partner("Contoso Consulting", "4600001").await;
        let seoul = seed.location(fabrikam, "4512346", "Seoul").await;
        let busan = seed.location(fabrikam, "4512347", "Busan").await;
        sqlx::query(
            "insert into solutions (solution_id, organisation_id, name, co_sell_ready)
             values ('FAB-1', $1, 'Fabrikam Retail', true), ('CON-1', $2, 'Contoso Pay', true), ('CON-2', $2, 'Contoso Draft', false),
                    ('SKU-1', $3, 'Azure', false)",
        )
        .bind(fabrikam)
        .bind(contoso)
        .bind(vendor)
        .execute(&db)
        .await
        .unwrap();
        let admin = person(&seed, fabrikam, "admin@fabrikam.example", Some("4512345"), &[(Role::ReferralsAdmin, None)]).await;
        let other = person(&seed, contoso, "admin@contoso.example", Some("4600001"), &[(Role::ReferralsAdmin, None)]).await;
        let one = person(&seed, vendor, "one@microsoft.example", None, &[(Role::Seller, None)]).await;
        let two = person(&seed, vendor, "two@microsoft.example", None, &[(Role::Seller, None)]).await;
        for seller in [&one, &two] {
            sqlx::query("insert into seller_countries values ($1, 'KR')")
                .bind(seller.user)
                .execute(&db)
                .await
                .unwrap();
        }
        Self { db, fabrikam, contoso, vendor, seoul, busan, admin, other, sellers: [one, two] }
    }

    /// Somebody else of Fabrikam.
    pub async fn person(&self, mail: &str, roles: &[(Role, Option<LocationId>)]) -> Actor {
        person(&Seed::new(self.db.clone(), at(BEGIN)), self.fabrikam, mail, Some("4512345"), roles).await
    }

    pub fn by<'a>(&'a self, actor: &'a Actor, now: DateTime<Utc>) -> By<'a> {
        By { db: &self.db, actor, now, expires_after: TimeDelta::days(14) }
    }

    /// A deal of Fabrikam's in Seoul.
    pub async fn deal(&self, change: impl FnOnce(&mut NewDeal)) -> ReferralId {
        let mut new = new_deal();
        new.location = Some(self.seoul);
        change(&mut new);
        service::create(&self.by(&self.admin, at(BEGIN)), new).await.expect("a deal")
    }

    /// The newest referral that an organisation has in the engagement of another referral.
    pub async fn referral_of(&self, deal: ReferralId, organisation: OrganisationId) -> Option<ReferralId> {
        sqlx::query_scalar::<_, ReferralId>(
            "select o.referral_id from referrals o join referrals r using (engagement_id)
             where r.referral_id = $1 and o.organisation_id = $2 order by o.attempt desc limit 1",
        )
        .bind(deal)
        .bind(organisation)
        .fetch_optional(&self.db)
        .await
        .unwrap()
    }

    /// The seller that a referral belongs to, and the other one.
    pub async fn sellers_of(&self, referral: ReferralId) -> (&Actor, &Actor) {
        let id: UserId = sqlx::query_scalar("select seller_id from referrals where referral_id = $1")
            .bind(referral)
            .fetch_one(&self.db)
            .await
            .unwrap();
        let [one, two] = &self.sellers;
        if one.user == id { (one, two) } else { (two, one) }
    }

    pub async fn status(&self, referral: ReferralId) -> String {
        sqlx::query_scalar("select status from referrals where referral_id = $1")
            .bind(referral)
            .fetch_one(&self.db)
            .await
            .unwrap()
    }

    pub async fn seen(&self, referral: ReferralId) -> Seen {
        let (referral, engagement) = sqlx::query_as(
            "select r.version, e.version from referrals r join engagements e using (engagement_id) where r.referral_id = $1",
        )
        .bind(referral)
        .fetch_one(&self.db)
        .await
        .unwrap();
        Seen { referral, engagement }
    }

    /// How often an event stands in the history of a referral.
    pub async fn events(&self, referral: ReferralId, event: &str) -> i64 {
        sqlx::query_scalar("select count(*) from referral_history where referral_id = $1 and event = $2")
            .bind(referral)
            .bind(event)
            .fetch_one(&self.db)
            .await
            .unwrap()
    }

    /// What the outbox holds for a referral, in order.
    pub async fn told(&self, referral: ReferralId) -> Vec<String> {
        sqlx::query_scalar("select event from outbox where referral_id = $1 order by outbox_id")
            .bind(referral)
            .fetch_all(&self.db)
            .await
            .unwrap()
    }
}

pub async fn person(
    seed: &Seed,
    organisation: OrganisationId,
    mail: &str,
    mpn: Option<&str>,
    roles: &[(Role, Option<LocationId>)],
) -> Actor {
    let user = seed.user(organisation, mail).create().await;
    for (role, location) in roles {
        seed.grant(user, *role, *location).await;
    }
    Actor {
        user,
        organisation,
        organisation_name: String::new(),
        mpn_id: mpn.map(str::to_owned),
        display_name: mail.to_owned(),
        mail: mail.to_owned(),
        locale: None,
        theme: None,
        time_zone: "UTC".into(),
        pdm: false,
        psc_user: false,
        roles: roles
            .iter()
            .map(|(role, location)| Assignment { role: *role, location: *location })
            .collect(),
    }
}

pub fn somebody(mail: &str) -> Person {
    Person { first_name: "서연".into(), last_name: "이".into(), phone: "+82 2 555 0100".into(), mail: mail.into() }
}

pub fn details() -> Details {
    Details {
        name: "클라우드 전환".into(),
        value: Some(250_000_000.into()),
        currency: Some("KRW".into()),
        close_date: Some("2026-09-30".parse().unwrap()),
        ..Details::default()
    }
}

pub fn request() -> Request {
    Request {
        help: vec![Help::ProofOfConceptOrDemo],
        notes: String::new(),
        contact: somebody("buyer@adatum.example"),
        consent: true,
    }
}

/// A private deal that lacks nothing.
pub fn new_deal() -> NewDeal {
    NewDeal {
        details: details(),
        customer: Customer {
            name: "Adatum".into(),
            line1: "1 Teheran-ro".into(),
            city: "서울".into(),
            country: "KR".into(),
            ..Customer::default()
        },
        team: vec![somebody("admin@fabrikam.example")],
        solutions: vec![ChosenSolution { id: "FAB-1".into(), ..ChosenSolution::default() }],
        ..NewDeal::default()
    }
}

/// The same, asking Microsoft for help.
pub fn ask(new: &mut NewDeal) {
    let request = request();
    new.help = request.help;
    new.contact = request.contact;
    new.consent = true;
}

/// What kind of answer it was.
pub fn kind<T>(answer: &Result<T, ActError>) -> &'static str {
    match answer {
        Ok(_) => "done",
        Err(ActError::NotFound) => "not found",
        Err(ActError::Forbidden(_)) => "forbidden",
        Err(ActError::Changed) => "changed",
        Err(ActError::Over) => "over",
        Err(ActError::Late) => "late",
        Err(ActError::Incomplete(_)) => "incomplete",
        Err(ActError::Refused(_)) => "refused",
        Err(ActError::Invalid(_)) => "invalid",
        Err(ActError::Database(error)) => panic!("{error}"),
    }
}
