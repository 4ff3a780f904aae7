//! Background work on River. Knows no feature but in `registry`.
//!
//! A job's payload is ids; what it does is safe to do twice. Long work is a row with a cursor: its job works slices for some
//! seconds and snoozes, so that a stop never waits long and a killed worker loses one slice, which was rolled back.

mod named;
mod pulse;
pub mod registry;

use std::{pin::pin, sync::Arc, time::Duration};

use riverqueue::{Client, JobRow, MaintenanceConfig, QueueConfig, RetryPolicy, WorkError, Workers, jiff::Timestamp};

use crate::{clock::Clock, config::Settings, db::Pool};
use named::Named;
use pulse::Pulse;

/// How long a job may work before it must give up its place.
pub const JOB_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a job that was told to give up may go on before it is dropped where it is.
const STUCK_AFTER: Duration = Duration::from_secs(3);
/// How long the worker may take to stop. What its jobs had to do by then waits for a database that says nothing: others take them up.
const STOPPED_WITHIN: Duration = Duration::from_secs(18);
/// How long nothing is tried behind a worker that ended by itself.
const AGAIN_AFTER: Duration = Duration::from_secs(1);
/// How often jobs of killed workers are looked for: with River's own half minute, work stood still for over a minute now and then.
const RESCUE_EVERY: Duration = Duration::from_secs(5);
/// How long a slice job works before it snoozes.
pub const TURN: Duration = Duration::from_secs(10);

/// How long jobs that have begun may go on once the portal is told to stop: a turn and its last slice. Then they are told to give up.
const GRACE: Duration = Duration::from_secs(15);

/// What workers need.
#[derive(Clone)]
pub struct Works {
    pub db: Pool,
    pub clock: Clock,
    pub settings: Arc<Settings>,
}

/// A failed job comes again soon, and never later than half a minute: what fails is mostly a database that is away.
struct Soon;

impl RetryPolicy for Soon {
    fn next_retry(&self, job: &JobRow, _: &WorkError, now: Timestamp) -> Duration {
        let worked = job
            .attempted_at
            .map(|at| now.duration_since(at).unsigned_abs())
            .unwrap_or_default();
        retry_after(job.attempt, worked)
    }
}

/// How long a job waits after its `attempt`-th failure: 2, 4, 8, then up to 30 seconds, counted from when it was taken up. For `worked`
/// of them it has waited already: the job of a killed worker, which is found after half a minute, comes at once, however often its
/// workers were killed.
pub fn retry_after(attempt: i32, worked: Duration) -> Duration {
    let doubled = 1_u64.checked_shl(attempt.clamp(0, 5).unsigned_abs()).unwrap_or(30);
    Duration::from_secs(doubled.min(30))
        .saturating_sub(worked)
        .max(Duration::from_secs(1))
}

/// For how many seconds the job has waited that waits longest for a worker; 0: none does. Also one whose time to come back has passed:
/// where no worker runs, nobody makes it available. River's own table, which is not part of our schema: asked without compile-time
/// checks.
///
/// # Errors
/// When the database is away.
pub async fn oldest_waiting(db: &Pool) -> sqlx::Result<f64> {
    sqlx::query_scalar(
        "select coalesce(extract(epoch from now() - min(scheduled_at)), 0)::float8 from river_job
         where state in ('available', 'retryable', 'scheduled') and scheduled_at <= now()",
    )
    .fetch_one(db)
    .await
}

/// A client that only enqueues.
///
/// # Errors
/// When River refuses the configuration.
pub fn enqueuer(db: &Pool) -> Result<Client, riverqueue::Error> {
    Client::builder(db.clone()).build()
}

/// Works the queue until `stop` comes, then lets the jobs that have begun end. A worker that takes up no jobs any more is left to itself,
/// and another one begins; likewise behind one that gave up.
///
/// # Errors
/// When River refuses the configuration, or does not end well.
pub async fn work(works: &Works, stop: impl Future<Output = ()>) -> Result<(), riverqueue::Error> {
    let mut stop = pin!(stop);
    loop {
        let pulse = Pulse::new();
        let mut running = worker(works, pulse.clone())?.start()?;
        tokio::select! {
            () = &mut stop => {
                return match tokio::time::timeout(STOPPED_WITHIN, running.stop()).await {
                    Ok(stopped) => stopped,
                    Err(_) => {
                        tracing::warn!("jobs did not end in time, and are left to other workers");
                        Ok(())
                    }
                };
            }
            ended = running.wait() => {
                tracing::error!(error = ended.err().map(|error| error.to_string()), "the worker ended; it begins anew");
                tokio::time::sleep(AGAIN_AFTER).await;
            }
            // Dropped, it tells its jobs to give up.
            () = pulse.stops(&works.db) => tracing::error!("no jobs are taken up; the worker begins anew"),
        }
    }
}

/// A client that works the queue. A job of a killed worker is taken up again about half a minute later.
///
/// # Errors
/// When River refuses the configuration.
fn worker(works: &Works, pulse: Pulse) -> Result<Client, riverqueue::Error> {
    let mut workers = Workers::new();
    registry::register(&mut workers, works)?;
    registry::schedule(Client::builder(works.db.clone()))?
        .workers(workers)
        .queue("default", QueueConfig::new(4))
        .retry_policy(Soon)
        .work_middleware(Named)
        .error_handler(Named)
        .hook(pulse)
        .job_timeout(JOB_TIMEOUT)
        .job_stuck_threshold(STUCK_AFTER)
        .maintenance(
            MaintenanceConfig::default()
                .with_rescue_after(JOB_TIMEOUT + Duration::from_secs(1))
                .with_rescuer_interval(RESCUE_EVERY),
        )
        .soft_stop_timeout(GRACE)
        .build()
}
