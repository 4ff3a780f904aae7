//! What PSC allows, when, and to whom. Pure.

use chrono::{DateTime, Utc};

use crate::psc::import::DealColumn as C;

/// What PSC is at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Deals are made, edited and closed.
    Open,
    /// Deals are looked at, exported, and completed where details are missing.
    ReadOnly,
    /// Nothing is left but the ways elsewhere.
    Closed,
}

/// An organisation's PSC dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    pub read_only_from: DateTime<Utc>,
    pub closed_from: DateTime<Utc>,
}

impl Dates {
    /// Each date belongs to what it begins.
    pub fn phase(&self, now: DateTime<Utc>) -> Phase {
        if now >= self.closed_from {
            Phase::Closed
        } else if now >= self.read_only_from {
            Phase::ReadOnly
        } else {
            Phase::Open
        }
    }
}

/// What somebody does in PSC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Looks, or exports.
    Look,
    /// Fills in what is missing.
    Complete,
    Edit,
    /// Marks won, lost or duplicate.
    Close,
    Create,
}

/// Why it is not allowed. The end of its locale key: `psc-refused-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    Closed,
    ReadOnly,
    /// New deals are made in Partner Center.
    Switched,
}

impl Refused {
    pub const fn key(self) -> &'static str {
        match self {
            Self::Closed => "psc-refused-closed",
            Self::ReadOnly => "psc-refused-read-only",
            Self::Switched => "psc-refused-switched",
        }
    }
}

/// Whether something may be done (domain.md section 5).
///
/// # Errors
/// Why not.
pub const fn may(phase: Phase, switched: bool, act: Act) -> Result<(), Refused> {
    match (phase, act) {
        (Phase::Closed, _) => Err(Refused::Closed),
        (Phase::ReadOnly, Act::Edit | Act::Close | Act::Create) => Err(Refused::ReadOnly),
        (Phase::Open, Act::Create) if switched => Err(Refused::Switched),
        _ => Ok(()),
    }
}

/// Whose deals somebody sees: of PSC's roles, Admin has everything, Deal manager all deals of the account, Seller the deals that are
/// assigned to them; somebody with several has them all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    pub everything: bool,
    /// PSC accounts.
    pub accounts: Vec<String>,
    /// Mail addresses, in lower case, as deals are assigned to them.
    pub mails: Vec<String>,
}

impl Access {
    /// From the PSC users somebody is: role, account, mail. `whole`: they have the export itself in hand.
    pub fn of(whole: bool, users: impl IntoIterator<Item = (String, String, String)>) -> Self {
        let mut access = Self { everything: whole, ..Self::default() };
        for (role, account, mail) in users {
            match role.as_str() {
                "admin" => access.everything = true,
                "deal-manager" => access.accounts.push(account),
                _ => access.mails.push(mail.to_lowercase()),
            }
        }
        access
    }

    pub const fn is_nothing(&self) -> bool {
        !self.everything && self.accounts.is_empty() && self.mails.is_empty()
    }

    /// Whether a deal of the account, assigned to this mail, is among them.
    pub fn has(&self, account: &str, assigned: &str) -> bool {
        self.everything || self.accounts.iter().any(|own| own == account) || self.mails.contains(&assigned.to_lowercase())
    }
}

/// Columns that nobody changes in a deal that is there: they say which deal it is, whose, and how it began.
pub const FIXED: [C; 7] = [C::Id, C::AccountId, C::AccountName, C::MpnId, C::Source, C::Created, C::Modified];
