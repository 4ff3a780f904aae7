//! The partner portal. One crate, feature first; `docs/architecture.md` draws the rooms and which way the arrows point.

pub mod catalogue;
pub mod clock;
pub mod db;
pub mod error;
pub mod ids;
pub mod psc;
pub mod referrals;
