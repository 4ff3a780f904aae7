//! Deals that live: rules, commands, deadlines.

mod commands;
mod deadline;
mod machine;
mod model;
mod race;
mod rules;
pub mod scene;
