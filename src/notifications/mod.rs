//! People are told what concerns them: a bell on every page, and mail as they prefer.
//!
//! A change writes a row of `outbox` in its own transaction. [`service::fan_out`] takes it out again, and in one transaction
//! writes a notification for everybody whom it concerns and adds it to the mail that each of them wants. [`service::Post`] sends
//! the mails. What was rolled back was never in the outbox: nobody hears of it.

pub mod event;
pub mod jobs;
pub mod mail;
pub mod morning;
pub mod service;
mod store;
mod views;
pub mod web;
