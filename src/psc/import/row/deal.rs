//! A row of deals.csv, field by field as in data/README.md.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use iso_currency::Currency;
use rust_decimal::Decimal;

use crate::referrals::missing::{Detail, Missing};

use super::{
    super::{
        columns::{Column, DealColumn as C},
        fields,
        problem::Code,
    },
    Flaw, LONGEST_MAIL, Layout, Record, check,
};

/// Statuses and business types: PSC's word, and the database's.
pub const STATUSES: [(&str, &str); 4] =
    [("Open", "open"), ("Won", "won"), ("Lost", "lost"), ("Closed - Duplicate", "closed-duplicate")];
pub const BUSINESSES: [(&str, &str); 4] = [
    ("Co-sell", "co-sell"),
    ("Solution Assessment", "solution-assessment"),
    ("OEM Licensing", "oem-licensing"),
    ("OEM IoT", "oem-iot"),
];

#[derive(Debug)]
pub struct DealRow<'a> {
    pub id: &'a str,
    pub name: &'a str,
    /// Status and business type as the database spells them.
    pub status: &'static str,
    pub business: &'static str,
    pub co_sell: bool,
    /// Microsoft sent it.
    pub inbound: bool,
    pub account_id: &'a str,
    pub account_name: &'a str,
    /// The row's own; its account's is looked up when it is merged.
    pub mpn_id: &'a str,
    pub customer: Customer<'a>,
    pub contact: Person<'a>,
    pub value: Option<Decimal>,
    pub currency: Option<Currency>,
    pub close_date: Option<NaiveDate>,
    pub solution_close_date: Option<NaiveDate>,
    pub stage: Option<i16>,
    pub deal_role: &'a str,
    pub license_program: &'a str,
    pub customer_outcome: &'a str,
    pub solutions: Vec<Solution<'a>>,
    pub team: Vec<Person<'a>>,
    pub assigned_seller: &'a str,
    pub microsoft_name: &'a str,
    pub microsoft_mail: &'a str,
    pub microsoft_phone: &'a str,
    pub campaign_id: &'a str,
    pub crm_id: &'a str,
    pub notes: &'a str,
    pub created_at: DateTime<Utc>,
    pub modified_at: Option<DateTime<Utc>>,
    pub missing: Missing,
    /// Column and content of every detail that could not be read, each column once.
    pub unreadable: Vec<(&'static str, &'a str)>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Customer<'a> {
    pub name: &'a str,
    pub line1: &'a str,
    pub line2: &'a str,
    pub city: &'a str,
    pub state: &'a str,
    pub postal_code: &'a str,
    /// Two capital letters, or empty.
    pub country: Cow<'a, str>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Person<'a> {
    pub first_name: &'a str,
    pub last_name: &'a str,
    pub phone: &'a str,
    pub mail: &'a str,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Solution<'a> {
    pub id: &'a str,
    pub quantity: Option<Decimal>,
    pub price: Option<Decimal>,
}

impl Person<'_> {
    const fn is_complete(&self) -> bool {
        !(self.first_name.is_empty() || self.last_name.is_empty() || self.phone.is_empty() || self.mail.is_empty())
    }
}

/// What is read of one row, and what was noted on the way.
struct Reading<'r, 'a> {
    record: &'r Record<'a>,
    layout: &'r Layout,
    warnings: Vec<Flaw>,
    unreadable: Vec<(&'static str, &'a str)>,
}

