//! Two partners and two sellers of Korea, with the portal over them.

use partner_portal::{
    auth::Actor,
    ids::{EngagementId, OrganisationId, ReferralId},
    referrals::command::NewDeal,
};
use sqlx::PgPool;

use crate::{
    referrals::scene::{BEGIN, Scene, ask},
    support::{Answer, Client, TestApp},
};

pub struct World {
    pub app: TestApp,
    pub scene: Scene,
}

impl World {
    pub async fn new(db: PgPool) -> Self {
        let app = TestApp::new(db).await.at(BEGIN);
        let scene = Scene::new(app.db().clone()).await;
        Self { app, scene }
    }

    pub async fn sign_in(&self, actor: &Actor) -> Client {
        self.app.sign_in(&actor.mail).await
    }

    /// A deal of Fabrikam's that asks for help, and the request that it made.
    pub async fn request(&self, change: impl FnOnce(&mut NewDeal)) -> (ReferralId, ReferralId) {
        let deal = self
            .scene
            .deal(|new| {
                ask(new);
                change(new);
            })
            .await;
        let request = self.scene.referral_of(deal, self.scene.vendor).await.expect("a request");
        (deal, request)
    }

    pub async fn engagement(&self, referral: ReferralId) -> EngagementId {
        sqlx::query_scalar("select engagement_id from referrals where referral_id = $1")
            .bind(referral)
            .fetch_one(self.app.db())
            .await
            .unwrap()
    }

    /// The newest referral of an organisation.
    pub async fn newest_of(&self, organisation: OrganisationId) -> ReferralId {
        sqlx::query_scalar("select referral_id from referrals where organisation_id = $1 order by referral_id desc limit 1")
            .bind(organisation)
            .fetch_one(self.app.db())
            .await
            .unwrap()
    }
}

/// The hidden "seen" of a page's forms.
pub fn seen(page: &Answer) -> String {
    page.attributes("input[name=seen]", "value")
        .pop()
        .unwrap_or_else(|| panic!("no form on {}: {}", page.path, page.text()))
}

/// The names in a list.
pub fn names(page: &Answer) -> Vec<String> {
    page.texts("table[data-table=requests] tbody td:first-child a")
}
