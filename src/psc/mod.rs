//! The legacy side: Partner Sales Connect.

pub mod service;
mod store;
