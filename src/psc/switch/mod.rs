//! The switch (domain.md section 5): an organisation says that its new deals are made in Partner Center.

pub mod service;
mod store;
mod views;
pub mod web;
