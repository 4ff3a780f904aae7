//! A PSC bulk export of Fabrikam's, as untidy as real ones: gaps, wrong MPN IDs, names in four scripts, text that looks like a
//! formula, quotes and line breaks, rows that cannot be told apart and details that cannot be read. Today's date decides all of it.

mod deals;
mod row;
mod words;

use std::{fs::File, io, path::Path};

use chrono::NaiveDate;
use rand::{SeedableRng, rngs::StdRng};
use serde::Serialize;

use super::data::{
    organisations::{FABRIKAM_DOMAIN, FABRIKAM_MPN, SEOUL_MPN},
    people,
};
use words::COLLEAGUES;

const DEALS: u32 = 2_000;
const USERS: usize = 60;
/// Any number: another one makes another export.
const SEED: u64 = 4_512_345;

/// A PSC account. The MPN IDs of the last two are wrong and missing.
#[derive(Clone, Copy, Serialize)]
struct Account {
    #[serde(rename = "PSC Account ID")]
    id: &'static str,
    #[serde(rename = "Account Name")]
    name: &'static str,
    #[serde(rename = "MPN ID")]
    mpn_id: &'static str,
    #[serde(rename = "Country")]
    country: &'static str,
}

const ACCOUNTS: [Account; 7] = [
    Account { id: "PA-1000", name: "Fabrikam (whole organisation)", mpn_id: FABRIKAM_MPN, country: "KR" },
    Account { id: "PA-1001", name: "Fabrikam Seoul", mpn_id: SEOUL_MPN, country: "KR" },
    Account { id: "PA-1002", name: "Fabrikam Busan", mpn_id: "4512347", country: "KR" },
    Account { id: "PA-1003", name: "Fabrikam Redmond", mpn_id: "4512348", country: "US" },
    Account { id: "PA-1004", name: "Fabrikam München", mpn_id: "4512349", country: "DE" },
    Account { id: "PA-1900", name: "Fabrikam Osaka (wrong MPN)", mpn_id: "9999999", country: "JP" },
    Account { id: "PA-1901", name: "Fabrikam Lab (no MPN)", mpn_id: "", country: "US" },
];

#[derive(Serialize)]
struct User {
    #[serde(rename = "PSC User ID")]
    id: String,
    #[serde(rename = "First Name")]
    first_name: &'static str,
    #[serde(rename = "Last Name")]
    last_name: &'static str,
    #[serde(rename = "Email")]
    mail: String,
    #[serde(rename = "PSC Account ID")]
    account_id: &'static str,
    #[serde(rename = "PSC Account Name")]
    account_name: &'static str,
    #[serde(rename = "PSC Role")]
    role: &'static str,
}

/// Writes `accounts.csv`, `users.csv` and `deals.csv` into an existing folder: the same bytes for the same day.
///
/// # Errors
/// When a file cannot be written.
pub fn write_export(folder: &Path, today: NaiveDate) -> io::Result<()> {
    let mut rng = StdRng::seed_from_u64(SEED);
    write(&folder.join("accounts.csv"), ACCOUNTS)?;
    write(&folder.join("users.csv"), users())?;
    write(&folder.join("deals.csv"), (0..DEALS).map(|number| deals::deal(number, today, &mut rng)))
}

/// UTF-8 and CRLF, quotes where they are needed, a header first (data/README.md).
fn write<T: Serialize>(path: &Path, rows: impl IntoIterator<Item = T>) -> io::Result<()> {
    let file = File::create(path)?;
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(file);
    for row in rows {
        csv.serialize(row)?;
    }
    csv.flush()
}

/// The demo's people who worked in PSC, then others whom nobody has given an account yet: some with a private mail address, some
/// with one outside the tenant, some at the accounts without a right MPN ID.
fn users() -> Vec<User> {
    let known = people::FABRIKAM.iter().filter_map(|person| {
        let (role, account_id) = person.psc?;
        let account = ACCOUNTS.into_iter().find(|account| account.id == account_id)?;
        Some((person.first_name, person.last_name, person.mail(FABRIKAM_DOMAIN), account, role))
    });
    let others = (0_usize..)
        .zip(COLLEAGUES.into_iter().cycle())
        .zip(ACCOUNTS.into_iter().cycle());
    let others = others.map(|((number, (first_name, last_name)), account)| {
        let domain = match number % 12 {
            4 => "outlook.com".to_owned(),
            9 => format!("lab.{FABRIKAM_DOMAIN}"),
            _ => FABRIKAM_DOMAIN.to_owned(),
        };
        let role = match number % 5 {
            0 => "Admin",
            1 | 3 => "Deal manager",
            _ => "Seller",
        };
        (first_name, last_name, format!("person{number}@{domain}"), account, role)
    });
    let all = (0..USERS).zip(known.chain(others));
    all.map(|(number, (first_name, last_name, mail, account, role))| User {
        id: format!("PU-{}", 990_000 + number),
        first_name,
        last_name,
        mail,
        account_id: account.id,
        account_name: account.name,
        role,
    })
    .collect()
}
