//! The life cycle of one referral (domain.md section 3, "Status machine").

/// Where a referral stands: PSC's and the API's "substatus". Its text in the database never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, sqlx::Type, serde::Deserialize)]
#[sqlx(type_name = "text", rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Sent, and not opened yet.
    Pending,
    /// Opened by somebody of the organisation it was sent to.
    Received,
    Accepted,
    Won,
    Lost,
    Declined,
    Expired,
    Error,
}

/// What can happen to a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    Open,
    Accept,
    Decline,
    Expire,
    Win,
    Lose,
    /// Created by mistake.
    Withdraw,
}

impl Action {
    pub const ALL: [Self; 7] = [Self::Open, Self::Accept, Self::Decline, Self::Expire, Self::Win, Self::Lose, Self::Withdraw];

    /// The end of its locale keys, of its history events and of its forms' addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accept => "accept",
            Self::Decline => "decline",
            Self::Expire => "expire",
            Self::Win => "win",
            Self::Lose => "lose",
            Self::Withdraw => "withdraw",
        }
    }

    /// Only with all required details (rule): what ends a deal that is being worked on.
    pub const fn needs_details(self) -> bool {
        matches!(self, Self::Win | Self::Lose | Self::Withdraw)
    }

    /// Answers a request: no more once it is due.
    pub const fn answers(self) -> bool {
        matches!(self, Self::Accept | Self::Decline)
    }
}

impl Status {
    pub const ALL: [Self; 8] =
        [Self::Pending, Self::Received, Self::Accepted, Self::Won, Self::Lost, Self::Declined, Self::Expired, Self::Error];

    /// The whole life cycle. Buttons, handlers, the API, bulk upload and the sweep ask this table.
    pub const fn step(self, action: Action) -> Option<Self> {
        match (self, action) {
            (Self::Pending, Action::Open) => Some(Self::Received),
            (Self::Pending | Self::Received, Action::Accept) => Some(Self::Accepted),
            (Self::Pending | Self::Received, Action::Decline) => Some(Self::Declined),
            (Self::Pending | Self::Received, Action::Expire) => Some(Self::Expired),
            (Self::Accepted, Action::Win) => Some(Self::Won),
            (Self::Accepted, Action::Lose) => Some(Self::Lost),
            (Self::Pending | Self::Received | Self::Accepted, Action::Withdraw) => Some(Self::Error),
            _ => None,
        }
    }

    /// Nothing follows: it can be neither edited nor reopened, by any way (rule).
    pub fn is_terminal(self) -> bool {
        Action::ALL.into_iter().all(|action| self.step(action).is_none())
    }

    /// Waits for an answer.
    pub const fn waits(self) -> bool {
        matches!(self, Self::Pending | Self::Received)
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Received => "received",
            Self::Accepted => "accepted",
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Error => "error",
        }
    }
}
