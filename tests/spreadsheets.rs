//! Every file that people open in a spreadsheet program: what looks like a formula is text, with whichever separator it is opened.
//!
//! Each `.csv` and `.xlsx` of the route table is read with each separator by a parser that begins cells as spreadsheets do; and, with
//! `TESTS_OFFICE=1` where `soffice` is installed (Debian: `libreoffice-calc`; `tests/all` asks for it where it is there), opened in
//! LibreOffice without a screen. A file of real formulas has to be found out first, in both ways.
//!
//! Seen to fail: with marks only where a cell begins (`web::formula::places`), `/psc/imports/{id}/problems.csv` with a semicolon
//! left `=HYPERLINK(...` and `=1+1,...`; LibreOffice found six formulas of seventeen texts that were written so, with a semicolon as with a tab.

use std::{collections::BTreeSet, fmt::Write, io::Cursor, path::Path, process::Command};

use axum::http::StatusCode;
use calamine::{Reader, Xlsx};
use partner_portal::{
    app,
    auth::Origin,
    demo,
    ids::OrganisationId,
    migration::deals::service as migration,
    psc::import::{DealColumn as C, Export, service as imports},
};
use sqlx::PgPool;

use crate::{
    psc::support::{deal, deals},
    support::{Client, PASSWORD, TestApp},
};

/// Every one holds `1+1` or `evil`.
const FORMULAS: [&str; 17] = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "=cmd|' /C calc'!A0&1+1",
    "\u{ff1d}1+1",
    "\u{feff}=1+1",
    "\"=1+1",
    "x;=HYPERLINK(\"http://evil.example\",\"x\")",
    "x;=1+1",
    "x\t=1+1",
    "x,=1+1",
    "x\n=1+1",
    "x; \"=1+1",
    "x\";=1+1",
    "x\r\n\t;\"=1+1",
];
/// What people may open a file with: comma, semicolon, tab, and all of them.
const SEPARATORS: [&str; 4] = [",", ";", "\t", ",;\t"];
const CONTROL: &[u8] = b"a,b\r\n=1+1,\"=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\")\"\r\nx;=1+1,x\t=1+1\r\n";

/// How the program is told of separators. Quote, UTF-8, from the first line; numbers are recognised and formulas evaluated: the most that
/// it does by itself or when told to.
fn filter(separators: &str) -> String {
    let codes: Vec<String> = separators.bytes().map(|byte| byte.to_string()).collect();
    format!("CSV:{},34,76,1,,0,false,true,false,false,false,0,true", codes.join("/"))
}

/// How many cells of each file are formulas, and its texts.
fn open(folder: &Path, files: &[(String, Vec<u8>)], separators: Option<&str>) -> Vec<(usize, String)> {
    let out = folder.join("out");
    let mut command = Command::new("soffice");
    command.arg(format!("-env:UserInstallation=file://{}", folder.join("profile").display()));
    command.args(["--headless", "--convert-to", "fods", "--outdir"]).arg(&out);
    command.args(separators.map(|separators| format!("--infilter={}", filter(separators))));
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes).unwrap();
        command.arg(folder.join(name));
    }
    let done = command.output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let opened = files.iter().map(|(name, _)| {
        let file = out.join(name).with_extension("fods");
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{name} was not opened: {error}"));
        std::fs::remove_file(file).unwrap();
        let formulas = text.matches("table:formula=").count() + text.matches("xlink:href=\"http://evil").count();
        (formulas, text)
    });
    opened.collect()
}

/// The cells of a CSV as a spreadsheet takes them: a quote counts where a cell begins, else it is a letter.
fn cells(text: &str, separators: &str) -> Vec<String> {
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let mut begins = true;
    let mut letters = text.trim_start_matches('\u{feff}').chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if begins && !quoted => quoted = true,
            '"' if quoted && letters.peek() == Some(&'"') => cell.extend(letters.next()),
            '"' if quoted => quoted = false,
            _ if !quoted && (separators.contains(letter) || matches!(letter, '\r' | '\n')) => {
                cells.push(std::mem::take(&mut cell));
                begins = true;
                continue;
            }
            _ => cell.push(letter),
        }
        begins = false;
    }
    cells.push(cell);
    cells
}

