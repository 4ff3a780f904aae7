//! The demo.

mod export;
mod load;
