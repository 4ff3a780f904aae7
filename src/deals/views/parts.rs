//! Status tags, time left and the progress bar.

use chrono::{DateTime, Utc};

use crate::{
    referrals::{kind::Direction, missing::Missing, status::Status},
    web::L10n,
};

/// A word with a colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    pub words: String,
    /// Empty, `good`, `warn`, `bad` or `info`.
    pub tone: &'static str,
}

/// A stage of the progress bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub words: String,
    pub done: bool,
    pub current: bool,
}

/// The stages after acceptance, in per cent.
const STAGES: [i16; 5] = [10, 20, 40, 60, 80];
/// Less time left than this is a warning: three days, as in the first reminder.
const SOON: i64 = 3 * 86_400;

pub const fn waits(status: Status) -> bool {
    matches!(status, Status::Pending | Status::Received)
}

/// Neither waiting nor being worked on.
const fn over(status: Status) -> bool {
    !matches!(status, Status::Pending | Status::Received | Status::Accepted)
}

pub fn status(l: L10n, status: Status) -> Tag {
    let tone = match status {
        Status::Accepted => "info",
        Status::Won => "good",
        Status::Error => "bad",
        Status::Pending | Status::Received => "warn",
        Status::Lost | Status::Declined | Status::Expired => "",
    };
    Tag { words: l.t(&format!("deal-status-{}", status.code())), tone }
}

/// How long a waiting referral can still be answered.
pub fn time_left(l: L10n, status: Status, expires_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<Tag> {
    let left = (expires_at.filter(|_| waits(status))? - now).num_seconds();
    let words = match left {
        ..=0 => l.t("deal-left-none"),
        1..3600 => l.count("deal-left-minutes", (left + 59) / 60),
        3600..172_800 => l.count("deal-left-hours", left / 3600),
        _ => l.count("deal-left-days", left / 86_400),
    };
    Some(Tag { words, tone: if left <= SOON { "warn" } else { "" } })
}

/// Missing details matter while the status can still change.
pub fn missing(l: L10n, status: Status, missing: Missing) -> Option<Tag> {
    let matters = !missing.is_empty() && !over(status);
    matters.then(|| Tag { words: l.count("deal-missing", missing.count()), tone: "bad" })
}

/// The way of a deal. One that ended otherwise than won shows its end in place of "Won".
pub fn steps(l: L10n, direction: Direction, status: Status, stage: Option<i16>) -> Vec<Step> {
    let accepted = !matches!(status, Status::Pending | Status::Received | Status::Declined | Status::Expired);
    let reached = if accepted { stage.unwrap_or(10) } else { 0 };
    let inbound = direction == Direction::Inbound;
    let begin = inbound.then(|| Step { words: l.t("deal-step-received"), done: true, current: waits(status) });
    let stages = STAGES.into_iter().map(|per_cent| {
        let name = if per_cent == 10 && !inbound { "created".to_owned() } else { per_cent.to_string() };
        let done = per_cent <= reached || status == Status::Won;
        let next = STAGES.into_iter().find(|after| *after > per_cent).unwrap_or(100);
        let current = status == Status::Accepted && done && reached < next;
        Step { words: l.t(&format!("deal-step-{name}")), done, current }
    });
    let end = if over(status) { status } else { Status::Won };
    let end = Step { words: l.t(&format!("deal-status-{}", end.code())), done: over(status), current: over(status) };
    begin.into_iter().chain(stages).chain([end]).collect()
}
