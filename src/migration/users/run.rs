//! A run of the user migration as it stands. Pure.

use chrono::{DateTime, Utc};

use crate::{
    ids::{OrganisationId, RunId},
    migration::run::State,
};

#[derive(Clone, Debug)]
pub struct UserRun {
    pub id: RunId,
    pub organisation: OrganisationId,
    pub state: State,
    pub started_by_name: String,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    /// PSC users that were confirmed.
    pub total: i32,
    pub migrated: i32,
    /// Had a referrals role by then.
    pub unchanged: i32,
    pub errors: i32,
    pub failure: Option<String>,
}

impl UserRun {
    pub const fn done(&self) -> i32 {
        self.migrated + self.unchanged + self.errors
    }
}
