//! A run of a migration: its states and its progress. Pure.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;

use crate::ids::{ImportId, OrganisationId, RunId, UserId};

/// What is promised (domain.md section 7).
pub const PROMISE: TimeDelta = TimeDelta::hours(24);

/// Where a run stands. Its text in the database never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type, Deserialize)]
#[sqlx(type_name = "text", rename_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Waits for a worker.
    Queued,
    Running,
    Completed,
    CompletedWithErrors,
    /// Stopped by somebody; what was migrated stays migrated.
    Cancelled,
    /// Gave up after slices failed again and again.
    Failed,
}

impl State {
    /// Its text in the database, in JSON, and the end of its locale keys.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::CompletedWithErrors => "completed-with-errors",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }

    /// Something is still going to happen.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}

/// A run, or a rehearsal, as it stands.
#[derive(Clone, Debug, Deserialize)]
pub struct Run {
    pub id: RunId,
    pub organisation: OrganisationId,
    pub import: Option<ImportId>,
    /// Writes nothing but a report.
    pub rehearsal: bool,
    pub state: State,
    pub started_by: Option<UserId>,
    pub started_by_name: Option<String>,
    pub started_at: DateTime<Utc>,
    pub due_at: DateTime<Utc>,
    pub working_since: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
    /// Eligible deals when it was started.
    pub total: i32,
    pub migrated: i32,
    pub errors: i32,
    pub failure: Option<String>,
    /// What stood in PSC when it was started, as JSON of the migration's readiness.
    pub readiness: serde_json::Value,
}

impl Run {
    pub const fn done(&self) -> i32 {
        self.migrated + self.errors
    }

    /// Deals per second since the work began; `None` before there is anything to measure.
    pub fn rate(&self, now: DateTime<Utc>) -> Option<f64> {
        let seconds = (self.finished_at.unwrap_or(now) - self.working_since?).as_seconds_f64();
        (self.done() > 0 && seconds > 0.0).then(|| f64::from(self.done()) / seconds)
    }

    /// When it will be done, at the rate so far.
    pub fn expected_end(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let left = f64::from((self.total - self.done()).max(0)) / self.rate(now)?;
        now.checked_add_signed(TimeDelta::seconds(left.ceil() as i64))
    }

    /// Past what was promised, and not done.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.state.is_live() && now > self.due_at
    }
}
