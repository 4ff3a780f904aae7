//! Moving from PSC to Partner Center.

pub mod deals;
pub mod run;
pub mod users;
