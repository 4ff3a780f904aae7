//! Cells that a spreadsheet program would run. A mark, `'`, makes a text of each, and is taken off again where a file of ours is read: what
//! is downloaded and uploaded again is the same.

use std::borrow::Cow;

const MARK: char = '\'';
/// What a formula begins with; also as keyboards of the Far East write it.
const SIGNS: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
/// Where a new cell begins, at the latest when the file is opened with another separator than it was written with.
const ENDS: [char; 5] = [',', ';', '\t', '\r', '\n'];

/// What programs pass over on their way to a formula's sign: white space, quotes, and marks.
fn passed_over(c: char) -> bool {
    c.is_whitespace() || c.is_control() || matches!(c, MARK | '"' | '\u{feff}')
}

const fn breaks_line(c: char) -> bool {
    matches!(c, '\r' | '\n')
}

/// The places of a cell where a formula would begin: byte offsets, the last one first. One pass from behind, however long the cell is.
fn places(cell: &str) -> Vec<usize> {
    let (mut found, mut formula, mut next) = (Vec::new(), false, None);
    for (at, c) in cell.char_indices().rev() {
        // An empty line is no cell.
        let empty = breaks_line(c) && next.is_some_and(breaks_line);
        if formula && ENDS.contains(&c) && !empty {
            found.push(at + c.len_utf8());
        }
        formula = SIGNS.contains(&c) || (formula && passed_over(c));
        next = Some(c);
    }
    if formula {
        found.push(0);
    }
    found
}

/// The cell as it is written: harmless wherever it is opened.
pub fn neutral(cell: &str) -> Cow<'_, str> {
    let places = places(cell);
    if places.is_empty() {
        return cell.into();
    }
    let (mut text, mut from) = (String::with_capacity(cell.len() + places.len()), 0);
    for at in places.into_iter().rev() {
        text.push_str(cell.get(from..at).unwrap_or_default());
        text.push(MARK);
        from = at;
    }
    text.push_str(cell.get(from..).unwrap_or_default());
    text.into()
}

/// The cell as it was before [`neutral`].
pub fn plain(text: &str) -> Cow<'_, str> {
    let marks: Vec<usize> = places(text)
        .into_iter()
        .filter(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(MARK)))
        .collect();
    if marks.is_empty() {
        return text.into();
    }
    let (mut cell, mut from) = (String::with_capacity(text.len()), 0);
    for at in marks.into_iter().rev() {
        cell.push_str(text.get(from..at).unwrap_or_default());
        from = at + MARK.len_utf8();
    }
    cell.push_str(text.get(from..).unwrap_or_default());
    cell.into()
}
