//! A seller starts a deal or a lead, and sends it to a partner.

use serde_json::json;

use super::{ActError, By, check};
use crate::{
    auth::Role,
    db::{self, Tx},
    ids::{EngagementId, ReferralId},
    referrals::{
        command::{Details, Sending},
        kind::{DealType, Direction},
        rules::{self, Flaw},
        stage,
        status::Status,
        store::{
            places,
            write::{self, NewEngagement, NewReferral, Note},
        },
    },
};

/// Answers with the seller's own referral, accepted by its making; the partner's waits for an answer.
pub async fn send(by: &By<'_>, sending: Sending) -> Result<ReferralId, ActError> {
    let mut tx = db::begin(by.db).await?;
    let own = send_in(&mut tx, by, &sending).await?;
    tx.commit().await?;
    Ok(own)
}

/// The same as part of the caller's transaction, which gives up when this fails.
pub async fn send_in(tx: &mut Tx<'_>, by: &By<'_>, sending: &Sending) -> Result<ReferralId, ActError> {
    if !by.actor.is_vendor() || !by.actor.has(Role::Seller) {
        return Err(ActError::Forbidden("refusal-send"));
    }
    let mut flaws = rules::customer(&sending.customer);
    flaws.extend(if sending.lead.is_some() { rules::lead_details(&sending.details) } else { rules::details(&sending.details) });
    flaws.extend(rules::contact(&sending.contact, sending.lead.is_none()));
    if !sending.solutions.is_empty() {
        flaws.extend(rules::solutions(&sending.solutions));
    }
    check(flaws)?;
    let theirs = match sending.location {
        Some(location) => places::is_of(tx, sending.partner, location).await?,
        None => true,
    };
    if !theirs || !places::is_partner(tx, sending.partner).await? {
        return Err(ActError::Invalid(vec![Flaw::new("partner", "flaw-partner")]));
    }
    let seller = write::seller_of(tx, by.actor.organisation, by.actor.user).await?;
    let seller = seller.ok_or(ActError::Forbidden("refusal-send"))?;
    let (engagement, own, theirs) = (EngagementId::new(), ReferralId::new(), ReferralId::new());
    let row = NewEngagement {
        id: engagement,
        deal_type: if sending.lead.is_some() { DealType::Lead } else { DealType::CoSell },
        started_by: by.actor.organisation,
        customer: &sending.customer,
        contact: &sending.contact,
        help: &[],
        vendor_notes: "",
        consent_at: None,
        qualification: sending.lead,
        contact_wanted_until: sending.contact_wanted_until.filter(|_| sending.lead.is_some()),
        at: by.now,
    };
    write::engagement(tx, &row).await?;
    write::solutions(tx, engagement, &sending.solutions).await?;
    let mine = NewReferral {
        id: own,
        engagement,
        organisation: by.actor.organisation,
        deal_id: None,
        lead: sending.lead.is_some(),
        direction: Direction::Outbound,
        attempt: 1,
        location: None,
        status: Status::Accepted,
        stage: Some(stage::FIRST),
        details: &sending.details,
        customer_name: &sending.customer.name,
        sent: None,
        seller: Some(seller),
        at: by.now,
    };
    write::referral(tx, &mine).await?;
    let details = Details { notes: String::new(), crm_id: String::new(), campaign_id: String::new(), ..sending.details.clone() };
    let partners = NewReferral {
        id: theirs,
        organisation: sending.partner,
        deal_id: Some(write::deal_id(theirs)),
        direction: Direction::Inbound,
        location: sending.location,
        status: Status::Pending,
        stage: None,
        details: &details,
        sent: Some((by.now, by.now + by.expires_after)),
        seller: None,
        ..mine
    };
    write::referral(tx, &partners).await?;
    write::missing(tx, engagement).await?;
    let standing = write::standing(tx, &by.actor.scope(), own).await?.ok_or(ActError::NotFound)?;
    write::note(tx, by, &standing, &Note::shared("sent", json!({"type": row.deal_type.code()}))).await?;
    write::tell(tx, by, theirs, "received", json!({})).await?;
    Ok(own)
}
