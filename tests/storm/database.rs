//! The database itself fails in the middle of a run: it is killed and started again, and its disk is full for a while.
//!
//! Seen to fail: with `synchronous_commit` off in `db::open`, "what was seen is there" after a crash was not so.
//!
//! A full disk needs a small one: `TESTS_MOUNT=1`, as root on Linux.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use partner_portal::{
    db::{self, Pool, private_postgres::Cluster},
    migration::run::State,
};

use super::{Process, STANDSTILL, deals::deals};
use crate::{
    migration::seed::{ADMIN, Fabrikam},
    support::Client,
};

const DEALS: u32 = 3_000;

/// A cluster of a test's own, stopped when dropped.
struct Database {
    folder: PathBuf,
    cluster: Option<Cluster>,
}

impl Database {
    fn start(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), cluster: Some(Cluster::start(folder, None).unwrap()) }
    }

    fn url(&self) -> String {
        self.cluster.as_ref().unwrap().url()
    }

    /// As a crash: nothing is written that is not written.
    fn kill(&self) {
        let file = self.cluster.as_ref().unwrap().folder().join("data/postmaster.pid");
        let id = std::fs::read_to_string(file).unwrap().lines().next().unwrap().to_owned();
        assert!(Command::new("kill").args(["-QUIT", &id]).status().unwrap().success());
        let began = Instant::now();
        while Path::new("/proc").join(&id).exists() {
            assert!(began.elapsed() < Duration::from_mins(1), "it does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn start_again(&mut self) {
        self.cluster = None;
        self.cluster = Some(Cluster::start(&self.folder, None).unwrap());
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(cluster) = self.cluster.take() {
            let _ = cluster.release();
        }
    }
}

/// Fabrikam with deals, and a referrals admin's browser.
async fn fabrikam(pool: Pool) -> (Fabrikam, i64, Client) {
    let it = Fabrikam::new(pool).await;
    deals(&it, DEALS).await;
    let eligible = it
        .app
        .count("select count(*) from psc_remaining_deals where standing = 'eligible'")
        .await;
    let client = it.app.sign_in(ADMIN).await;
    (it, eligible, client)
}

/// Waits until so many deals have migrated, or the run is over; questions that fail are asked again.
async fn until(url: &str, migrated: i64) -> i64 {
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
            assert!(began.elapsed() < Duration::from_mins(1), "not back");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        println!("crashed with {before} of {eligible} done; pages back after {:?}", began.elapsed());
        assert!(it.app.count("select count(*) from psc_migrated_deals").await >= before, "what was seen is there");
    }
    until(&database.url(), eligible).await;
    let began = Instant::now();
    while it.find(run).await.state.is_live() {
        assert!(began.elapsed() < STANDSTILL);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let ended = it.find(run).await;
    assert_eq!((ended.state, i64::from(ended.migrated), ended.errors), (State::Completed, eligible, 0));
    it.assert_whole(eligible).await;
    drop(workers);
    it.app.db().close().await;
}

/// A small file system in memory; gone when dropped.
struct Disk(PathBuf);

impl Disk {
    fn new(megabytes: u32) -> Self {
        let folder = std::env::temp_dir().join(format!("partner-portal-disk-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={megabytes}m,mode=755"), "tmpfs"])
            .arg(&folder)
            .status()
            .unwrap();
        assert!(mounted.success(), "no small disk can be made here");
        Self(folder)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
        let _ = std::fs::remove_dir(&self.0);
    }
}

#[tokio::test]
async fn a_full_disk_is_told_and_what_was_written_stays() {
    if std::env::var("TESTS_MOUNT").is_err() {
        eprintln!("not asked for: TESTS_MOUNT=1");
        return;
    }
    let disk = Disk::new(400);
    let mut database = Database::start(&disk.0);
    let (it, eligible, mut client) = fabrikam(db::open(&database.url(), 4).await.unwrap()).await;
    let run = it.start(false).await.unwrap();
    let worker = Process::start(&database.url());
    let before = until(&database.url(), eligible / 4).await;
    // All that is left.
    let filler = disk.0.join("filler");
    let mut file = std::fs::File::create(&filler).unwrap();
    let chunk = vec![7; 1 << 20];
    while std::io::Write::write_all(&mut file, &chunk).is_ok() {}
    drop(file);
    tokio::time::sleep(Duration::from_secs(8)).await;
    // Reading goes on, or is told to come back; it is never wrong.
    let status = client.get("/deals").await.status;
    println!("full at {before} of {eligible}; a page then: {status}");
    assert!([StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE].contains(&status), "{status}");
    std::fs::remove_file(&filler).unwrap();
    // Without room for its log PostgreSQL stops itself; then it is started, as its supervisor would.
    let began = Instant::now();
    while db::open(&database.url(), 1).await.is_err() {
        assert!(began.elapsed() < STANDSTILL);
        database.start_again();
    }
    let done = until(&database.url(), eligible).await;
    assert_eq!(done, eligible);
    let began = Instant::now();
    while it.find(run).await.state.is_live() {
        assert!(began.elapsed() < STANDSTILL);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let ended = it.find(run).await;
    assert_eq!((ended.state, i64::from(ended.migrated), ended.errors), (State::Completed, eligible, 0));
    it.assert_whole(eligible).await;
    drop(worker);
    it.app.db().close().await;
}
