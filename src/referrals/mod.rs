//! The heart: engagements, referrals, their status machine and what they must have before it moves.

pub mod command;
pub mod cursor;
pub mod filter;
pub mod history;
pub mod jobs;
pub mod kind;
pub mod missing;
pub mod raw;
pub mod reason;
pub mod rules;
pub mod service;
pub mod stage;
pub mod status;
pub mod store;
pub mod words;
