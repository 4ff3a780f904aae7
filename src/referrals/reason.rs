//! Why a referral was declined, lost or withdrawn (domain.md section 3). The numbers are the API's and never change.

use super::status::Action;

/// A reason's number among those of its action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason {
    pub action: Action,
    pub number: i16,
}

/// Reasons to decline or lose: budget, no answer, other vendor, requirement, not a customer, timeline, abuse, other.
const ENDINGS: i16 = 8;
/// Reasons for "created by mistake": duplicates (bulk, portal, Microsoft), connector, customer, solution, test, data, other.
const MISTAKES: i16 = 9;

impl Reason {
    /// `None`: the action takes no reason, or has no such one.
    pub const fn new(action: Action, number: i16) -> Option<Self> {
        let last = last(action);
        if number >= 1 && number <= last { Some(Self { action, number }) } else { None }
    }

    /// "Other" needs a note.
    pub const fn needs_note(self) -> bool {
        self.number == last(self.action)
    }

    /// Those of an action, in their order; empty when it takes none.
    pub fn of(action: Action) -> impl Iterator<Item = Self> {
        (1..=last(action)).map(move |number| Self { action, number })
    }

    /// The locale key of its words: `reason-ending-3`, `reason-mistake-7`.
    pub fn key(self) -> String {
        let family = if matches!(self.action, Action::Withdraw) { "mistake" } else { "ending" };
        format!("reason-{family}-{}", self.number)
    }
}

const fn last(action: Action) -> i16 {
    match action {
        Action::Decline | Action::Lose => ENDINGS,
        Action::Withdraw => MISTAKES,
        _ => 0,
    }
}
