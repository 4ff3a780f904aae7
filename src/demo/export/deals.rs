//! One deal after the other.

use chrono::{Days, NaiveDate};
use rand::{
    Rng,
    rngs::StdRng,
    seq::{IndexedRandom, IteratorRandom},
};

use super::{
    super::data::{
        businesses::BUSINESSES,
        organisations::FABRIKAM_DOMAIN,
        people,
        solutions::{CONSULTING, FABRIKAM, MICROSOFT},
    },
    ACCOUNTS,
    row::Row,
    words::{COLLEAGUES, CONTACTS, NOTES, PROJECTS, SELLERS, TYPED_CUSTOMERS, money, phone_prefix},
};

/// PSC is read-only since ten days ago: nothing in it is younger.
const YOUNGEST: u64 = 11;
const OLDEST: u64 = 700;

/// What a row lacks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Gap {
    None,
    Customer,
    Contact,
    ContactPhone,
    Solution,
    Team,
    Value,
    CloseDate,
}

/// The deal of this number. IDs begin as no other export's of Fabrikam's do, so that one can be taken in beside this one.
pub fn deal(number: u32, today: NaiveDate, rng: &mut StdRng) -> Row {
    let mut row = Row { id: id(number), notes: pick(rng, &NOTES), ..Row::default() };
    let gap = match rng.random_range(0..60) {
        0..3 => Gap::Customer,
        3..6 => Gap::Contact,
        6 => Gap::ContactPhone,
        7..9 => Gap::Solution,
        9..11 => Gap::Team,
        11..13 => Gap::Value,
        13..15 => Gap::CloseDate,
        _ => Gap::None,
    };
    kind(&mut row, rng);
    account(&mut row, rng);
    let country = customer(&mut row, gap, number, rng);
    contact(&mut row, gap, country, number, rng);
    amounts(&mut row, gap, country, today, rng);
    if gap != Gap::Solution {
        row.products = products(rng);
    }
    team(&mut row, gap, rng);
    if row.co_sell == "Yes" && (row.source == "Microsoft" || rng.random_bool(0.4)) {
        (row.microsoft_name, row.microsoft_mail, row.microsoft_phone) = SELLERS.choose(rng).copied().unwrap_or_default();
    }
    row.campaign_id = pick(rng, &["", "", "", "KR-SPRING-CLOUD", "FIELD-DAYS"]);
    if rng.random_bool(0.5) {
        row.crm_id = format!("CRM-{}", 20_000 + number);
    }
    dates(&mut row, today, rng);
    spoil(number, &mut row);
    row
}

fn id(number: u32) -> String {
    format!("7-00099{number:07}")
}

