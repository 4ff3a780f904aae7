//! The PSC import.

mod dates;
mod encodings;
mod files;
mod generator;
mod interrupted;
mod pages;
mod portal;
mod rows;
pub mod support;
mod sweeping;
mod upgrade;
mod versions;
mod words;
