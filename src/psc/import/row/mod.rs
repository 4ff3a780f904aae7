//! From a record to what it means: a typed row with warnings, or a rejection. Pure.

mod account;
mod deal;
mod user;

pub use account::{AccountRow, account};
pub use deal::{BUSINESSES, DealRow, STATUSES, deal};
pub use user::{UserRow, user};

use super::{
    columns::{Column, Layout},
    problem::Code,
    records::Record,
};

/// Longest ID, in bytes; a B-tree entry takes no more than 2,704.
const LONGEST_ID: usize = 200;
/// Longest mail address (RFC 5321: 64 + 1 + 255).
const LONGEST_MAIL: usize = 320;

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Empty: the whole row.
    pub column: &'static str,
    pub code: Code,
    pub value: String,
}

impl Flaw {
    pub fn new(column: impl Column, code: Code, value: &str) -> Self {
        Self { column: column.name(), code, value: value.to_owned() }
    }
}

/// A row that can be read on: as many fields as the header has, nothing that cannot be stored, and an ID of fit length.
///
/// # Errors
/// The rejection.
pub fn check<C: Column>(record: &Record<'_>, layout: &Layout, id: C) -> Result<(), Flaw> {
    if record.len() != layout.width {
        let value = format!("{} / {}", record.len(), layout.width);
        return Err(Flaw { column: "", code: Code::FieldCount, value });
    }
    if record.has_nul() {
        let position = record.fields().position(|field| field.contains('\0')).unwrap_or_default();
        let column = layout.column_at::<C>(position).unwrap_or_default();
        return Err(Flaw { column, code: Code::Nul, value: record.field(position).to_owned() });
    }
    match layout.get(record, id) {
        "" => Err(Flaw::new(id, Code::NoId, "")),
        long if long.len() > LONGEST_ID => Err(Flaw::new(id, Code::TooLong, long)),
        _ => Ok(()),
    }
}
