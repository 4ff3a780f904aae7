//! All SQL of the deal migration.

pub mod outcomes;
pub mod runs;
pub mod slice;
pub mod standings;
