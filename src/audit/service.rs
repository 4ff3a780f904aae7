//! Keeping and reading the audit log.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::store;
pub use super::{
    action::Action,
    store::{Kept, PAGE},
};
use crate::{
    db::{Pool, Tx},
    ids::{OrganisationId, UserId},
};

/// A change to keep.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// Whose people, roles or locations changed.
    pub organisation: OrganisationId,
    /// `None`: no person did it.
    pub by: Option<UserId>,
    /// The address of the request; `None`: a job or a command.
    pub address: Option<IpAddr>,
    pub at: DateTime<Utc>,
    pub action: Action,
    /// The user, location or organisation that it was done to,
    pub subject: Uuid,
    /// and its name as it is now.
    pub name: &'a str,
    /// Objects of plain facts, such as `{"role": "referrals-admin", "places": ["whole"]}`; `{}`: nothing. Never a secret.
    pub before: Value,
    pub after: Value,
}

impl Entry<'_> {
    /// What it was before.
    #[must_use]
    pub fn before(mut self, before: Value) -> Self {
        self.before = before;
        self
    }

    /// What it is now.
    #[must_use]
    pub fn after(mut self, after: Value) -> Self {
        self.after = after;
        self
    }
}

/// Keeps a change, in the transaction that makes it.
pub async fn record(tx: &mut Tx<'_>, entry: Entry<'_>) -> sqlx::Result<()> {
    store::insert(tx, &[entry]).await
}

/// Keeps many at once.
pub async fn record_all(tx: &mut Tx<'_>, entries: &[Entry<'_>]) -> sqlx::Result<()> {
    store::insert(tx, entries).await
}

/// A page of an organisation's log, newest first: older than the entry `before`, and about one `subject` only if one is given. One
/// more than [`PAGE`] says that there are more.
pub async fn list(
    pool: &Pool,
    organisation: OrganisationId,
    subject: Option<Uuid>,
    before: Option<i64>,
) -> sqlx::Result<Vec<Kept>> {
    store::list(pool, organisation, subject, before).await
}
