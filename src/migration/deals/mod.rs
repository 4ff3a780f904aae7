//! The deal migration: readiness, the run, its report.

pub mod jobs;
pub mod policy;
pub mod readiness;
pub mod report;
pub mod service;
mod store;
mod views;
pub mod web;
