//! Walks through the portal in real Chromium. `tests/all` makes sure that there is one; without it they say what to install.

pub mod support;

mod doors;
mod driver;
mod every;
mod hands;
mod keyboard;
mod making;
mod migration;
mod people;
mod plain;
mod themes;
mod two_sides;
