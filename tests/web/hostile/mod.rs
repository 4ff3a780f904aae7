//! Uploads of somebody who means no good, over the wire: a clear answer, bounded memory, nothing half written, and a server that goes on.
//!
//! Seen to fail: without what `Meter::take` (src/web/upload.rs) asks of `kept`, "a part whose head has no end" was kept in memory and looked
//! through again with every piece that came: 100 MB took minutes, and the answer was 400 instead of 413. Without what it asks of `left`: 400
//! instead of 413 for "parts nobody asked for", and in `too_much_is_refused_while_it_comes`. Without `LONGEST` (src/psc/import/records.rs):
//! "unclosed-quote" for "an open quote", which was read to its end, and 186 MB for ten at once.

mod limits;
mod wire;

use std::io::Write;

use flate2::{Compression, write::DeflateEncoder};
use partner_portal::psc::import::{Column, DealColumn, RefusalCode};
use sqlx::PgPool;

use crate::psc::support::{deal, deals};
use wire::{Length, MEGABYTE, Piece, World, forget_peak, megabytes, part, peak, text};

/// What an upload may have, in megabytes.
const LIMIT: usize = 150;
/// What the whole process may need on top, in megabytes, whatever is sent.
const MEMORY: u64 = 64;

const IMPORTS: &str = "/psc/imports";
const DETAILS: &str = "/psc/clean-up/uploads";

fn header() -> String {
    DealColumn::NAMES.join(",")
}

/// A workbook whose only sheet is a hundred megabytes when it is inflated: the head of a ZIP archive's entry, and its data.
fn bomb() -> Piece {
    let mut deflated = DeflateEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..100 {
        deflated.write_all(&vec![0; MEGABYTE]).unwrap();
    }
    let data = deflated.finish().unwrap();
    let name = b"xl/worksheets/sheet1.xml";
    let mut archive = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
    archive.extend((data.len() as u32).to_le_bytes());
    archive.extend(100_000_000_u32.to_le_bytes());
    archive.extend((name.len() as u16).to_le_bytes());
    archive.extend([0, 0]);
    archive.extend(name);
    archive.extend(data);
    Piece::Once(archive)
}

