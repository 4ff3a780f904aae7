//! A deal or a lead that a seller starts.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use crate::{
    ids::OrganisationId,
    referrals::{
        command::{ChosenSolution, Customer, Person, Sending},
        kind::Qualification,
        raw::RawDetails,
        rules::{self, Flaw},
    },
};

/// How long "the customer wants to be contacted" burns.
const WANTED_HOURS: i64 = 72;

/// Looks for a partner, or begins with one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct FindQuery {
    pub q: String,
    pub country: String,
    pub partner: String,
}

impl FindQuery {
    pub fn partner(&self) -> Option<OrganisationId> {
        self.partner.parse().ok()
    }
}

/// What the form is sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To see what would be sent.
    Check,
    /// Back from there.
    Edit,
    Send,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct SendForm {
    pub step: String,
    pub partner: String,
    pub location: String,
    /// `deal`, or a lead's qualification: `marketing`, `sales`.
    pub kind: String,
    pub wanted: String,
    #[serde(rename = "customer-name")]
    pub customer_name: String,
    #[serde(rename = "customer-line1")]
    pub customer_line1: String,
    #[serde(rename = "customer-line2")]
    pub customer_line2: String,
    #[serde(rename = "customer-city")]
    pub customer_city: String,
    #[serde(rename = "customer-state")]
    pub customer_state: String,
    #[serde(rename = "customer-postal_code")]
    pub customer_postal_code: String,
    #[serde(rename = "customer-country")]
    pub customer_country: String,
    #[serde(rename = "contact-first_name")]
    pub contact_first_name: String,
    #[serde(rename = "contact-last_name")]
    pub contact_last_name: String,
    #[serde(rename = "contact-phone")]
    pub contact_phone: String,
    #[serde(rename = "contact-mail")]
    pub contact_mail: String,
    /// IDs, separated by white space or commas.
    pub solutions: String,
    #[serde(flatten)]
    pub details: RawDetails,
}

/// What a seller can send.
pub const KINDS: [&str; 3] = ["deal", "marketing", "sales"];

impl SendForm {
    pub fn step(&self) -> Step {
        match self.step.as_str() {
            "send" => Step::Send,
            "edit" => Step::Edit,
            _ => Step::Check,
        }
    }

    pub fn is_lead(&self) -> bool {
        self.kind != "deal"
    }

    pub fn solution_ids(&self) -> Vec<String> {
        self.solutions
            .split(|c: char| c == ',' || c.is_whitespace())
            .filter(|id| !id.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// # Errors
    /// All that is wrong, by the names of the form's fields.
    pub fn parse(&self, now: DateTime<Utc>) -> Result<Sending, Vec<Flaw>> {
        let mut flaws = Vec::new();
        let lead = match self.kind.as_str() {
            "deal" => None,
            code => Qualification::from_code(code).filter(|it| *it != Qualification::Direct),
        };
        if lead.is_none() && self.kind != "deal" {
            flaws.push(Flaw::new("kind", "flaw-kind"));
        }
        let partner = self.partner.parse().ok();
        if partner.is_none() {
            flaws.push(Flaw::new("partner", "flaw-partner"));
        }
        let location = if self.location.is_empty() { None } else { self.location.parse().ok() };
        if location.is_none() && !self.location.is_empty() {
            flaws.push(Flaw::new("location", "flaw-partner"));
        }
        let (customer, contact) = (self.customer(), self.contact());
        flaws.extend(rules::customer(&customer));
        flaws.extend(rules::contact(&contact, lead.is_none()));
        let solutions: Vec<ChosenSolution> = self
            .solution_ids()
            .into_iter()
            .map(|id| ChosenSolution { id, ..ChosenSolution::default() })
            .collect();
        if !solutions.is_empty() {
            // One field holds them all.
            let named = |flaw: Flaw| Flaw { field: "solutions".into(), ..flaw };
            flaws.extend(rules::solutions(&solutions).into_iter().map(named));
        }
        let details = self.details.parse();
        match &details {
            Ok(details) if lead.is_some() => flaws.extend(rules::lead_details(details)),
            Ok(details) => flaws.extend(rules::details(details)),
            Err(wrong) => flaws.extend(wrong.iter().cloned()),
        }
        match (partner, details) {
            (Some(partner), Ok(details)) if flaws.is_empty() => Ok(Sending {
                lead,
                partner,
                location,
                details,
                customer,
                contact,
                solutions,
                contact_wanted_until: (!self.wanted.is_empty()).then(|| now + TimeDelta::hours(WANTED_HOURS)),
            }),
            _ => Err(flaws),
        }
    }

    fn customer(&self) -> Customer {
        Customer {
            business: None,
            name: self.customer_name.clone(),
            line1: self.customer_line1.clone(),
            line2: self.customer_line2.clone(),
            city: self.customer_city.clone(),
            state: self.customer_state.clone(),
            postal_code: self.customer_postal_code.clone(),
            country: self.customer_country.clone(),
        }
    }

    fn contact(&self) -> Person {
        Person {
            first_name: self.contact_first_name.clone(),
            last_name: self.contact_last_name.clone(),
            phone: self.contact_phone.clone(),
            mail: self.contact_mail.clone(),
        }
    }
}
