//! A personal calendar of deadlines and close dates, which calendar programs subscribe to by a secret address.

mod feed;
pub mod service;
mod store;
pub mod web;
