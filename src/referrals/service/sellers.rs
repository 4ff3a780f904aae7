//! Whose a request is, on Microsoft's side.

use serde_json::json;

use super::{ActError, By};
use crate::{
    db,
    ids::{ReferralId, UserId},
    referrals::{
        command::Seen,
        status::Status,
        store::write::{self, Note, Standing},
    },
};

/// A seller takes a request that nobody has.
pub async fn take(by: &By<'_>, id: ReferralId, seen: Option<Seen>) -> Result<(), ActError> {
    let mut tx = db::begin(by.db).await?;
    let standing = of_vendor(&mut tx, by, id, seen).await?;
    if standing.seller.is_some() {
        return Err(ActError::Refused("refused-taken"));
    }
    let seller = write::seller_of(&mut tx, standing.organisation, by.actor.user).await?;
    let seller = seller.ok_or(ActError::Forbidden("refusal-not-your-request"))?;
    if !write::seller(&mut tx, &standing, &seller, by.now).await? {
        return Err(ActError::Changed);
    }
    write::note(&mut tx, by, &standing, &Note::own("taken", json!({}))).await?;
    Ok(tx.commit().await?)
}

/// A seller gives an own request or deal to another one. The partner is told once the deal is accepted, never before (rule).
pub async fn hand_over(by: &By<'_>, id: ReferralId, seen: Option<Seen>, to: UserId) -> Result<(), ActError> {
    let mut tx = db::begin(by.db).await?;
    let standing = of_vendor(&mut tx, by, id, seen).await?;
    standing.may_act(by, seen)?;
    let seller = write::seller_of(&mut tx, standing.organisation, to).await?;
    let seller = seller
        .filter(|seller| seller.user != by.actor.user)
        .ok_or(ActError::Refused("refused-seller"))?;
    if !write::seller(&mut tx, &standing, &seller, by.now).await? {
        return Err(ActError::Changed);
    }
    write::note(&mut tx, by, &standing, &Note::own("handed-over", json!({"to": {"seller": seller.name}}))).await?;
    write::tell(&mut tx, by, id, "assigned", json!({})).await?;
    if standing.status == Status::Accepted {
        write::tell_others(&mut tx, by, &standing, "assigned", json!({})).await?;
    }
    Ok(tx.commit().await?)
}

async fn of_vendor(tx: &mut db::Tx<'_>, by: &By<'_>, id: ReferralId, seen: Option<Seen>) -> Result<Standing, ActError> {
    let standing = write::standing(tx, &by.actor.scope(), id).await?.ok_or(ActError::NotFound)?;
    if !standing.vendor {
        return Err(ActError::Forbidden("refusal-not-your-request"));
    }
    if standing.status.is_terminal() {
        return Err(ActError::Over);
    }
    if seen.is_some_and(|seen| seen.referral != standing.version) {
        return Err(ActError::Changed);
    }
    Ok(standing)
}
