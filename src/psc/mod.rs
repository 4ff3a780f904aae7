//! Partner Sales Connect, the legacy side: what its bulk export says, until everything has moved (domain.md section 5).

pub mod corrections;
pub mod import;
pub mod policy;
pub mod portal;
pub mod service;
mod store;
pub mod switch;
mod views;
pub mod web;

pub use views::refusal_words;
