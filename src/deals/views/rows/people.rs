//! People: the team, and the customer's contact.

use super::Offer;
use crate::{
    deals::views::fields::{About, Input, Lock, Maker},
    referrals::{command::Person, rules::TEAM_MAX},
    web::written,
};

pub struct PersonRow {
    pub id: String,
    pub title: String,
    pub fields: Vec<Input>,
    pub remove: String,
    pub remove_label: String,
}

pub struct TeamView {
    pub about: About,
    pub rows: Vec<PersonRow>,
    pub offered: Vec<Offer>,
    pub full: bool,
}

pub struct ContactView {
    pub about: About,
    /// Whether it is required, and why.
    pub note: String,
    pub fields: Vec<Input>,
}

/// The four fields of a person.
pub fn person(maker: Maker<'_>, place: &str, person: &Person, lock: Lock) -> Vec<Input> {
    let id = |part: &str| format!("{place}-{part}");
    vec![
        maker.input(&id("first_name"), "first-name", lock, &person.first_name),
        maker.input(&id("last_name"), "last-name", lock, &person.last_name),
        maker.input(&id("phone"), "phone", lock, &person.phone).kind("tel"),
        maker.input(&id("mail"), "mail", lock, &person.mail).kind("email"),
    ]
}

pub fn team(maker: Maker<'_>, team: &[Person], people: &[Person]) -> TeamView {
    let l = maker.l;
    let rows = team.iter().zip(1..).map(|(member, n)| PersonRow {
        id: format!("team-{n}"),
        title: l.t1("team-person", "number", n),
        fields: person(maker, &format!("team-{n}"), member, Lock::No),
        remove: format!("remove:{n}"),
        remove_label: l.t1("team-remove", "number", n),
    });
    let there = |person: &Person| {
        team.iter()
            .any(|m| m.mail.trim().to_lowercase() == person.mail.trim().to_lowercase())
    };
    TeamView {
        about: maker.about("team", "team", Lock::Closed),
        rows: rows.collect(),
        offered: people
            .iter()
            .filter(|person| !there(person))
            .map(|person| Offer {
                label: written::person(&person.first_name, &person.last_name),
                more: person.mail.clone(),
                value: format!("person:{}", person.mail),
                added: false,
            })
            .collect(),
        full: team.len() >= TEAM_MAX,
    }
}

/// `required`: Microsoft is asked for help.
pub fn contact(maker: Maker<'_>, contact: &Person, required: bool) -> ContactView {
    ContactView {
        about: maker.about("contact", "contact", Lock::Closed),
        note: maker.l.t(if required { "contact-required" } else { "contact-optional" }),
        fields: person(maker, "contact", contact, Lock::No),
    }
}
