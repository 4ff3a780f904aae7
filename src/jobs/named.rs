//! Jobs in the log: every line of a job names it, and one that fails says so (River keeps its error in the job's row only).

use riverqueue::{
    BoxError, ErrorHandler, ErrorHandlerDecision, JobRow, WorkContext, WorkError, WorkMiddleware, WorkNext, WorkOutcome,
    WorkResult,
};
use serde::Deserialize;
use tracing::{Instrument, Span};
use uuid::Uuid;

pub struct Named;

/// What long work is a row of.
#[derive(Deserialize)]
struct OfRun {
    run_id: Uuid,
}

/// The job, and the run that it works at. Of the highest level, so that the lines of any level that is logged carry it.
fn span(job: &JobRow) -> Span {
    let run = serde_json::from_str::<OfRun>(job.encoded_args.get()).ok();
    tracing::error_span!("job", id = job.id, kind = job.kind, run = run.map(|of| of.run_id.to_string()))
}

impl WorkMiddleware for Named {
    async fn work(&self, _: &WorkContext, job: JobRow, next: WorkNext<'_>) -> Result<WorkOutcome, WorkError> {
        let span = span(&job);
        next.run(job).instrument(span).await
    }
}

impl ErrorHandler for Named {
    async fn handle_error(&self, _: &WorkContext, job: &JobRow, result: &WorkResult) -> Result<ErrorHandlerDecision, BoxError> {
        let why = match result {
            WorkResult::Failed(error) => error.to_string(),
            WorkResult::Panicked(_) => "it panicked".to_owned(),
            _ => "it took too long".to_owned(),
        };
        span(job).in_scope(|| tracing::warn!(why, attempt = job.attempt, "job failed"));
        Ok(ErrorHandlerDecision::default())
    }
}
