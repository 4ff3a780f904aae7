//! A file of details: some columns of deals.csv, to complete deals that are there. Read as an export is, on a thread that may block.

use std::{fs::File, io};

use super::{
    columns::{Column, DealColumn as C, Layout},
    problem::{Refusal, RefusalCode},
    reader::Seen,
    records::{Broken, Record, Records},
    row::{self, Flaw},
    text,
};
use crate::psc::import::ExportFile;

/// Rows handed over at once.
const CHUNK: usize = 200;

/// A row that names a deal.
#[derive(Debug)]
pub struct DetailRow {
    /// The line on which it begins, from 1.
    pub line: u32,
    pub id: String,
    /// What it says, without empty cells.
    pub cells: Vec<(C, String)>,
}

/// A row, or why it says nothing: line and ID beside it.
pub type Detail = Result<DetailRow, (u32, String, Flaw)>;

/// How reading ended.
#[derive(Debug)]
pub enum Ended {
    /// With the names of columns that nobody knows.
    Read(Vec<String>),
    /// Rows before the trouble were handed over.
    Refused(Refusal),
    /// Nobody takes the rows any more.
    Stopped,
}

/// Reads all rows; `hand_over` answers false to stop.
///
/// # Errors
/// When the file cannot be read from disk.
pub fn read(mut file: &File, mut hand_over: impl FnMut(Vec<Detail>) -> bool) -> io::Result<Ended> {
    let refused = |code, columns, line| Ended::Refused(Refusal { file: ExportFile::Deals, code, columns, line });
    let text = match text::recognise(&mut file)? {
        Ok(text) => text,
        Err(not_text) => return Ok(refused(not_text.code, Vec::new(), not_text.line)),
    };
    let mut records = Records::new(text::decoded(file, text)?)?;
    let layout = match records.next() {
        Ok(Some(header)) => match Layout::read_some(&header, C::Id) {
            Ok(layout) => layout,
            Err((code, columns)) => return Ok(refused(code, columns, Some(header.line))),
        },
        Ok(None) => return Ok(refused(RefusalCode::Empty, Vec::new(), None)),
        Err(broken) => return ended(broken),
    };
    let mut seen = Seen::default();
    let mut rows = Vec::with_capacity(CHUNK);
    loop {
        match records.next() {
            Ok(Some(record)) => rows.push(detail(&record, &layout, &mut seen)),
            Ok(None) => break,
            Err(broken) => {
                if !rows.is_empty() && !hand_over(rows) {
                    return Ok(Ended::Stopped);
                }
                return ended(broken);
            }
        }
        if rows.len() == CHUNK && !hand_over(std::mem::replace(&mut rows, Vec::with_capacity(CHUNK))) {
            return Ok(Ended::Stopped);
        }
    }
    let taken = rows.is_empty() || hand_over(rows);
    Ok(if taken { Ended::Read(layout.unknown) } else { Ended::Stopped })
}

fn ended(broken: Broken) -> io::Result<Ended> {
    match broken {
        Broken::Io(error) => Err(error),
        Broken::At(code, line) => {
            Ok(Ended::Refused(Refusal { file: ExportFile::Deals, code, columns: Vec::new(), line: Some(line) }))
        }
    }
}

fn detail(record: &Record<'_>, layout: &Layout, seen: &mut Seen) -> Detail {
    let id = layout.get(record, C::Id);
    row::check(record, layout, C::Id)
        .and_then(|()| seen.first(C::Id, id, record.line))
        .map_err(|flaw| (record.line, id.replace('\0', "\u{2400}"), flaw))?;
    let cells = C::ALL
        .iter()
        .filter(|column| layout.has(**column))
        .map(|column| (*column, layout.get(record, *column).to_owned()))
        .filter(|(column, text)| !matches!(column, C::Id) && !text.is_empty());
    Ok(DetailRow { line: record.line, id: id.to_owned(), cells: cells.collect() })
}
