//! The customer: found in the business directory, or typed.

use super::{ContactView, Looked, Offer, note};
use crate::{
    catalogue::service::SHOWN,
    deals::views::fields::{About, Choice, Choices, Input, Lock, Maker},
    referrals::command::Customer,
    web::{L10n, countries, written::joined},
};

/// A customer picked from the directory.
pub struct Picked {
    pub name: String,
    pub address: String,
    pub duns: String,
}

pub struct CustomerView {
    pub about: About,
    pub picked: Option<Picked>,
    pub business: String,
    pub search: Input,
    pub countries: Choices,
    pub searched: String,
    pub results: Vec<Offer>,
    pub note: String,
    /// Typed by hand: the fields, and whether they are open.
    pub fields: Vec<Input>,
    pub country: Choices,
    pub open: bool,
    /// On the page that edits: the contact stands here as well.
    pub contact: Option<ContactView>,
}

fn country_choices(l: L10n, none: &str, chosen: &str) -> Vec<Choice> {
    let none = Choice::new("", l.t(none), !countries::is_code(chosen));
    let all = countries::all(l).map(|(code, name)| Choice::new(code, name, code == chosen));
    std::iter::once(none).chain(all).collect()
}

/// The address in one line.
pub fn address(l: L10n, customer: &Customer) -> String {
    let Customer { line1, line2, postal_code, city, state, .. } = customer;
    let town = joined([postal_code, city], " ");
    joined([line1, line2, &town, state, &countries::name(l, &customer.country)], ", ")
}

fn dashed(duns: &str) -> String {
    match (duns.get(..2), duns.get(2..5), duns.get(5..)) {
        (Some(a), Some(b), Some(c)) if duns.len() == 9 => format!("{a}-{b}-{c}"),
        _ => duns.to_owned(),
    }
}

pub fn customer(maker: Maker<'_>, customer: &Customer, looked: &Looked) -> CustomerView {
    let l = maker.l;
    let results = looked.businesses.iter().take(SHOWN).map(|business| {
        let found = Customer {
            line1: business.line1.clone(),
            line2: business.line2.clone(),
            city: business.city.clone(),
            state: business.state.clone(),
            postal_code: business.postal_code.clone(),
            country: business.country.clone(),
            ..Customer::default()
        };
        Offer {
            label: business.legal_name.clone(),
            more: joined([&address(l, &found), &l.t1("deal-duns", "duns", dashed(&business.duns))], " · "),
            value: format!("pick:{}", business.id),
            added: customer.business == Some(business.id),
        }
    });
    let picked = customer.business.map(|_| Picked {
        name: customer.name.clone(),
        address: address(l, customer),
        duns: looked
            .business
            .as_ref()
            .map(|business| l.t1("deal-duns", "duns", dashed(&business.duns)))
            .unwrap_or_default(),
    });
    let parts = [
        ("name", &customer.name),
        ("line1", &customer.line1),
        ("line2", &customer.line2),
        ("postal_code", &customer.postal_code),
        ("city", &customer.city),
        ("state", &customer.state),
    ];
    let field = |(part, text): (&str, &String)| {
        maker.input(&format!("customer-{part}"), &format!("customer-{}", part.replace('_', "-")), Lock::No, text)
    };
    let typed = parts.iter().any(|(_, text)| !text.is_empty());
    CustomerView {
        about: maker.about("customer", "customer", Lock::Closed),
        business: customer.business.map(|id| id.to_string()).unwrap_or_default(),
        search: maker.input("q", "q", Lock::No, &looked.search).kind("search"),
        countries: Choices {
            about: maker.about("country", "search-country", Lock::No),
            choices: country_choices(l, "country-any", &looked.country),
        },
        searched: looked.search.clone(),
        note: note(l, looked.businesses.len(), !looked.search.trim().is_empty()),
        results: results.collect(),
        open: picked.is_none() && (typed || maker.flaws.iter().any(|flaw| flaw.field.starts_with("customer-"))),
        picked,
        fields: parts.into_iter().map(field).collect(),
        country: Choices {
            about: maker.about("customer-country", "customer-country", Lock::No),
            choices: country_choices(l, "country-choose", &customer.country),
        },
        contact: None,
    }
}
