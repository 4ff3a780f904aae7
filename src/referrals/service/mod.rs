//! Use cases of referrals: what pages, the API, bulk changes and jobs ask for. Each write is one short transaction of effect,
//! history and outbox, guarded by the version that was seen: whoever is second is told so, and nothing of theirs is done.

mod answer;
mod close;
mod create;
mod edit;
mod invite;
mod list;
mod lookup;
mod read;
mod sellers;
mod send;
mod sweep;

use chrono::{DateTime, TimeDelta, Utc};

use super::{missing::Missing, rules::Flaw};
use crate::{auth::Actor, db::Pool, error::AppError};

pub use super::{
    filter::{Filter, Sort, Tab},
    store::{
        Deal, Member, Opened, Side, Solution, Told,
        list::{COUNT_CAP, Count, Counts, Facts, Line, PAGE, Values},
        scope::within,
    },
};
pub use answer::{accept, decline, mark_received};
pub use close::{close, set_stage};
pub use create::{create, create_in, flaws as new_deal_flaws};
pub use edit::{add_note, add_team_member, edit_customer, edit_details, edit_solutions, edit_team};
pub use invite::{ask_vendor, invite_partner, show_vendor};
pub use list::{Listing, Neighbour, facts, list, list_on, matching, neighbours, settle, values};
pub use lookup::{LastChange, Likely, last_change, likely_duplicates, recent_members};
pub use read::{is_deal, open, set_favourite};
pub use sellers::{hand_over, take};
pub use send::{send, send_in};
pub use sweep::{expire_due, expiry_lag};

/// Who does something, when, in which database, and how long an answer may take.
#[derive(Clone, Copy)]
pub struct By<'a> {
    pub db: &'a Pool,
    pub actor: &'a Actor,
    pub now: DateTime<Utc>,
    /// Taken when a referral is sent; changing the setting does not touch those under way.
    pub expires_after: TimeDelta,
}

/// Why something was not done. Nothing of it was.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// Not there, or not in scope.
    #[error("not found")]
    NotFound,
    /// Seen, but not this person's to do; the locale key says why.
    #[error("forbidden: {0}")]
    Forbidden(&'static str),
    /// Somebody was faster: it is not what was seen any more.
    #[error("changed meanwhile")]
    Changed,
    /// It is closed: nothing can be changed (rule).
    #[error("closed")]
    Over,
    /// Its deadline has passed, though the sweep may not have come by yet.
    #[error("too late")]
    Late,
    /// Required details are missing (rule).
    #[error("incomplete")]
    Incomplete(Missing),
    /// This cannot be done with this deal now; the locale key says why.
    #[error("refused: {0}")]
    Refused(&'static str),
    /// What was asked for is not right.
    #[error("invalid")]
    Invalid(Vec<Flaw>),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

impl ActError {
    /// The locale key of its words.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NotFound | Self::Database(_) => "error-not-found",
            Self::Forbidden(key) | Self::Refused(key) => key,
            Self::Changed => "refused-changed",
            Self::Over => "refused-over",
            Self::Late => "refused-late",
            Self::Incomplete(_) => "refused-incomplete",
            Self::Invalid(_) => "refused-invalid",
        }
    }
}

impl From<ActError> for AppError {
    fn from(error: ActError) -> Self {
        match error {
            ActError::NotFound => Self::NotFound,
            ActError::Forbidden(key) => Self::Forbidden(key),
            ActError::Database(error) => Self::Database(error),
            other => Self::Conflict(other.key()),
        }
    }
}

/// Nothing is wrong, or all that is.
fn check(flaws: Vec<Flaw>) -> Result<(), ActError> {
    if flaws.is_empty() { Ok(()) } else { Err(ActError::Invalid(flaws)) }
}
