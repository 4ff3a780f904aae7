//! Writes of referrals: each guarded by what was seen, each with its history and outbox rows.

mod change;
mod create;
mod note;
mod standing;
mod sweep;

pub use change::{
    Move, bump_engagement, customer, customer_names, details, help, hold, missing, seller, solutions, stage, status, team, touch,
};
pub use create::{NewEngagement, NewReferral, deal_id, engagement, referral};
pub use note::{Note, note, tell, tell_others};
pub use standing::{
    Latest, Seller, Standing, add_member, details_of, latest_of, least_loaded_seller, members, seller_of, solution_ids, standing,
    vendor,
};
pub use sweep::{expire_due, expiry_lag};
