//! History and outbox: written in the transaction of the change.

use serde_json::Value;

use super::standing::Standing;
use crate::{
    db::Tx,
    ids::{EngagementId, OrganisationId, ReferralId, UserId},
    referrals::service::By,
};

/// A line of the history.
pub struct Note {
    /// A text that never changes.
    pub event: &'static str,
    pub detail: Value,
    /// Seen by every organisation of the engagement. Then it names no person.
    pub shared: bool,
}

impl Note {
    pub const fn shared(event: &'static str, detail: Value) -> Self {
        Self { event, detail, shared: true }
    }

    pub const fn own(event: &'static str, detail: Value) -> Self {
        Self { event, detail, shared: false }
    }
}

pub async fn note(tx: &mut Tx<'_>, by: &By<'_>, on: &Standing, note: &Note) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into referral_history (engagement_id, organisation_id, referral_id, at, user_id, event, detail, shared)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        on.engagement as EngagementId,
        on.organisation as OrganisationId,
        on.id as ReferralId,
        by.now,
        by.actor.user as UserId,
        note.event,
        note.detail,
        note.shared
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Tells the people of a referral.
pub async fn tell(tx: &mut Tx<'_>, by: &By<'_>, referral: ReferralId, event: &str, detail: Value) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into outbox (event, referral_id, by_user, at, detail) values ($1, $2, $3, $4, $5)",
        event,
        referral as ReferralId,
        by.actor.user as UserId,
        by.now,
        detail
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Tells the people of the engagement's other referrals that are not over.
pub async fn tell_others(tx: &mut Tx<'_>, by: &By<'_>, on: &Standing, event: &str, detail: Value) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into outbox (event, referral_id, by_user, at, detail)
         select $3, referral_id, $4, $5, $6 from referrals
         where engagement_id = $1 and organisation_id <> $2 and status in ('pending', 'received', 'accepted')",
        on.engagement as EngagementId,
        on.organisation as OrganisationId,
        event,
        by.actor.user as UserId,
        by.now,
        detail
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
