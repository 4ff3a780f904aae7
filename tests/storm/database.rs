//! The database itself fails in the middle of a run: it is killed and started again.
//!
//! Seen to fail: with `synchronous_commit` off in `db::open`, "what was seen is there" after a crash was not so.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use partner_portal::{
    config::Settings,
    db::{self, Pool},
    ids::RunId,
    migration::run::State,
};

use super::{BACK_WITHIN, STANDSTILL, cluster::Database, deals::deals, processes::Process};
use crate::{
    migration::seed::{ADMIN, Fabrikam},
    support::Client,
};

const DEALS: u32 = 3_000;

/// Fabrikam with deals, and a referrals admin's browser; as patient as it is when nobody sets it.
pub async fn fabrikam(pool: Pool) -> (Fabrikam, i64, Client) {
    let mut it = Fabrikam::new(pool).await;
    it.app = it.app.with(|settings| settings.patience = Settings::default().patience);
    deals(&it, DEALS).await;
    let eligible = it
        .app
        .count("select count(*) from psc_remaining_deals where standing = 'eligible'")
        .await;
    let client = it.app.sign_in(ADMIN).await;
    (it, eligible, client)
}

/// Waits until so many deals have migrated, or the run is over; questions that fail are asked again.
pub async fn until(url: &str, migrated: i64) -> i64 {
    let began = Instant::now();
    loop {
        if let Ok(pool) = db::open(url, 1).await {
            let done: sqlx::Result<i64> = sqlx::query_scalar("select count(*) from psc_migrated_deals")
                .fetch_one(&pool)
                .await;
            pool.close().await;
            if let Ok(done) = done
                && done >= migrated
            {
                return done;
            }
        }
        assert!(began.elapsed() < STANDSTILL, "nothing goes on");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits for the run's end: each of the eligible once, and none refused.
pub async fn completed(it: &Fabrikam, run: RunId, eligible: i64) {
    let began = Instant::now();
    while it.find(run).await.state.is_live() {
        assert!(began.elapsed() < STANDSTILL);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let ended = it.find(run).await;
    assert_eq!((ended.state, i64::from(ended.migrated), ended.errors), (State::Completed, eligible, 0));
    it.assert_whole(eligible).await;
}

#[tokio::test]
async fn a_database_that_crashes_again_and_again_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut database = Database::start(folder.path());
    let (it, eligible, mut client) = fabrikam(db::open(&database.url(), 4).await.unwrap()).await;
    let run = it.start(false).await.unwrap();
    let workers: Vec<Process> = (0..2).map(|_| Process::start(&database.url())).collect();
    for turn in 1..=3 {
        let before = until(&database.url(), eligible * turn / 4).await;
        database.kill();
        assert_eq!(client.get("/deals").await.status, StatusCode::SERVICE_UNAVAILABLE);
        database.start_again();
        let began = Instant::now();
        // The same process, with the pool it had.
        while client.get("/deals").await.status != StatusCode::OK {
            assert!(began.elapsed() < BACK_WITHIN, "not back");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        println!("crashed with {before} of {eligible} done; pages back after {:?}", began.elapsed());
        assert!(it.app.count("select count(*) from psc_migrated_deals").await >= before, "what was seen is there");
    }
    until(&database.url(), eligible).await;
    completed(&it, run, eligible).await;
    drop(workers);
    it.app.db().close().await;
}
