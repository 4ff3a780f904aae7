//! What would become of each PSC deal, in numbers. Pure: the standing of each is decided by the view `psc_deal_standings`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::referrals::missing::{Detail, Missing};

/// What becomes of a PSC deal. Its text in the database never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Eligible,
    Won,
    Closed,
    /// Solution assessment or OEM licensing.
    Business,
    CreatedTooEarly,
    InvalidMpn,
    Migrated,
}

impl Standing {
    pub const ALL: [Self; 7] =
        [Self::Eligible, Self::Won, Self::Closed, Self::Business, Self::CreatedTooEarly, Self::InvalidMpn, Self::Migrated];
    /// Why a deal stays in PSC.
    pub const REASONS: [Self; 5] = [Self::Won, Self::Closed, Self::Business, Self::CreatedTooEarly, Self::InvalidMpn];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Eligible => "eligible",
            Self::Won => "won",
            Self::Closed => "closed",
            Self::Business => "business",
            Self::CreatedTooEarly => "created_too_early",
            Self::InvalidMpn => "invalid_mpn",
            Self::Migrated => "migrated",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.code() == code)
    }

    /// The end of its locale keys.
    pub fn key(self) -> String {
        self.code().replace('_', "-")
    }
}

/// Deals of a PSC account that would be eligible if this MPN ID were one of the organisation's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrongMpn {
    pub psc_account_id: String,
    pub account_name: String,
    /// May be empty.
    pub mpn_id: String,
    pub deals: i64,
}

/// Counts of deals. The names are those of the JSON line that the shell commands print.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Readiness {
    pub eligible: i64,
    /// Eligible, and at least one detail is missing.
    pub eligible_incomplete: i64,
    pub migrated: i64,
    /// By reason; every reason is there.
    pub not_eligible: BTreeMap<String, i64>,
    /// Eligible deals by missing detail; every detail of the contract is there.
    pub incomplete: BTreeMap<String, i64>,
}

impl Readiness {
    /// From counts of (standing, missing details).
    pub fn sum(rows: impl IntoIterator<Item = (Standing, Missing, i64)>) -> Self {
        let mut sum = Self {
            not_eligible: Standing::REASONS
                .into_iter()
                .map(|reason| (reason.code().to_owned(), 0))
                .collect(),
            incomplete: Detail::ALL.into_iter().map(|detail| (detail.code().to_owned(), 0)).collect(),
            ..Self::default()
        };
        for (standing, missing, count) in rows {
            match standing {
                Standing::Migrated => sum.migrated += count,
                Standing::Eligible => {
                    sum.eligible += count;
                    if !missing.is_empty() {
                        sum.eligible_incomplete += count;
                    }
                    for detail in missing.details() {
                        *sum.incomplete.entry(detail.code().to_owned()).or_default() += count;
                    }
                }
                reason => *sum.not_eligible.entry(reason.code().to_owned()).or_default() += count,
            }
        }
        sum
    }

    pub fn not_eligible_total(&self) -> i64 {
        self.not_eligible.values().sum()
    }

    pub fn of_reason(&self, reason: Standing) -> i64 {
        self.not_eligible.get(reason.code()).copied().unwrap_or(0)
    }

    pub fn of_detail(&self, detail: Detail) -> i64 {
        self.incomplete.get(detail.code()).copied().unwrap_or(0)
    }
}
