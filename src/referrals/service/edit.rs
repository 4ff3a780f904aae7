//! Editing an accepted deal, by whoever may see it.

use serde_json::{Value, json};

use super::{ActError, By, check, create};
use crate::{
    db::{self, Tx},
    ids::ReferralId,
    referrals::{
        command::{ChosenSolution, Customer, Details, Person, Seen},
        kind::DealType,
        rules,
        store::write::{self, Note, Standing},
    },
};

/// Name, value, close date, IDs and notes.
pub async fn edit_details(by: &By<'_>, id: ReferralId, seen: Option<Seen>, details: Details) -> Result<(), ActError> {
    let (mut tx, standing) = begin(by, id, seen).await?;
    let partners_deal = !standing.vendor && standing.deal_type != DealType::Lead;
    check(if partners_deal { rules::details(&details) } else { rules::lead_details(&details) })?;
    let before = write::details_of(&mut tx, &standing).await?;
    if before == details {
        return Ok(());
    }
    if !write::details(&mut tx, &standing, standing.version, &details, by.now).await? {
        return Err(ActError::Changed);
    }
    finish(tx, by, &standing, "details", difference(&before, &details)).await
}

/// The customer and its contact, for all organisations of the engagement.
pub async fn edit_customer(
    by: &By<'_>,
    id: ReferralId,
    seen: Option<Seen>,
    customer: Customer,
    contact: Person,
) -> Result<(), ActError> {
    let (mut tx, standing) = begin(by, id, seen).await?;
    standing.may_share(by, seen)?;
    let mut flaws = rules::customer(&customer);
    flaws.extend(rules::contact(&contact, standing.deal_type.asks_vendor()));
    check(flaws)?;
    if !write::bump_engagement(&mut tx, &standing).await? || !write::touch(&mut tx, &standing, by.now).await? {
        return Err(ActError::Changed);
    }
    let before = standing.customer_name.clone();
    write::customer(&mut tx, standing.engagement, &customer, &contact).await?;
    write::customer_names(&mut tx, standing.engagement).await?;
    let detail = json!({"from": {"customer": before}, "to": {"customer": customer.name.trim(), "city": customer.city.trim()}});
    finish(tx, by, &standing, "customer", detail).await
}

/// The solutions, for all organisations of the engagement.
pub async fn edit_solutions(
    by: &By<'_>,
    id: ReferralId,
    seen: Option<Seen>,
    solutions: Vec<ChosenSolution>,
) -> Result<(), ActError> {
    let (mut tx, standing) = begin(by, id, seen).await?;
    standing.may_share(by, seen)?;
    let mut flaws = rules::solutions(&solutions);
    if standing.deal_type == DealType::SolutionAssessment && solutions.len() != 1 {
        flaws.push(rules::Flaw::new("solutions", "flaw-assessment"));
    }
    // What stands there may stay, also when the catalogue does not offer it any more.
    let before = write::solution_ids(&mut tx, standing.engagement).await?;
    let assessment = standing.deal_type == DealType::SolutionAssessment;
    flaws.extend(create::unknown_solutions(&mut tx, &solutions, assessment, &before).await?);
    check(flaws)?;
    if !write::bump_engagement(&mut tx, &standing).await? || !write::touch(&mut tx, &standing, by.now).await? {
        return Err(ActError::Changed);
    }
    write::solutions(&mut tx, standing.engagement, &solutions).await?;
    let after: Vec<_> = solutions.iter().map(|solution| &solution.id).collect();
    let detail = json!({"from": {"solutions": before}, "to": {"solutions": after}});
    finish(tx, by, &standing, "solutions", detail).await
}

/// The whole team.
pub async fn edit_team(by: &By<'_>, id: ReferralId, seen: Option<Seen>, team: Vec<Person>) -> Result<(), ActError> {
    let (mut tx, standing) = begin(by, id, seen).await?;
    check(rules::team(&team))?;
    if !write::touch(&mut tx, &standing, by.now).await? {
        return Err(ActError::Changed);
    }
    let before = write::members(&mut tx, &standing).await?;
    write::team(&mut tx, standing.id, &team).await?;
    let mails = |people: &[Person]| people.iter().map(|person| person.mail.trim().to_owned()).collect::<Vec<_>>();
    let detail = json!({"from": {"team": mails(&before)}, "to": {"team": mails(&team)}});
    finish(tx, by, &standing, "team", detail).await
}

