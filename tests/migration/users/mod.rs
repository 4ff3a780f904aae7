//! The user migration, from the PSC rows to people who see their deals.

mod changes;
mod choosing;
mod exactly_once;
mod killed;
pub mod many;
mod operators;
mod pages;
mod remedies;
mod roles;
pub mod seed;
mod standings;
