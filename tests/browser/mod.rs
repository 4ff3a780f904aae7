//! Walks through the portal in real Chromium. `tests/all` makes sure that there is one; without it they say what to install.

pub mod support;

mod doors;
mod keyboard;
mod migration;
mod people;
mod rooms;
mod two_sides;