/// Files that can be read to no end, and why. The header is an export's; a file of details begins alike.
fn broken() -> Vec<(&'static str, Vec<Piece>, RefusalCode)> {
    let head = || text(&format!("{}\r\n", header()));
    vec![
        (
            "1,000,000 columns",
            vec![text("Opportunity ID"), Piece::Times(b",x", 1_000_000)],
            RefusalCode::TooManyColumns,
        ),
        ("1,000,000 fields", vec![head(), Piece::Times(b"x,", 1_000_000)], RefusalCode::TooManyColumns),
        (
            "an open quote",
            vec![head(), text("D-1,\""), megabytes(b"filler, filler\r\n", 50)],
            RefusalCode::RowTooLong,
        ),
        (
            "a field of 100 MB",
            vec![head(), text("D-1,"), megabytes(b"x", 100), text("\r\n")],
            RefusalCode::RowTooLong,
        ),
        ("a column's name of 100 MB", vec![megabytes(b"x", 100), text("\r\n")], RefusalCode::RowTooLong),
        ("a workbook", vec![text("PK\x03\x04"), megabytes(&[0; 1000], 50)], RefusalCode::Workbook),
        ("a workbook that grows", vec![bomb()], RefusalCode::Workbook),
        (
            "a picture",
            vec![Piece::Once(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe\xfd".repeat(1000))],
            RefusalCode::Encoding,
        ),
        ("nothing", vec![], RefusalCode::Empty),
    ]
}

#[cfg(target_os = "linux")]
#[sqlx::test(migrations = false)]
async fn nothing_that_is_sent_takes_memory_or_is_half_kept(db: PgPool) {
    let world = World::new(db, LIMIT as u64).await;
    let before = world.kept().await;
    // What is read to its end: refused by name, with a page that says so.
    for (name, deals, code) in broken() {
        forget_peak();
        let start = peak();
        let told = world.post(IMPORTS, &World::export(&deals), Length::True).await;
        assert_eq!(told.status, 303, "{name}: {told:?}");
        assert_eq!(world.import().await, ("refused".to_owned(), Some(code.code().to_owned())), "{name}");
        assert!(peak() - start < MEMORY, "{name}: {} MB", peak() - start);
        assert_eq!(world.kept().await, before, "{name}");
    }
    // In each of the fields.
    for which in 0..3 {
        let names = ["accounts", "users", "deals"];
        let body: Vec<Piece> = names
            .iter()
            .enumerate()
            .flat_map(|(n, name)| [part(name), if n == which { bomb() } else { text("x\r\n") }, text("\r\n")])
            .chain([text("--b--\r\n")])
            .collect();
        forget_peak();
        let start = peak();
        assert_eq!(world.post(IMPORTS, &body, Length::True).await.status, 303);
        assert_eq!(world.import().await.0, "refused");
        assert!(peak() - start < MEMORY, "{which}: {} MB", peak() - start);
        assert_eq!(world.kept().await, before);
    }
    // What is not: told before the end, and no import begins.
    let imports = world.app.count("select count(*) from psc_imports").await;
    for path in [IMPORTS, DETAILS] {
        for (name, body, length, statuses) in unread() {
            forget_peak();
            let start = peak();
            let told = world.post(path, &body, length).await;
            assert!(statuses.contains(&told.status), "{path}, {name}: {told:?}");
            assert!(told.status == 0 || told.text.contains("<h1"), "{path}, {name}: a page");
            assert!(peak() - start < MEMORY, "{path}, {name}: {} MB", peak() - start);
            assert_eq!(world.app.count("select count(*) from psc_imports").await, imports, "{path}, {name}");
            assert_eq!(world.kept().await, before, "{path}, {name}");
        }
    }
    // Rows with NUL are refused by line, and the others go in: the server goes on.
    let rows = deals([deal("D-1", &[]), deal("D-2", &[(DealColumn::Notes, "a\0b")])]);
    assert_eq!(world.post(IMPORTS, &World::export(&[text(&rows)]), Length::True).await.status, 303);
    assert_eq!(world.import().await.0, "done");
    assert_eq!(
        world
            .app
            .count("select count(*) from psc_deals where psc_deal_id in ('D-1', 'D-2')")
            .await,
        1
    );
    // Files of details: refused on the page that they came from.
    let before = world.kept().await;
    for (name, rows, _) in broken() {
        forget_peak();
        let start = peak();
        let told = world.post(DETAILS, &World::details(&rows), Length::True).await;
        assert_eq!(told.status, 422, "{name}: {told:?}");
        assert!(peak() - start < MEMORY, "{name}: {} MB", peak() - start);
        assert_eq!(world.kept().await, before, "{name}");
    }
    world.end().await;
}

/// What is no form with files, or too much.
fn unread() -> Vec<(&'static str, Vec<Piece>, Length, [u16; 2])> {
    let unknown = |n: usize| text(&format!("--b\r\ncontent-disposition: form-data; name=\"x{n}\"\r\n\r\n"));
    vec![
        (
            "a part whose head has no end",
            vec![text("--b\r\n"), megabytes(b"x: y\r\n", 100)],
            Length::True,
            [413, 413],
        ),
        ("no part for long", vec![megabytes(b"nothing\r\n", 100)], Length::Chunked, [413, 413]),
        (
            "parts nobody asked for",
            vec![unknown(1), megabytes(b"x", 100), text("\r\n"), unknown(2), megabytes(b"x", 100)],
            Length::Chunked,
            [413, 413],
        ),
        (
            "more than may be, as it says",
            vec![unknown(1), megabytes(b"x", LIMIT + 1)],
            Length::True,
            [413, 413],
        ),
        ("less than it says", vec![unknown(1), megabytes(b"x", 1)], Length::Off(1000), [400, 0]),
        ("more than it says", vec![unknown(1), megabytes(b"x", 1)], Length::Off(-1000), [400, 400]),
        ("no parts", vec![text("nothing")], Length::True, [400, 400]),
    ]
}
