//! Solutions and the business directory.

mod matching;
mod solutions;
