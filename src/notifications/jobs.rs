//! The background work of notifications: tell every few seconds, send what is due, remind every minute.

use std::time::{Duration, Instant};

use riverqueue::{BoxError, Job, JobArgs, WorkContext, WorkOutcome, Worker};
use serde::{Deserialize, Serialize};

use super::service;
use crate::jobs::{TURN, Works};

/// How long a change may wait until people are told.
pub const EVERY: Duration = Duration::from_secs(5);

/// Takes the outbox and tells whom it concerns. Safe to do twice: a row can be taken out once.
#[derive(Clone, Debug, Deserialize, Serialize, JobArgs)]
#[river(kind = "tell_people", unique(by_state(available, pending, retryable, running, scheduled)))]
pub struct TellPeople {}

pub struct TellPeopleWorker(pub Works);

impl Worker<TellPeople> for TellPeopleWorker {
    type Error = BoxError;

    /// A turn, then to the back of the queue while there is more.
    async fn work(&self, context: WorkContext, _: Job<TellPeople>) -> Result<WorkOutcome, BoxError> {
        let Works { db, clock, .. } = &self.0;
        let began = Instant::now();
        let stop = context.cancellation_token();
        let (_, over) = service::fan_out(db, clock, || began.elapsed() < TURN && !stop.is_cancelled()).await?;
        if service::mails_due(db, clock.now()).await? {
            context.client().ok_or("a job outside a client")?.insert(SendMails {}).await?;
        }
        Ok(if over || stop.is_cancelled() { WorkOutcome::Complete } else { WorkOutcome::Snooze(Duration::ZERO) })
    }
}

/// Sends the mails that are due. Safe to do twice: a mail is claimed before it is sent.
#[derive(Clone, Debug, Deserialize, Serialize, JobArgs)]
#[river(kind = "send_mails", unique(by_state(available, pending, retryable, running, scheduled)))]
pub struct SendMails {}

pub struct SendMailsWorker(pub Works);

impl Worker<SendMails> for SendMailsWorker {
    type Error = BoxError;

    async fn work(&self, context: WorkContext, _: Job<SendMails>) -> Result<WorkOutcome, BoxError> {
        let Works { db, clock, settings } = &self.0;
        let began = Instant::now();
        let stop = context.cancellation_token();
        let post = service::Post::new(db.clone(), clock.clone(), settings.clone())?;
        post.send_due(|| began.elapsed() < TURN && !stop.is_cancelled()).await?;
        Ok(WorkOutcome::Complete)
    }
}

/// Writes the reminders that are due. Safe to do twice: what was reminded is marked.
#[derive(Clone, Debug, Deserialize, Serialize, JobArgs)]
#[river(kind = "remind", unique(by_state(available, pending, retryable, running, scheduled)))]
pub struct Remind {}

pub struct RemindWorker(pub Works);

impl Worker<Remind> for RemindWorker {
    type Error = BoxError;

    async fn work(&self, _: WorkContext, _: Job<Remind>) -> Result<WorkOutcome, BoxError> {
        let Works { db, clock, .. } = &self.0;
        service::remind(db, clock.now()).await?;
        service::sweep(db, clock.now()).await?;
        Ok(WorkOutcome::Complete)
    }
}
