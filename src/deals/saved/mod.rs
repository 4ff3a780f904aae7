//! Saved views: a person's own ways of looking at a list.

pub mod service;
mod store;
