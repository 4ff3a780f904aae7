//! A deal reaches more people: Microsoft's sellers, or another partner. A type never goes back (domain.md section 3, "Types").

use serde_json::json;

use super::{ActError, By, check};
use crate::{
    db::{self, Tx},
    ids::{LocationId, OrganisationId, ReferralId},
    referrals::{
        command::{Details, Request, Seen},
        kind::{DealType, Direction, Widening},
        rules,
        status::Status,
        store::{
            places, refresh,
            write::{self, NewReferral, Note, Standing},
        },
    },
};

/// Lets Microsoft's sellers see a private deal; nobody is asked to act.
pub async fn show_vendor(by: &By<'_>, id: ReferralId, seen: Option<Seen>) -> Result<(), ActError> {
    let (mut tx, standing, to) = begin(by, id, seen, Widening::ShowVendor).await?;
    widen(&mut tx, by, &standing, to, None).await?;
    note_type(&mut tx, by, &standing, "shown-to-vendor", to).await?;
    Ok(tx.commit().await?)
}

/// Asks Microsoft's sellers for help; again when an earlier request expired or was declined.
pub async fn ask_vendor(by: &By<'_>, id: ReferralId, seen: Option<Seen>, request: Request) -> Result<(), ActError> {
    let (mut tx, standing, to) = begin(by, id, seen, Widening::AskVendor).await?;
    check(rules::request(&request))?;
    let vendor = write::vendor(&mut tx).await?.ok_or(ActError::Refused("refused-no-vendor"))?;
    let attempt = match write::latest_of(&mut tx, standing.engagement, vendor).await? {
        None => 1,
        Some(latest) if matches!(latest.status, Status::Expired | Status::Declined) => latest.attempt + 1,
        Some(_) => return Err(ActError::Refused("refused-asked-already")),
    };
    widen(&mut tx, by, &standing, to, Some(&request)).await?;
    note_type(&mut tx, by, &standing, "asked-vendor", to).await?;
    let details = write::details_of(&mut tx, &standing).await?;
    send_to_vendor(&mut tx, by, &standing, attempt, &details).await?;
    write::missing(&mut tx, standing.engagement).await?;
    Ok(tx.commit().await?)
}

/// Sends the deal to another partner, which gets its own referral, with value, date and team of its own.
pub async fn invite_partner(
    by: &By<'_>,
    id: ReferralId,
    seen: Option<Seen>,
    partner: OrganisationId,
    location: Option<LocationId>,
) -> Result<(), ActError> {
    let (mut tx, standing, to) = begin(by, id, seen, Widening::InvitePartner).await?;
    let theirs = match location {
        Some(location) => places::is_of(&mut tx, partner, location).await?,
        None => true,
    };
    if partner == standing.organisation || !theirs || !places::is_partner(&mut tx, partner).await? {
        return Err(ActError::Refused("refused-partner"));
    }
    let attempt = match write::latest_of(&mut tx, standing.engagement, partner).await? {
        None => 1,
        Some(latest) if matches!(latest.status, Status::Expired | Status::Declined) => latest.attempt + 1,
        Some(_) => return Err(ActError::Refused("refused-invited-already")),
    };
    widen(&mut tx, by, &standing, to, None).await?;
    let invited = ReferralId::new();
    let details = Details { name: standing.name.clone(), ..Details::default() };
    let referral = NewReferral {
        id: invited,
        engagement: standing.engagement,
        organisation: partner,
        deal_id: Some(write::deal_id(invited)),
        lead: false,
        direction: Direction::Inbound,
        attempt,
        location,
        status: Status::Pending,
        stage: None,
        details: &details,
        customer_name: &standing.customer_name,
        sent: Some((by.now, by.now + by.expires_after)),
        seller: None,
        at: by.now,
    };
    if !write::referral(&mut tx, &referral).await? {
        return Err(ActError::Changed);
    }
    note_type(&mut tx, by, &standing, "invited", to).await?;
    write::tell(&mut tx, by, invited, "invited", json!({})).await?;
    write::missing(&mut tx, standing.engagement).await?;
    Ok(tx.commit().await?)
}

/// Microsoft's referral, given to the seller of the customer's country who has least to do.
pub(super) async fn send_to_vendor(
    tx: &mut Tx<'_>,
    by: &By<'_>,
    from: &Standing,
    attempt: i16,
    details: &Details,
) -> Result<(), ActError> {
    let vendor = write::vendor(tx).await?.ok_or(ActError::Refused("refused-no-vendor"))?;
    let asked = ReferralId::new();
    // What Microsoft's side begins with. Notes and IDs stay the partner's own.
    let details = Details {
        name: details.name.clone(),
        value: details.value,
        currency: details.currency.clone(),
        close_date: details.close_date,
        ..Details::default()
    };
    let referral = NewReferral {
        id: asked,
        engagement: from.engagement,
        organisation: vendor,
        deal_id: None,
        lead: false,
        direction: Direction::Inbound,
        attempt,
        location: None,
        status: Status::Pending,
        stage: None,
        details: &details,
        customer_name: &from.customer_name,
        sent: Some((by.now, by.now + by.expires_after)),
        seller: write::least_loaded_seller(tx, vendor, &from.customer_country).await?,
        at: by.now,
    };
    if !write::referral(tx, &referral).await? {
        return Err(ActError::Changed);
    }
    refresh(tx, from.engagement).await?;
    Ok(write::tell(tx, by, asked, "received", json!({})).await?)
}

/// Only the organisation that started an engagement may widen it, and only while it is worked on.
async fn begin(
    by: &By<'_>,
    id: ReferralId,
    seen: Option<Seen>,
    widening: Widening,
) -> Result<(Tx<'static>, Standing, DealType), ActError> {
    let mut tx = db::begin(by.db).await?;
    let standing = write::standing(&mut tx, &by.actor.scope(), id)
        .await?
        .ok_or(ActError::NotFound)?;
    standing.may_act(by, seen)?;
    standing.is_worked_on()?;
    let to = standing.widened(widening)?;
    if seen.is_some_and(|seen| seen.engagement != standing.engagement_version) {
        return Err(ActError::Changed);
    }
    Ok((tx, standing, to))
}

async fn widen(
    tx: &mut Tx<'_>,
    by: &By<'_>,
    standing: &Standing,
    to: DealType,
    request: Option<&Request>,
) -> Result<(), ActError> {
    if !write::bump_engagement(tx, standing).await? || !write::touch(tx, standing, by.now).await? {
        return Err(ActError::Changed);
    }
    write::help(tx, standing.engagement, to, request, by.now).await?;
    Ok(refresh(tx, standing.engagement).await?)
}

async fn note_type(tx: &mut Tx<'_>, by: &By<'_>, standing: &Standing, event: &'static str, to: DealType) -> Result<(), ActError> {
    let detail = json!({"from": {"type": standing.deal_type.code()}, "to": {"type": to.code()}});
    Ok(write::note(tx, by, standing, &Note::shared(event, detail)).await?)
}
