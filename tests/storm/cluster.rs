//! A PostgreSQL that a test may stop and start.

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use partner_portal::db::private_postgres::Cluster;

/// A cluster of a test's own, stopped when dropped.
pub struct Database {
    folder: PathBuf,
    cluster: Option<Cluster>,
}

impl Database {
    pub fn start(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), cluster: Some(Cluster::start(folder, None).unwrap()) }
    }

    pub fn url(&self) -> String {
        self.cluster.as_ref().unwrap().url()
    }

    /// As a crash: nothing is written that is not written.
    pub fn kill(&self) {
        self.end("-QUIT");
    }

    /// As `pg_ctl stop -m fast`: connections are ended, and what they were at is rolled back.
    pub fn stop(&self) {
        self.end("-INT");
    }

    /// The process; `None`: it has ended.
    fn process(&self) -> Option<String> {
        let file = self.cluster.as_ref().unwrap().folder().join("data/postmaster.pid");
        let id = std::fs::read_to_string(file).ok()?.lines().next()?.to_owned();
        Path::new("/proc").join(&id).exists().then_some(id)
    }

    pub fn runs(&self) -> bool {
        self.process().is_some()
    }

    fn end(&self, signal: &str) {
        let id = self.process().unwrap();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let began = Instant::now();
        while Path::new("/proc").join(&id).exists() {
            assert!(began.elapsed() < Duration::from_mins(1), "it does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn start_again(&mut self) {
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