/// A deal, and the warnings about its details; whatever its status, for the newest export's state is kept of all of them.
///
/// # Errors
/// Why the row is rejected: it cannot be told apart or judged.
pub fn deal<'a>(record: &Record<'a>, layout: &Layout) -> Result<(DealRow<'a>, Vec<Flaw>), Flaw> {
    check(record, layout, C::Id)?;
    let mut row = Reading { record, layout, warnings: Vec::new(), unreadable: Vec::new() };
    let status = row.one_of(C::Status, Code::UnknownStatus, &STATUSES)?;
    let business = row.one_of(C::Business, Code::UnknownBusiness, &BUSINESSES)?;
    let co_sell = row.one_of(C::CoSell, Code::UnknownCoSell, &[("Yes", true), ("No", false)])?;
    let inbound = row.one_of(C::Source, Code::UnknownSource, &[("Microsoft", true), ("Partner", false)])?;
    let created = row.get(C::Created);
    let created_at = fields::timestamp(created).ok_or_else(|| Flaw::new(C::Created, Code::UnreadableCreated, created))?;

    let customer = Customer {
        name: row.get(C::CustomerName),
        line1: row.get(C::CustomerLine1),
        line2: row.get(C::CustomerLine2),
        city: row.get(C::CustomerCity),
        state: row.get(C::CustomerState),
        postal_code: row.get(C::CustomerPostalCode),
        country: row
            .read(C::CustomerCountry, Code::UnknownCountry, fields::country)
            .unwrap_or_default(),
    };
    let contact = Person {
        first_name: row.get(C::ContactFirstName),
        last_name: row.get(C::ContactLastName),
        phone: row.get(C::ContactPhone),
        mail: row.get(C::ContactMail),
    };
    let name = row.get(C::Name);
    let value = row.read(C::Value, Code::UnreadableValue, fields::amount);
    let currency = row.read(C::Currency, Code::UnknownCurrency, fields::currency);
    let close_date = row.read(C::CloseDate, Code::UnreadableCloseDate, fields::date);
    let solution_close_date = if business == "oem-iot" {
        row.read(C::SolutionCloseDate, Code::UnreadableSolutionCloseDate, fields::date)
    } else {
        None
    };
    let stage = row.read(C::Stage, Code::UnreadableStage, fields::stage);
    let solutions = row.solutions();
    let team = row.team();
    let modified_at = row.read(C::Modified, Code::UnreadableModified, fields::timestamp);

    let no_customer =
        customer.name.is_empty() || customer.line1.is_empty() || customer.city.is_empty() || customer.country.is_empty();
    let missing = Missing::default()
        .with(Detail::Customer, no_customer)
        .with(Detail::Contact, co_sell && !contact.is_complete())
        .with(Detail::Solution, solutions.is_empty())
        .with(Detail::Team, !team.iter().any(Person::is_complete))
        .with(Detail::Value, value.is_none() || currency.is_none())
        .with(Detail::CloseDate, close_date.is_none())
        .with(Detail::Name, name.is_empty());
    let deal = DealRow {
        id: row.get(C::Id),
        name,
        status,
        business,
        co_sell,
        inbound,
        account_id: row.get(C::AccountId),
        account_name: row.get(C::AccountName),
        mpn_id: row.get(C::MpnId),
        customer,
        contact,
        value,
        currency,
        close_date,
        solution_close_date,
        stage,
        deal_role: row.get(C::DealRole),
        license_program: row.get(C::LicenseProgram),
        customer_outcome: row.get(C::CustomerOutcome),
        solutions,
        team,
        assigned_seller: row.get(C::AssignedSeller),
        microsoft_name: row.get(C::MicrosoftName),
        microsoft_mail: row.get(C::MicrosoftMail),
        microsoft_phone: row.get(C::MicrosoftPhone),
        campaign_id: row.get(C::CampaignId),
        crm_id: row.get(C::CrmId),
        notes: row.get(C::Notes),
        created_at,
        modified_at,
        missing,
        unreadable: row.unreadable,
    };
    Ok((deal, row.warnings))
}

impl<'a> Reading<'_, 'a> {
    fn get(&self, column: C) -> &'a str {
        self.layout.get(self.record, column)
    }

    fn one_of<T: Copy>(&self, column: C, code: Code, words: &[(&str, T)]) -> Result<T, Flaw> {
        let text = self.get(column);
        let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
        found.map(|(_, meaning)| *meaning).ok_or_else(|| Flaw::new(column, code, text))
    }

    /// An optional detail: absent when empty; absent with a warning when it cannot be read.
    fn read<T>(&mut self, column: C, code: Code, understand: impl FnOnce(&'a str) -> Option<T>) -> Option<T> {
        let text = self.get(column);
        if text.is_empty() {
            return None;
        }
        let understood = understand(text);
        if understood.is_none() {
            self.warn(column, code, text);
        }
        understood
    }

    fn warn(&mut self, column: C, code: Code, value: &str) {
        self.warnings.push(Flaw::new(column, code, value));
        if !self.unreadable.iter().any(|(name, _)| *name == column.name()) {
            self.unreadable.push((column.name(), self.get(column)));
        }
    }

    /// `id` or `id|quantity|price`, joined by `;`. What is wrong about an ID's quantity or price leaves the ID.
    fn solutions(&mut self) -> Vec<Solution<'a>> {
        let mut solutions = Vec::new();
        for entry in self
            .get(C::Products)
            .split(';')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
        {
            let mut parts = entry.split('|').map(str::trim);
            let id = parts.next().unwrap_or_default();
            if id.is_empty() {
                self.warn(C::Products, Code::UnreadableProduct, entry);
                continue;
            }
            let mut number = |text: Option<&'a str>, code| {
                let text = text.filter(|text| !text.is_empty())?;
                let number = fields::amount(text);
                if number.is_none() {
                    self.warn(C::Products, code, entry);
                }
                number
            };
            let quantity = number(parts.next(), Code::UnreadableQuantity);
            let price = number(parts.next(), Code::UnreadablePrice);
            if parts.next().is_some() {
                self.warn(C::Products, Code::UnreadableProduct, entry);
            }
            solutions.push(Solution { id, quantity, price });
        }
        solutions
    }

    /// `first,last,phone,mail`, joined by `;`. A member with other than four parts is kept as far as it goes.
    fn team(&mut self) -> Vec<Person<'a>> {
        let mut team = Vec::new();
        for entry in self.get(C::Team).split(';').map(str::trim).filter(|entry| !entry.is_empty()) {
            let mut parts = entry.split(',').map(str::trim);
            let mut next = || parts.next().unwrap_or_default();
            let mut person = Person { first_name: next(), last_name: next(), phone: next(), mail: next() };
            let long = person.mail.len() > LONGEST_MAIL;
            if long {
                person.mail = "";
            }
            if long || entry.split(',').count() != 4 {
                self.warn(C::Team, Code::UnreadableMember, entry);
            }
            team.push(person);
        }
        team
    }
}
