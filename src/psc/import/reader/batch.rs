//! What the reader hands over: COPY text for one table at a time, the problems, and the totals so far.

use super::{
    super::{
        copy::Lines,
        problem::{ExportFile, UnknownColumns},
        row::{AccountRow, DealRow, Flaw, UserRow},
    },
    lines,
};
use crate::ids::ImportId;

/// Bytes of COPY text in a batch: some 3,000 deals.
const FULL: usize = 2 * 1024 * 1024;
/// With room for the row that fills it, so that it is not moved as it grows.
const ROOM: usize = FULL + 64 * 1024;
/// Of what stood in a bad field, characters kept for the report.
const SHOWN: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    Accounts,
    Users,
    Deals,
}

/// Rows for one table, and the problems found meanwhile; either may be empty.
pub struct Batch {
    pub table: Table,
    pub rows: Vec<u8>,
    pub problems: Vec<u8>,
    /// Including this batch.
    pub totals: Totals,
}

/// Rows understood, rows rejected, warnings.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    pub accounts: i32,
    pub users: i32,
    pub deals: i32,
    pub rejected: i32,
    pub warnings: i32,
    pub unknown_columns: Vec<UnknownColumns>,
}

/// Nobody takes the batches any more.
pub struct Stopped;

pub struct Batches<H> {
    import: ImportId,
    hand_over: H,
    table: Table,
    rows: Lines,
    problems: Lines,
    pub totals: Totals,
}

impl<H: FnMut(Batch) -> bool> Batches<H> {
    pub fn new(import: ImportId, hand_over: H) -> Self {
        let (rows, problems) = (Lines::with_capacity(ROOM), Lines::default());
        Self { import, hand_over, table: Table::Accounts, rows, problems, totals: Totals::default() }
    }

    pub fn account(&mut self, row: &AccountRow<'_>) -> Result<(), Stopped> {
        self.table = Table::Accounts;
        self.totals.accounts += 1;
        lines::account(&mut self.rows, self.import, row);
        self.hand_over_when_full()
    }

    pub fn user(&mut self, row: &UserRow<'_>) -> Result<(), Stopped> {
        self.table = Table::Users;
        self.totals.users += 1;
        lines::user(&mut self.rows, self.import, row);
        self.hand_over_when_full()
    }

    pub fn deal(&mut self, row: &DealRow<'_>) -> Result<(), Stopped> {
        self.table = Table::Deals;
        self.totals.deals += 1;
        lines::deal(&mut self.rows, self.import, row);
        self.hand_over_when_full()
    }

    pub fn problem(&mut self, file: ExportFile, line: u32, row_id: &str, flaw: &Flaw, rejected: bool) -> Result<(), Stopped> {
        if rejected {
            self.totals.rejected += 1;
        } else {
            self.totals.warnings += 1;
        }
        // U+2400 is the picture of a NUL.
        let shown = |text: &str| {
            text.chars()
                .take(SHOWN)
                .map(|c| if c == '\0' { '\u{2400}' } else { c })
                .collect::<String>()
        };
        self.problems
            .plain(self.import)
            .plain(rejected)
            .plain(file.name())
            .plain(line)
            .text(flaw.column)
            .plain(flaw.code.code())
            .text(&shown(&flaw.value))
            .text(&shown(row_id))
            .end();
        self.hand_over_when_full()
    }

    /// Hands over what is there; to be called at the end of each file.
    pub fn flush(&mut self) -> Result<(), Stopped> {
        if self.rows.rows + self.problems.rows == 0 {
            return Ok(());
        }
        let rows = std::mem::replace(&mut self.rows, Lines::with_capacity(ROOM));
        let problems = std::mem::take(&mut self.problems);
        let batch =
            Batch { table: self.table, rows: rows.into_bytes(), problems: problems.into_bytes(), totals: self.totals.clone() };
        if (self.hand_over)(batch) { Ok(()) } else { Err(Stopped) }
    }

    fn hand_over_when_full(&mut self) -> Result<(), Stopped> {
        if self.rows.len() + self.problems.len() < FULL { Ok(()) } else { self.flush() }
    }
}
