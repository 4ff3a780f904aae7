//! The customer as typed, or picked from the business directory.

use super::Fields;
use crate::{
    catalogue::service::Business,
    referrals::{
        command::Customer,
        rules::{self, Flaw},
    },
};

/// What was typed; a picked business has no fields of its own in the form, and stays.
pub fn read(fields: &Fields, before: &Customer) -> Customer {
    if !fields.has("customer-name") {
        return before.clone();
    }
    let text = |part: &str| fields.text(&format!("customer-{part}"));
    Customer {
        business: None,
        name: text("name"),
        line1: text("line1"),
        line2: text("line2"),
        city: text("city"),
        state: text("state"),
        postal_code: text("postal_code"),
        country: text("country"),
    }
}

/// Name and address fill themselves from the pick.
pub fn picked(business: &Business) -> Customer {
    Customer {
        business: Some(business.id),
        name: business.legal_name.clone(),
        line1: business.line1.clone(),
        line2: business.line2.clone(),
        city: business.city.clone(),
        state: business.state.clone(),
        postal_code: business.postal_code.clone(),
        country: business.country.clone(),
    }
}

/// Whether nothing was typed. A country alone is the search's.
pub fn is_empty(customer: &Customer) -> bool {
    Customer { country: String::new(), ..customer.clone() } == Customer::default()
}

/// Nobody named at all is one thing to say, not four.
pub fn flaws(customer: &Customer) -> Vec<Flaw> {
    if is_empty(customer) { vec![Flaw::new("q", "flaw-customer")] } else { rules::customer(customer) }
}
