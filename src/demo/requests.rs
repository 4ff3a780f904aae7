//! Deals and leads to begin with, made as people would make them: Contoso Consulting asks for help, and a seller sends it something.
//! Fabrikam has none: its deals come from PSC.

use chrono::{DateTime, Days, TimeDelta, Utc};

use super::data::{
    people::DemoPerson,
    requests::{DEALS, SENT},
};
use crate::{
    auth::{Actor, Assignment, Role},
    db::{Pool, Tx},
    ids::{OrganisationId, UserId},
    referrals::{
        command::{ChosenSolution, Customer, Details, NewDeal, Person, Sending},
        service::{self as referrals, ActError, By},
    },
};

/// What Contoso Consulting sells.
const SOLUTION: &str = "SOL-99001-P3P";
const EXPIRES_AFTER: TimeDelta = TimeDelta::days(14);
/// How long a customer who wants to be contacted is marked.
const WANTED: TimeDelta = TimeDelta::hours(72);

/// The first of these people who has the role, acting.
pub fn actor(
    organisation: OrganisationId,
    mpn_id: Option<&str>,
    role: Role,
    people: &[DemoPerson],
    domain: &str,
    users: &[(&'static str, UserId)],
) -> Option<Actor> {
    let person = people.iter().find(|person| person.role.is_some_and(|(has, _)| has == role))?;
    let (_, user) = users.iter().find(|(account, _)| *account == person.account)?;
    Some(Actor {
        user: *user,
        organisation,
        organisation_name: String::new(),
        mpn_id: mpn_id.map(str::to_owned),
        display_name: person.display_name(),
        mail: person.mail(domain),
        locale: None,
        theme: None,
        time_zone: person.time_zone.to_owned(),
        pdm: false,
        psc_user: false,
        roles: vec![Assignment { role, location: None }],
    })
}

/// Makes the deals, and sends what is sent, as part of the demo's transaction.
pub async fn make(tx: &mut Tx<'_>, db: &Pool, now: DateTime<Utc>, partner: &Actor, seller: &Actor) -> Result<(), ActError> {
    let today = now.date_naive();
    let details = |name: &str, (value, currency): (u32, &str), closes_in: u64| Details {
        name: name.to_owned(),
        value: Some(value.into()),
        currency: Some(currency.to_owned()),
        close_date: today.checked_add_days(Days::new(closes_in)),
        ..Details::default()
    };
    let by = By { db, actor: partner, now, expires_after: EXPIRES_AFTER };
    let team = vec![Person {
        first_name: "Theo".into(),
        last_name: "Novak".into(),
        phone: "+1 312 555 0125".into(),
        mail: partner.mail.clone(),
    }];
    for deal in &DEALS {
        let new = NewDeal {
            details: details(deal.name, deal.value, deal.closes_in),
            customer: customer(deal.customer),
            contact: person(deal.contact),
            consent: deal.help.is_some(),
            team: team.clone(),
            solutions: vec![ChosenSolution { id: SOLUTION.into(), ..ChosenSolution::default() }],
            help: deal.help.iter().map(|(help, _)| *help).collect(),
            vendor_notes: deal.help.map(|(_, notes)| notes.to_owned()).unwrap_or_default(),
            visible: true,
            ..NewDeal::default()
        };
        referrals::create_in(tx, &by, &new).await?;
    }
    let by = By { actor: seller, ..by };
    for sent in &SENT {
        let sending = Sending {
            lead: sent.lead,
            partner: partner.organisation,
            location: None,
            details: details(sent.name, sent.value, sent.closes_in),
            customer: customer(sent.customer),
            contact: person(sent.contact),
            solutions: Vec::new(),
            contact_wanted_until: sent.lead.map(|_| now + WANTED),
        };
        referrals::send_in(tx, &by, &sending).await?;
    }
    Ok(())
}

fn customer([name, line1, city, postal_code, country]: [&str; 5]) -> Customer {
    Customer {
        name: name.into(),
        line1: line1.into(),
        city: city.into(),
        postal_code: postal_code.into(),
        country: country.into(),
        ..Customer::default()
    }
}

fn person([first_name, last_name, phone, mail]: [&str; 4]) -> Person {
    Person { first_name: first_name.into(), last_name: last_name.into(), phone: phone.into(), mail: mail.into() }
}
