//! PSC as it was: home, grid, deal details, products, users, roles, notifications, and the clean-up before the move
//! (domain.md section 5). What is changed here stands in the rows of the export that counts, as if the export had said it.

mod forms;
mod query;
pub mod rules;
pub mod service;
mod store;
mod views;
pub mod web;
