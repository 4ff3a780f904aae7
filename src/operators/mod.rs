//! The portal operator's workspace: organisations, PSC dates, runs of the migrations, jobs. No private deal is readable here:
//! nothing in this room reads referrals.

pub mod forms;
pub mod policy;
pub mod service;
pub mod store;
pub mod views;
pub mod web;
