//! Rows of people, solutions, and the customer picker: the same in the steps of a new deal and on the pages that edit one.

mod customer;
mod people;
mod solutions;

use crate::{
    catalogue::service::{Business, SHOWN, Solution, Source},
    referrals::command::Person,
    web::L10n,
};

pub use customer::{CustomerView, address, customer};
pub use people::{ContactView, TeamView, contact, team};
pub use solutions::{SolutionsView, solutions};

/// Something that a button adds or picks.
pub struct Offer {
    pub label: String,
    /// A second, quieter line; may be empty.
    pub more: String,
    /// What the button says to the server.
    pub value: String,
    /// It is there already.
    pub added: bool,
}

/// What was looked up, for the pages that look something up.
#[derive(Default)]
pub struct Looked {
    pub search: String,
    /// Two letters; of the customer's search.
    pub country: String,
    pub source: Source,
    pub businesses: Vec<Business>,
    /// The directory's entry of the customer.
    pub business: Option<Business>,
    pub found: Vec<Solution>,
    /// Those that are in the deal.
    pub named: Vec<Solution>,
    /// `None`: the organisation may not make solution assessments, or it cannot be changed here.
    pub assessments: Option<Vec<Solution>>,
    pub people: Vec<Person>,
    /// Of a new deal: whether it is a solution assessment can still be changed.
    pub new: bool,
}

/// `looked`: something was searched for.
fn note(l: L10n, found: usize, looked: bool) -> String {
    match found {
        _ if !looked => String::new(),
        0 => l.t("found-none"),
        n if n > SHOWN => l.count("found-more", i64::try_from(SHOWN).unwrap_or_default()),
        n => l.count("found-some", i64::try_from(n).unwrap_or_default()),
    }
}
