//! The heart: engagements, referrals, their status machine and what they must have before it moves.

pub mod missing;
pub mod status;
