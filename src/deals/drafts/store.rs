//! All SQL of drafts. Every read and write is of the person's own in their organisation.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::{
    auth::Actor,
    db::{Pool, Tx},
    ids::{DraftId, OrganisationId, ReferralId, UserId},
};

/// How many open drafts are listed.
const LISTED: i64 = 100;

pub struct Row {
    pub id: DraftId,
    pub data: Value,
    pub updated_at: DateTime<Utc>,
    pub version: i32,
    pub referral: Option<ReferralId>,
}

/// Open ones, the latest first.
pub async fn list(pool: &Pool, actor: &Actor) -> sqlx::Result<Vec<Row>> {
    sqlx::query_as!(
        Row,
        r#"select draft_id as "id: DraftId", data, updated_at, version, referral_id as "referral: ReferralId" from deal_drafts
           where user_id = $1 and organisation_id = $2 and referral_id is null order by updated_at desc limit $3"#,
        actor.user as UserId,
        actor.organisation as OrganisationId,
        LISTED
    )
    .fetch_all(pool)
    .await
}

pub async fn draft(pool: &Pool, actor: &Actor, id: DraftId) -> sqlx::Result<Option<Row>> {
    sqlx::query_as!(
        Row,
        r#"select draft_id as "id: DraftId", data, updated_at, version, referral_id as "referral: ReferralId" from deal_drafts
           where draft_id = $1 and user_id = $2 and organisation_id = $3"#,
        id as DraftId,
        actor.user as UserId,
        actor.organisation as OrganisationId
    )
    .fetch_optional(pool)
    .await
}

/// The same, and nobody else has it until the transaction ends.
pub async fn lock(tx: &mut Tx<'_>, actor: &Actor, id: DraftId) -> sqlx::Result<Option<Row>> {
    sqlx::query_as!(
        Row,
        r#"select draft_id as "id: DraftId", data, updated_at, version, referral_id as "referral: ReferralId" from deal_drafts
           where draft_id = $1 and user_id = $2 and organisation_id = $3 for update"#,
        id as DraftId,
        actor.user as UserId,
        actor.organisation as OrganisationId
    )
    .fetch_optional(&mut **tx)
    .await
}

pub async fn create(pool: &Pool, actor: &Actor, id: DraftId, data: &Value, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into deal_drafts (draft_id, organisation_id, user_id, data, updated_at) values ($1, $2, $3, $4, $5)",
        id as DraftId,
        actor.organisation as OrganisationId,
        actor.user as UserId,
        data,
        at
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// `false`: it is not what was read any more, or has become a deal.
pub async fn save(pool: &Pool, actor: &Actor, seen: &Row, data: &Value, at: DateTime<Utc>) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update deal_drafts set data = $5, updated_at = $6, version = version + 1
         where draft_id = $1 and user_id = $2 and organisation_id = $3 and version = $4 and referral_id is null",
        seen.id as DraftId,
        actor.user as UserId,
        actor.organisation as OrganisationId,
        seen.version,
        data,
        at
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// `false`: there is no such open draft.
pub async fn discard(pool: &Pool, actor: &Actor, id: DraftId) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "delete from deal_drafts where draft_id = $1 and user_id = $2 and organisation_id = $3 and referral_id is null",
        id as DraftId,
        actor.user as UserId,
        actor.organisation as OrganisationId
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// It has become a deal; what was typed is there now.
pub async fn finish(tx: &mut Tx<'_>, locked: &Row, deal: ReferralId, at: DateTime<Utc>) -> sqlx::Result<()> {
    sqlx::query!(
        "update deal_drafts set referral_id = $2, data = '{}', updated_at = $3, version = version + 1 where draft_id = $1",
        locked.id as DraftId,
        deal as ReferralId,
        at
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
