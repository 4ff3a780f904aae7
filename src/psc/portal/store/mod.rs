//! All SQL of PSC's own pages.

pub mod desk;
pub mod edit;
pub mod list;
pub mod people;
pub mod uploads;
