//! What people are told, and how they want to be told by mail when they have not said so.

/// What happened. Its text in the database never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// A referral came to the organisation.
    Received,
    Accepted,
    Declined,
    Won,
    Lost,
    /// Nobody answered in time: the own side, or the other.
    Expired,
    /// Three days are left to answer.
    Expiring3,
    /// One day is left.
    Expiring1,
    /// A seller was assigned: told to the seller, and to partners whom the vendor has accepted.
    Assigned,
    Note,
    /// Another partner invites the organisation to its deal.
    Invited,
    /// It came over from PSC.
    Migrated,
    MigrationFinished,
    RoleGranted,
    /// The organisation's new deals are made in Partner Center from now on: told to its partner development managers.
    Switched,
    /// The correction of an MPN ID waits for a partner development manager.
    MpnRequested,
    MpnApproved,
    MpnRefused,
}

/// What somebody can have a preference about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    Received,
    Assigned,
    Expiring,
    Accepted,
    Declined,
    Expired,
    Closed,
    Note,
    Migration,
    Role,
}

/// How somebody hears of a topic by mail; the bell always tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    Off,
    Now,
    /// With the day's other news, at eight in the morning of the person's time zone.
    Daily,
}

impl Event {
    pub const ALL: [Self; 18] = [
        Self::Received,
        Self::Accepted,
        Self::Declined,
        Self::Won,
        Self::Lost,
        Self::Expired,
        Self::Expiring3,
        Self::Expiring1,
        Self::Assigned,
        Self::Note,
        Self::Invited,
        Self::Migrated,
        Self::MigrationFinished,
        Self::RoleGranted,
        Self::Switched,
        Self::MpnRequested,
        Self::MpnApproved,
        Self::MpnRefused,
    ];

    /// Its text in the database, and the end of its locale keys.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Expired => "expired",
            Self::Expiring3 => "expiring-3",
            Self::Expiring1 => "expiring-1",
            Self::Assigned => "assigned",
            Self::Note => "note",
            Self::Invited => "invited",
            Self::Migrated => "migrated",
            Self::MigrationFinished => "migration-finished",
            Self::RoleGranted => "role-granted",
            Self::Switched => "switched",
            Self::MpnRequested => "mpn-requested",
            Self::MpnApproved => "mpn-approved",
            Self::MpnRefused => "mpn-refused",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.code() == code)
    }

    pub const fn topic(self) -> Topic {
        match self {
            Self::Received | Self::Invited => Topic::Received,
            Self::Accepted => Topic::Accepted,
            Self::Declined => Topic::Declined,
            Self::Won | Self::Lost => Topic::Closed,
            Self::Expired => Topic::Expired,
            Self::Expiring3 | Self::Expiring1 => Topic::Expiring,
            Self::Assigned => Topic::Assigned,
            Self::Note => Topic::Note,
            Self::Migrated
            | Self::MigrationFinished
            | Self::Switched
            | Self::MpnRequested
            | Self::MpnApproved
            | Self::MpnRefused => Topic::Migration,
            Self::RoleGranted => Topic::Role,
        }
    }

    /// Whether mail can tell of it. Thousands of deals can come over in an hour: their end is mailed, not each.
    pub fn is_mailed(self) -> bool {
        self != Self::Migrated
    }
}

impl Topic {
    /// In the order of the preferences page.
    pub const ALL: [Self; 10] = [
        Self::Received,
        Self::Assigned,
        Self::Expiring,
        Self::Accepted,
        Self::Declined,
        Self::Expired,
        Self::Closed,
        Self::Note,
        Self::Migration,
        Self::Role,
    ];

    /// Its text in the database, its field in the form, and the end of its locale key.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Assigned => "assigned",
            Self::Expiring => "expiring",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Closed => "closed",
            Self::Note => "note",
            Self::Migration => "migration",
            Self::Role => "role",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.code() == code)
    }

    /// By mail, for whoever has not said otherwise: at once where an answer is due or came, else with the day's news.
    pub const fn usual(self) -> Delivery {
        match self {
            Self::Received | Self::Assigned | Self::Expiring | Self::Accepted | Self::Declined | Self::Migration | Self::Role => {
                Delivery::Now
            }
            Self::Expired | Self::Closed | Self::Note => Delivery::Daily,
        }
    }

    /// Whether it ever happens to somebody of the vendor, or of a partner.
    pub const fn concerns(self, vendor: bool) -> bool {
        match self {
            Self::Assigned | Self::Accepted | Self::Declined | Self::Expired | Self::Received | Self::Expiring => true,
            Self::Closed | Self::Note | Self::Role => true,
            Self::Migration => !vendor,
        }
    }
}

impl Delivery {
    pub const ALL: [Self; 3] = [Self::Off, Self::Now, Self::Daily];

    /// Its text in the database and in forms, and the end of its locale key.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Now => "now",
            Self::Daily => "daily",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|delivery| delivery.code() == code)
    }
}
