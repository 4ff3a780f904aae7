//! New deals that are not finished: a person's own, kept between the steps.

pub mod service;
mod store;
