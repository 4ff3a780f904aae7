//! All SQL of the sellers' workspace. Every read is in the vendor's name: its own referrals, what shares an engagement with them,
//! and partner-led deals. Private deals are in none of them (rule).

mod partners;
mod people;
mod queue;
mod request;

pub use partners::{Found, Partner, partner, partners};
pub use people::{Colleague, Settings, colleagues, countries_of, save, settings};
pub use queue::{Counts, Line, counts, page};
pub use request::{Party, Request, Side, Solution, history, parties, partner_led, request, solutions};
