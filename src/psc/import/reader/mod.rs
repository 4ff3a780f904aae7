//! Reads the three files, on a thread that may block, and hands over COPY batches of what it understood. Never holds more than
//! a batch, one record and the IDs it has seen (as hashes, 16 bytes each).

mod batch;
pub mod lines;
mod seen;

use std::{
    fs::File,
    io::{self, Read},
};

use super::{
    columns::{AccountColumn, Column, DealColumn, Layout, UserColumn},
    problem::{ExportFile, Refusal, UnknownColumns},
    records::{Broken, Record, Records},
    row::{self, Flaw},
    text,
};
use crate::ids::ImportId;

pub use batch::{Batch, Table, Totals};
use batch::{Batches, Stopped};
pub use seen::Seen;

/// The opened files, so that they may be deleted while they are read.
pub struct Files {
    pub accounts: File,
    pub users: File,
    pub deals: File,
}

/// How reading ended.
pub enum Outcome {
    /// All of it is handed over.
    Read(Totals),
    Refused(Vec<Refusal>),
    /// Nobody takes the batches any more.
    Stopped,
}

/// One file whose encoding and header are known.
struct Opened<'f> {
    file: ExportFile,
    records: Records<Box<dyn Read + 'f>>,
    layout: Layout,
}

/// Reads everything. `hand_over` answers false to stop. All headers are read before the first row, so that one refusal names what
/// is wrong with all three files.
///
/// # Errors
/// When a file cannot be read from disk.
pub fn read(files: &Files, import: ImportId, hand_over: impl FnMut(Batch) -> bool) -> io::Result<Outcome> {
    let mut refusals = Vec::new();
    let accounts = open::<AccountColumn>(&files.accounts, ExportFile::Accounts, &mut refusals)?;
    let users = open::<UserColumn>(&files.users, ExportFile::Users, &mut refusals)?;
    let deals = open::<DealColumn>(&files.deals, ExportFile::Deals, &mut refusals)?;
    let (Some(accounts), Some(users), Some(deals)) = (accounts, users, deals) else {
        return Ok(Outcome::Refused(refusals));
    };
    let mut batches = Batches::new(import, hand_over);
    for opened in [&accounts, &users, &deals] {
        if !opened.layout.unknown.is_empty() {
            let columns = opened.layout.unknown.clone();
            batches
                .totals
                .unknown_columns
                .push(UnknownColumns { file: opened.file, columns });
        }
    }
    let read = read_accounts(accounts, &mut batches)
        .and_then(|()| read_users(users, &mut batches))
        .and_then(|()| read_deals(deals, &mut batches));
    match read {
        Ok(()) => Ok(Outcome::Read(batches.totals)),
        Err(End::Stopped) => Ok(Outcome::Stopped),
        Err(End::Broken(_, Broken::Io(error))) => Err(error),
        Err(End::Broken(file, Broken::At(code, line))) => {
            Ok(Outcome::Refused(vec![Refusal { file, code, columns: Vec::new(), line: Some(line) }]))
        }
    }
}

fn open<'f, C: Column>(mut on_disk: &'f File, file: ExportFile, refusals: &mut Vec<Refusal>) -> io::Result<Option<Opened<'f>>> {
    use super::problem::RefusalCode;
    let mut refuse = |code, columns, line| {
        refusals.push(Refusal { file, code, columns, line });
        Ok(None)
    };
    let text = match text::recognise(&mut on_disk)? {
        Ok(text) => text,
        Err(not_text) => return refuse(not_text.code, Vec::new(), not_text.line),
    };
    let mut records = Records::new(text::decoded(on_disk, text)?)?;
    let layout = match records.next() {
        Ok(Some(header)) => Layout::read::<C>(&header).map_err(|(code, columns)| (code, columns, header.line)),
        Ok(None) => return refuse(RefusalCode::Empty, Vec::new(), None),
        Err(Broken::Io(error)) => return Err(error),
        Err(Broken::At(code, line)) => Err((code, Vec::new(), line)),
    };
    match layout {
        Ok(layout) => Ok(Some(Opened { file, records, layout })),
        Err((code, columns, line)) => refuse(code, columns, Some(line)),
    }
}

/// Why reading ended before the files did.
enum End {
    Stopped,
    Broken(ExportFile, Broken),
}

impl From<Stopped> for End {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

/// Goes through the rows of one file. `take` answers with the rejection, if the row is rejected.
fn each_row<C: Column, H: FnMut(Batch) -> bool>(
    mut opened: Opened<'_>,
    id: C,
    batches: &mut Batches<H>,
    mut take: impl FnMut(&Record<'_>, &Layout, &mut Seen, &mut Batches<H>) -> Result<Result<(), Flaw>, Stopped>,
) -> Result<(), End> {
    let mut seen = Seen::default();
    let file = opened.file;
    while let Some(record) = opened.records.next().map_err(|broken| End::Broken(file, broken))? {
        if let Err(flaw) = take(&record, &opened.layout, &mut seen, batches)? {
            let row_id = opened.layout.get(&record, id);
            batches.problem(file, record.line, row_id, &flaw, true)?;
        }
    }
    batches.flush()?;
    Ok(())
}

fn read_accounts<H: FnMut(Batch) -> bool>(opened: Opened<'_>, batches: &mut Batches<H>) -> Result<(), End> {
    each_row(opened, AccountColumn::Id, batches, |record, layout, seen, batches| {
        let row = row::account(record, layout).and_then(|row| seen.first(AccountColumn::Id, row.id, record.line).map(|()| row));
        Ok(match row {
            Ok(row) => Ok(batches.account(&row)?),
            Err(flaw) => Err(flaw),
        })
    })
}

fn read_users<H: FnMut(Batch) -> bool>(opened: Opened<'_>, batches: &mut Batches<H>) -> Result<(), End> {
    each_row(opened, UserColumn::Id, batches, |record, layout, seen, batches| {
        let row = row::user(record, layout).and_then(|row| seen.first(UserColumn::Id, row.id, record.line).map(|()| row));
        Ok(match row {
            Ok(row) => Ok(batches.user(&row)?),
            Err(flaw) => Err(flaw),
        })
    })
}

fn read_deals<H: FnMut(Batch) -> bool>(opened: Opened<'_>, batches: &mut Batches<H>) -> Result<(), End> {
    each_row(opened, DealColumn::Id, batches, |record, layout, seen, batches| {
        let row = row::deal(record, layout)
            .and_then(|(row, warnings)| seen.first(DealColumn::Id, row.id, record.line).map(|()| (row, warnings)));
        let (row, warnings) = match row {
            Ok(row) => row,
            Err(flaw) => return Ok(Err(flaw)),
        };
        for flaw in &warnings {
            batches.problem(ExportFile::Deals, record.line, row.id, flaw, false)?;
        }
        Ok(Ok(batches.deal(&row)?))
    })
}
