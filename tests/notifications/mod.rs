//! Whom what is told, by bell, by mail and in calendars.

mod calendar;
mod concerned;
mod letters;
mod mornings;
mod once;
mod pages;
mod preferences;
mod reminders;
mod server;
pub mod support;
