//! The vendor's workspace: requests of partners for help, and what sellers send to partners.

pub mod forms;
pub mod policy;
pub mod queue;
pub mod service;
mod store;
pub mod views;
pub mod web;
