//! The heart: engagements, referrals, their status machine and what they must have before it moves.

pub mod cursor;
pub mod history;
pub mod kind;
pub mod missing;
pub mod service;
pub mod status;
pub mod store;
