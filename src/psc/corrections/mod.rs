//! Wrong MPN IDs of PSC accounts: which there are, what the partner asks for, and what the partner development manager or an operator
//! decides (domain.md section 5).

mod forms;
pub mod service;
mod store;
mod views;
pub mod web;
