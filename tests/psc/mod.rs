//! The PSC import.

mod dates;
mod encodings;
mod files;
mod generator;
mod merging;
mod pages;
mod rows;
mod support;
mod words;
