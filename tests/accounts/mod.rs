//! Organisations, locations, users and roles.

mod create;
mod grants;
mod passwords;
mod people;
mod places;
mod policy;
mod roles;
mod rules;
pub mod world;
