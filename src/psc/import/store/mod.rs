//! SQL of the import.

mod imports;
mod merge;
mod staging;

pub use imports::{Begun, Import, State, advance, begin, fail, find, finish_reading, list, merging, problems, refuse};
pub use merge::{absent, finish, lock, merge_accounts, merge_deals, pass, window};
pub use staging::{clear, copy};
