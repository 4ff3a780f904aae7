//! What is sold, and to whom: solutions and the business directory.

pub mod matching;