fn pick(rng: &mut StdRng, from: &[&'static str]) -> &'static str {
    from.choose(rng).copied().unwrap_or_default()
}

fn kind(row: &mut Row, rng: &mut StdRng) {
    row.status = match rng.random_range(0..100) {
        0..82 => "Open",
        82..91 => "Won",
        91..97 => "Lost",
        _ => "Closed - Duplicate",
    };
    row.business = match rng.random_range(0..100) {
        0..88 => "Co-sell",
        88..93 => "Solution Assessment",
        93..97 => "OEM Licensing",
        _ => "OEM IoT",
    };
    row.co_sell = if rng.random_bool(0.6) { "Yes" } else { "No" };
    row.source = if rng.random_bool(0.35) { "Microsoft" } else { "Partner" };
    row.stage = match row.status {
        "Won" => "100",
        _ => pick(rng, &["10", "20", "40", "60", "80"]),
    };
    row.deal_role = pick(rng, &["ISV", "Transact"]);
    row.license_program = pick(rng, &["", "EA", "CSP"]);
    row.customer_outcome = pick(rng, &["", "", "", "", "Lower cost of operation", "작업 시간 단축"]);
}

fn account(row: &mut Row, rng: &mut StdRng) {
    let right = !rng.random_bool(0.06);
    let account = ACCOUNTS
        .iter()
        .enumerate()
        .filter(|(place, _)| (*place < 5) == right)
        .choose(rng);
    if let Some((_, account)) = account {
        (row.account_id, row.account_name, row.mpn_id) = (account.id, account.name, account.mpn_id);
    }
}

/// The customer's country, known even where the customer is not named.
fn customer(row: &mut Row, gap: Gap, number: u32, rng: &mut StdRng) -> &'static str {
    let typed = rng.random_bool(0.12);
    let found = if typed { TYPED_CUSTOMERS.choose(rng) } else { BUSINESSES.choose(rng) };
    let project = pick(rng, &PROJECTS);
    let Some(business) = found else { return "" };
    if gap == Gap::Customer {
        row.name = format!("{project} {number}");
        return business.country;
    }
    row.name =
        if rng.random_bool(0.6) { format!("{project} – {}", business.legal_name) } else { format!("{project} {number}") };
    row.customer_name = business.legal_name;
    row.customer_line1 = business.address_line1;
    row.customer_line2 = if typed { "" } else { pick(rng, &["", "", "", "", "", "2층", "Floor 7"]) };
    row.customer_city = business.city;
    row.customer_state = business.state;
    row.customer_postal_code = business.postal_code;
    row.customer_country = business.country;
    business.country
}

fn contact(row: &mut Row, gap: Gap, country: &str, number: u32, rng: &mut StdRng) {
    let named = row.co_sell == "Yes" || rng.random_bool(0.5);
    if gap == Gap::Contact || !named {
        return;
    }
    let (first, last, account) = CONTACTS.choose(rng).copied().unwrap_or_default();
    (row.contact_first_name, row.contact_last_name) = (first, last);
    row.contact_mail = format!("{account}@customer{}.example", number % 50);
    if gap != Gap::ContactPhone {
        row.contact_phone = format!("{} 555 {:04}", phone_prefix(country), rng.random_range(100..200));
    }
}

fn amounts(row: &mut Row, gap: Gap, country: &str, today: NaiveDate, rng: &mut StdRng) {
    let (currency, step) = money(country);
    let value = u64::from(step) * rng.random_range(4..400);
    if gap != Gap::Value {
        row.currency = currency;
        row.value = if rng.random_bool(0.1) { format!("{value}.50") } else { value.to_string() };
    }
    let close = today - Days::new(30) + Days::new(rng.random_range(0..430));
    if gap != Gap::CloseDate {
        row.close_date = american(close);
    }
    if row.business == "OEM IoT" {
        row.solution_close_date = american(close + Days::new(45));
    }
}

fn american(day: NaiveDate) -> String {
    day.format("%m/%d/%Y").to_string()
}

/// One to three; Microsoft's with quantity and price.
fn products(rng: &mut StdRng) -> String {
    let count = rng.random_range(1..4);
    let ours = FABRIKAM
        .iter()
        .chain(&CONSULTING)
        .filter(|solution| solution.co_sell_ready)
        .map(|solution| (solution.id, false));
    let theirs = MICROSOFT.iter().map(|solution| (solution.id, true));
    let chosen = ours.chain(theirs).choose_multiple(rng, count);
    let line = |(id, priced): (&str, bool)| {
        if priced { format!("{id}|{}|{}", rng.random_range(1..60), rng.random_range(10..900)) } else { id.to_owned() }
    };
    chosen.into_iter().map(line).collect::<Vec<_>>().join(";")
}

/// One to three colleagues, and on one deal of twelve the demo's referrals user.
fn team(row: &mut Row, gap: Gap, rng: &mut StdRng) {
    let number = rng.random_range(0..COLLEAGUES.len());
    row.assigned_seller = format!("person{number}@{FABRIKAM_DOMAIN}");
    if gap == Gap::Team {
        return;
    }
    let count = rng.random_range(1..4);
    let colleagues = COLLEAGUES.iter().enumerate().choose_multiple(rng, count);
    let mut members: Vec<String> = colleagues
        .into_iter()
        .map(|(number, (first, last))| format!("{first},{last},+82 10 0000 {number:04},person{number}@{FABRIKAM_DOMAIN}"))
        .collect();
    let user = people::FABRIKAM.iter().find(|person| person.account == "referrals-user");
    if let Some(user) = user.filter(|_| rng.random_range(0..12) == 0) {
        let mail = user.mail(FABRIKAM_DOMAIN);
        members.push(format!("{},{},+82 10 0000 0100,{mail}", user.first_name, user.last_name));
        row.assigned_seller = mail;
    }
    row.team = members.join(";");
}

fn dates(row: &mut Row, today: NaiveDate, rng: &mut StdRng) {
    let age = rng.random_range(YOUNGEST..=OLDEST);
    let minute = rng.random_range(0..600);
    let (hour, minute) = (minute / 60, minute % 60);
    row.created = format!("{}T{hour:02}:{minute:02}:00Z", today - Days::new(age));
    let quiet = rng.random_range(YOUNGEST..=age);
    row.modified = format!("{}T{:02}:{minute:02}:30Z", today - Days::new(quiet), hour + 10);
}

/// Six rows that cannot be told apart or judged, and ten with a detail that cannot be read.
fn spoil(number: u32, row: &mut Row) {
    let (value, currency, close_date) = (&mut row.value, &mut row.currency, &mut row.close_date);
    match number {
        137 => row.id.clear(),
        402 => row.id = id(401),
        655 => row.status = "Reopened",
        913 => row.business = "Hardware",
        1171 => "last spring".clone_into(&mut row.created),
        1608 => row.created.clear(),

        88 => "about 40000".clone_into(value),
        340 => "1.250.000".clone_into(value),
        777 => "tbd".clone_into(value),
        1450 => "₩12,000,000".clone_into(value),
        512 => *currency = "Euro",
        1033 => *currency = "원",
        1290 => *currency = "US$",
        260 => "end of Q3".clone_into(close_date),
        845 => "31/12/2026".clone_into(close_date),
        1777 => "02/30/2027".clone_into(close_date),
        _ => {}
    }
}
