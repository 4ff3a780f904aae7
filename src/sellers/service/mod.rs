//! Use cases of the sellers' workspace. What is done with a request is done by the referrals' own use cases.

mod read;
mod sending;
mod settings;

pub use super::store::{Colleague, Counts, Found, Line, Partner, Party, Request, Settings, Side, Solution};
pub use read::{Listing, Opened, colleagues, countries, find, list, open, open_partner_led};
pub use sending::{find_partners, partner, unknown_products};
pub use settings::{save_settings, settings};
