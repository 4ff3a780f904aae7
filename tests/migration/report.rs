use std::{io::Cursor, time::Duration};

use axum::http::StatusCode;
use calamine::{Reader, Xlsx};
use serde_json::json;
use sqlx::PgPool;

use super::seed::{ADMIN, Fabrikam};

const COLUMNS: [&str; 5] = ["Partner Center engagement ID", "Partner Center referral ID", "Deal name", "PSC deal ID", "Error"];

async fn mixed(pool: PgPool) -> Fabrikam {
    let it = Fabrikam::new(pool).await;
    it.deal("R-1", json!({"name": "=HYPERLINK(\"http://evil.example\";\"click\")"}))
        .await;
    it.deal("R-2", json!({"name": "+cmd|' /C calc'!A0", "value": 12.5, "currency": "USD"}))
        .await;
    it.deal("R-3", json!({"name": "쉼표, \"따옴표\"\n둘째 줄", "value": null, "currency": null, "missing": 16}))
        .await;
    it.deal("R-4", json!({"status": "won", "value": 99, "currency": "USD"})).await;
    it
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn the_report_as_csv_has_five_columns_and_no_formula(pool: PgPool) {
    let it = mixed(pool).await;
    let run = it.run(false, 2).await;
    let answer = it
        .app
        .sign_in(ADMIN)
        .await
        .get(&format!("/migration/deals/runs/{}/report.csv", run.id))
        .await;
    assert!(answer.header("content-type").starts_with("text/csv"));
    assert!(answer.header("content-disposition").starts_with("attachment"));
    let text = answer.text();
    let mut reader = csv::Reader::from_reader(text.strip_prefix('\u{feff}').unwrap().as_bytes());
    assert_eq!(reader.headers().unwrap(), &csv::StringRecord::from(COLUMNS.to_vec()));
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.iter().map(|row| row[3].to_owned()).collect::<Vec<_>>(), ["R-1", "R-2", "R-3"]);
    assert_eq!(&rows[0][2], "'=HYPERLINK(\"http://evil.example\";\"click\")");
    assert_eq!(&rows[1][2], "'+cmd|' /C calc'!A0");
    assert_eq!(&rows[2][2], "쉼표, \"따옴표\"\n둘째 줄");
    let known: String = sqlx::query_scalar("select referral_id::text from referrals where deal_id = 'R-1'")
        .fetch_one(it.app.db())
        .await
        .unwrap();
    assert_eq!(&rows[0][1], known);
    assert!(rows.iter().all(|row| row[4].is_empty()));
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn the_report_as_excel_says_the_same(pool: PgPool) {
    let it = mixed(pool).await;
    let run = it.run(false, 2).await;
    let answer = it
        .app
        .sign_in(ADMIN)
        .await
        .get(&format!("/migration/deals/runs/{}/report.xlsx", run.id))
        .await;
    let mut book = Xlsx::new(Cursor::new(answer.body.to_vec())).unwrap();
    let name = book.sheet_names()[0].clone();
    assert!(book.worksheet_formula(&name).unwrap().is_empty(), "no cell is a formula");
    let sheet = book.worksheet_range(&name).unwrap();
    let rows: Vec<Vec<String>> = sheet.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    assert_eq!(rows[0], COLUMNS);
    assert_eq!(rows[1][2], "=HYPERLINK(\"http://evil.example\";\"click\")");
    assert_eq!(rows.len(), 4);
}

/// A page that the database does not answer is given up; the workbook, which is made to its end before a byte of it goes out, is not.
///
/// Seen to fail: without `begins_late` at its route, the workbook was 503.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_long_report_may_begin_late(pool: PgPool) {
    let it = mixed(pool.clone()).await;
    let run = it.run(false, 2).await;
    let hurried = it.app.with(|settings| settings.patience = Duration::from_secs(1));
    let mut client = hurried.sign_in(ADMIN).await;
    let mut other = client.clone();
    let mut locked = partner_portal::db::begin(&pool).await.unwrap();
    sqlx::query("lock table migration_outcomes")
        .execute(&mut *locked)
        .await
        .unwrap();
    let (page, report) = (format!("/migration/deals/runs/{}", run.id), format!("/migration/deals/runs/{}/report.xlsx", run.id));
    let (page, report, ()) = tokio::join!(client.get(&page), other.get(&report), async {
        tokio::time::sleep(Duration::from_secs(4)).await;
        locked.rollback().await.unwrap();
    });
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(report.status, StatusCode::OK);
    assert!(Xlsx::new(Cursor::new(report.body.to_vec())).is_ok());
}

