//! Rows for the deals' tests: two partners, the vendor, locations, people, and deals with what each test wants of them.

use chrono::{DateTime, Utc};
use partner_portal::{
    auth::{Actor, Assignment, Role},
    ids::{EngagementId, LocationId, OrganisationId, ReferralId, UserId},
};
use sqlx::PgPool;

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub struct World {
    pub db: PgPool,
    pub fabrikam: OrganisationId,
    pub other: OrganisationId,
    pub vendor: OrganisationId,
    pub seoul: LocationId,
    pub busan: LocationId,
}

/// A deal to insert; begin with [`World::deal`].
pub struct Deal {
    pub organisation: OrganisationId,
    pub name: String,
    pub customer: String,
    pub kind: &'static str,
    pub direction: &'static str,
    pub status: &'static str,
    pub location: Option<LocationId>,
    pub team: Vec<&'static str>,
    pub missing: i32,
    pub expires: Option<DateTime<Utc>>,
    pub created: DateTime<Utc>,
    pub updated: DateTime<Utc>,
    /// The vendor's status; its seller is always Sam Seller.
    pub vendor: Option<&'static str>,
}

impl World {
    pub async fn new(db: PgPool) -> Self {
        let world = Self {
            db,
            fabrikam: OrganisationId::new(),
            other: OrganisationId::new(),
            vendor: OrganisationId::new(),
            seoul: LocationId::new(),
            busan: LocationId::new(),
        };
        let organisations = [
            (world.fabrikam, "partner", "Fabrikam", Some("4512345")),
            (world.other, "partner", "Partner 1", Some("4512355")),
            (world.vendor, "vendor", "Microsoft", None),
        ];
        for (id, kind, name, mpn) in organisations {
            sqlx::query("insert into organisations (organisation_id, kind, legal_name, country, tenant_id, mpn_id, created_at) values ($1, $2, $3, 'KR', gen_random_uuid(), $4, now())")
                .bind(id.0).bind(kind).bind(name).bind(mpn).execute(&world.db).await.unwrap();
        }
        for (id, mpn, name) in [(world.seoul, "4512346", "Fabrikam Seoul"), (world.busan, "4512347", "Fabrikam Busan")] {
            sqlx::query("insert into locations values ($1, $2, $3, $4, 'Fabrikam', '1 Street', 'Town', 'KR', 'a@fabrikam.example', now())")
                .bind(id.0).bind(world.fabrikam.0).bind(mpn).bind(name).execute(&world.db).await.unwrap();
        }
        world
    }

    /// Somebody of an organisation with a role, as a stored user and as the actor of a request.
    pub async fn person(&self, organisation: OrganisationId, mail: &str, roles: &[(Role, Option<LocationId>)]) -> Actor {
        let user = UserId::new();
        sqlx::query(
            "insert into users (user_id, organisation_id, mail, display_name, created_at) values ($1, $2, $3, '김서연', now())",
        )
        .bind(user.0)
        .bind(organisation.0)
        .bind(mail)
        .execute(&self.db)
        .await
        .unwrap();
        for (role, location) in roles {
            sqlx::query("insert into role_assignments values (gen_random_uuid(), $1, $2, $3, null, now())")
                .bind(user.0)
                .bind(role.code())
                .bind(location.map(|l| l.0))
                .execute(&self.db)
                .await
                .unwrap();
        }
        Actor {
            user,
            organisation,
            organisation_name: "Fabrikam".into(),
            mpn_id: Some("4512345".into()),
            display_name: "김서연".into(),
            mail: mail.into(),
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

    pub async fn admin(&self) -> Actor {
        self.person(self.fabrikam, "referrals-admin@fabrikam.example", &[(Role::ReferralsAdmin, None)])
            .await
    }

    pub fn deal(&self, name: &str) -> Deal {
        Deal {
            organisation: self.fabrikam,
            name: name.into(),
            customer: "Contoso Corporation".into(),
            kind: "co-sell",
            direction: "outbound",
            status: "accepted",
            location: Some(self.seoul),
            team: Vec::new(),
            missing: 0,
            expires: None,
            created: at("2026-11-01T09:00:00Z"),
            updated: at("2026-11-01T09:00:00Z"),
            vendor: None,
        }
    }

    pub async fn insert(&self, deal: Deal) -> ReferralId {
        let (engagement, id) = (EngagementId::new(), ReferralId::new());
        sqlx::query("insert into engagements (engagement_id, deal_type, customer_name, customer_city, customer_country, created_at) values ($1, $2, $3, '서울', 'KR', $4)")
            .bind(engagement.0).bind(deal.kind).bind(&deal.customer).bind(deal.created).execute(&self.db).await.unwrap();
        sqlx::query(
            "insert into referrals (referral_id, engagement_id, organisation_id, deal_id, direction, name, customer_name, customer_city, location_id,
                 status, status_at, value, currency, missing, expires_at, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, '서울', $8, $9, $10, 821250000, 'KRW', $11, $12, $10, $13)",
        )
        .bind(id.0).bind(engagement.0).bind(deal.organisation.0).bind(format!("7-{id}")).bind(deal.direction).bind(&deal.name)
        .bind(&deal.customer).bind(deal.location.map(|l| l.0)).bind(deal.status).bind(deal.created).bind(deal.missing)
        .bind(deal.expires).bind(deal.updated).execute(&self.db).await.unwrap();
        if let Some(status) = deal.vendor {
            sqlx::query(
                "insert into referrals (referral_id, engagement_id, organisation_id, direction, name, status, status_at, created_at, updated_at,
                     seller_name, seller_mail, seller_phone)
                 values (gen_random_uuid(), $1, $2, 'inbound', $3, $4, $5, $5, $5, 'Sam Seller', 'sam.seller@microsoft.example', '+1 425 555 0100')",
            )
            .bind(engagement.0).bind(self.vendor.0).bind(&deal.name).bind(status).bind(deal.created).execute(&self.db).await.unwrap();
        }
        for (position, mail) in (1_i16..).zip(deal.team) {
            sqlx::query("insert into referral_team values ($1, $2, '서연', '이', '+82 2', $3)")
                .bind(id.0)
                .bind(position)
                .bind(mail)
                .execute(&self.db)
                .await
                .unwrap();
        }
        sqlx::query(
            "insert into referral_history (engagement_id, organisation_id, at, event, detail) values
                 ($1, $2, $3, 'migrated-from-psc', '{\"run\": \"r\", \"notes\": {\"deal_role\": \"Lead partner\", \"customer_outcome\": \"\"}, \"unreadable\": {\"Deal Value\": \"12.000,- approx\"}}'),
                 ($1, $2, $3, 'colour-chosen', '{}'),
                 ($1, $4, $3, 'secret-of-the-vendor', '{}')",
        )
        .bind(engagement.0).bind(deal.organisation.0).bind(at("2026-11-20T08:00:00Z")).bind(self.vendor.0)
        .execute(&self.db).await.unwrap();
        // As the services do it at the end of every change.
        let mut tx = partner_portal::db::begin(&self.db).await.unwrap();
        partner_portal::referrals::store::refresh(&mut tx, engagement).await.unwrap();
        tx.commit().await.unwrap();
        id
    }
}
