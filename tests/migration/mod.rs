//! The deal migration, from the PSC rows to the report.

mod corrections;
mod counted;
mod eligibility;
mod exactly_once;
mod killed;
mod mapping;
mod pages;
mod report;
mod seed;
mod storm;
mod switch;
mod trouble;
mod users;
