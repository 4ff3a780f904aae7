//! What is exported and taken in again is as it was.

use partner_portal::{demo, psc::import::DealColumn as C};
use sqlx::PgPool;

use super::{
    super::support::deal,
    world::{ADMIN, World},
};
use crate::support::{Client, PASSWORD, TestApp};

async fn export(client: &mut Client) -> [Vec<u8>; 3] {
    let mut files = Vec::new();
    for name in ["accounts", "users", "deals"] {
        files.push(client.get(&format!("/psc/export/{name}.csv")).await.text().into_bytes());
    }
    files.try_into().unwrap()
}

#[sqlx::test(migrations = false)]
async fn exporting_and_importing_again_changes_nothing(pool: PgPool) {
    let app = TestApp::new(pool).await;
    demo::load(app.db(), &app.app.clock, PASSWORD).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    demo::write_export(folder.path(), "2026-11-22".parse().unwrap()).unwrap();
    let read = |name| std::fs::read(folder.path().join(name)).unwrap();
    let first = [read("accounts.csv"), read("users.csv"), read("deals.csv")];
    let mut client = app.sign_in("referrals-admin@fabrikam.example").await;
    let taken = async |client: &mut Client, files: &[Vec<u8>; 3]| {
        let parts = [("accounts", "a.csv", &files[0][..]), ("users", "u.csv", &files[1]), ("deals", "d.csv", &files[2])];
        let sent = client.upload("/psc/imports", &parts).await;
        let page = client.follow(&sent).await;
        assert!(page.select("#import .banner b").starts_with("Taken in"), "{}", page.text());
    };
    taken(&mut client, &first).await;
    let exported = export(&mut client).await;
    taken(&mut client, &exported).await;
    let counts: (i32, i32, i32, i32, i32, i32) = sqlx::query_as(
        "select deals, deals_new, deals_changed, deals_unchanged, deals_absent, rejected from psc_imports order by started_at desc, import_id desc limit 1",
    )
    .fetch_one(app.db())
    .await
    .unwrap();
    assert_eq!(counts, (1994, 0, 0, 1994, 0, 0));
    assert_eq!(export(&mut client).await, exported, "and what is exported then is the same");
    // As a file of details as well.
    let before = app.count("select count(*) from audit_log").await;
    let sent = client
        .upload("/psc/clean-up/uploads", &[("details", "d.csv", &exported[2])])
        .await;
    let page = client.follow(&sent).await;
    assert_eq!(
        page.texts("dl.facts dd"),
        ["0", "1,994", "0"],
        "{}",
        page.texts("[data-table=problems] tr").join("\n")
    );
    assert_eq!(app.count("select count(*) from audit_log").await, before);
}

/// What an apostrophe, a formula, quotes, line breaks and unreadable details become is the same again.
#[sqlx::test(migrations = false)]
async fn odd_texts_survive(pool: PgPool) {
    let world = World::new(pool).await;
    let odd = [
        "=1+1",
        "'=1+1",
        "'plain",
        "''-x",
        "+82 2",
        "-",
        "@x",
        "a\"b\r\nc",
        ";,|",
        "\u{feff}x",
        "한글",
        "'",
        "x;=1+1",
        "x;'=1+1",
        "x\t@y, -1\r\n- two",
        "\u{ff1d}1",
        "x;\"=1\";'",
    ];
    let mut rows: Vec<Vec<String>> = odd
        .into_iter()
        .enumerate()
        .map(|(n, text)| deal(&format!("O-{n:02}"), &[(C::Name, text), (C::Notes, text), (C::CustomerLine1, text)]))
        .collect();
    rows.push(deal(
        "U-1",
        &[
            (C::Value, "1.250,00"),
            (C::Currency, "Won"),
            (C::CloseDate, "bald"),
            (C::Stage, "=50"),
            (C::Products, "A|x|2;;B|1;|3"),
            (C::Team, "Jane;Doe,John"),
            (C::CustomerCountry, "Korea"),
            (C::Modified, "gestern"),
            (C::SolutionCloseDate, "nie"),
            (C::Business, "OEM IoT"),
        ],
    ));
    rows.push(deal(
        "V-1",
        &[(C::Value, "001250.500"), (C::Created, "2021-01-02T09:00:00.123456789+09:00"), (C::Modified, "")],
    ));
    rows.push(deal(
        "V-2",
        &[(C::Products, "A||2;B|1.50|"), (C::Team, ",,,;a,b,c,d"), (C::Currency, "krw"), (C::CustomerCountry, "kr")],
    ));
    world.import(rows).await;
    let stored = "select string_agg(psc_deal_id || ' ' || digest, ',' order by psc_deal_id) from psc_deals
                  where import_id = (select current_import_id from psc_settings)";
    let before: String = sqlx::query_scalar(stored).fetch_one(world.app.db()).await.unwrap();
    let mut client = world.sign_in(ADMIN).await;
    let files = export(&mut client).await;
    let import = world.take_in([&files[0], &files[1], &files[2]]).await;
    assert_eq!((import.deals_unchanged, import.deals_changed, import.deals_new, import.rejected), (20, 0, 0, 0));
    let after: String = sqlx::query_scalar(stored).fetch_one(world.app.db()).await.unwrap();
    assert_eq!(after, before);
    // No spreadsheet runs any of it.
    let text = String::from_utf8(files[2].clone()).unwrap();
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    for row in reader.records() {
        for cell in &row.unwrap() {
            assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
        }
    }
}
