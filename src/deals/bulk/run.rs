//! A bulk change under way: what is done, to which deals, and how far it is. Pure.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    ids::{BulkId, OrganisationId, ReferralId, UserId},
    referrals::{command::Person, filter::Kind},
};

/// What is done to each deal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Change {
    Favourite {
        on: bool,
    },
    AddMember {
        person: Person,
    },
    /// Per cent.
    SetStage {
        stage: i16,
    },
    /// `reason`: a number of `referrals::reason`.
    Lose {
        reason: i16,
        note: String,
    },
}

impl Change {
    /// The end of its locale keys, and its value in forms.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Favourite { on: true } => "favourite",
            Self::Favourite { on: false } => "no-favourite",
            Self::AddMember { .. } => "member",
            Self::SetStage { .. } => "stage",
            Self::Lose { .. } => "lose",
        }
    }

    /// Nothing can be changed afterwards.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Lose { .. })
    }

    /// Whose mail is looked for in teams; empty for other changes.
    pub fn mail(&self) -> String {
        match self {
            Self::AddMember { person } => person.mail.trim().to_lowercase(),
            _ => String::new(),
        }
    }
}

/// Which deals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    Picked(Vec<ReferralId>),
    /// Everything that a list shows: its address' query.
    Matching(String),
}

/// What came of it for one deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Changed,
    /// It was so already.
    Same,
    /// The locale key says why.
    Refused(&'static str),
}

/// In the database; whatever else stands there is a refusal's key.
pub const CHANGED: &str = "changed";
pub const SAME: &str = "same";

impl Outcome {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Changed => CHANGED,
            Self::Same => SAME,
            Self::Refused(key) => key,
        }
    }
}

/// Where a run stands. Its text in the database never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(type_name = "text", rename_all = "kebab-case")]
pub enum State {
    Queued,
    Running,
    Completed,
    /// By its owner, or because they may do nothing any more; what was changed stays changed.
    Cancelled,
}

impl State {
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A run as it stands.
#[derive(Clone, Debug)]
pub struct Run {
    pub id: BulkId,
    pub organisation: OrganisationId,
    pub user: UserId,
    pub kind: Kind,
    pub change: Change,
    pub selection: Selection,
    pub state: State,
    /// Deals when it was started; with `more`, at least so many.
    pub total: i64,
    pub more: bool,
    pub changed: i64,
    pub same: i64,
    pub refused: i64,
    pub created_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    /// The last deal that has its outcome: of picked ones how many, else where it stands in the list.
    pub cursor: String,
}

impl Run {
    pub const fn done(&self) -> i64 {
        self.changed + self.same + self.refused
    }
}
