//! What a deal's fields may hold (domain.md section 3, "Fields"). Forms, the API and bulk upload ask these.

use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};
use iso_currency::Currency;
use rust_decimal::Decimal;

use super::command::{ChosenSolution, Customer, Details, Person, Request};

/// Characters of a deal's name, and of a customer's.
pub const NAME_MAX: usize = 255;
/// Characters of any other short text: an ID, a phone number, a line of an address.
pub const LINE_MAX: usize = 200;
/// Characters of notes.
pub const TEXT_MAX: usize = 10_000;
/// Characters of a mail address (RFC 5321).
pub const MAIL_MAX: usize = 254;
pub const TEAM_MAX: usize = 50;
pub const SOLUTIONS_MAX: usize = 50;
/// The largest value the database keeps has 14 digits before the point.
const VALUE_DIGITS: u32 = 14;
/// Years outside are slips of the hand.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2999;

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Its name in the form: `value`, `contact-mail`, `team-3-phone` (counted from 1).
    pub field: String,
    /// Locale key that says what is wrong and what to do: `flaw-…`.
    pub key: &'static str,
}

impl Flaw {
    pub fn new(field: impl Into<String>, key: &'static str) -> Self {
        Self { field: field.into(), key }
    }
}

/// An amount in a currency, as people type it: `12500`, `12,500.50`. No more decimals than the currency has (KRW 0, USD 2, KWD 3).
///
/// # Errors
/// The flaw's key.
pub fn money(text: &str, currency: &str) -> Result<Decimal, &'static str> {
    let amount = number(text).ok_or("flaw-money")?;
    fits(amount, currency).map(|()| amount)
}

/// A number as people type it: digits, perhaps in groups of three with commas, perhaps a point and decimals. No sign.
pub fn number(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let (whole, fraction) = text
        .split_once('.')
        .map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let mut groups = whole.split(',');
    let grouped = groups
        .next()
        .is_some_and(|first| digits(first) && (first.len() <= 3 || !whole.contains(',')))
        && groups.all(|group| group.len() == 3 && digits(group));
    if !grouped || !fraction.is_none_or(digits) || text.len() > 40 {
        return None;
    }
    Decimal::from_str_exact(&text.replace(',', "")).ok()
}

fn fits(amount: Decimal, currency: &str) -> Result<(), &'static str> {
    let currency = Currency::from_code(currency).ok_or("flaw-currency")?;
    if amount.is_sign_negative() && !amount.is_zero() {
        return Err("flaw-money");
    }
    if amount.trunc() >= Decimal::from(10_u64.pow(VALUE_DIGITS)) {
        return Err("flaw-money-large");
    }
    let decimals = u32::from(currency.exponent().unwrap_or(2)).min(4);
    if amount.normalize().scale() > decimals { Err("flaw-money-decimals") } else { Ok(()) }
}

/// All that a deal needs of itself: name, value with currency, close date.
pub fn details(details: &Details) -> Vec<Flaw> {
    let mut flaws = texts(details);
    if details.name.trim().is_empty() {
        flaws.push(Flaw::new("name", "flaw-name"));
    }
    match (details.value, details.currency.as_deref()) {
        (Some(value), Some(currency)) => flaws.extend(fits(value, currency).err().map(|key| Flaw::new("value", key))),
        (None, _) => flaws.push(Flaw::new("value", "flaw-value")),
        (_, None) => flaws.push(Flaw::new("currency", "flaw-currency")),
    }
    match details.close_date {
        None => flaws.push(Flaw::new("close_date", "flaw-close-date")),
        Some(date) => flaws.extend((!plausible(date)).then(|| Flaw::new("close_date", "flaw-date"))),
    }
    flaws
}

/// Of a lead: a name, and what else is there must be right.
pub fn lead_details(details: &Details) -> Vec<Flaw> {
    let mut flaws = texts(details);
    if details.name.trim().is_empty() {
        flaws.push(Flaw::new("name", "flaw-name"));
    }
    match (details.value, details.currency.as_deref()) {
        (Some(value), Some(currency)) => flaws.extend(fits(value, currency).err().map(|key| Flaw::new("value", key))),
        (Some(_), None) => flaws.push(Flaw::new("currency", "flaw-currency")),
        (None, _) => {}
    }
    if details.close_date.is_some_and(|date| !plausible(date)) {
        flaws.push(Flaw::new("close_date", "flaw-date"));
    }
    flaws
}

fn texts(details: &Details) -> Vec<Flaw> {
    [
        ("name", &details.name, NAME_MAX),
        ("crm_id", &details.crm_id, LINE_MAX),
        ("campaign_id", &details.campaign_id, LINE_MAX),
        ("notes", &details.notes, TEXT_MAX),
    ]
    .into_iter()
    .filter_map(|(field, text, most)| long(field, text, most))
    .collect()
}

fn plausible(date: NaiveDate) -> bool {
    YEARS.contains(&date.year())
}

fn long(field: &str, text: &str, most: usize) -> Option<Flaw> {
    let nul = text.contains('\0');
    (nul || text.chars().count() > most).then(|| Flaw::new(field, if nul { "flaw-characters" } else { "flaw-long" }))
}

