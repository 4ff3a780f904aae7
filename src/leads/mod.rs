//! Leads: customers' inquiries, and those that Microsoft qualified (domain.md section 4).

pub mod forms;
pub mod policy;
pub mod service;
mod store;
pub mod views;
pub mod web;
