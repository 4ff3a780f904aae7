//! Leads: customers' inquiries, and those that Microsoft qualified.

pub mod web;
