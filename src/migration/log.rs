//! Runs in the audit log: who started, cancelled or resumed one, and from where. Rehearsals change nothing and are not in it.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::{
    accounts::service as accounts,
    audit::service::{self as audit, Action, Entry},
    auth::Origin,
    db::Tx,
    error::AppError,
    ids::{OrganisationId, RunId},
};

/// A run as the log names it.
#[derive(Clone, Copy, Debug)]
pub struct Logged {
    organisation: OrganisationId,
    run: RunId,
    kind: &'static str,
    at: DateTime<Utc>,
}

impl Logged {
    pub const fn deals(organisation: OrganisationId, run: RunId, at: DateTime<Utc>) -> Self {
        Self { organisation, run, kind: "deals", at }
    }

    pub const fn users(organisation: OrganisationId, run: RunId, at: DateTime<Utc>) -> Self {
        Self { organisation, run, kind: "users", at }
    }

    /// So many were there to migrate.
    pub async fn started(self, tx: &mut Tx<'_>, origin: Origin, total: i32) -> Result<(), AppError> {
        self.keep(tx, origin, Action::MigrationStarted, json!({"kind": self.kind, "total": total}))
            .await
    }

    /// So many had come over by then.
    pub async fn cancelled(self, tx: &mut Tx<'_>, origin: Origin, migrated: i32) -> Result<(), AppError> {
        self.keep(tx, origin, Action::MigrationCancelled, json!({"kind": self.kind, "migrated": migrated}))
            .await
    }

    pub async fn resumed(self, tx: &mut Tx<'_>, origin: Origin) -> Result<(), AppError> {
        self.keep(tx, origin, Action::MigrationResumed, json!({"kind": self.kind}))
            .await
    }

    async fn keep(self, tx: &mut Tx<'_>, origin: Origin, action: Action, after: Value) -> Result<(), AppError> {
        let whose = accounts::organisation(&mut **tx, self.organisation)
            .await?
            .ok_or(AppError::NotFound)?;
        let entry = Entry {
            organisation: self.organisation,
            by: origin.user,
            address: origin.address,
            at: self.at,
            action,
            subject: self.run.0,
            name: &whose.legal_name,
            before: json!({}),
            after,
        };
        Ok(audit::record(tx, entry).await?)
    }
}
