//! What a list of deals or leads shows: which tab, in which order, from where on, and what is wanted of each. Pure.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rust_decimal::Decimal;

use super::{
    cursor::Cursor,
    kind::{DealType, Direction, Help},
    missing::Detail,
    status::Status,
};
use crate::ids::LocationId;

/// Deals and leads are never in one list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    #[default]
    Deal,
    Lead,
}

impl Kind {
    /// Its text in the database, which never changes.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Deal => "deal",
            Self::Lead => "lead",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Deal, Self::Lead].into_iter().find(|kind| kind.code() == code)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tab {
    #[default]
    Inbound,
    Outbound,
    /// Of the asking person, whichever way they came.
    Favourites,
}

impl Tab {
    pub const ALL: [Self; 3] = [Self::Inbound, Self::Outbound, Self::Favourites];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
            Self::Favourites => "favourites",
        }
    }

    pub const fn directions(self) -> &'static [Direction] {
        match self {
            Self::Inbound => &[Direction::Inbound],
            Self::Outbound => &[Direction::Outbound],
            Self::Favourites => &Direction::ALL,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// By creation, newest first.
    #[default]
    Newest,
    /// By last update, newest first.
    Updated,
    /// By close date, soonest first; without one at the end.
    Closing,
}

impl Sort {
    pub const ALL: [Self; 3] = [Self::Newest, Self::Updated, Self::Closing];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Updated => "updated",
            Self::Closing => "closing",
        }
    }
}

/// From where on a page shows deals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Place {
    #[default]
    Start,
    /// Those that follow this one.
    After(Cursor),
    /// Those that come before this one: the nearest to it.
    Before(Cursor),
}

/// A missing detail to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    Any,
    Of(Detail),
}

/// An estimated value in one currency, both ends included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueRange {
    /// ISO 4217.
    pub currency: String,
    pub from: Option<Decimal>,
    pub to: Option<Decimal>,
}

/// How soon an unanswered referral expires: within so many days.
pub const EXPIRES_WITHIN: [i64; 3] = [1, 3, 7];

/// What is wanted of each deal: all of it, and of each list of values one of them. Empty: nothing in particular.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Each must stand in the deal's name, its customer's name or its ID, whatever the case. Composed (NFC).
    pub words: Vec<String>,
    /// This deal: what a search for a whole deal ID comes to.
    pub deal_id: Option<String>,
    /// Each must stand in the customer's name.
    pub customer: Vec<String>,
    pub statuses: Vec<Status>,
    pub types: Vec<DealType>,
    /// `None`: the organisation itself.
    pub locations: Vec<Option<LocationId>>,
    /// Two letters each, as in ISO 3166-1.
    pub countries: Vec<String>,
    /// IDs, as in the catalogue.
    pub solutions: Vec<String>,
    /// Mail addresses of team members.
    pub members: Vec<String>,
    pub help: Vec<Help>,
    pub closes_from: Option<NaiveDate>,
    pub closes_to: Option<NaiveDate>,
    pub value: Option<ValueRange>,
    /// Waits for an answer, and expires within so many days.
    pub expiring: Option<i64>,
    /// Can still change, and lacks one of these.
    pub gaps: Vec<Gap>,
}

impl Wanted {
    /// Everything is.
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// Until when a deal that is about to expire expires.
    pub fn expires_by(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.expiring
            .and_then(|days| now.checked_add_signed(TimeDelta::try_days(days)?))
    }
}

/// What a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub kind: Kind,
    pub tab: Tab,
    pub sort: Sort,
    pub place: Place,
    pub wanted: Wanted,
}
