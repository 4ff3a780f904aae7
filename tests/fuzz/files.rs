//! Files of an export.

use std::{fs::File, io::Write};

use partner_portal::{
    ids::ImportId,
    psc::import::{
        Column, DealColumn,
        reader::{Files, Outcome, Table, read},
        texts::DealTexts,
    },
};
use proptest::prelude::*;

use super::{bounded, odd};
use crate::psc::support::{ACCOUNTS, USERS, deal, table};

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    file
}

/// Reads an export with these bytes as one of its files; every row that is counted was handed over, as one line.
fn whole(which: usize, bytes: &[u8]) -> Result<(), TestCaseError> {
    let good = [ACCOUNTS.to_owned(), USERS.to_owned(), table(DealColumn::NAMES, [deal("D-1", &[])], b',')];
    let mut files = good
        .iter()
        .enumerate()
        .map(|(n, text)| file(if n == which { bytes } else { text.as_bytes() }));
    let mut next = || files.next().unwrap();
    let files = Files { accounts: next(), users: next(), deals: next() };
    let mut lines = [0, 0, 0];
    let mut problems = 0;
    let count = |bytes: &[u8]| bytes.split_inclusive(|byte| *byte == b'\n').count();
    let outcome = read(&files, ImportId::new(), |batch| {
        let table = match batch.table {
            Table::Accounts => 0,
            Table::Users => 1,
            Table::Deals => 2,
        };
        lines[table] += count(&batch.rows);
        problems += count(&batch.problems);
        assert!(std::str::from_utf8(&batch.rows).is_ok() && !batch.rows.contains(&0));
        true
    })
    .unwrap();
    match outcome {
        Outcome::Read(totals) => {
            prop_assert_eq!(lines, [totals.accounts, totals.users, totals.deals].map(|n| n as usize));
            prop_assert_eq!(problems, (totals.rejected + totals.warnings) as usize);
        }
        Outcome::Refused(refusals) => prop_assert!(!refusals.is_empty()),
        Outcome::Stopped => prop_assert!(false, "nobody stopped it"),
    }
    Ok(())
}

/// A table of deals with odd fields, columns left out or added, in some encoding, and then some bytes of it changed, cut or repeated.
fn spoiled() -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((0..DealColumn::NAMES.len(), odd()), 0..12);
    let rows = prop::collection::vec((changes, odd(), 0..45_usize), 0..6);
    let damage = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4), 0..8);
    (rows, 0..5, prop::sample::select(vec![b',', b';', b'\t']), damage).prop_map(|(rows, encoding, delimiter, damage)| {
        let rows = rows.into_iter().enumerate().map(|(n, (changes, id, width))| {
            let id = if n % 2 == 0 { format!("D-{n}") } else { id };
            let mut row = deal(&id, &[]);
            for (column, text) in changes {
                row[column] = text;
            }
            if width > 40 {
                row.resize(width, "more".into());
            }
            row
        });
        let text = table(DealColumn::NAMES, rows, delimiter);
        let wide = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        let mut bytes = match encoding {
            0 => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            1 => [&[0xff, 0xfe], &wide(u16::to_le_bytes)[..]].concat(),
            2 => wide(u16::to_be_bytes),
            3 => encoding_rs::EUC_KR.encode(&text).0.into_owned(),
            _ => text.clone().into_bytes(),
        };
        for (place, byte, how) in damage {
            if bytes.is_empty() {
                break;
            }
            let at = place.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.truncate(at),
                2 => bytes.insert(at, byte),
                _ => bytes.extend_from_within(at..),
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(bounded())]

    #[test]
    fn any_bytes_are_read_or_refused(which in 0..3_usize, bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        whole(which, &bytes)?;
    }

    #[test]
    fn a_spoiled_export_is_read_or_refused(which in 0..3_usize, bytes in spoiled()) {
        whole(if which < 2 { 2 } else { 1 }, &bytes)?;
    }

    /// A deal as PSC's forms take it: what is understood says the same when it is read again.
    #[test]
    fn a_deal_of_odd_texts_is_read_alike_twice(changes in prop::collection::vec((0..DealColumn::NAMES.len(), odd()), 0..12)) {
        let mut texts = DealTexts::empty();
        for (column, text) in DealColumn::ALL.iter().zip(deal("D-1", &[])) {
            texts.set(*column, &text);
        }
        for (column, text) in changes {
            texts.set(DealColumn::ALL[column], &text);
        }
        let import = ImportId::new();
        if let Ok(first) = texts.read(import) {
            let second = texts.clone().read(import).ok().unwrap();
            prop_assert_eq!((first.digest, &first.line), (second.digest, &second.line));
            prop_assert_eq!(first.line.iter().position(|byte| *byte == b'\n'), Some(first.line.len() - 1));
        }
    }
}
