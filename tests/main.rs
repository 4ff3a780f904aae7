//! All tests, in one binary: they link once.
#![recursion_limit = "256"]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

mod auth;
mod browser;
mod deals;
mod house;
mod migration;
mod pages;
mod psc;
mod routes;
mod web;
