//! New deals of a partner.

use serde_json::json;

use super::{ActError, By, check, invite};
use crate::{
    catalogue::service as catalogue,
    db::{self, Tx},
    ids::{EngagementId, LocationId, ReferralId},
    referrals::{
        command::{ChosenSolution, NewDeal, Request},
        kind::{DealType, Direction},
        missing::Missing,
        rules::{self, Flaw},
        stage,
        status::Status,
        store::{
            places,
            write::{self, NewEngagement, NewReferral, Note},
        },
    },
};

/// Makes a deal: the engagement, the partner's referral (accepted by its maker), and, when help is asked for, Microsoft's, with its
/// deadline and seller.
///
/// # Errors
/// [`ActError::Invalid`] with all that is wrong; [`ActError::Refused`] while the organisation has no co-sell-ready solution (rule).
pub async fn create(by: &By<'_>, new: NewDeal) -> Result<ReferralId, ActError> {
    let mut tx = db::begin(by.db).await?;
    let id = create_in(&mut tx, by, &new).await?;
    tx.commit().await?;
    Ok(id)
}

/// The same as part of the caller's transaction, which gives up when this fails.
pub async fn create_in(tx: &mut Tx<'_>, by: &By<'_>, new: &NewDeal) -> Result<ReferralId, ActError> {
    if by.actor.is_vendor() {
        return Err(ActError::Forbidden("refusal-create-deal"));
    }
    if !catalogue::has_co_sell_ready(tx, by.actor.organisation).await? {
        return Err(ActError::Refused("refused-no-solution"));
    }
    if new.assessment && !catalogue::may_assess(tx, by.actor.organisation).await? {
        return Err(ActError::Refused("refused-no-assessments"));
    }
    check(flaws(new))?;
    may_place(tx, by, new.location, new).await?;
    check(unknown_solutions(tx, &new.solutions, new.assessment, &[]).await?)?;

    let deal_type = DealType::chosen(!new.help.is_empty(), new.visible, new.assessment);
    let (engagement, id) = (EngagementId::new(), ReferralId::new());
    let asked = deal_type.asks_vendor();
    let row = NewEngagement {
        id: engagement,
        deal_type,
        started_by: by.actor.organisation,
        customer: &new.customer,
        contact: &new.contact,
        help: &new.help,
        vendor_notes: &new.vendor_notes,
        consent_at: asked.then_some(by.now),
        qualification: None,
        contact_wanted_until: None,
        at: by.now,
    };
    write::engagement(tx, &row).await?;
    let referral = NewReferral {
        id,
        engagement,
        organisation: by.actor.organisation,
        deal_id: Some(write::deal_id(id)),
        lead: false,
        direction: Direction::Outbound,
        attempt: 1,
        location: new.location,
        status: Status::Accepted,
        stage: Some(stage::FIRST),
        details: &new.details,
        customer_name: &new.customer.name,
        sent: None,
        seller: None,
        at: by.now,
    };
    write::referral(tx, &referral).await?;
    write::solutions(tx, engagement, &new.solutions).await?;
    write::team(tx, id, &new.team).await?;
    write::missing(tx, engagement).await?;
    let standing = write::standing(tx, &by.actor.scope(), id).await?.ok_or(ActError::NotFound)?;
    debug_assert!(Missing(standing.missing).is_empty() || standing.deal_type == DealType::Lead);
    write::note(tx, by, &standing, &Note::shared("created", json!({"type": deal_type.code()}))).await?;
    if asked {
        invite::send_to_vendor(tx, by, &standing, 1, &new.details).await?;
    }
    Ok(id)
}

/// All that is wrong with a new deal, without looking into the database.
pub fn flaws(new: &NewDeal) -> Vec<Flaw> {
    let mut flaws = rules::customer(&new.customer);
    flaws.extend(rules::details(&new.details));
    flaws.extend(rules::team(&new.team));
    flaws.extend(rules::solutions(&new.solutions));
    if new.assessment && new.solutions.len() != 1 {
        flaws.push(Flaw::new("solutions", "flaw-assessment"));
    }
    if new.help.is_empty() && !new.assessment {
        flaws.extend(rules::contact(&new.contact, false));
    } else {
        let mut request = Request {
            help: new.help.clone(),
            notes: new.vendor_notes.clone(),
            contact: new.contact.clone(),
            consent: new.consent,
        };
        if new.assessment && request.help.is_empty() {
            request.help.push(crate::referrals::kind::Help::GeneralOrOther);
        }
        flaws.extend(rules::request(&request));
    }
    flaws
}

/// The location must be the organisation's, and in the maker's scope; and the maker must see the deal afterwards.
async fn may_place(tx: &mut Tx<'_>, by: &By<'_>, location: Option<LocationId>, new: &NewDeal) -> Result<(), ActError> {
    let scope = by.actor.scope();
    let within =
        |reach: &crate::auth::Reach| reach.is_whole() || location.is_some_and(|location| reach.locations().contains(&location));
    let (all, team) = (within(&scope.all), within(&scope.team));
    let exists = match location {
        Some(location) => places::is_of(tx, by.actor.organisation, location).await?,
        None => true,
    };
    if !exists || !(all || team) {
        return Err(ActError::Invalid(vec![Flaw::new("location", "flaw-location")]));
    }
    let on_team = new.team.iter().any(|member| member.mail.trim().to_lowercase() == scope.mail);
    if !all && !on_team {
        return Err(ActError::Invalid(vec![Flaw::new("team", "flaw-team-without-you")]));
    }
    Ok(())
}

/// Own solutions and other partners' must be co-sell ready; Microsoft's are always offered. A solution assessment is one of its types.
/// `known`: what may be there all the same.
pub async fn unknown_solutions(
    tx: &mut Tx<'_>,
    solutions: &[ChosenSolution],
    assessment: bool,
    known: &[String],
) -> Result<Vec<Flaw>, ActError> {
    let ids: Vec<String> = solutions.iter().map(|solution| solution.id.clone()).collect();
    let offered = catalogue::offered(tx, &ids, assessment).await?;
    Ok(ids
        .iter()
        .enumerate()
        .filter(|(_, id)| !offered.contains(id) && !known.contains(id))
        .map(|(n, _)| Flaw::new(format!("solutions-{}", n + 1), "flaw-solution-unknown"))
        .collect())
}
