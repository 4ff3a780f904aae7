//! What of a deal can be typed on more than one page: in the steps of a new deal, and on the pages that edit one.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{DetailsTyped, Do, Fields, SolutionTyped, customer, deal_path, solutions, team};
use crate::{
    catalogue::service::Business,
    ids::ReferralId,
    referrals::{
        command::{Customer, Details, Person},
        missing::Detail,
        rules,
        service::Opened,
    },
};

/// A page that edits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Details,
    /// Customer and contact.
    Customer,
    Team,
    Solutions,
}

/// What is compared, and chosen, when two people changed the same part: a field, or a list as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Name,
    /// With its currency.
    Value,
    CloseDate,
    CrmId,
    CampaignId,
    Notes,
    Customer,
    Contact,
    Team,
    Solutions,
}

/// As typed, right or wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sheet {
    pub details: DetailsTyped,
    pub customer: Customer,
    pub contact: Person,
    pub team: Vec<Person>,
    pub solutions: Vec<SolutionTyped>,
}

impl Part {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Details => "details",
            Self::Customer => "customer",
            Self::Team => "team",
            Self::Solutions => "solutions",
        }
    }

    pub const fn units(self) -> &'static [Unit] {
        match self {
            Self::Details => &[Unit::Name, Unit::Value, Unit::CloseDate, Unit::CrmId, Unit::CampaignId, Unit::Notes],
            Self::Customer => &[Unit::Customer, Unit::Contact],
            Self::Team => &[Unit::Team],
            Self::Solutions => &[Unit::Solutions],
        }
    }

    /// What it is called in a deal's history.
    pub const fn events(self) -> &'static [&'static str] {
        match self {
            Self::Details => &["details", "accept"],
            Self::Customer => &["customer", "asked-vendor"],
            Self::Team => &["team"],
            Self::Solutions => &["solutions"],
        }
    }
}

impl Unit {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Value => "value",
            Self::CloseDate => "close_date",
            Self::CrmId => "crm_id",
            Self::CampaignId => "campaign_id",
            Self::Notes => "notes",
            Self::Customer => "customer",
            Self::Contact => "contact",
            Self::Team => "team",
            Self::Solutions => "solutions",
        }
    }
}

impl Sheet {
    /// A deal as it stands.
    pub fn of(opened: &Opened) -> Self {
        let deal = &opened.deal;
        let number = |number: Option<rust_decimal::Decimal>| number.map(|n| n.normalize().to_string()).unwrap_or_default();
        let details = Details {
            name: deal.name.clone(),
            value: deal.value,
            currency: deal.currency.clone(),
            close_date: deal.close_date,
            crm_id: deal.crm_id.clone(),
            campaign_id: deal.campaign_id.clone(),
            notes: deal.notes.clone(),
        };
        Self {
            details: DetailsTyped::of(&details),
            customer: Customer {
                business: deal.business_id,
                name: deal.customer_name.clone(),
                line1: deal.customer_line1.clone(),
                line2: deal.customer_line2.clone(),
                city: deal.customer_city.clone(),
                state: deal.customer_state.clone(),
                postal_code: deal.customer_postal_code.clone(),
                country: deal.customer_country.clone(),
            },
            contact: Person {
                first_name: deal.contact_first_name.clone(),
                last_name: deal.contact_last_name.clone(),
                phone: deal.contact_phone.clone(),
                mail: deal.contact_mail.clone(),
            },
            team: opened
                .team
                .iter()
                .map(|m| Person {
                    first_name: m.first_name.clone(),
                    last_name: m.last_name.clone(),
                    phone: m.phone.clone(),
                    mail: m.mail.clone(),
                })
                .collect(),
            solutions: opened
                .solutions
                .iter()
                .map(|s| SolutionTyped { id: s.solution_id.clone(), quantity: number(s.quantity), price: number(s.price) })
                .collect(),
        }
    }

    /// Takes over what was typed into a part's form.
    pub fn read(&mut self, part: Part, fields: &Fields) {
        match part {
            Part::Details => self.details = DetailsTyped::read(fields),
            Part::Customer => {
                self.customer = customer::read(fields, &self.customer);
                if fields.has("contact-mail") {
                    self.contact = team::person(fields, "contact");
                }
            }
            Part::Team => self.team = team::read(fields),
            Part::Solutions => self.solutions = solutions::read(fields),
        }
    }

    /// A solution assessment's one type, chosen of a list.
    pub fn read_assessment(&mut self, fields: &Fields) {
        let chosen = fields.all("assessment").into_iter().take(1);
        self.solutions = chosen.map(|id| SolutionTyped { id, ..SolutionTyped::default() }).collect();
    }

