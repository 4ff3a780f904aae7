//! Working on an accepted deal to its end: stages, won, lost, created by mistake.

use serde_json::json;

use super::{ActError, By, check};
use crate::{
    db,
    ids::ReferralId,
    referrals::{
        command::Seen,
        reason::Reason,
        rules, stage,
        status::Action,
        store::write::{self, Move, Note},
    },
};

/// Ends a deal: [`Action::Win`], [`Action::Lose`] or [`Action::Withdraw`] (created by mistake), the latter two with a reason
/// (rule). Nothing can be changed afterwards.
pub async fn close(
    by: &By<'_>,
    id: ReferralId,
    seen: Option<Seen>,
    action: Action,
    reason: Option<Reason>,
    note: &str,
) -> Result<(), ActError> {
    if !matches!(action, Action::Win | Action::Lose | Action::Withdraw) {
        return Err(ActError::Refused("refused-step"));
    }
    let needs_reason = Reason::of(action).next().is_some();
    if reason.is_some_and(|reason| reason.action != action) || reason.is_some() != needs_reason {
        return Err(ActError::Invalid(vec![rules::Flaw::new("reason", "flaw-reason")]));
    }
    check(rules::note(note, reason.is_some_and(Reason::needs_note)))?;
    let mut tx = db::begin(by.db).await?;
    let standing = write::standing(&mut tx, &by.actor.scope(), id)
        .await?
        .ok_or(ActError::NotFound)?;
    standing.may_act(by, seen)?;
    let to = standing.step(action, by.now)?;
    if action == Action::Win && !stage::may_win(standing.deal_type, standing.stage) {
        return Err(ActError::Refused("refused-stages"));
    }
    let stage = (action == Action::Win).then_some(stage::WON);
    let moved = Move { to, at: by.now, stage, reason: reason.map(|reason| reason.number), note };
    if !write::status(&mut tx, &standing, &moved).await? {
        return Err(ActError::Changed);
    }
    let detail = json!({"reason": reason.map(|reason| reason.number), "note": note.trim()});
    write::note(&mut tx, by, &standing, &Note::shared(action.code(), detail.clone())).await?;
    if let Some(event) = match action {
        Action::Win => Some("won"),
        Action::Lose => Some("lost"),
        _ => None,
    } {
        write::tell_others(&mut tx, by, &standing, event, detail).await?;
    }
    Ok(tx.commit().await?)
}

/// Moves an accepted deal to a sales stage, in per cent; the present one again changes nothing.
pub async fn set_stage(by: &By<'_>, id: ReferralId, seen: Option<Seen>, to: i16) -> Result<(), ActError> {
    let mut tx = db::begin(by.db).await?;
    let standing = write::standing(&mut tx, &by.actor.scope(), id)
        .await?
        .ok_or(ActError::NotFound)?;
    standing.may_act(by, seen)?;
    standing.is_worked_on()?;
    if standing.stage == Some(to) {
        return Ok(());
    }
    if !stage::may_set(standing.deal_type, standing.stage, to) {
        return Err(ActError::Refused("refused-stage"));
    }
    if !write::stage(&mut tx, &standing, to, by.now).await? {
        return Err(ActError::Changed);
    }
    let detail = json!({"from": standing.stage, "to": to});
    write::note(&mut tx, by, &standing, &Note::shared("stage", detail)).await?;
    Ok(tx.commit().await?)
}
