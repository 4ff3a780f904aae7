//! Co-sell opportunities: the pages over co-sell referrals.

pub mod bulk;
pub mod drafts;
pub mod forms;
pub mod policy;
pub mod saved;
pub mod views;
pub mod web;
