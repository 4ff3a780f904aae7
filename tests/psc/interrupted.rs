//! Imports that end in the middle: what counted before still counts, and nothing of them stays.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use partner_portal::psc::import::{ImportError, RefusalCode, State};
use sqlx::PgPool;

use super::support::{ACCOUNTS, Portal, USERS, deal, deals};

/// More than two batches.
fn many() -> String {
    deals((0..12_000).map(|n| deal(&format!("M-{n:06}"), &[])))
}

async fn with_one_deal(db: PgPool) -> Portal {
    let portal = Portal::new(db).await;
    portal.import(deals([deal("D-1", &[])])).await;
    portal
}

/// The export before counts, with all its rows, and no other row is left.
async fn as_before(portal: &Portal) {
    assert_eq!(
        portal
            .count("select count(*) from psc_remaining_deals where psc_deal_id = 'D-1'")
            .await,
        1
    );
    assert_eq!(portal.count("select count(*) from psc_deals").await, 1);
    assert_eq!(portal.count("select count(*) from psc_accounts").await, 2);
    assert_eq!(portal.count("select count(*) from psc_users").await, 1);
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_file_that_breaks_late_changes_nothing(db: PgPool) {
    let portal = with_one_deal(db).await;
    let import = portal.import(many() + "Z-1,\"never closed\r\n").await;
    assert_eq!((import.state, import.refusals[0].code), (State::Refused, RefusalCode::UnclosedQuote));
    assert!(import.deals > 0, "it breaks after rows have gone in");
    as_before(&portal).await;
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_database_that_refuses_a_batch_fails_the_import(db: PgPool) {
    let portal = with_one_deal(db).await;
    sqlx::raw_sql(
        "create function full_disk() returns trigger language plpgsql as $$ begin
            if new.psc_deal_id = 'M-011999' then raise exception 'disk full' using errcode = '53100'; end if; return new; end $$;
        create trigger t before insert on psc_deals for each row execute function full_disk()",
    )
    .execute(&portal.db)
    .await
    .unwrap();
    let export = portal.export(ACCOUNTS.as_bytes(), USERS.as_bytes(), many().as_bytes());
    assert!(matches!(portal.take_in(export).await.unwrap_err(), ImportError::Database(_)));
    let failed = "select count(*) from psc_imports where state = 'failed' and deals > 0 and failure like '%disk full%'";
    assert_eq!(portal.count(failed).await, 1);
    as_before(&portal).await;
}

/// A crash of the database may lose batches whose commit did not wait for the disk, with what they said of the progress.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_lost_batch_fails_the_import(db: PgPool) {
    let portal = with_one_deal(db).await;
    sqlx::raw_sql(
        "create function lose() returns trigger language plpgsql as $$ begin
            update psc_imports set deals = deals - 1 where state = 'reading'; return null; end $$;
        create trigger t after insert on psc_deals for each statement execute function lose()",
    )
    .execute(&portal.db)
    .await
    .unwrap();
    let import = portal.import(many()).await;
    assert_eq!(import.state, State::Failed);
    as_before(&portal).await;
}

/// A process that is really killed (-9) while it reads: the next import, or the job that tends, clears up behind it.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_killed_import_gives_way(db: PgPool) {
    let portal = with_one_deal(db).await;
    // It stands still behind its first batch.
    sqlx::raw_sql(
        "create function wait() returns trigger language plpgsql as $$ begin
            if (select count(*) from psc_deals where psc_deal_id like 'M-%') > 0 then perform pg_sleep(600); end if; return null; end $$;
        create trigger t before insert on psc_deals for each statement execute function wait()",
    )
    .execute(&portal.db)
    .await
    .unwrap();
    let name: String = sqlx::query_scalar("select current_database()::text")
        .fetch_one(&portal.db)
        .await
        .unwrap();
    let mut url: url::Url = std::env::var("DATABASE_URL").unwrap().parse().unwrap();
    url.set_path(&name);
    portal.export(ACCOUNTS.as_bytes(), USERS.as_bytes(), many().as_bytes());
    let mut child = Command::new(env!("CARGO_BIN_EXE_partner-portal"))
        .args(["import-psc", "--organisation", "4512345"])
        .arg(portal.folder())
        .env("DATABASE_URL", url.as_str())
        .env("PORTAL_LOG", "error")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while portal.count("select count(*) from psc_deals").await < 2 {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        assert!(began.elapsed() < Duration::from_mins(1), "it does not get on");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    sqlx::raw_sql(
        "select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event = 'PgSleep'; drop trigger t on psc_deals",
    )
    .execute(&portal.db)
    .await
    .unwrap();
    assert_eq!(portal.count("select count(*) from psc_remaining_deals").await, 1, "the export before counts");

    // Not yet given up for dead.
    portal.tend().await;
    let again = portal.export(ACCOUNTS.as_bytes(), USERS.as_bytes(), deals([deal("D-2", &[])]).as_bytes());
    assert!(matches!(portal.take_in(again.clone()).await.unwrap_err(), ImportError::Live));
    sqlx::query("update psc_imports set alive_at = now() - interval '121 seconds' where state = 'reading'")
        .execute(&portal.db)
        .await
        .unwrap();
    portal.tend().await;
    as_before(&portal).await;
    let next = portal.take_in(again).await.unwrap();
    assert_eq!(portal.find(next).await.state, State::Done);
    assert_eq!(portal.count("select count(*) from psc_imports where state = 'failed'").await, 1);
    assert_eq!(
        portal
            .count("select count(*) from psc_remaining_deals where psc_deal_id = 'D-2'")
            .await,
        1
    );
}

/// Without a worker that tends, the next import fails the dead one and removes its rows.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn the_next_import_buries_the_dead_one(db: PgPool) {
    let portal = with_one_deal(db).await;
    let dead = portal.import(deals([deal("D-2", &[])])).await.id;
    sqlx::query("update psc_settings set current_import_id = (select import_id from psc_imports where import_id <> $1)")
        .bind(dead)
        .execute(&portal.db)
        .await
        .unwrap();
    let stands_still =
        "update psc_imports set state = 'reading', alive_at = now() - make_interval(secs => $1) where import_id = $2";
    for (seconds, buried) in [(60.0, false), (121.0, true)] {
        sqlx::query(stands_still)
            .bind(seconds)
            .bind(dead)
            .execute(&portal.db)
            .await
            .unwrap();
        let export = portal.export(ACCOUNTS.as_bytes(), USERS.as_bytes(), deals([deal("D-3", &[])]).as_bytes());
        assert_eq!(portal.take_in(export).await.is_ok(), buried);
    }
    assert_eq!(portal.find(dead).await.state, State::Failed);
    assert_eq!(portal.count("select count(*) from psc_deals where psc_deal_id = 'D-2'").await, 0);
}
