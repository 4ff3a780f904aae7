//! Bulk changes: the same change of many deals, each by itself, so that one that refuses stops nothing.

pub mod jobs;
pub mod rules;
pub mod run;
pub mod service;
mod store;
