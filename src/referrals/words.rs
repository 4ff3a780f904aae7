//! How a referral is told, wherever it is shown: status, time left, reasons, events, persons.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{
    history::Entry,
    kind::{DealType, Help},
    reason::Reason,
    rules::Flaw,
    service::ActError,
    stage,
    status::{Action, Status},
};
use crate::{
    error::AppError,
    web::{L10n, fields::Problem, l10n::text, written::joined},
};

/// A word with a colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    pub words: String,
    /// Empty, `good`, `warn`, `bad` or `info`.
    pub tone: &'static str,
}

/// A line of facts: label and text, of several lines perhaps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fact {
    pub label: String,
    pub text: String,
    /// A second, quieter line.
    pub more: String,
    pub mail: String,
}

pub fn fact(label: String, text: String) -> Fact {
    Fact { label, text, ..Fact::default() }
}

/// An entry of the history, ready to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    pub event: String,
    /// When, and by whom as far as that may be told.
    pub when: String,
    /// What came of it, a line each.
    pub lines: Vec<String>,
}

/// Less time left than this is a warning: three days, as in the first reminder.
const SOON: i64 = 3 * 86_400;

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
    let left = (expires_at.filter(|_| status.waits())? - now).num_seconds();
    let words = match left {
        ..=0 => l.t("deal-left-none"),
        1..3600 => l.count("deal-left-minutes", (left + 59) / 60),
        3600..172_800 => l.count("deal-left-hours", left / 3600),
        _ => l.count("deal-left-days", left / 86_400),
    };
    Some(Tag { words, tone: if left <= SOON { "warn" } else { "" } })
}

/// A sales stage, in the words of the deal's type: `Qualified 20%`.
pub fn stage(l: L10n, kind: DealType, per_cent: i16) -> String {
    let assessment = kind == DealType::SolutionAssessment && stage::all().contains(&per_cent);
    if assessment {
        l.t(&format!("stage-assessment-{per_cent}"))
    } else if per_cent == stage::WON {
        l.t("deal-status-won")
    } else {
        l.t(&format!("deal-step-{per_cent}"))
    }
}

pub fn help(l: L10n, help: Help) -> String {
    l.t(&format!("help-{}", help.code()))
}

/// The reasons of an action: number and words.
pub fn reasons(l: L10n, action: Action) -> Vec<(i16, String)> {
    Reason::of(action).map(|reason| (reason.number, l.t(&reason.key()))).collect()
}

/// An entry of the history. `side`: whose it is, where the page shows more than one organisation's.
pub fn happened(l: L10n, kind: DealType, entry: &Entry, side: Option<&str>) -> Happened {
    let key = format!("event-{}", entry.event);
    let when = l.moment(entry.at);
    let who = joined([side.unwrap_or_default(), entry.by.as_deref().unwrap_or_default()], " · ");
    Happened {
        event: if l.knows(&key) { l.t(&key) } else { l.t1("event-other", "event", &entry.event) },
        when: if who.is_empty() { when } else { format!("{when} · {who}") },
        lines: lines(l, kind, entry),
    }
}

fn lines(l: L10n, kind: DealType, entry: &Entry) -> Vec<String> {
    let told = |name: &str| entry.detail.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let action = Action::ALL.into_iter().find(|action| action.code() == entry.event);
    let number = entry.detail.get("reason").and_then(Value::as_i64);
    let reason = action
        .zip(number)
        .and_then(|(action, number)| Reason::new(action, i16::try_from(number).ok()?));
    let mut lines: Vec<String> = reason.map(|reason| l.t(&reason.key())).into_iter().collect();
    lines.extend(
        [told("note"), told("text")]
            .into_iter()
            .filter(|words| !words.trim().is_empty()),
    );
    if entry.event == "stage" {
        let stages = ["from", "to"].map(|end| {
            let per_cent = entry.detail.get(end).and_then(Value::as_i64).unwrap_or_default();
            i16::try_from(per_cent)
                .ok()
                .filter(|per_cent| *per_cent >= stage::FIRST)
                .map_or_else(|| "–".to_owned(), |per_cent| stage(l, kind, per_cent))
        });
        lines.push(changed(l, &stages[0], &stages[1]));
    } else if let Some(Value::Object(after)) = entry.detail.get("to") {
        let before = entry.detail.get("from");
        lines.extend(after.iter().map(|(name, to)| {
            let from = before.and_then(|before| before.get(name)).map(plain).unwrap_or_default();
            let key = format!("event-fact-{}", name.replace('_', "-"));
            let label = if l.knows(&key) { l.t(&key) } else { name.clone() };
            format!("{label}: {}", changed(l, &from, &plain(to)))
        }));
    }
    lines
}

fn changed(l: L10n, from: &str, to: &str) -> String {
    let to = if to.is_empty() { "–" } else { to };
    if from.is_empty() { to.to_owned() } else { l.with("event-from-to", &[("from", text(from)), ("to", text(to))]) }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(words) => words.clone(),
        Value::Array(parts) => parts.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// What is wrong with a form, each linked to its field.
pub fn problems(l: L10n, flaws: &[Flaw]) -> Vec<Problem> {
    flaws
        .iter()
        .map(|flaw| Problem { field: flaw.field.clone(), words: l.t(flaw.key) })
        .collect()
}

/// What a form is answered that was refused: status, and what to say of it. Who may not see or do it gets the error's own page.
///
/// # Errors
/// [`AppError`] for what is no matter of the form.
pub fn refusal(l: L10n, error: ActError) -> Result<(u16, Vec<Problem>), AppError> {
    let whole = |words: String| vec![Problem { field: String::new(), words }];
    match error {
        ActError::Invalid(flaws) => Ok((422, problems(l, &flaws))),
        ActError::NotFound | ActError::Forbidden(_) | ActError::Database(_) => Err(error.into()),
        other => Ok((409, whole(l.t(other.key())))),
    }
}

/// A D-U-N-S number as it is written: 68-912-3345.
pub fn duns(digits: &str) -> String {
    match (digits.get(..2), digits.get(2..5), digits.get(5..)) {
        (Some(a), Some(b), Some(c)) => format!("{a}-{b}-{c}"),
        _ => digits.to_owned(),
    }
}
