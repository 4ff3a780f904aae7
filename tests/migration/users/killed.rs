//! Real worker processes, really killed.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use partner_portal::migration::run::State;
use sqlx::PgPool;

use super::seed::Fabrikam;

fn worker(url: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_partner-portal"))
        .arg("worker")
        .env("DATABASE_URL", url)
        .env("PORTAL_MIGRATION_SLICE", "1")
        .env("PORTAL_LOG", "error")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Killed (-9) again and again in the middle, with a second worker taking the job up each time: the same as one clean run.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn killed_in_the_middle_it_ends_as_one_clean_run(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(300).await;
    let run = it.start_all().await;
    let name: String = sqlx::query_scalar("select current_database()::text")
        .fetch_one(it.app.db())
        .await
        .unwrap();
    let mut url: url::Url = std::env::var("DATABASE_URL").unwrap().parse().unwrap();
    url.set_path(&name);
    for kill in 1..=3 {
        let mut child = worker(url.as_str());
        let began = Instant::now();
        while it.app.count("select migrated::bigint from user_migration_runs").await < kill * 40 {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
            assert!(began.elapsed() < Duration::from_mins(1), "it does not get on");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What it had sent is still being worked off.
        let busy = "select count(*) from pg_stat_activity where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()";
        while it.app.count(busy).await > 0 {
            assert!(began.elapsed() < Duration::from_mins(1), "its connections do not end");
        }
        let so_far = it.app.count("select count(*) from psc_migrated_users").await;
        assert!(so_far < 300, "killed in the middle");
        it.assert_whole(so_far).await;
        // The queue would rescue the job within half a minute; here it is taken for lost, which the next worker mends.
        it.app.sql("delete from river_job").await;
        partner_portal::migration::users::service::wake(it.app.db(), &it.app.app.queue)
            .await
            .unwrap();
    }
    it.app.run_jobs().await;
    let done = it.find(run).await;
    assert_eq!((done.state, done.migrated, done.errors), (State::Completed, 300, 0));
    it.assert_whole(300).await;
}
