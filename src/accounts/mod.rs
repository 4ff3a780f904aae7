//! Organisations, locations, users and roles.

mod forms;
pub mod policy;
pub mod rules;
pub mod service;
pub mod store;
mod views;
pub mod web;
