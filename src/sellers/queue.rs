//! Which requests a seller looks at.

use crate::referrals::cursor::Cursor;

/// Requests on a page.
pub const PAGE: usize = 50;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tab {
    /// Waiting for the asking seller.
    #[default]
    Mine,
    /// Waiting for anybody.
    Waiting,
    /// Accepted.
    Working,
    Closed,
    /// Partner-led deals of all partners: to see, nobody is asked to act.
    PartnerLed,
}

impl Tab {
    pub const ALL: [Self; 5] = [Self::Mine, Self::Waiting, Self::Working, Self::Closed, Self::PartnerLed];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Waiting => "waiting",
            Self::Working => "working",
            Self::Closed => "closed",
            Self::PartnerLed => "partner-led",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.code() == code)
    }

    /// What waits is shown by its deadline, the next one first; the rest by its last change, or its making.
    pub const fn waits(self) -> bool {
        matches!(self, Self::Mine | Self::Waiting)
    }

    /// Can show everybody's instead of one's own.
    pub const fn is_ones_own(self) -> bool {
        matches!(self, Self::Working | Self::Closed)
    }

    pub const fn has_country(self) -> bool {
        matches!(self, Self::Waiting | Self::PartnerLed)
    }
}

/// What a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub tab: Tab,
    /// Of the customer, two letters; where the tab has countries.
    pub country: Option<String>,
    /// Waiting: only what nobody has taken.
    pub unassigned: bool,
    /// Working, closed: everybody's.
    pub everybody: bool,
    /// Each must be in the deal's or its customer's name, whatever the case.
    pub words: Vec<String>,
    /// The last one of the page before. Of partner-led deals: the engagement's id.
    pub after: Option<Cursor>,
}
