//! Where a page of a list ends, and the next one goes on: the place in the order itself, so that a page costs the same however
//! far back it is, and deals that come in meanwhile shift nothing.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::ids::ReferralId;

/// The last deal shown: its time (microseconds, what PostgreSQL keeps) and, among equal times, its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub at: DateTime<Utc>,
    pub id: ReferralId,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.at.timestamp_micros(), self.id.0.simple())
    }
}

/// The text is not one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct NotACursor;

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        // From the right: a time before 1970 has a sign of its own.
        let (at, id) = text.rsplit_once('-').ok_or(NotACursor)?;
        let at = at.parse().ok().and_then(DateTime::from_timestamp_micros).ok_or(NotACursor)?;
        let id = Uuid::try_parse(id).map_err(|_| NotACursor)?;
        Ok(Self { at, id: ReferralId(id) })
    }
}
