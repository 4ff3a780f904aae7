//! The partner portal. One crate, feature first; `docs/architecture.md` draws the rooms and which way the arrows point.

pub mod clock;
pub mod commands;
pub mod config;
pub mod db;
pub mod error;
pub mod ids;
pub mod referrals;
pub mod start;
