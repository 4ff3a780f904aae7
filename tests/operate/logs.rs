//! The log of a real process over all that people do: each line is JSON, each of a request or a job names it, and none holds anything
//! of a person.
//!
//! Seen to fail, on the program as it was before: the line "deal migration over" named River's job and not the run that it worked at. With
//! a line that tells the mail of who signs in (`sign_in` in src/auth/web.rs): "stranger@nowhere.example is told", with that line.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use partner_portal::{clock::Clock, demo, referrals::jobs::Expire, web::csrf};
use serde_json::Value;
use sqlx::PgPool;

use super::{Portal, ask, url};
use crate::support::{PASSWORD, TestApp};

const ADMIN: &str = "referrals-admin@fabrikam.example";
/// What is typed at the door.
const STRANGER: &str = "stranger@nowhere.example";
const WRONG: &str = "wrong-Password-1";
/// A calendar's secret with a slip behind it, which no route has.
const SLIPPED: &str = "kJ8secretOfACalendar";

/// All that stands in the database of persons and their customers.
const PERSONAL: &str = "
    with columns as (
        select table_name, column_name, data_type from information_schema.columns join information_schema.tables using (table_schema, table_name)
        where table_schema = 'public' and table_type = 'BASE TABLE' and data_type in ('text', 'ARRAY')
        and column_name ~ '(mail|phone|first_name|last_name|display_name|customer_name|customer_line|contact_|microsoft_name)')
    select table_name::text, column_name::text, data_type::text from columns order by 1, 2";

async fn personal(app: &TestApp) -> BTreeSet<String> {
    let columns: Vec<(String, String, String)> = sqlx::query_as(PERSONAL).fetch_all(app.db()).await.unwrap();
    assert!(columns.len() > 20, "{columns:?}");
    let mut found = BTreeSet::new();
    for (table, column, kind) in columns {
        let each = if kind == "ARRAY" { format!("unnest({column})") } else { column };
        let sql = format!("select distinct v from (select {each} as v from {table}) t where v is not null");
        let values: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(app.db()).await.unwrap();
        found.extend(values);
    }
    // Shorter ones stand in other words, and those of small letters are codes.
    let of_somebody = |c: char| !c.is_ascii() || c.is_uppercase() || c.is_ascii_digit() || c == '@';
    found.retain(|value| value.len() >= 6 && value.chars().any(of_somebody));
    found
}

