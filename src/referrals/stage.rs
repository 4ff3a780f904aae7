//! Sales stages, in per cent (domain.md section 3, "Sales stage"; issue of the solution assessments' own).

use super::kind::DealType;

/// What an accepted deal begins with, and what a won one ends with.
pub const FIRST: i16 = 10;
pub const WON: i16 = 100;

/// Between acceptance and the end: qualified, developed, proposed, negotiated; of a solution assessment: customer's letter
/// of engagement, data, report, presentation. The same numbers, other words.
const BETWEEN: [i16; 4] = [20, 40, 60, 80];

/// The stages that can be set by hand.
pub const fn all() -> [i16; 4] {
    BETWEEN
}

/// Whether the stage can follow the present one. Solution assessments go one by one, others as their owner likes.
pub fn may_set(kind: DealType, now: Option<i16>, to: i16) -> bool {
    match kind {
        DealType::SolutionAssessment => next(now) == Some(to),
        _ => BETWEEN.contains(&to) && now != Some(to),
    }
}

/// Whether the deal can be won from here: a solution assessment only after its last stage.
pub fn may_win(kind: DealType, now: Option<i16>) -> bool {
    kind != DealType::SolutionAssessment || now == Some(80)
}

fn next(now: Option<i16>) -> Option<i16> {
    BETWEEN.into_iter().find(|stage| *stage > now.unwrap_or(FIRST))
}
