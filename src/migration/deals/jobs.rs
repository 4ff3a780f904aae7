//! The background work of the deal migration.

use riverqueue::{BoxError, Job, JobArgs, WorkCancelled, WorkContext, WorkOutcome, Worker};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};

use super::service::{self, Progress};
use crate::{
    ids::RunId,
    jobs::{TURN, Works},
};

/// Works a run. Safe to do twice: each slice claims the run row and goes on behind its cursor. A killed worker costs an attempt: a
/// night of crashes must not use them up.
#[derive(Clone, Debug, Deserialize, Serialize, JobArgs)]
#[river(
    kind = "migrate_deals",
    max_attempts = 10_000,
    unique(by_args, by_state(available, pending, retryable, running, scheduled))
)]
pub struct MigrateDeals {
    pub run_id: uuid::Uuid,
}

pub struct MigrateDealsWorker(pub Works);

impl Worker<MigrateDeals> for MigrateDealsWorker {
    type Error = BoxError;

    /// Slices for a turn, then to the back of the queue; a stop waits for one slice only.
    async fn work(&self, context: WorkContext, job: Job<MigrateDeals>) -> Result<WorkOutcome, BoxError> {
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
