//! The user migration: who of PSC stands where, the run that gives the roles, its result.

pub mod changes;
pub mod checks;
pub mod forms;
pub mod jobs;
pub mod policy;
pub mod report;
pub mod run;
pub mod service;
mod store;
mod views;
pub mod web;
