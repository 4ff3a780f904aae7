//! The demo: Fabrikam, a second partner, Microsoft, their people, a catalogue, and a PSC export. Everything in it is made up.

mod data;
mod export;
mod requests;
mod service;
mod store;

pub use data::organisations::FABRIKAM_MPN as MPN;
pub use export::write_export;
pub use service::{DemoError, Loaded, Person, load, people, psc_dates};
