//! The demo's PSC export: the same for the same day, and as untidy as it should be.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use chrono::{DateTime, Days, NaiveDate, Utc};
use partner_portal::{
    catalogue::matching::match_key,
    clock::Clock,
    db::{Pool, schema::MIGRATOR},
    demo,
};

type Rows = Vec<BTreeMap<String, String>>;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).unwrap()
}

fn written(today: NaiveDate) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    demo::write_export(folder.path(), today).unwrap();
    folder
}

fn read(folder: &Path, name: &str) -> Rows {
    let mut csv = csv::Reader::from_path(folder.join(name)).unwrap();
    csv.deserialize().map(Result::unwrap).collect()
}

fn deals() -> Rows {
    read(written(today()).path(), "deals.csv")
}

/// How often each value of a column stands there.
fn tally(rows: &Rows, column: &str) -> BTreeMap<String, usize> {
    let mut tally = BTreeMap::new();
    for row in rows {
        *tally.entry(row[column].clone()).or_default() += 1;
    }
    tally
}

fn share(rows: &Rows, holds: impl Fn(&BTreeMap<String, String>) -> bool) -> usize {
    rows.iter().filter(|row| holds(row)).count()
}

#[test]
fn the_same_day_makes_the_same_bytes_and_another_day_others() {
    let (one, two, other) = (written(today()), written(today()), written(today() + Days::new(1)));
    for name in ["accounts.csv", "users.csv", "deals.csv"] {
        let bytes = fs::read(one.path().join(name)).unwrap();
        assert_eq!(bytes, fs::read(two.path().join(name)).unwrap(), "{name}");
        assert!(bytes.windows(2).any(|pair| pair == b"\r\n"), "{name}: lines end in CRLF");
    }
    let deals = |folder: &tempfile::TempDir| fs::read(folder.path().join("deals.csv")).unwrap();
    assert_ne!(deals(&one), deals(&other));
}

#[test]
fn the_columns_are_those_of_an_export() {
    let folder = written(today());
    let header = |name: &str| {
        let text = fs::read_to_string(folder.path().join(name)).unwrap();
        text.lines().next().unwrap().to_owned()
    };
    assert_eq!(header("accounts.csv"), "PSC Account ID,Account Name,MPN ID,Country");
    assert_eq!(
        header("users.csv"),
        "PSC User ID,First Name,Last Name,Email,PSC Account ID,PSC Account Name,PSC Role"
    );
    assert_eq!(
        header("deals.csv"),
        "Opportunity ID,Opportunity Name,Status,Business Type,Co-sell,Source,PSC Account ID,PSC Account Name,MPN ID,\
         Customer Name,Customer Address Line 1,Customer Address Line 2,Customer City,Customer State,Customer Postal Code,\
         Customer Country,Customer Contact First Name,Customer Contact Last Name,Customer Contact Phone,Customer Contact Email,\
         Deal Value,Currency,Estimated Close Date,Expected Solution Close Date,Sales Stage,Deal Role,License Program,\
         Customer Outcome,Products,Team Members,Assigned Seller,Microsoft Contact Name,Microsoft Contact Email,\
         Microsoft Contact Phone,Marketing Campaign ID,CRM ID,Notes,Created Date,Last Modified Date"
    );
}

#[test]
fn six_rows_cannot_be_told_apart_or_judged() {
    let deals = deals();
    assert_eq!(deals.len(), 2_000);
    let mut seen = BTreeSet::new();
    let rejected: Vec<usize> = deals
        .iter()
        .enumerate()
        .filter(|(_, row)| {
            let known = ["Open", "Won", "Lost", "Closed - Duplicate"].contains(&row["Status"].as_str())
                && ["Co-sell", "Solution Assessment", "OEM Licensing", "OEM IoT"].contains(&row["Business Type"].as_str());
            let id = &row["Opportunity ID"];
            id.is_empty() || !seen.insert(id.clone()) || !known || row["Created Date"].parse::<DateTime<Utc>>().is_err()
        })
        .map(|(place, _)| place)
        .collect();
    assert_eq!(rejected, [137, 402, 655, 913, 1171, 1608]);
    assert!(seen.iter().all(|id| id.len() == 14 && id.starts_with("7-00099")), "IDs that no other export has");
}

#[test]
fn ten_details_cannot_be_read() {
    let unreadable = |row: &BTreeMap<String, String>| {
        let filled = |column: &str, readable: bool| !row[column].is_empty() && !readable;
        let number = row["Deal Value"].parse::<f64>().is_ok();
        let currency = &row["Currency"];
        let code = currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase());
        let date = NaiveDate::parse_from_str(&row["Estimated Close Date"], "%m/%d/%Y").is_ok();
        filled("Deal Value", number) || filled("Currency", code) || filled("Estimated Close Date", date)
    };
    assert_eq!(share(&deals(), unreadable), 10);
}

