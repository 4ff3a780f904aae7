//! What is fuzzed, from bytes: by cargo-fuzz (`tests/fuzz/run`), and with the kept corpus by a plain test. Each says what must hold.

use std::{
    fs::File,
    io::{Seek, Write},
    time::{Duration, Instant},
};

use chrono::Datelike;
use partner_portal::{
    auth::web::safe_next,
    deals::forms::{DetailsTyped, Looking, SolutionTyped, bulk::BulkForm, parsed_solutions},
    ids::ImportId,
    migration::users::forms::{Looking as Users, Pick},
    operators::forms::DatesForm,
    psc::import::{
        Column, DealColumn, details,
        reader::{Files, Outcome, read},
    },
    referrals::{cursor::Cursor, filter::Kind, raw::RawDetails, rules},
};

/// What this thread has worked, however many others the machine works for.
fn worked() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    stat.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// Does it, in less than a second of work.
///
/// # Errors
/// What it took.
pub fn promptly(work: impl FnOnce()) -> Result<(), Duration> {
    let (began, before) = (Instant::now(), worked());
    work();
    let took = worked()
        .zip(before)
        .map_or_else(|| began.elapsed(), |(after, before)| after.saturating_sub(before));
    if took < Duration::from_secs(1) { Ok(()) } else { Err(took) }
}

const ACCOUNTS: &str = "PSC Account ID,Account Name,MPN ID,Country\r\nPA-1,Fabrikam,4512345,KR\r\n";
const USERS: &str = "PSC User ID,First Name,Last Name,Email,PSC Account ID,PSC Account Name,PSC Role\r\n";

fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(bytes).and_then(|()| file.rewind()).expect("room");
    file
}

/// The readers of exports and of details, in any encoding: what is handed over is UTF-8 without NUL, and counted.
pub fn files(data: &[u8]) {
    let Some((which, bytes)) = data.split_first() else { return };
    let taken = |place: u8, good: &str| file(if which % 4 == place { bytes } else { good.as_bytes() });
    if which % 4 == 3 {
        let ended = details::read(&file(bytes), |rows| {
            assert!(rows.iter().flatten().all(|row| !row.id.contains('\0')));
            true
        });
        assert!(ended.is_ok());
        return;
    }
    let files = Files { accounts: taken(0, ACCOUNTS), users: taken(1, USERS), deals: taken(2, &DealColumn::NAMES.join(",")) };
    let mut lines = 0;
    let outcome = read(&files, ImportId::new(), |batch| {
        assert!(std::str::from_utf8(&batch.rows).is_ok() && !batch.rows.contains(&0));
        lines += batch.rows.split(|byte| *byte == b'\n').count() - 1;
        true
    });
    match outcome.expect("a file that can be read") {
        Outcome::Read(totals) => assert_eq!(lines, (totals.accounts + totals.users + totals.deals) as usize),
        Outcome::Refused(refusals) => assert!(!refusals.is_empty()),
        Outcome::Stopped => panic!("nobody stopped it"),
    }
}

/// Addresses of lists, cursors, choices, and where to go after signing in: what an address gives itself means the same.
pub fn lists(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for kind in [Kind::Deal, Kind::Lead] {
        let first = Looking::read(kind, &text);
        let again = Looking::read(kind, &first.query());
        assert_eq!(first.query(), again.query());
        assert_eq!(first.filter.wanted, again.filter.wanted);
    }
    if let Ok(cursor) = text.parse::<Cursor>() {
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
    }
    // From the second time on: a search that is cut may end in white space.
    let users = |query: &str| Users::parse(query).ok().map(|looking| looking.query());
    if let Some(query) = users(&text).and_then(|query| users(&query)) {
        assert_eq!(users(&query), Some(query));
    }
    let picked = |query: &str| {
        let path = Pick::parse(query).ok().map(|pick| pick.path(&pick.after))?;
        path.split_once('?').map(|(_, query)| query.to_owned())
    };
    if let Some(query) = picked(&text).and_then(|query| picked(&query)) {
        assert_eq!(picked(&query), Some(query));
    }
    let form = BulkForm::read(&text);
    let _ = form.parse();
    assert_eq!(BulkForm::read(&form.query()).query(), form.query());
    let next = safe_next(&text);
    assert!(
        next.starts_with('/') && !next.starts_with("//") && !next.contains(|c: char| c.is_control() || c == '\\'),
        "{next:?}"
    );
}

/// Money, numbers and dates of forms, a field a line: what is taken fits into the database.
pub fn forms(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.split('\n').map(str::to_owned);
    let mut line = || lines.next().unwrap_or_default();
    let [name, value, currency, close_date, notes] = std::array::from_fn(|_| line());
    if let Some(number) = rules::number(&value) {
        assert_eq!(rules::number(&number.to_string()), Some(number));
    }
    let solution = SolutionTyped { id: name.clone(), quantity: value.clone(), price: notes.clone() };
    assert_eq!(parsed_solutions(&[solution]).0.len(), 1);
    let raw = RawDetails {
        name: name.clone(),
        value: value.clone(),
        currency: currency.clone(),
        close_date: close_date.clone(),
        ..RawDetails::default()
    };
    // What is understood and nothing is wrong with has a date that the database keeps.
    if let Ok(details) = raw.parse()
        && rules::details(&details).is_empty()
    {
        assert!(details.close_date.is_none_or(|date| (1900..=9999).contains(&date.year())));
    }
    let dates = DatesForm { eligible_from: close_date.clone(), read_only_from: currency.clone(), closed_from: value.clone() };
    if let Ok(dates) = dates.parse() {
        for date in [dates.eligible_from, dates.read_only_from, dates.closed_from] {
            assert!((1900..=9999).contains(&date.year()), "{date}");
        }
    }
    let typed = DetailsTyped { name, value, currency, close_date, notes, ..DetailsTyped::default() };
    let (details, flaws) = typed.parse();
    if flaws.is_empty() {
        assert_eq!(DetailsTyped::of(&details).parse(), (details, flaws));
    }
}
