//! A PSC bulk export comes in: `accounts.csv`, `users.csv`, `deals.csv` (columns: data/README.md).
//!
//! The three files are streamed through [`text`] (which encoding), [`records`] (where fields and lines end), [`columns`] (which field is
//! what) and [`row`] (what it means), and what was understood is copied into the PSC tables as rows of this import. They count for
//! nothing until the import is done and the organisation's settings turn to it, in one short transaction; a file that cannot be
//! used, or a crash, changes nothing.

mod columns;
mod copy;
pub mod details;
mod fields;
mod problem;
pub mod reader;
mod records;
mod row;
pub mod service;
mod store;
mod text;
pub mod texts;

pub use columns::{AccountColumn, Column, DealColumn, UserColumn};
pub use problem::{Code, ExportFile, Problem, Refusal, RefusalCode, UnknownColumns};
pub use row::Flaw;
pub use service::{Export, ImportError};
pub use store::{Import, State, put_deals};