/// The cells that a program would run, at its most eager.
fn formulas(text: &str, separators: &str) -> Vec<String> {
    let passed = |c: char| c.is_whitespace() || c == '"' || c == '\u{feff}';
    let signs = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    let mut found = cells(text, separators);
    found.retain(|cell| cell.trim_start_matches(passed).starts_with(signs));
    found
}

/// The route behind an address: identifiers are `{id}`.
fn route(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    let id = |part: &str| part.len() == 36 && part.bytes().filter(|byte| *byte == b'-').count() == 4;
    path.split('/')
        .map(|part| if id(part) { "{id}" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

async fn download(clients: &mut [Client], path: &str) -> Vec<u8> {
    for client in clients.iter_mut() {
        let answer = client.get(path).await;
        if answer.status.is_success() {
            return answer.body.to_vec();
        }
    }
    panic!("nobody gets {path}")
}

/// Every file, full of formulas: its address, and what it holds.
async fn every_file(app: &TestApp) -> Vec<(String, Vec<u8>)> {
    demo::load(app.db(), &app.app.clock, PASSWORD).await.unwrap();
    let organisation: OrganisationId = sqlx::query_scalar("select organisation_id from organisations where mpn_id = '4512345'")
        .fetch_one(app.db())
        .await
        .unwrap();
    // Some migrate, some stay, and one is rejected.
    let rows = FORMULAS.iter().enumerate().flat_map(|(n, formula)| {
        let of = |id: String, status: &str| {
            let columns = [
                C::Name,
                C::AccountName,
                C::CustomerName,
                C::CustomerCity,
                C::ContactFirstName,
                C::Notes,
                C::CrmId,
                C::CampaignId,
                C::DealRole,
                C::LicenseProgram,
                C::CustomerOutcome,
                C::AssignedSeller,
            ];
            let mut changes: Vec<(C, &str)> = columns.into_iter().map(|column| (column, *formula)).collect();
            changes.extend([
                (C::Status, status),
                (C::Created, "2026-05-01T09:00:00Z"),
                (C::MpnId, "4512345"),
                (C::Currency, formula),
            ]);
            deal(&id, &changes)
        };
        [
            of(format!("F-{n}"), "Open"),
            of(format!("W-{n}"), "Won"),
            of(formula.to_string(), "Open"),
            of(format!("R-{n}"), formula),
        ]
    });
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut accounts = "PSC Account ID,Account Name,MPN ID,Country\r\n".to_owned();
    let mut users = "PSC User ID,First Name,Last Name,Email,PSC Account ID,PSC Account Name,PSC Role\r\n".to_owned();
    for (n, formula) in FORMULAS.iter().enumerate() {
        let text = quoted(formula);
        write!(accounts, "A-{n},{text},4512345,KR\r\n").unwrap();
        write!(users, "U-{n},{text},{text},{text},A-{n},{text},Seller\r\n").unwrap();
    }
    // Somebody who comes over, with names of that kind.
    for (n, formula) in FORMULAS.iter().enumerate() {
        let text = quoted(formula);
        write!(users, "R-{n},{text},{text},newcomer@fabrikam.example,A-{n},{text},Seller\r\n").unwrap();
    }
    let export = tempfile::tempdir().unwrap();
    for (name, text) in [("accounts.csv", accounts), ("users.csv", users), ("deals.csv", deals(rows))] {
        std::fs::write(export.path().join(name), text).unwrap();
    }
    let clock = &app.app.clock;
    let import = imports::take_in(app.db(), clock, organisation, None, Export::in_folder(export.path()))
        .await
        .unwrap();
    let mut people = [app.sign_in("account-admin@fabrikam.example").await, app.sign_in("referrals-admin@fabrikam.example").await];
    let mut files = Vec::new();
    let mut keep = async |people: &mut [Client], path: String| {
        let bytes = download(people, &path).await;
        files.push((path, bytes));
    };
    for path in [
        &format!("/psc/imports/{import}/problems.csv"),
        "/psc/deals.csv",
        "/psc/export/accounts.csv",
        "/psc/export/users.csv",
        "/psc/export/deals.csv",
        "/migration/users/list.csv",
        "/migration/deals/list.csv",
    ] {
        keep(&mut people, path.to_owned()).await;
    }
    let mut details = "Opportunity ID,Customer Name\r\n".to_owned();
    for formula in FORMULAS {
        write!(details, "{},x\r\n", quoted(&format!("no {formula}"))).unwrap();
        write!(details, "{},x\r\n", quoted(&format!("{formula} "))).unwrap();
    }
    let sent = people[0]
        .upload("/psc/clean-up/uploads", &[("details", "d.csv", details.as_bytes())])
        .await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
    keep(&mut people, format!("{}/problems.csv", sent.location())).await;
    let preview = people[0].get("/migration/users/preview?all=1").await;
    let seen = preview.attributes("input[name=seen]", "value").pop().unwrap();
    let users = people[0]
        .post("/migration/users/runs", &[("seen", &seen), ("all", "1")])
        .await
        .location();
    let run = migration::start(app.db(), &app.app.queue, clock, organisation, Origin::default(), false)
        .await
        .unwrap();
    app.run_jobs().await;
    keep(&mut people, format!("{users}/result.csv")).await;
    for kind in ["csv", "xlsx"] {
        keep(&mut people, format!("/migration/deals/runs/{run}/report.{kind}")).await;
    }
    let kept: BTreeSet<String> = files.iter().map(|(path, _)| route(path)).collect();
    let all = app::table().into_iter().map(|route| route.path.to_owned());
    let all: BTreeSet<String> = all.filter(|path| is(path, "csv") || is(path, "xlsx")).collect();
    assert_eq!(kept, all, "every file of the table");
    files
}

fn is(path: &str, ending: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found == ending)
}

#[test]
fn the_parser_finds_formulas() {
    let control = std::str::from_utf8(CONTROL).unwrap();
    let found = SEPARATORS.map(|separators| formulas(control, separators).len());
    assert_eq!(found, [2, 2, 2, 4], "commas; semicolons; tabs; all");
    assert_eq!(cells("a,\"b\"\"c,\nd\",\"e\"f\r\ng\"h", ","), ["a", "b\"c,\nd", "ef", "", "g\"h"]);
}

#[sqlx::test(migrations = false)]
async fn no_cell_of_any_file_begins_as_a_formula_does(db: PgPool) {
    let app = TestApp::new(db).await;
    for (path, bytes) in every_file(&app).await {
        if is(&path, "xlsx") {
            let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
            let sheet = book.sheet_names().remove(0);
            let texts = book
                .worksheet_range(&sheet)
                .unwrap()
                .cells()
                .filter(|cell| cell.2.to_string().contains("1+1"))
                .count();
            assert!(texts > 0, "{path} has the texts that are looked for");
            assert_eq!(
                book.worksheet_formula(&sheet)
                    .unwrap()
                    .cells()
                    .filter(|cell| !cell.2.is_empty())
                    .count(),
                0,
                "{path}"
            );
            continue;
        }
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains("1+1") && text.contains("evil"), "{path} has the texts that are looked for");
        for separators in SEPARATORS {
            assert_eq!(formulas(&text, separators), Vec::<String>::new(), "{path} with {separators:?}");
        }
    }
}

#[sqlx::test(migrations = false)]
async fn no_file_holds_a_formula_for_libreoffice(db: PgPool) {
    if std::env::var("TESTS_OFFICE").is_err() {
        eprintln!("not asked for: TESTS_OFFICE=1");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let control = [("control.csv".to_owned(), CONTROL.to_vec())];
    for (separators, at_least) in SEPARATORS.into_iter().zip([2, 1, 1, 4]) {
        let found = open(folder.path(), &control, Some(separators))[0].0;
        assert!(found >= at_least, "the program finds formulas where there are some: {found} with {separators:?}");
    }
    let app = TestApp::new(db).await;
    let files = every_file(&app).await;
    let of = |kind: &str| -> Vec<(String, Vec<u8>)> {
        let some = files.iter().enumerate().filter(|(_, (path, _))| path.ends_with(kind));
        some.map(|(n, (_, bytes))| (format!("file{n}.{kind}"), bytes.clone())).collect()
    };
    let opened = SEPARATORS.map(|separators| (separators, open(folder.path(), &of("csv"), Some(separators))));
    let books = ("XLSX", open(folder.path(), &of("xlsx"), None));
    for (how, found) in opened.into_iter().chain([books]) {
        for (n, (formulas, texts)) in found.into_iter().enumerate() {
            assert_eq!(formulas, 0, "file {n}, {how:?}");
            assert!(texts.contains("1+1"), "file {n}, {how:?}, has the texts that are looked for");
        }
    }
}
