//! The partner portal. One crate, feature first; `docs/architecture.md` draws the rooms and which way the arrows point.

pub mod accounts;
pub mod app;
pub mod audit;
pub mod auth;
pub mod calendar;
pub mod catalogue;
pub mod clock;
pub mod commands;
pub mod config;
pub mod db;
pub mod deals;
pub mod demo;
pub mod error;
pub mod guide;
pub mod ids;
pub mod jobs;
pub mod leads;
pub mod migration;
pub mod notifications;
pub mod operators;
pub mod psc;
pub mod referrals;
pub mod sellers;
pub mod server;
pub mod start;
pub mod web;
