//! Real processes, really killed.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use partner_portal::migration::run::State;
use sqlx::PgPool;

use super::seed::Fabrikam;

/// The command of the shell on a test's database, with slices of one deal.
fn command(url: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_partner-portal"))
        .args(["migrate-deals", "--organisation", "4512345", "--wait"])
        .env("DATABASE_URL", url)
        .env("PORTAL_MIGRATION_SLICE", "1")
        .env("PORTAL_LOG", "error")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Killed (-9) again and again in the middle, started again each time: the same as one clean run.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn killed_in_the_middle_it_ends_as_one_clean_run(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(400).await;
    let name: String = sqlx::query_scalar("select current_database()::text")
        .fetch_one(it.app.db())
        .await
        .unwrap();
    let mut url: url::Url = std::env::var("DATABASE_URL").unwrap().parse().unwrap();
    url.set_path(&name);
    for kill in 1..=3 {
        let mut child = command(url.as_str());
        let began = Instant::now();
        while it
            .app
            .count("select coalesce(max(migrated), 0)::bigint from migration_runs")
            .await
            < kill * 60
        {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
            assert!(began.elapsed() < Duration::from_mins(1), "it does not get on");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let so_far = it.app.count("select count(*) from psc_migrated_deals").await;
        assert!(so_far < 400, "killed in the middle");
        it.assert_whole(so_far).await;
    }
    let last = command(url.as_str()).wait_with_output().unwrap();
    assert!(last.status.success());
    let line = String::from_utf8(last.stdout).unwrap();
    let printed: serde_json::Value = serde_json::from_str(line.lines().last().unwrap()).unwrap();
    assert_eq!(
        (&printed["state"], &printed["migrated"], &printed["eligible"]),
        (&"completed".into(), &400.into(), &400.into())
    );
    let run = partner_portal::migration::deals::service::recent(it.app.db(), it.id)
        .await
        .unwrap();
    assert_eq!((run.len(), run[0].state), (1, State::Completed));
    it.assert_whole(400).await;
}
