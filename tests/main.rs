//! All tests, in one binary: they link once.
#![recursion_limit = "256"]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[allow(dead_code, reason = "what one feature's tests do not need, another's do")]
mod support;

mod accounts;
mod audit;
mod auth;
#[allow(dead_code, reason = "what one walk does not need, another does")]
mod browser;
mod catalogue;
mod deals;
mod demo;
mod foreign;
mod fuzz;
mod guide;
mod house;
mod leads;
mod migration;
mod mixed;
mod notifications;
mod operate;
mod operators;
mod pages;
mod psc;
mod referrals;
mod routes;
mod sellers;
mod spreadsheets;
mod start;
mod storm;
mod web;
