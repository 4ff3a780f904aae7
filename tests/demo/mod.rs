//! The demo.

mod export;
mod import;
mod load;
