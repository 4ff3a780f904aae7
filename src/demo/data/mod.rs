//! What the demo consists of.

pub mod businesses;
pub mod organisations;
pub mod people;
pub mod requests;
pub mod solutions;