/// Source = in Partner Center + not eligible + errors, per currency, to the last decimal.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn the_sums_of_both_sides_are_equal(pool: PgPool) {
    let it = mixed(pool).await;
    it.deal("R-5", json!({"value": 0.1, "currency": "USD"})).await;
    it.deal("R-6", json!({"value": 0.2, "currency": "USD"})).await;
    let run = it.run(false, 2).await;
    let page = it
        .app
        .sign_in(ADMIN)
        .await
        .get(&format!("/migration/deals/runs/{}", run.id))
        .await;
    let rows = page.texts("[data-table=sums] tbody tr");
    let spaced: Vec<String> = rows.iter().map(|row| row.replace('\u{a0}', " ")).collect();
    assert_eq!(
        spaced,
        [
            "No value 1 1 0 0 0",
            "KRW 1 · ₩ 1,000 1 · ₩ 1,000 0 · ₩ 0 0 · ₩ 0 0 · ₩ 0",
            "USD 4 · $ 111.80 3 · $ 12.80 1 · $ 99 0 · $ 0 0 · $ 0",
        ]
    );
    assert_eq!(page.texts("[data-table=sums] .tag.good").len(), 3);
}

/// A migrated deal that was changed behind the report's back would show as a difference.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_difference_is_shown(pool: PgPool) {
    let it = mixed(pool).await;
    let run = it.run(false, 2).await;
    it.app
        .sql("update migration_sums set value = value - 1 where side = 'target' and currency = 'KRW'")
        .await;
    let page = it
        .app
        .sign_in(ADMIN)
        .await
        .get(&format!("/migration/deals/runs/{}", run.id))
        .await;
    assert_eq!(page.texts("[data-table=sums] .tag.bad").len(), 1);
}

/// Longer than one read of the database, and than one page.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_long_report_has_every_deal_once(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(1).await;
    it.app
        .sql(
            "insert into psc_deals select (jsonb_populate_record(d, jsonb_build_object('psc_deal_id', 'L-' || n))).*
              from psc_deals d, generate_series(10000, 14500) n",
        )
        .await;
    let run = it.run(false, 1000).await;
    assert_eq!(run.migrated, 4502);
    let mut client = it.app.sign_in(ADMIN).await;
    let text = client.get(&format!("/migration/deals/runs/{}/report.csv", run.id)).await.text();
    assert_eq!(text.lines().count(), 4503);
    let sheet = client.get(&format!("/migration/deals/runs/{}/report.xlsx", run.id)).await;
    let mut book = Xlsx::new(Cursor::new(sheet.body.to_vec())).unwrap();
    assert_eq!(book.worksheet_range_at(0).unwrap().unwrap().height(), 4503);
    let mut path = format!("/migration/deals/runs/{}", run.id);
    let (mut seen, mut pages) = (std::collections::BTreeSet::new(), 0);
    loop {
        let page = client.get(&path).await;
        seen.extend(page.texts("[data-table=report] tbody td:first-child"));
        pages += 1;
        match page.attributes("p.after a.button", "href").pop() {
            Some(next) if pages < 5 => path = next,
            _ => break,
        }
    }
    assert_eq!((pages, seen.len()), (5, 250));
}

/// Who started it is told when it has ended: once, and of no rehearsal.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn the_end_is_told_once_to_whoever_started_it(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(3).await;
    let told = "select count(*) from notifications where event = 'migration-finished'";
    it.run(true, 2).await;
    assert_eq!(it.app.count(told).await, 0);
    let run = it.run(false, 2).await;
    it.slice(run.id, 2).await;
    assert_eq!(it.app.count(told).await, 1);
    let mut admin = it.app.sign_in(ADMIN).await;
    assert!(admin.get("/notifications").await.text().contains("3 migrated, 0 with errors"));
}
