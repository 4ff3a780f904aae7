//! A deal's history in words.

use crate::{
    referrals::{
        history::{Entry, MIGRATED_FROM_PSC},
        kind::Direction,
        service::Deal,
    },
    web::{L10n, l10n::text},
};

pub struct EntryView {
    pub event: String,
    pub when: String,
    /// Label and text.
    pub facts: Vec<(String, String)>,
    /// Words, then column and text: what could not be read.
    pub unreadable: Vec<(String, String)>,
}

/// Newest first; the last one is how the deal began.
pub fn entries(l: L10n, deal: &Deal, history: &[Entry]) -> Vec<EntryView> {
    let begin = EntryView {
        event: l.t(match deal.direction {
            Direction::Inbound => "deal-event-received",
            Direction::Outbound => "deal-event-created",
        }),
        when: l.moment(deal.created_at),
        facts: Vec::new(),
        unreadable: Vec::new(),
    };
    history.iter().map(|entry| view(l, entry)).chain([begin]).collect()
}

fn view(l: L10n, entry: &Entry) -> EntryView {
    let key = format!("deal-event-{}", entry.event);
    let when = l.moment(entry.at);
    let migrated = entry.event == MIGRATED_FROM_PSC;
    EntryView {
        event: if l.knows(&key) { l.t(&key) } else { l.t1("deal-event-other", "event", &entry.event) },
        when: match &entry.by {
            Some(name) => l.with("deal-when-by", &[("when", text(&when)), ("name", text(name))]),
            None => when,
        },
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
