//! The deal migration, from the PSC rows to the report.

mod corrections;
mod counted;
mod eligibility;
mod exactly_once;
mod killed;
mod logged;
mod mapping;
mod pages;
mod report;
pub mod seed;
mod switch;
mod trouble;
pub mod users;
