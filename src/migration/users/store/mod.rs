//! All SQL of the user migration.

pub mod accounts;
pub mod choice;
pub mod deals;
pub mod outcomes;
pub mod runs;
pub mod slice;
pub mod standings;
