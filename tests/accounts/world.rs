//! Fabrikam with an admin of each kind, and somebody without a role.

use axum::http::StatusCode;
use partner_portal::{
    auth::Role,
    ids::{LocationId, OrganisationId, UserId},
};
use sqlx::PgPool;

use crate::support::{Answer, Client, TestApp};

pub const GLOBAL: &str = "global@fabrikam.example";
pub const ACCOUNT: &str = "account@fabrikam.example";
pub const PEOPLE: &str = "people@fabrikam.example";
pub const MPN: &str = "mpn@fabrikam.example";
pub const JUNE: &str = "june@fabrikam.example";

pub struct World {
    pub app: TestApp,
    pub partner: OrganisationId,
    pub seoul: LocationId,
    pub busan: LocationId,
    pub global: UserId,
    pub account: UserId,
    /// Has no role, and a password.
    pub june: UserId,
}

impl World {
    pub async fn new(db: PgPool) -> Self {
        let app = TestApp::new(db).await;
        let seed = app.seed();
        let partner = seed.partner("Fabrikam", "4512345").await;
        sqlx::query("insert into tenant_domains values ('fabrikam.example', $1)")
            .bind(partner)
            .execute(app.db())
            .await
            .unwrap();
        let seoul = seed.location(partner, "4512346", "Seoul").await;
        let busan = seed.location(partner, "4512347", "Busan").await;
        let global = seed.user(partner, GLOBAL).role(Role::GlobalAdmin).create().await;
        let account = seed.user(partner, ACCOUNT).role(Role::AccountAdmin).create().await;
        seed.user(partner, PEOPLE).role(Role::UserManagementAdmin).create().await;
        seed.user(partner, MPN).role(Role::MpnPartnerAdmin).create().await;
        let june = seed.user(partner, JUNE).with_password().create().await;
        Self { app, partner, seoul, busan, global, account, june }
    }

    pub async fn client(&self, mail: &str) -> Client {
        self.app.sign_in(mail).await
    }

    /// Roles of a user as `role` or `role @ MPN ID`, in alphabetical order.
    pub async fn roles(&self, user: UserId) -> Vec<String> {
        sqlx::query_scalar(
            "select a.role || coalesce(' @ ' || l.mpn_id, '') from role_assignments a left join locations l using (location_id)
             where a.user_id = $1 order by 1",
        )
        .bind(user)
        .fetch_all(self.app.db())
        .await
        .unwrap()
    }

    /// The actions in the audit log, oldest first.
    pub async fn log(&self) -> Vec<String> {
        sqlx::query_scalar("select action from audit_log order by audit_id")
            .fetch_all(self.app.db())
            .await
            .unwrap()
    }
}

pub fn user_path(user: UserId) -> String {
    format!("/account/users/{user}")
}

/// Gives a role by the user's page.
pub async fn grant(client: &mut Client, user: UserId, role: Role, places: &[&str]) -> Answer {
    let mut fields = vec![("role", role.code())];
    fields.extend(places.iter().map(|place| ("places", *place)));
    client.post(&format!("{}/roles", user_path(user)), &fields).await
}

pub async fn remove(client: &mut Client, user: UserId, role: Role, location: &str) -> Answer {
    let fields = [("role", role.code()), ("location", location)];
    client.post(&format!("{}/roles/removal", user_path(user)), &fields).await
}

/// Went through, and the next page says this.
pub async fn says(client: &mut Client, answer: &Answer, words: &str) {
    let mut page = client.follow(answer).await;
    // The start page leads on to where somebody works, and what was to be said goes with them.
    if page.status == StatusCode::SEE_OTHER {
        page = client.follow(&page).await;
    }
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.select(".banner.good"), words);
}

/// Was refused, with this problem.
pub fn refused(answer: &Answer, words: &str) {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
    let said = answer.texts(".problems li");
    assert!(said.iter().any(|problem| problem.contains(words)), "{said:?}");
}
