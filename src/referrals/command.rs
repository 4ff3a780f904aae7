//! What can be asked of a referral, already typed. Forms, the API and bulk upload make these; the service carries them out.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;

use super::kind::{Help, Qualification};
use crate::ids::{BusinessId, LocationId, OrganisationId};

/// What was seen when the change was made: the referral's version and its engagement's. A change on top of another one is
/// refused, so that neither is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    pub referral: i32,
    pub engagement: i32,
}

/// A person with mail and phone: team member or customer contact.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Person {
    pub first_name: String,
    pub last_name: String,
    pub phone: String,
    pub mail: String,
}

impl Person {
    pub fn is_complete(&self) -> bool {
        [&self.first_name, &self.last_name, &self.phone, &self.mail]
            .into_iter()
            .all(|text| !text.trim().is_empty())
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A customer organisation: picked from the business directory, or as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Customer {
    pub business: Option<BusinessId>,
    pub name: String,
    pub line1: String,
    pub line2: String,
    pub city: String,
    pub state: String,
    pub postal_code: String,
    /// Two letters, as in ISO 3166-1.
    pub country: String,
}

/// A solution of a deal, by its ID in the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct ChosenSolution {
    pub id: String,
    pub quantity: Option<Decimal>,
    pub price: Option<Decimal>,
}

/// A referral's own facts, which only its owner sees and edits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Details {
    pub name: String,
    pub value: Option<Decimal>,
    /// ISO 4217.
    pub currency: Option<String>,
    pub close_date: Option<NaiveDate>,
    pub crm_id: String,
    pub campaign_id: String,
    pub notes: String,
}

/// Asks Microsoft's sellers to act.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// At least one.
    pub help: Vec<Help>,
    pub notes: String,
    pub contact: Person,
    /// The customer agreed that the contact is shared.
    pub consent: bool,
}

/// A new deal of a partner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewDeal {
    pub details: Details,
    /// `None`: the organisation itself. Never changes afterwards.
    pub location: Option<LocationId>,
    pub customer: Customer,
    /// May be empty unless help is asked for.
    pub contact: Person,
    pub consent: bool,
    pub team: Vec<Person>,
    pub solutions: Vec<ChosenSolution>,
    /// Empty: no help needed.
    pub help: Vec<Help>,
    pub vendor_notes: String,
    /// Without help: Microsoft's sellers may see it.
    pub visible: bool,
    /// A solution assessment: its one solution is the assessment type.
    pub assessment: bool,
}

/// A deal or a lead that a seller sends to a partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    /// `None`: a co-sell deal.
    pub lead: Option<Qualification>,
    pub partner: OrganisationId,
    /// `None`: the organisation itself.
    pub location: Option<LocationId>,
    pub details: Details,
    pub customer: Customer,
    pub contact: Person,
    pub solutions: Vec<ChosenSolution>,
    /// Of leads: the customer wants to be contacted until then.
    pub contact_wanted_until: Option<DateTime<Utc>>,
}
