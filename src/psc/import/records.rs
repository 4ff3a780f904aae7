//! Where records and fields end (RFC 4180), in bounded memory. The tokenizer is csv's own core; around it stands what a stranger's
//! file needs: the line on which a record begins, a bound on its length, and a quote that is never closed.

use std::io::{self, Read};

use csv_core::{ReadRecordResult, Reader};

use super::{problem::RefusalCode, text::lines};
use crate::web::formula;

const CHUNK: usize = 64 * 1024;
/// A record may be this long, in bytes; a longer one is a quote that swallows what follows.
const LONGEST: usize = 1024 * 1024;
const MOST_FIELDS: usize = 512;

/// Why reading cannot go on.
#[derive(Debug)]
pub enum Broken {
    Io(io::Error),
    /// The record that begins in this line.
    At(RefusalCode, u32),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The records of a text in UTF-8.
pub struct Records<R> {
    source: R,
    buffer: Vec<u8>,
    /// What of the buffer is still to be read.
    from: usize,
    to: usize,
    parser: Reader,
    /// The line that the next byte stands in.
    line: u32,
    text: Vec<u8>,
    ends: Vec<usize>,
}

/// One record, unquoted.
pub struct Record<'a> {
    /// The line on which it begins, from 1.
    pub line: u32,
    text: &'a str,
    ends: &'a [usize],
}

impl<'a> Record<'a> {
    /// A record that stands in no file: its fields one behind the other, and where each ends.
    pub const fn of(text: &'a str, ends: &'a [usize]) -> Self {
        Self { line: 0, text, ends }
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// A field without surrounding white space; empty when there is none.
    pub fn field(&self, index: usize) -> &'a str {
        let start = index
            .checked_sub(1)
            .and_then(|before| self.ends.get(before))
            .copied()
            .unwrap_or(0);
        self.ends
            .get(index)
            .and_then(|end| self.text.get(start..*end))
            .unwrap_or_default()
            .trim()
    }

    pub fn fields(&self) -> impl Iterator<Item = &'a str> {
        (0..self.len()).map(|index| self.field(index))
    }

    /// The database keeps every character but this one.
    pub fn has_nul(&self) -> bool {
        self.text.as_bytes().contains(&0)
    }
}

impl<R: Read> Records<R> {
    /// Looks at the first line for what separates the fields: Excel writes semicolons where the comma is the decimal sign, and tabs
    /// into "Unicode text".
    pub fn new(source: R) -> io::Result<Self> {
        let mut records = Self {
            source,
            buffer: vec![0; CHUNK],
            from: 0,
            to: 0,
            parser: Reader::new(),
            line: 1,
            text: vec![0; CHUNK],
            ends: vec![0; MOST_FIELDS],
        };
        records.peek()?;
        let mut builder = csv_core::ReaderBuilder::new();
        records.parser = builder.delimiter(separator(records.unread())).build();
        Ok(records)
    }

    /// The next record; blank lines are passed over.
    pub fn next(&mut self) -> Result<Option<Record<'_>>, Broken> {
        if !self.skip_line_ends()? {
            return Ok(None);
        }
        let begin = self.line;
        let (mut length, mut fields) = (0, 0);
        loop {
            if self.unread().is_empty() {
                self.fill()?;
            }
            let at_end = self.unread().is_empty();
            // At the end a line break closes the record, unless a quote is open.
            let input = if at_end { b"\n" } else { self.buffer.get(self.from..self.to).unwrap_or_default() };
            let (text, ends) = (self.text.get_mut(length..).unwrap_or_default(), self.ends.get_mut(fields..).unwrap_or_default());
            let (result, read, written, ended) = self.parser.read_record(input, text, ends);
            (length, fields) = (length + written, fields + ended);
            if !at_end {
                self.consume(read);
            }
            match result {
                ReadRecordResult::InputEmpty if at_end => return Err(Broken::At(RefusalCode::UnclosedQuote, begin)),
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if self.text.len() >= LONGEST => {
                    return Err(Broken::At(RefusalCode::RowTooLong, begin));
                }
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => return Err(Broken::At(RefusalCode::TooManyColumns, begin)),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
            }
        }
        length = self
            .unmark(length, fields)
            .map_err(|_| Broken::At(RefusalCode::Encoding, begin))?;
        let text = std::str::from_utf8(self.text.get(..length).unwrap_or_default())
            .map_err(|_| Broken::At(RefusalCode::Encoding, begin))?;
        Ok(Some(Record { line: begin, text, ends: self.ends.get(..fields).unwrap_or_default() }))
    }

    /// Takes off the marks by which spreadsheets, and our own files, make texts of what looks like formulas (`'+82 2 1234 5678`).
    fn unmark(&mut self, length: usize, fields: usize) -> Result<usize, std::str::Utf8Error> {
        let text = self.text.get(..length).unwrap_or_default();
        if !text.contains(&b'\'') {
            return Ok(length);
        }
        let whole = std::str::from_utf8(text)?.to_owned();
        let ends = self.ends.get(..fields).unwrap_or_default().to_vec();
        let record = Record { line: 0, text: &whole, ends: &ends };
        let mut to = 0;
        for (index, end) in self.ends.iter_mut().take(fields).enumerate() {
            let field = formula::plain(record.field(index));
            if let Some(place) = self.text.get_mut(to..to + field.len()) {
                place.copy_from_slice(field.as_bytes());
            }
            to += field.len();
            *end = to;
        }
        Ok(to)
    }

    fn unread(&self) -> &[u8] {
        self.buffer.get(self.from..self.to).unwrap_or_default()
    }

    fn consume(&mut self, bytes: usize) {
        self.line += lines(self.buffer.get(self.from..self.from + bytes).unwrap_or_default());
        self.from += bytes;
    }

    fn fill(&mut self) -> io::Result<()> {
        self.from = 0;
        self.to = loop {
            match self.source.read(&mut self.buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        Ok(())
    }

    /// Fills the buffer as far as its first line, or as far as it goes.
    fn peek(&mut self) -> io::Result<()> {
        while self.to < self.buffer.len() && !self.unread().contains(&b'\n') {
            let read = self.source.read(self.buffer.get_mut(self.to..).unwrap_or_default())?;
            if read == 0 {
                break;
            }
            self.to += read;
        }
        Ok(())
    }

    /// False: the file ends here.
    fn skip_line_ends(&mut self) -> io::Result<bool> {
        loop {
            match self.unread().first() {
                Some(b'\r' | b'\n') => self.consume(1),
                Some(_) => return Ok(true),
                None => {
                    self.fill()?;
                    if self.unread().is_empty() {
                        return Ok(false);
                    }
                }
            }
        }
    }
}

/// Comma, semicolon or tab: the one that stands most often in the first line, outside quotes.
fn separator(start: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in start.iter().skip_while(|byte| matches!(byte, b'\r' | b'\n')) {
        match byte {
            b'"' => quoted = !quoted,
            b'\r' | b'\n' if !quoted => break,
            _ if quoted => {}
            _ => counts
                .iter_mut()
                .filter(|(sign, _)| sign == byte)
                .for_each(|(_, count)| *count += 1),
        }
    }
    // The first of equals: the comma.
    counts
        .into_iter()
        .rev()
        .max_by_key(|(_, count)| *count)
        .map_or(b',', |(sign, _)| sign)
}