    /// What its own buttons do. `business`: the one that was picked; `offered`: the people that can be added by their mail.
    pub fn press(&mut self, part: Part, button: &Do, business: Option<&Business>, offered: &[Person]) {
        match (part, button) {
            (Part::Customer, Do::Pick(_)) => {
                if let Some(business) = business {
                    self.customer = customer::picked(business);
                }
            }
            (Part::Customer, Do::Other) => self.customer = Customer::default(),
            (Part::Team, Do::AddRow) => self.team.push(Person::default()),
            (Part::Team, Do::AddPerson(mail)) => {
                let found = offered.iter().find(|person| person.mail.eq_ignore_ascii_case(mail));
                if let Some(person) = found.filter(|person| !team::has(&self.team, &person.mail)) {
                    // An empty row is there to be filled.
                    self.team.retain(|member| !member.is_empty());
                    self.team.push(person.clone());
                }
            }
            (Part::Team, Do::Remove(row)) => remove(&mut self.team, *row),
            (Part::Solutions, Do::AddSolution(id)) if !self.solutions.iter().any(|solution| solution.id == *id) => {
                self.solutions
                    .push(SolutionTyped { id: id.clone(), ..SolutionTyped::default() });
            }
            (Part::Solutions, Do::Remove(row)) => remove(&mut self.solutions, *row),
            _ => {}
        }
    }

    /// Rows that nobody filled are nobody.
    pub fn drop_empty_rows(&mut self) {
        self.team.retain(|member| !member.is_empty());
    }

    /// A unit in one form of writing, so that it can be compared: `1,000` is `1000.00`.
    fn canonical(&self, unit: Unit) -> String {
        let number =
            |text: &str| rules::number(text).map_or_else(|| text.trim().to_owned(), |number| number.normalize().to_string());
        let person = |p: &Person| {
            [&p.first_name, &p.last_name, &p.phone, &p.mail]
                .map(|t| t.trim())
                .join("\u{1f}")
        };
        let d = &self.details;
        match unit {
            Unit::Name => d.name.trim().to_owned(),
            Unit::Value => format!("{} {}", number(&d.value), d.currency.trim()),
            Unit::CloseDate => d.close_date.trim().to_owned(),
            Unit::CrmId => d.crm_id.trim().to_owned(),
            Unit::CampaignId => d.campaign_id.trim().to_owned(),
            Unit::Notes => d.notes.trim().to_owned(),
            Unit::Customer => {
                let c = &self.customer;
                let business = c.business.map(|id| id.to_string()).unwrap_or_default();
                let lines = [&c.name, &c.line1, &c.line2, &c.city, &c.state, &c.postal_code, &c.country].map(|t| t.trim());
                format!("{business}\u{1f}{}", lines.join("\u{1f}"))
            }
            Unit::Contact => person(&self.contact),
            Unit::Team => self.team.iter().map(person).collect::<Vec<_>>().join("\u{1e}"),
            Unit::Solutions => {
                let one = |s: &SolutionTyped| format!("{}\u{1f}{}\u{1f}{}", s.id, number(&s.quantity), number(&s.price));
                self.solutions.iter().map(one).collect::<Vec<_>>().join("\u{1e}")
            }
        }
    }

    /// Short, and different when the unit is: a form keeps it to know what its page began with.
    pub fn mark(&self, unit: Unit) -> String {
        let digest = Sha256::digest(self.canonical(unit));
        let (short, _) = digest.split_at(8);
        format!("{:016x}", short.iter().fold(0_u64, |mark, byte| mark << 8 | u64::from(*byte)))
    }

    pub fn same(&self, other: &Self, unit: Unit) -> bool {
        self.canonical(unit) == other.canonical(unit)
    }

    /// Takes a unit from another version.
    pub fn take(&mut self, unit: Unit, from: &Self) {
        match unit {
            Unit::Name => self.details.name.clone_from(&from.details.name),
            Unit::Value => {
                self.details.value.clone_from(&from.details.value);
                self.details.currency.clone_from(&from.details.currency);
            }
            Unit::CloseDate => self.details.close_date.clone_from(&from.details.close_date),
            Unit::CrmId => self.details.crm_id.clone_from(&from.details.crm_id),
            Unit::CampaignId => self.details.campaign_id.clone_from(&from.details.campaign_id),
            Unit::Notes => self.details.notes.clone_from(&from.details.notes),
            Unit::Customer => self.customer = from.customer.clone(),
            Unit::Contact => self.contact = from.contact.clone(),
            Unit::Team => self.team.clone_from(&from.team),
            Unit::Solutions => self.solutions.clone_from(&from.solutions),
        }
    }
}

/// Removes a row by its number, from 1.
fn remove<T>(rows: &mut Vec<T>, row: usize) {
    if (1..=rows.len()).contains(&row) {
        rows.remove(row - 1);
    }
}

/// The page that edits a part of a deal.
pub fn part_path(id: ReferralId, part: Part) -> String {
    format!("{}/{}", deal_path(id), part.code())
}

/// Where a missing detail is filled in: the page, and the field on it.
pub fn edit_path(id: ReferralId, detail: Detail) -> String {
    let (part, field) = match detail {
        Detail::Name => (Part::Details, "name"),
        Detail::Value => (Part::Details, "value"),
        Detail::CloseDate => (Part::Details, "close_date"),
        Detail::Customer => (Part::Customer, "customer"),
        Detail::Contact => (Part::Customer, "contact-first_name"),
        Detail::Team => (Part::Team, "team"),
        Detail::Solution => (Part::Solutions, "solutions"),
    };
    format!("{}#{field}", part_path(id, part))
}
