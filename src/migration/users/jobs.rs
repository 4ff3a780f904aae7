//! The background work of the user migration.

use std::time::{Duration, Instant};

use riverqueue::{BoxError, Job, JobArgs, WorkCancelled, WorkContext, WorkOutcome, Worker};
use serde::{Deserialize, Serialize};

use super::service::{self, Progress};
use crate::{
    ids::RunId,
    jobs::{TURN, Works},
};

/// Works a run. Safe to do twice: each slice claims the run row and goes on behind its cursor, and no PSC user is marked twice.
#[derive(Clone, Debug, Deserialize, Serialize, JobArgs)]
#[river(
    kind = "migrate_users",
    max_attempts = 10_000,
    unique(by_args, by_state(available, pending, retryable, running, scheduled))
)]
pub struct MigrateUsers {
    pub run_id: uuid::Uuid,
}

pub struct MigrateUsersWorker(pub Works);

impl Worker<MigrateUsers> for MigrateUsersWorker {
    type Error = BoxError;

    /// Slices for a turn, then to the back of the queue; a stop waits for one slice only.
    async fn work(&self, context: WorkContext, job: Job<MigrateUsers>) -> Result<WorkOutcome, BoxError> {
        let began = Instant::now();
        let Works { db, clock, settings } = &self.0;
        while began.elapsed() < TURN {
            if context.cancellation_token().is_cancelled() {
                return Err(WorkCancelled.into());
            }
            if service::work_slice(db, clock, RunId(job.args.run_id), settings.migration_slice).await? == Progress::Over {
                return Ok(WorkOutcome::Complete);
            }
        }
        Ok(WorkOutcome::Snooze(Duration::ZERO))
    }
}
