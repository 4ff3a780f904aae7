//! Organisations, locations, users and roles.

pub mod store;
pub mod web;