/// A customer organisation: name, first address line, city and country.
pub fn customer(customer: &Customer) -> Vec<Flaw> {
    let needed = [
        ("customer-name", &customer.name),
        ("customer-line1", &customer.line1),
        ("customer-city", &customer.city),
        ("customer-country", &customer.country),
    ];
    let lines = [
        ("customer-name", &customer.name, NAME_MAX),
        ("customer-line1", &customer.line1, LINE_MAX),
        ("customer-line2", &customer.line2, LINE_MAX),
        ("customer-city", &customer.city, LINE_MAX),
        ("customer-state", &customer.state, LINE_MAX),
        ("customer-postal_code", &customer.postal_code, LINE_MAX),
    ];
    let mut flaws: Vec<Flaw> = needed
        .into_iter()
        .filter(|(_, text)| text.trim().is_empty())
        .map(|(field, _)| Flaw::new(field, "flaw-required"))
        .collect();
    flaws.extend(lines.into_iter().filter_map(|(field, text, most)| long(field, text, most)));
    let country = &customer.country;
    let code = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    if !code && !country.is_empty() {
        flaws.push(Flaw::new("customer-country", "flaw-country"));
    }
    flaws
}

/// A customer contact: all of it, or nothing where nobody asks for help.
pub fn contact(contact: &Person, required: bool) -> Vec<Flaw> {
    if contact.is_empty() && !required { Vec::new() } else { person(contact, "contact") }
}

/// 1 to 50 members, each complete, nobody twice.
pub fn team(team: &[Person]) -> Vec<Flaw> {
    let mut flaws = match team.len() {
        0 => vec![Flaw::new("team", "flaw-team-empty")],
        1..=TEAM_MAX => Vec::new(),
        _ => vec![Flaw::new("team", "flaw-team-many")],
    };
    let mut mails = HashSet::new();
    for (n, member) in team.iter().enumerate() {
        let place = format!("team-{}", n + 1);
        flaws.extend(person(member, &place));
        if !mails.insert(member.mail.trim().to_lowercase()) {
            flaws.push(Flaw::new(format!("{place}-mail"), "flaw-team-twice"));
        }
    }
    flaws
}

/// A person is complete, with a mail address.
pub fn person(person: &Person, place: &str) -> Vec<Flaw> {
    let parts = [
        ("first_name", &person.first_name, LINE_MAX),
        ("last_name", &person.last_name, LINE_MAX),
        ("phone", &person.phone, LINE_MAX),
        ("mail", &person.mail, MAIL_MAX),
    ];
    let mut flaws = Vec::new();
    for (part, text, most) in parts {
        let field = format!("{place}-{part}");
        if text.trim().is_empty() {
            flaws.push(Flaw::new(field, "flaw-required"));
        } else {
            flaws.extend(long(&field, text, most));
        }
    }
    if !person.mail.trim().is_empty() && !is_mail(&person.mail) {
        flaws.push(Flaw::new(format!("{place}-mail"), "flaw-mail"));
    }
    flaws
}

fn is_mail(text: &str) -> bool {
    text.trim().rsplit_once('@').is_some_and(|(name, domain)| {
        !name.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
    }) && !text.trim().contains(char::is_whitespace)
}

/// 1 to 50 solutions, none twice. Whether the catalogue has them is not asked here.
pub fn solutions(solutions: &[ChosenSolution]) -> Vec<Flaw> {
    let mut flaws = match solutions.len() {
        0 => vec![Flaw::new("solutions", "flaw-solutions-empty")],
        1..=SOLUTIONS_MAX => Vec::new(),
        _ => vec![Flaw::new("solutions", "flaw-solutions-many")],
    };
    let mut ids = HashSet::new();
    for (n, solution) in solutions.iter().enumerate() {
        let place = format!("solutions-{}", n + 1);
        if !ids.insert(&solution.id) {
            flaws.push(Flaw::new(&place, "flaw-solution-twice"));
        }
        for (part, number) in [("quantity", solution.quantity), ("price", solution.price)] {
            let fits =
                |n: Decimal| !n.is_sign_negative() && n.scale() <= 4 && n.trunc() < Decimal::from(10_u64.pow(VALUE_DIGITS));
            if !number.is_none_or(fits) {
                flaws.push(Flaw::new(format!("{place}-{part}"), "flaw-number"));
            }
        }
    }
    flaws
}

/// Asking for help needs a kind of help, the customer's contact and consent.
pub fn request(request: &Request) -> Vec<Flaw> {
    let mut flaws = contact(&request.contact, true);
    if request.help.is_empty() {
        flaws.push(Flaw::new("help", "flaw-help"));
    }
    if !request.consent {
        flaws.push(Flaw::new("consent", "flaw-consent"));
    }
    flaws.extend(long("vendor_notes", &request.notes, TEXT_MAX));
    flaws
}

/// The note of a reason, or a note by itself.
pub fn note(text: &str, required: bool) -> Vec<Flaw> {
    let missing = (required && text.trim().is_empty()).then(|| Flaw::new("note", "flaw-note"));
    missing.into_iter().chain(long("note", text, TEXT_MAX)).collect()
}
