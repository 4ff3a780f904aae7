//! The pages that take in an export.

use axum::http::StatusCode;
use partner_portal::demo;
use sqlx::PgPool;

use crate::support::{Client, PASSWORD, TestApp};

const ADMIN: &str = "account-admin@fabrikam.example";

async fn fabrikam(pool: PgPool) -> (TestApp, [Vec<u8>; 3]) {
    let app = TestApp::new(pool).await;
    demo::load(app.db(), &app.app.clock, PASSWORD).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    demo::write_export(folder.path(), "2026-11-22".parse().unwrap()).unwrap();
    let read = |name| std::fs::read(folder.path().join(name)).unwrap();
    (app, [read("accounts.csv"), read("users.csv"), read("deals.csv")])
}

async fn upload(client: &mut Client, files: &[(&str, &[u8])]) -> crate::support::Answer {
    let files: Vec<(&str, &str, &[u8])> = files.iter().map(|(field, bytes)| (*field, "export.csv", *bytes)).collect();
    client.upload("/psc/imports", &files).await
}

#[sqlx::test(migrations = false)]
async fn an_account_admin_takes_an_export_in(pool: PgPool) {
    let (app, [accounts, users, deals]) = fabrikam(pool).await;
    let mut client = app.sign_in(ADMIN).await;
    let sent = upload(&mut client, &[("accounts", &accounts), ("users", &users), ("deals", &deals)]).await;
    app.run_jobs().await;
    let page = client.follow(&sent).await;
    assert_eq!(page.select("#import .banner b"), "Taken in: 1,994 deals, 6 rows rejected.");
    assert_eq!(page.texts("[data-table=problems] .tag.bad").len(), 6);
    assert!(!page.has("#import .banner a"), "an account admin cannot migrate");
    let csv = client.get(&format!("{}/problems.csv", page.path)).await.text();
    let mut rows = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let kinds: Vec<String> = rows.records().map(|row| row.unwrap()[0].to_owned()).collect();
    assert_eq!((kinds.len(), kinds.iter().filter(|kind| *kind == "Row rejected").count()), (16, 6));
    let mut other = app.sign_in("account-admin@contoso-consulting.example").await;
    assert_eq!(other.get(&page.path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.get(&format!("{}/problems.csv", page.path)).await.status, StatusCode::NOT_FOUND);
}

#[sqlx::test(migrations = false)]
async fn wrong_uploads_say_what_helps_and_change_nothing(pool: PgPool) {
    let (app, [accounts, users, deals]) = fabrikam(pool).await;
    let mut client = app.sign_in(ADMIN).await;
    client.get("/psc/imports").await;
    let two = upload(&mut client, &[("accounts", &accounts), ("users", &users)]).await;
    assert_eq!(two.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(two.select(".problems").contains("deals.csv"));

    let swapped = upload(&mut client, &[("accounts", &deals), ("users", &users), ("deals", &accounts)]).await;
    let page = client.follow(&swapped).await;
    assert!(page.select(".problems").contains("Opportunity ID"), "the missing columns are named");
    assert_eq!(app.count("select count(*) from psc_deals").await, 0);

    let small = app.with(|settings| settings.upload_limit_mb = 1);
    let mut client = small.sign_in(ADMIN).await;
    let large = vec![b'x'; 1_500_000];
    let answer = upload(&mut client, &[("accounts", &accounts), ("users", &users), ("deals", &large)]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(answer.select("h1"), "That is too large");
}

#[sqlx::test(migrations = false)]
async fn a_newer_export_is_the_one_that_counts(pool: PgPool) {
    let (app, [accounts, users, deals]) = fabrikam(pool).await;
    let mut client = app.sign_in("referrals-admin@fabrikam.example").await;
    let half: Vec<u8> = {
        let text = String::from_utf8(deals.clone()).unwrap();
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
        writer.write_record(reader.headers().unwrap()).unwrap();
        reader
            .records()
            .take(100)
            .for_each(|row| writer.write_record(&row.unwrap()).unwrap());
        writer.into_inner().unwrap()
    };
    for bytes in [&deals, &half] {
        let sent = upload(&mut client, &[("accounts", &accounts), ("users", &users), ("deals", bytes)]).await;
        app.run_jobs().await;
        let page = client.follow(&sent).await;
        assert!(page.has("#import .banner a[href='/migration/deals']"));
    }
    let counted = app.count("select count(*) from psc_deal_standings").await;
    assert!(counted > 90 && counted <= 100, "{counted}");
}

/// Referrals admins of a location, and people without such a role, cannot.
#[sqlx::test(migrations = false)]
async fn others_are_refused(pool: PgPool) {
    let (app, [accounts, users, deals]) = fabrikam(pool).await;
    for mail in ["seoul-referrals-admin@fabrikam.example", "referrals-user@fabrikam.example", "newcomer@fabrikam.example"] {
        let mut client = app.sign_in(mail).await;
        let answer = upload(&mut client, &[("accounts", &accounts), ("users", &users), ("deals", &deals)]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{mail}");
    }
    assert_eq!(app.count("select count(*) from psc_imports").await, 0);
}