/// Waits until a line is there that has all of these.
async fn line(portal: &Portal, has: &[&str]) -> Value {
    let began = Instant::now();
    loop {
        let log = portal.log();
        if let Some(line) = log.lines().find(|line| has.iter().all(|part| line.contains(part))) {
            return serde_json::from_str(line).unwrap();
        }
        assert!(began.elapsed() < Duration::from_mins(1), "no line with {has:?}: {log}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// The three files of an export as a form.
fn upload(folder: &std::path::Path) -> Vec<u8> {
    let mut body = Vec::new();
    for name in ["accounts", "users", "deals"] {
        let head = format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{name}.csv\"\r\n\r\n");
        body.extend(head.as_bytes());
        body.extend(std::fs::read(folder.join(format!("{name}.csv"))).unwrap());
        body.extend(b"\r\n");
    }
    body.extend(b"--b--\r\n");
    body
}

#[sqlx::test(migrations = false)]
async fn every_line_is_json_names_what_it_is_of_and_nobody(pool: PgPool) {
    let app = TestApp::new(pool).await;
    demo::load(app.db(), &Clock::System, PASSWORD).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    demo::write_export(folder.path(), Clock::System.now().date_naive()).unwrap();
    // All that the portal itself may say, and what the libraries say when asked for it.
    let settings = [("PORTAL_LOG_FORMAT", "json"), ("PORTAL_LOG", "debug")];
    let portal = Portal::start("serve", &url(app.db()).await, &settings).up().await;

    // In at the door, after two tries that fail.
    let door = portal.ask("GET /sign-in", "").await;
    let visitor = door.cookie("portal_visitor");
    let token = csrf::token(&visitor);
    let cookie = format!("portal_visitor={visitor}");
    let mut inside = None;
    for (mail, password, status) in [(STRANGER, WRONG, 422), (ADMIN, WRONG, 422), (ADMIN, PASSWORD, 303)] {
        let form = [("mail", mail), ("password", password), ("csrf", token.as_str())];
        let answer = portal.post("/sign-in", &cookie, &form).await;
        assert_eq!(answer.status, status, "{answer:?}");
        inside = Some(answer);
    }
    let session = inside.unwrap().cookie("portal_session");
    let (cookie, token) = (format!("portal_session={session}"), csrf::token(&session));

    // An export comes in, and migrates.
    let headers = format!("cookie: {cookie}\r\ncontent-type: multipart/form-data; boundary=b\r\n");
    let taken = ask(portal.address, &format!("POST /psc/imports?csrf={token}"), &headers, &upload(folder.path()))
        .await
        .unwrap();
    assert_eq!(taken.status, 303, "{taken:?}");
    let started = portal
        .post("/migration/deals/runs", &cookie, &[("csrf", token.as_str()), ("kind", "migration")])
        .await;
    assert_eq!(started.status, 303, "{started:?}");
    let over = line(&portal, &["deal migration over"]).await;
    let run: uuid::Uuid = sqlx::query_scalar("select run_id from migration_runs where state like 'completed%'")
        .fetch_one(app.db())
        .await
        .unwrap();
    assert_eq!(
        (&over["spans"][0]["kind"], &over["spans"][0]["run"]),
        (&"migrate_deals".into(), &run.to_string().into()),
        "{over}"
    );
    assert!(over["spans"][0]["id"].as_i64().is_some(), "{over}");

    // Somebody is looked for; somebody goes astray; something breaks.
    let customer: String =
        sqlx::query_scalar("select customer_name from psc_deals where customer_name ~ '^[A-Z][a-z]+ ' limit 1")
            .fetch_one(app.db())
            .await
            .unwrap();
    let asked: String = url::form_urlencoded::byte_serialize(customer.as_bytes()).collect();
    assert_eq!(portal.ask(&format!("GET /deals?q={asked}"), &cookie).await.status, 200);
    let lost = portal.ask(&format!("GET /deals/{}", uuid::Uuid::now_v7()), &cookie).await;
    let slipped = portal.ask(&format!("GET /calendar/{SLIPPED}/"), &cookie).await;
    let refused = portal.post("/preferences", &cookie, &[("csrf", "not-this-one")]).await;
    app.sql("alter table referrals rename to lost").await;
    let broken = portal.ask("GET /deals", &cookie).await;
    app.app.queue.insert(Expire {}).await.unwrap();
    for (answer, status) in [(&lost, 404), (&slipped, 404), (&refused, 403), (&broken, 500)] {
        assert_eq!(answer.status, status);
        let said = line(&portal, &["\"answered\"", &answer.id()]).await;
        assert_eq!((&said["status"], &said["spans"][0]["name"]), (&status.into(), &"request".into()), "{said}");
    }
    let cause = line(&portal, &["\"failed\"", &broken.id()]).await;
    assert!(cause["error"].as_str().unwrap().contains("does not exist"), "{cause}");
    let failed = line(&portal, &["job failed", "expire_referrals"]).await;
    assert!(
        failed["why"].as_str().unwrap().contains("does not exist") && failed["spans"][0]["id"].as_i64().is_some(),
        "{failed}"
    );

    app.sql("alter table lost rename to referrals").await;
    let mut private = personal(&app).await;
    assert!(private.len() > 100, "{}", private.len());
    private.extend(
        [STRANGER, WRONG, PASSWORD, SLIPPED, &visitor, &session, &token, &csrf::token(&visitor), &asked].map(str::to_owned),
    );
    let log = portal.log();
    assert!(log.lines().count() > 100, "{log}");
    for line in log.lines() {
        let event: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
        if ["answered", "failed", "went away"].iter().any(|word| event["message"] == *word) {
            assert_eq!(event["spans"][0]["id"].as_str().map(str::len), Some(32), "{line}");
        }
        let told = private.iter().find(|value| line.contains(value.as_str()));
        assert!(told.is_none(), "{told:?} is told: {line}");
    }
}
