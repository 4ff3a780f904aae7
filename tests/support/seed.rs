//! Rows to begin with. Each builder writes what a feature's own test does not care about.

use chrono::{DateTime, Utc};
use partner_portal::{
    auth::{Role, secret},
    db::Pool,
    ids::{LocationId, OrganisationId, UserId},
};
use tokio::sync::OnceCell;
use uuid::Uuid;

/// The password of every user made by [`UserSeed::with_password`].
pub const PASSWORD: &str = "correct horse battery staple";

/// Argon2 is slow on purpose: hashed once for all.
static PASSWORD_HASH: OnceCell<String> = OnceCell::const_new();

pub struct Seed {
    db: Pool,
    now: DateTime<Utc>,
}

impl Seed {
    pub fn new(db: Pool, now: DateTime<Utc>) -> Self {
        Self { db, now }
    }

    /// A partner with a global MPN ID.
    pub async fn partner(&self, name: &str, mpn_id: &str) -> OrganisationId {
        self.organisation("partner", name, Some(mpn_id)).await
    }

    /// Microsoft.
    pub async fn vendor(&self) -> OrganisationId {
        self.organisation("vendor", "Microsoft", None).await
    }

    async fn organisation(&self, kind: &str, name: &str, mpn_id: Option<&str>) -> OrganisationId {
        let id = OrganisationId::new();
        sqlx::query(
            "insert into organisations (organisation_id, kind, legal_name, country, tenant_id, mpn_id, created_at)
             values ($1, $2, $3, 'KR', $4, $5, $6)",
        )
        .bind(id)
        .bind(kind)
        .bind(name)
        .bind(Uuid::now_v7())
        .bind(mpn_id)
        .bind(self.now)
        .execute(&self.db)
        .await
        .unwrap();
        id
    }

    pub async fn location(&self, organisation: OrganisationId, mpn_id: &str, city: &str) -> LocationId {
        let id = LocationId::new();
        sqlx::query(
            "insert into locations (location_id, organisation_id, mpn_id, name, legal_entity, address_line, city, country, contact_mail, created_at)
             values ($1, $2, $3, $4, $4, '1 Main Street', $4, 'KR', 'contact@fabrikam.example', $5)",
        )
        .bind(id)
        .bind(organisation)
        .bind(mpn_id)
        .bind(city)
        .bind(self.now)
        .execute(&self.db)
        .await
        .unwrap();
        id
    }

    /// Somebody of an organisation, without a role yet.
    pub fn user(&self, organisation: OrganisationId, mail: &str) -> UserSeed<'_> {
        UserSeed {
            seed: self,
            organisation,
            mail: mail.to_owned(),
            roles: Vec::new(),
            locale: None,
            zone: "UTC",
            password: false,
            guest: false,
            disabled: false,
        }
    }

    /// Gives a role, for the whole organisation or one location.
    pub async fn grant(&self, user: UserId, role: Role, location: Option<LocationId>) {
        sqlx::query(
            "insert into role_assignments (assignment_id, user_id, role, location_id, granted_at) values ($1, $2, $3, $4, $5)",
        )
        .bind(Uuid::now_v7())
        .bind(user)
        .bind(role.code())
        .bind(location)
        .bind(self.now)
        .execute(&self.db)
        .await
        .unwrap();
    }
}

#[must_use]
pub struct UserSeed<'a> {
    seed: &'a Seed,
    organisation: OrganisationId,
    mail: String,
    roles: Vec<(Role, Option<LocationId>)>,
    locale: Option<&'static str>,
    zone: &'static str,
    password: bool,
    guest: bool,
    disabled: bool,
}

impl UserSeed<'_> {
    /// A role for the whole organisation.
    pub fn role(mut self, role: Role) -> Self {
        self.roles.push((role, None));
        self
    }

    /// A role for one location.
    pub fn role_at(mut self, role: Role, location: LocationId) -> Self {
        self.roles.push((role, Some(location)));
        self
    }

    pub fn locale(mut self, locale: &'static str) -> Self {
        self.locale = Some(locale);
        self
    }

    pub fn zone(mut self, zone: &'static str) -> Self {
        self.zone = zone;
        self
    }

    /// May sign in with [`PASSWORD`].
    pub fn with_password(mut self) -> Self {
        self.password = true;
        self
    }

    /// From outside of the organisation's tenant.
    pub fn guest(mut self) -> Self {
        self.guest = true;
        self
    }

    pub fn disabled(mut self) -> Self {
        self.disabled = true;
        self
    }

    pub async fn create(self) -> UserId {
        let id = UserId::new();
        let hash = if self.password {
            let hash = PASSWORD_HASH.get_or_init(|| async { secret::hash_password(PASSWORD.to_owned()).await.unwrap() });
            Some(hash.await.clone())
        } else {
            None
        };
        let name = self.mail.split('@').next().unwrap_or_default().replace(['.', '-'], " ");
        sqlx::query(
            "insert into users (user_id, organisation_id, mail, display_name, locale, time_zone, password_hash, disabled_at, created_at, kind)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(id)
        .bind(self.organisation)
        .bind(&self.mail)
        .bind(name)
        .bind(self.locale)
        .bind(self.zone)
        .bind(hash)
        .bind(self.disabled.then_some(self.seed.now))
        .bind(self.seed.now)
        .bind(if self.guest { "guest" } else { "member" })
        .execute(&self.seed.db)
        .await
        .unwrap();
        for (role, location) in self.roles {
            self.seed.grant(id, role, location).await;
        }
        id
    }
}
