//! The database's disk is full for a while, in the middle of a run.
//!
//! Seen to fail: where `AppError` did not take a database without room (SQLSTATE class 53) for one that is away, a note was answered 500.
//!
//! A full disk needs a small one: `TESTS_MOUNT=1`, as root on Linux (`tests/all` sets it where that works).

use std::{
    io::Write,
    path::PathBuf,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use partner_portal::db;

use super::{
    BACK_WITHIN,
    cluster::Database,
    database::{completed, fabrikam, until},
    processes::Process,
};
use crate::{
    migration::seed::ADMIN,
    support::notes::{Deal, Writers},
};

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
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
    let deal = Arc::new(Deal::of(it.app.db(), ADMIN).await);
    let clients = vec![it.app.sign_in(ADMIN).await, it.app.sign_in(ADMIN).await];
    let writers = Writers::start(&deal, "full", clients);
    // All that is left.
    let filler = disk.0.join("filler");
    let mut file = std::fs::File::create(&filler).unwrap();
    let chunk = vec![7; 1 << 20];
    while file.write_all(&chunk).is_ok() {}
    drop(file);
    tokio::time::sleep(Duration::from_secs(8)).await;
    // Reading goes on, or is told to come back; it is never wrong. So is writing: the writers see to it.
    let answer = client.get("/deals").await;
    println!("full at {before} of {eligible}; a page then: {}", answer.status);
    assert!([StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE].contains(&answer.status), "{}", answer.status);
    assert!(answer.is_page());
    std::fs::remove_file(&filler).unwrap();
    let room = Instant::now();
    while client.get("/deals").await.status != StatusCode::OK {
        assert!(room.elapsed() < BACK_WITHIN, "not back");
        // Without room for its log PostgreSQL stops itself; then it is started, as its supervisor would.
        if !database.runs() {
            database.start_again();
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let took = room.elapsed();
    assert!(took < BACK_WITHIN, "back after {took:?} only");
    let written = writers.end().await;
    println!("pages back after {took:?}, {} notes put off", written.put_off);
    assert!(written.put_off > 0, "nobody found the disk full");
    // The worker tells people meanwhile: what is in the outbox says nothing.
    deal.assert_whole(it.app.db(), &written.acknowledged, false).await;
    assert_eq!(until(&database.url(), eligible).await, eligible);
    completed(&it, run, eligible).await;
    drop(worker);
    it.app.db().close().await;
}
