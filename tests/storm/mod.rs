//! Three real worker processes on one database, killed again and again (`kill -9`, SIGTERM, SIGSTOP and SIGCONT) while they work.
//!
//! `STORM_SIZE=1000000 STORM_KILLS=100 STORM_SLICE=200 cargo nextest run storm::deals` is the long run of the deals' migration; likewise
//! `storm::people` and `storm::expiry`.
//!
//! Seen to fail: before orphaned jobs were looked for every five seconds, nothing went on for 61.7 s after a kill; while a killed
//! worker's job waited like one that had failed (`retry_after` in src/jobs/mod.rs without what was `worked`), 64.6 s in the long run, and
//! `storm::retries` said so; before transactions that
//! idle were ended, one that a stopped process held kept a run from ending. With the cursor of a slice committed 300 ms before its roles
//! (`attempt` in src/migration/users/service/work.rs), `STORM_KILLS=8` missed the roles of 50 people. With the sweep's update committed
//! 300 ms before its history (`expire_due` in src/referrals/service/sweep.rs), `STORM_SIZE=20000 STORM_KILLS=17` missed 2,000 entries; the
//! few kills of the short run do not hit so short a gap.

mod database;
pub mod deals;
mod expiry;
mod people;
mod retries;

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use rand::{Rng, SeedableRng, rngs::StdRng};
use sqlx::PgPool;

use crate::support::TestApp;

/// When to give up: what a standstill really was is printed. On a machine with nothing else to do it is below a minute.
const STANDSTILL: Duration = Duration::from_mins(5);

/// How much there is to do, and how often to kill: small where everything else is tested too.
fn bounds(size: u32, kills: u32) -> (u32, u32) {
    (number("STORM_SIZE", size), number("STORM_KILLS", kills))
}

fn number(name: &str, usual: u32) -> u32 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// A worker process.
struct Process(Child);

impl Process {
    fn start(url: &str) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_partner-portal"))
            .arg("worker")
            .env("DATABASE_URL", url)
            .env("PORTAL_LOG", "error")
            .env("PORTAL_DATABASE_CONNECTIONS", "5")
            .env("PORTAL_MIGRATION_SLICE", number("STORM_SLICE", 50).to_string())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.0.id().to_string()]).status().unwrap();
        assert!(sent.success(), "{signal}");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How far the work is.
struct Progress {
    done: i64,
    over: bool,
}

/// Lets three processes work until all is done, and kills one of them whenever an equal part of it has been done. Returns when those that
/// had only been stopped have woken up and found nothing left to do.
async fn rage(app: &TestApp, total: i64, kills: u32, look: impl AsyncFn() -> Progress) {
    // A kill counts as a failure, and what failed often waits longer: a night of kills must not slow it down.
    app.sql("update river_job set attempt = 50 where max_attempts > 1000").await;
    let url = url(app.db()).await;
    let mut processes: Vec<Process> = (0..3).map(|_| Process::start(&url)).collect();
    let mut leaving = Vec::new();
    let mut random = StdRng::seed_from_u64(11);
    let (mut done, mut moved, mut longest, mut killed) = (0, Instant::now(), Duration::ZERO, 0);
    let step = (total / i64::from(kills + 1)).max(1);
    loop {
        let now = look().await;
        if now.done > done {
            longest = longest.max(moved.elapsed());
            (done, moved) = (now.done, Instant::now());
        }
        assert!(moved.elapsed() < STANDSTILL, "nothing goes on after {done} of {total}");
        if now.over {
            break;
        }
        if killed < kills && done >= step * i64::from(killed + 1) {
            killed += 1;
            let victim = random.random_range(0..processes.len());
            let process = &mut processes[victim];
            match killed % 6 {
                // Longer than a job may take: when it is woken below, another one has its job.
                2 => process.signal("-STOP"),
                4 => process.signal("-TERM"),
                _ => process.signal("-KILL"),
            }
            leaving.push(std::mem::replace(process, Process::start(&url)));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(killed, kills, "it was over too soon");
    for process in &mut leaving {
        if process.0.try_wait().unwrap().is_none() {
            process.signal("-CONT");
        }
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    println!("{total} to do, {killed} kills, longest standstill {longest:?}");
}

/// The address of a test's database.
async fn url(pool: &PgPool) -> String {
    let name: String = sqlx::query_scalar("select current_database()::text")
        .fetch_one(pool)
        .await
        .unwrap();
    let mut url: url::Url = std::env::var("DATABASE_URL").unwrap().parse().unwrap();
    url.set_path(&name);
    url.into()
}
