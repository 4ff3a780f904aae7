//! The calendar as a file (RFC 5545): escaped, folded at 75 octets, with identifiers that never change.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use icalendar::{Calendar, Component, Event, EventLike, Property};

use super::store::Dated;
use crate::web::L10n;

/// How often programs should look.
const LOOK_EVERY: TimeDelta = TimeDelta::hours(1);

/// `base`: the address of the deals, without a slash at the end.
pub fn write(
    l: &L10n,
    base: &str,
    deadlines: &[Dated<DateTime<Utc>>],
    closing: &[Dated<NaiveDate>],
) -> Result<String, std::fmt::Error> {
    use std::fmt::Write;

    let mut calendar = Calendar::empty();
    for (name, value) in [("VERSION", "2.0"), ("PRODID", "-//Partner portal//Calendar//EN"), ("CALSCALE", "GREGORIAN")] {
        calendar.append_property(Property::new(name, value));
    }
    calendar.name(&l.t("calendar-name")).ttl(&LOOK_EVERY);
    for dated in deadlines {
        let words = l.t1("calendar-deadline", "deal", &dated.name);
        calendar.push(entry("deadline", dated, &words, base).starts(dated.at).done());
    }
    for dated in closing {
        let words = l.t1("calendar-closing", "deal", &dated.name);
        calendar.push(entry("close", dated, &words, base).all_day(dated.at).done());
    }
    let mut file = String::new();
    write!(file, "{calendar}")?;
    Ok(file)
}

/// Nobody is busy because of a deadline.
fn entry<T>(kind: &str, dated: &Dated<T>, words: &str, base: &str) -> Event {
    let address = format!("{base}/{}", dated.referral_id);
    Event::new()
        .uid(&format!("{kind}-{}@partner-portal", dated.referral_id))
        .timestamp(dated.updated_at)
        .summary(&plain(words))
        .description(&format!("{}\n{address}", plain(&dated.customer_name)))
        .url(&address)
        .add_property("TRANSP", "TRANSPARENT")
        .done()
}

/// Without control characters: some of them cannot be escaped.
fn plain(text: &str) -> String {
    text.replace(char::is_control, " ")
}
