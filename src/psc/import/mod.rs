//! A PSC bulk export comes in: `accounts.csv`, `users.csv`, `deals.csv` (columns: data/README.md).
//!
//! Read, then merge. *Reading* streams the three files through [`text`] (which encoding), [`records`] (where fields and lines end),
//! [`columns`] (which field is what) and [`row`] (what it means), and copies what it understood into staging; a file that cannot
//! be used changes nothing. *Merging* moves staging into the organisation's PSC tables in slices, each one short transaction, so
//! that it goes on where it stopped.

mod columns;
mod copy;
mod fields;
pub mod jobs;
mod problem;
mod reader;
mod records;
mod row;
pub mod service;
mod store;
mod text;

pub use columns::{AccountColumn, Column, DealColumn, UserColumn};
pub use problem::{Code, ExportFile, Problem, Refusal, RefusalCode, UnknownColumns};
pub use service::{Export, ImportError, SLICE};
pub use store::{Import, State};
