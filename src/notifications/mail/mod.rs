//! Mail: the letter and the way out.

pub mod letter;
pub mod sink;
