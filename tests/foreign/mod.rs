//! What is not theirs: everybody, with every right in their own place, asks for things of two other organisations, of other locations,
//! of teams they are not on, of colleagues and of other sellers, by paths, queries and forms. Nothing is shown, nothing is changed, and it
//! is as if it were not there (domain.md section 2: 404, not 403).

mod acts;
mod crawl;
mod demo;
mod fields;
mod parameters;
pub mod paths;
mod reading;
mod table;
mod told;
mod world;
