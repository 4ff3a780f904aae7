//! Organisations, locations, users and roles.

pub mod policy;
pub mod service;
pub mod store;
pub mod web;
