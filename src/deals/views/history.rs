//! A deal's history in words: both sides on one line of time.

use crate::{
    referrals::{
        history::{Entry, MIGRATED_FROM_PSC},
        kind::Direction,
        service::{Deal, Told},
        words,
    },
    web::L10n,
};

pub struct EntryView {
    pub event: String,
    pub when: String,
    /// What came of it, a line each.
    pub lines: Vec<String>,
    /// Label and text.
    pub facts: Vec<(String, String)>,
    /// Words, then column and text: what could not be read.
    pub unreadable: Vec<(String, String)>,
}

/// Newest first; the last one is how the deal began, where nothing else says so.
pub fn entries(l: L10n, deal: &Deal, history: &[Told]) -> Vec<EntryView> {
    let told = history
        .iter()
        .any(|told| matches!(told.entry.event.as_str(), "created" | "sent"));
    let begin = (!told).then(|| EntryView {
        event: l.t(match deal.direction {
            Direction::Inbound => "deal-event-received",
            Direction::Outbound => "deal-event-created",
        }),
        when: l.moment(deal.created_at),
        lines: Vec::new(),
        facts: Vec::new(),
        unreadable: Vec::new(),
    });
    history
        .iter()
        .map(|told| view(l, deal, &told.entry, told.side.as_deref()))
        .chain(begin)
        .collect()
}

fn view(l: L10n, deal: &Deal, entry: &Entry, side: Option<&str>) -> EntryView {
    let migrated = entry.event == MIGRATED_FROM_PSC;
    let words::Happened { event, when, mut lines } = words::happened(l, deal.deal_type, entry, side);
    let days = entry.detail.get("days").and_then(serde_json::Value::as_i64);
    lines.extend(days.map(|days| l.count("deal-waited", days)));
    EntryView {
        event,
        when,
        lines,
        facts: entry
            .notes()
            .into_iter()
            .map(|(code, words)| (label(l, &code), words))
            .collect(),
        unreadable: if migrated { entry.unreadable() } else { Vec::new() },
    }
}

/// The name of a field that has no counterpart here; one without words of ours is named as it came.
fn label(l: L10n, code: &str) -> String {
    let key = format!("deal-note-{}", code.replace('_', "-"));
    if l.knows(&key) { l.t(&key) } else { code.to_owned() }
}
