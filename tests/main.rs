//! All tests, in one binary: they link once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[allow(dead_code, reason = "what one feature's tests do not need, another's do")]
mod support;

mod auth;
#[allow(dead_code, reason = "what one walk does not need, another does")]
mod browser;
mod house;
mod pages;
mod routes;
mod web;
