//! The background work of bulk changes.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use riverqueue::{BoxError, Job, JobArgs, WorkCancelled, WorkContext, WorkOutcome, Worker};
use serde::{Deserialize, Serialize};

use super::service::{self, Progress};
use crate::{
    ids::BulkId,
    jobs::{TURN, Works},
};

/// How long to wait for somebody else who holds the run.
const WAIT: Duration = Duration::from_secs(5);

/// Works a bulk change. Safe to do twice: a slice holds the run by a lease and goes on behind its cursor, and what was changed
/// already is not changed again.
#[derive(Clone, Debug, Deserialize, Serialize, JobArgs)]
#[river(kind = "bulk_change", max_attempts = 1_000, unique(by_args, by_state(available, pending, retryable, running, scheduled)))]
pub struct BulkChange {
    pub run_id: uuid::Uuid,
}

pub struct BulkChangeWorker(pub Works);

impl Worker<BulkChange> for BulkChangeWorker {
    type Error = BoxError;

    /// Slices for a turn, then to the back of the queue; a stop waits for one slice only.
    async fn work(&self, context: WorkContext, job: Job<BulkChange>) -> Result<WorkOutcome, BoxError> {
        let began = Instant::now();
        let Works { db, clock, settings } = &self.0;
        let expires_after = TimeDelta::days(settings.referral_expiry_days.into());
        while began.elapsed() < TURN {
            if context.cancellation_token().is_cancelled() {
                return Err(WorkCancelled.into());
            }
            match service::work_slice(db, clock.now(), expires_after, BulkId(job.args.run_id)).await? {
                Progress::More => {}
                Progress::Held => return Ok(WorkOutcome::Snooze(WAIT)),
                Progress::Over => return Ok(WorkOutcome::Complete),
            }
        }
        Ok(WorkOutcome::Snooze(Duration::ZERO))
    }
}