/// One more member; somebody whose mail is on the team already changes nothing.
pub async fn add_team_member(by: &By<'_>, id: ReferralId, member: Person) -> Result<(), ActError> {
    let (mut tx, standing) = begin(by, id, None).await?;
    check(rules::person(&member, "team-1"))?;
    let team = write::members(&mut tx, &standing).await?;
    if team
        .iter()
        .any(|there| there.mail.to_lowercase() == member.mail.trim().to_lowercase())
    {
        return Ok(());
    }
    if team.len() >= rules::TEAM_MAX {
        return Err(ActError::Refused("flaw-team-many"));
    }
    if !write::touch(&mut tx, &standing, by.now).await? || !write::add_member(&mut tx, &standing, &member).await? {
        return Err(ActError::Changed);
    }
    let detail = json!({"to": {"team": [member.mail.trim()]}});
    finish(tx, by, &standing, "team", detail).await
}

/// A note on the line of time; a shared one is seen by every organisation of the engagement, and told to them.
pub async fn add_note(by: &By<'_>, id: ReferralId, text: &str, shared: bool) -> Result<(), ActError> {
    let mut tx = db::begin(by.db).await?;
    // Notes are about nothing that somebody else could change meanwhile: they wait for each other.
    write::hold(&mut tx, by.actor.organisation, id).await?;
    let standing = open(&mut tx, by, id, None).await?;
    check(rules::note(text, true))?;
    if !write::touch(&mut tx, &standing, by.now).await? {
        return Err(ActError::Changed);
    }
    let note = Note { event: "note", detail: json!({"text": text.trim()}), shared };
    write::note(&mut tx, by, &standing, &note).await?;
    if shared {
        write::tell_others(&mut tx, by, &standing, "note", json!({})).await?;
    }
    Ok(tx.commit().await?)
}

async fn begin(by: &By<'_>, id: ReferralId, seen: Option<Seen>) -> Result<(Tx<'static>, Standing), ActError> {
    let mut tx = db::begin(by.db).await?;
    let standing = open(&mut tx, by, id, seen).await?;
    Ok((tx, standing))
}

async fn open(tx: &mut Tx<'_>, by: &By<'_>, id: ReferralId, seen: Option<Seen>) -> Result<Standing, ActError> {
    let standing = write::standing(tx, &by.actor.scope(), id).await?.ok_or(ActError::NotFound)?;
    standing.may_act(by, seen)?;
    standing.is_worked_on()?;
    Ok(standing)
}

async fn finish(mut tx: Tx<'_>, by: &By<'_>, standing: &Standing, event: &'static str, detail: Value) -> Result<(), ActError> {
    write::missing(&mut tx, standing.engagement).await?;
    write::note(&mut tx, by, standing, &Note::own(event, detail)).await?;
    Ok(tx.commit().await?)
}

/// What changed, before and after.
fn difference(before: &Details, after: &Details) -> Value {
    let (mut from, mut to) = (serde_json::Map::new(), serde_json::Map::new());
    let mut compare = |name: &str, before: Value, after: Value| {
        if before != after {
            from.insert(name.to_owned(), before);
            to.insert(name.to_owned(), after);
        }
    };
    let text = |text: &str| Value::from(text.trim());
    compare("name", text(&before.name), text(&after.name));
    let amount = |value: Option<rust_decimal::Decimal>| value.map_or(Value::Null, |v| Value::from(v.normalize().to_string()));
    compare("value", amount(before.value), amount(after.value));
    compare("currency", json!(before.currency), json!(after.currency));
    compare("close_date", json!(before.close_date), json!(after.close_date));
    compare("crm_id", text(&before.crm_id), text(&after.crm_id));
    compare("campaign_id", text(&before.campaign_id), text(&after.campaign_id));
    compare("notes", text(&before.notes), text(&after.notes));
    json!({"from": from, "to": to})
}
