//! Answering a referral that came to one's organisation: opened, accepted, declined.

use serde_json::json;

use super::{ActError, By, check};
use crate::{
    db,
    ids::ReferralId,
    referrals::{
        command::{Details, Seen},
        kind::DealType,
        reason::Reason,
        rules, stage,
        status::{Action, Status},
        store::write::{self, Move, Note},
    },
};

/// Accepts, and says what the deal is for one's own organisation. The partner gives name, value and close date; a seller, and
/// whoever accepts a lead, may leave them open.
pub async fn accept(by: &By<'_>, id: ReferralId, seen: Option<Seen>, details: Details) -> Result<(), ActError> {
    let mut tx = db::begin(by.db).await?;
    let standing = write::standing(&mut tx, &by.actor.scope(), id)
        .await?
        .ok_or(ActError::NotFound)?;
    standing.may_act(by, seen)?;
    let to = standing.step(Action::Accept, by.now)?;
    let partners_deal = !standing.vendor && standing.deal_type != DealType::Lead;
    check(if partners_deal { rules::details(&details) } else { rules::lead_details(&details) })?;
    let moved = Move { to, at: by.now, stage: Some(stage::FIRST), reason: None, note: "" };
    if !write::status(&mut tx, &standing, &moved).await?
        || !write::details(&mut tx, &standing, standing.version + 1, &details, by.now).await?
    {
        return Err(ActError::Changed);
    }
    write::missing(&mut tx, standing.engagement).await?;
    write::note(
        &mut tx,
        by,
        &standing,
        &Note::shared(Action::Accept.code(), json!({"days": standing.waited_days(by.now)})),
    )
    .await?;
    write::tell_others(&mut tx, by, &standing, "accepted", json!({})).await?;
    Ok(tx.commit().await?)
}

/// Declines, with a reason (rule).
pub async fn decline(by: &By<'_>, id: ReferralId, seen: Option<Seen>, reason: Reason, note: &str) -> Result<(), ActError> {
    if reason.action != Action::Decline {
        return Err(ActError::Refused("flaw-reason"));
    }
    check(rules::note(note, reason.needs_note()))?;
    let mut tx = db::begin(by.db).await?;
    let standing = write::standing(&mut tx, &by.actor.scope(), id)
        .await?
        .ok_or(ActError::NotFound)?;
    standing.may_act(by, seen)?;
    let to = standing.step(Action::Decline, by.now)?;
    let moved = Move { to, at: by.now, stage: None, reason: Some(reason.number), note };
    if !write::status(&mut tx, &standing, &moved).await? {
        return Err(ActError::Changed);
    }
    let detail = json!({"reason": reason.number, "note": note.trim()});
    write::note(&mut tx, by, &standing, &Note::shared(Action::Decline.code(), detail.clone())).await?;
    write::tell_others(&mut tx, by, &standing, "declined", detail).await?;
    Ok(tx.commit().await?)
}

/// Somebody of the organisation it was sent to has opened it. Does nothing when it was opened before, or answered.
pub async fn mark_received(by: &By<'_>, id: ReferralId) -> Result<(), ActError> {
    let mut tx = db::begin(by.db).await?;
    let standing = write::standing(&mut tx, &by.actor.scope(), id)
        .await?
        .ok_or(ActError::NotFound)?;
    let late = standing.expires_at.is_some_and(|at| at <= by.now);
    let Some(to) = standing.status.step(Action::Open).filter(|to| *to == Status::Received && !late) else {
        return Ok(());
    };
    let moved = Move { to, at: by.now, stage: None, reason: None, note: "" };
    if write::status(&mut tx, &standing, &moved).await? {
        write::note(&mut tx, by, &standing, &Note::shared(Action::Open.code(), json!({}))).await?;
        tx.commit().await?;
    }
    Ok(())
}
