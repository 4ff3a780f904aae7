//! The transition guide, as pages: what to do before and after with its state for the organisation, what differs, where each field
//! of PSC is now, and the fourteen answers.

pub mod content;
pub mod service;
pub mod views;
pub mod web;
