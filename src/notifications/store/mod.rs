//! All SQL of notifications. What shows a deal takes the reader's scope.

pub mod fan_out;
pub mod list;
pub mod mails;
pub mod preferences;
pub mod remind;
pub mod sweep;
pub mod tell;
