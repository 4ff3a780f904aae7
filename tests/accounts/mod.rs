//! Organisations, locations, users and roles.

mod create;
mod policy;
mod roles;
