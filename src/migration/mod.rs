//! Moving from PSC to Partner Center.

pub mod deals;
mod log;
pub mod run;
pub mod users;