#[test]
fn every_status_business_account_and_gap_occurs() {
    let deals = deals();
    for (column, values) in [
        ("Status", ["Open", "Won", "Lost", "Closed - Duplicate"]),
        ("Business Type", ["Co-sell", "Solution Assessment", "OEM Licensing", "OEM IoT"]),
    ] {
        let tally = tally(&deals, column);
        assert!(values.iter().all(|value| tally[*value] > 20), "{tally:?}");
    }
    let accounts = tally(&deals, "MPN ID");
    let expected = ["", "4512345", "4512346", "4512347", "4512348", "4512349", "9999999"];
    assert_eq!(accounts.keys().map(String::as_str).collect::<Vec<_>>(), expected);
    assert!(accounts["9999999"] > 20 && accounts[""] > 20 && accounts["4512346"] > 200, "{accounts:?}");
    for column in ["Customer Name", "Products", "Team Members", "Deal Value", "Estimated Close Date"] {
        let gaps = share(&deals, |row| row[column].is_empty());
        assert!((20..200).contains(&gaps), "{column}: {gaps}");
    }
    let no_contact = share(&deals, |row| row["Co-sell"] == "Yes" && row["Customer Contact First Name"].is_empty());
    let no_phone = share(&deals, |row| !row["Customer Contact Email"].is_empty() && row["Customer Contact Phone"].is_empty());
    assert!(no_contact > 20 && no_phone > 5, "{no_contact} {no_phone}");
}

#[test]
fn text_is_as_people_and_spreadsheets_leave_it() {
    let deals = deals();
    let korean = |text: &str| text.chars().any(|c| ('가'..='힣').contains(&c));
    assert!(share(&deals, |row| korean(&row["Opportunity Name"])) > 300);
    assert!(share(&deals, |row| korean(&row["Customer Name"])) > 300);
    for start in ["=", "+"] {
        assert!(share(&deals, |row| row["Notes"].starts_with(start)) > 50, "formula-like: {start}");
    }
    assert!(share(&deals, |row| row["Opportunity Name"].starts_with(['-', '@'])) > 50);
    assert!(share(&deals, |row| row["Notes"].contains('\n')) > 50);
    assert!(share(&deals, |row| row["Opportunity Name"].contains('"')) > 50);
}

#[test]
fn deals_are_between_eleven_and_seven_hundred_days_old_and_some_too_early() {
    let eligible_from = demo::psc_dates(today()).eligible_from;
    let mut early = 0;
    for row in deals() {
        let Ok(created) = row["Created Date"].parse::<DateTime<Utc>>() else { continue };
        let modified: DateTime<Utc> = row["Last Modified Date"].parse().unwrap();
        let age = (today() - created.date_naive()).num_days();
        assert!((11..=700).contains(&age), "{age}");
        assert!(created < modified && modified < demo::psc_dates(today()).read_only_from, "{created} {modified}");
        early += usize::from(created < eligible_from);
    }
    assert!(early > 10, "{early}");
}

#[test]
fn the_demos_people_are_in_it() {
    let folder = written(today());
    let users = read(folder.path(), "users.csv");
    assert_eq!(users.len(), 60);
    let role = |mail: &str| {
        let user = users
            .iter()
            .find(|row| row["Email"] == mail)
            .unwrap_or_else(|| panic!("{mail} is missing"));
        (user["PSC Role"].clone(), user["PSC Account ID"].clone())
    };
    for (mail, expected, account) in [
        ("account-admin@fabrikam.example", "Admin", "PA-1000"),
        ("referrals-admin@fabrikam.example", "Admin", "PA-1000"),
        ("referrals-user@fabrikam.example", "Seller", "PA-1000"),
        ("seoul-referrals-admin@fabrikam.example", "Deal manager", "PA-1001"),
        ("newcomer@fabrikam.example", "Seller", "PA-1002"),
    ] {
        assert_eq!(role(mail), (expected.to_owned(), account.to_owned()));
    }
    assert!(share(&users, |row| row["Email"].ends_with("@outlook.com")) > 2);
    assert!(share(&users, |row| row["Email"].ends_with("@lab.fabrikam.example")) > 2);
    assert_eq!(tally(&users, "PSC Role").len(), 3);
    assert_eq!(tally(&users, "PSC Account ID").len(), 7);
    assert_eq!(tally(&users, "Email").len(), 60);
    assert_eq!(tally(&users, "PSC User ID").len(), 60);

    let deals = read(folder.path(), "deals.csv");
    let hers = share(&deals, |row| row["Team Members"].contains("referrals-user@fabrikam.example"));
    assert!((100..250).contains(&hers), "on the team of one deal in twelve: {hers}");
    assert!(share(&deals, |row| row["Microsoft Contact Email"] == "seller@microsoft.example") > 100);
}

/// Most customers are certain, some are to be matched by somebody; every solution is in the catalogue.
#[sqlx::test(migrator = "MIGRATOR")]
async fn the_catalogue_knows_what_the_export_names(pool: Pool) {
    demo::load(&pool, &Clock::System, "a password").await.unwrap();
    let directory: BTreeSet<String> = sqlx::query_scalar("select match_key from businesses")
        .fetch_all(&pool)
        .await
        .unwrap()
        .into_iter()
        .collect();
    let solutions: BTreeSet<String> = sqlx::query_scalar("select solution_id from solutions")
        .fetch_all(&pool)
        .await
        .unwrap()
        .into_iter()
        .collect();
    let deals = deals();
    let (mut matched, mut named) = (0, 0);
    for row in deals.iter().filter(|row| !row["Customer Name"].is_empty()) {
        let (name, line1) = (&row["Customer Name"], &row["Customer Address Line 1"]);
        named += 1;
        matched +=
            usize::from(directory.contains(&match_key(name, line1, &row["Customer Postal Code"], &row["Customer Country"])));
    }
    assert!(matched > named * 8 / 10 && matched < named, "{matched} of {named}");
    let sold: BTreeSet<String> = deals
        .iter()
        .flat_map(|row| row["Products"].split(';'))
        .filter_map(|product| product.split('|').next())
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
        .collect();
    assert_eq!(sold.len(), 19);
    assert!(sold.is_subset(&solutions), "{sold:?}");
}
