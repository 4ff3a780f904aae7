//! What all changes on the account pages have in common.

use std::net::IpAddr;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::AccountsError;
use crate::{
    accounts::{
        policy::{self, Right},
        store::people::{self, User},
    },
    audit::service::{Action, Entry},
    auth::{Actor, Role},
    db::{Pool, Tx},
    error::AppError,
    ids::UserId,
};

/// Somebody's doing on the account pages: who, from where, when.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    pub db: &'a Pool,
    pub actor: &'a Actor,
    /// The address of the request.
    pub address: Option<IpAddr>,
    pub now: DateTime<Utc>,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// A field and the locale key of what is wrong with it.
    #[error("{0}: {1}")]
    Flaw(&'static str, &'static str),
    /// The locale key of why it cannot be.
    #[error("refused: {0}")]
    Refused(&'static str),
    #[error(transparent)]
    App(#[from] AppError),
}

impl ChangeError {
    /// It was the last one with this role.
    pub const fn last(role: Role) -> Self {
        Self::Refused(match role {
            Role::GlobalAdmin => "people-refused-last-global-admin",
            Role::AccountAdmin => "people-refused-last-account-admin",
            _ => "people-refused-last-operator",
        })
    }
}

impl From<sqlx::Error> for ChangeError {
    fn from(error: sqlx::Error) -> Self {
        match error.as_database_error().and_then(|e| e.constraint()) {
            Some("users_mail") => Self::Flaw("mail", "people-flaw-mail-taken"),
            Some("locations_mpn_id_key") => Self::Flaw("mpn_id", "people-flaw-mpn-taken"),
            _ => Self::App(error.into()),
        }
    }
}

impl From<AccountsError> for ChangeError {
    fn from(error: AccountsError) -> Self {
        match error {
            AccountsError::Database(error) => error.into(),
            AccountsError::NotFound => Self::App(AppError::NotFound),
            AccountsError::NotWorkMail(_) => Self::Flaw("mail", "people-flaw-consumer-mail"),
            AccountsError::Role(_) => Self::Flaw("places", "people-flaw-whole-only"),
        }
    }
}

impl By<'_> {
    /// An entry of the log, before and after still empty.
    pub(super) fn entry<'n>(&self, action: Action, subject: Uuid, name: &'n str) -> Entry<'n> {
        Entry {
            organisation: self.actor.organisation,
            by: Some(self.actor.user),
            address: self.address,
            at: self.now,
            action,
            subject,
            name,
            before: serde_json::json!({}),
            after: serde_json::json!({}),
        }
    }

    pub(super) fn manages(&self) -> Result<(), AppError> {
        if policy::may(self.actor, Right::ManageUsers) { Ok(()) } else { Err(AppError::Forbidden("refusal-manage-users")) }
    }

    /// A user of the actor's organisation, as the transaction sees them.
    pub(super) async fn find(&self, tx: &mut Tx<'_>, user: UserId) -> Result<User, AppError> {
        people::find_now(tx, self.actor.organisation, user)
            .await?
            .ok_or(AppError::NotFound)
    }
}
