//! What is sold, and to whom: solutions and the business directory.

pub mod incentive;
pub mod matching;
pub mod service;
mod store;
