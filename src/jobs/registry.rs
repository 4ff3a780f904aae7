//! Which feature works which kind of job.

use std::time::Duration;

use riverqueue::{
    BoxError, ClientBuilder, IntervalSchedule, Job, JobArgs, PeriodicJob, PeriodicJobOpts, WorkContext, WorkOutcome, Worker,
    Workers,
};
use serde::{Deserialize, Serialize};

use super::{TURN, Works};
use crate::{auth, deals, migration, notifications::jobs as notifications, psc, referrals};

/// Registers every feature's workers.
///
/// # Errors
/// When two features claim one kind.
pub fn register(workers: &mut Workers, works: &Works) -> Result<(), riverqueue::Error> {
    workers.add(migration::deals::jobs::MigrateDealsWorker(works.clone()))?;
    workers.add(notifications::TellPeopleWorker(works.clone()))?;
    workers.add(notifications::SendMailsWorker(works.clone()))?;
    workers.add(notifications::RemindWorker(works.clone()))?;
    workers.add(migration::users::jobs::MigrateUsersWorker(works.clone()))?;
    workers.add(referrals::jobs::ExpireWorker(works.clone()))?;
    workers.add(deals::bulk::jobs::BulkChangeWorker(works.clone()))?;
    workers.add(TendWorker(works.clone()))?;
    Ok(())
}

/// What is done again and again.
///
/// # Errors
/// None with these periods.
pub fn schedule(client: ClientBuilder) -> Result<ClientBuilder, riverqueue::Error> {
    let minute = || IntervalSchedule::new(Duration::from_mins(1));
    let tick = IntervalSchedule::new(notifications::EVERY)?;
    let at_once = |id| PeriodicJobOpts::new().with_id(id).with_run_on_start(true);
    Ok(client
        .periodic_job(PeriodicJob::with_options(minute()?, || Tend {}, at_once("tend")))
        .periodic_job(PeriodicJob::with_options(minute()?, || referrals::jobs::Expire {}, at_once("expire")))
        .periodic_job(PeriodicJob::with_options(tick, || notifications::TellPeople {}, at_once("tell_people")))
        .periodic_job(PeriodicJob::with_options(minute()?, || notifications::Remind {}, at_once("remind"))))
}

/// Wakes long work whose job was lost, and sweeps what nobody needs. Safe to do twice: jobs are unique, deletions idempotent.
#[derive(Clone, Debug, Deserialize, Serialize, JobArgs)]
#[river(kind = "tend")]
struct Tend {}

struct TendWorker(Works);

impl Worker<Tend> for TendWorker {
    type Error = BoxError;

    async fn work(&self, context: WorkContext, _: Job<Tend>) -> Result<WorkOutcome, BoxError> {
        let Works { db, clock, .. } = &self.0;
        let queue = context.client().ok_or("a job outside a client")?;
        migration::deals::service::wake(db, queue).await?;
        deals::bulk::service::wake(db, queue).await?;
        referrals::service::settle(db).await;
        migration::users::service::wake(db, queue).await?;
        psc::import::service::tend(db, clock, TURN).await?;
        auth::store::sweep(db, clock.now() - chrono::TimeDelta::days(1)).await?;
        Ok(WorkOutcome::Complete)
    }
}
