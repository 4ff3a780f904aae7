//! What the templates of notifications print.

use askama::Template;
use chrono::{DateTime, Utc};

use super::{
    event::{Delivery, Event, Topic},
    service::Listing,
    store::list::{Notice, Which},
};
use crate::{
    auth::Actor,
    web::{L10n, Page, l10n::text},
};

/// A notification in words.
pub struct Line {
    pub id: i64,
    /// `None`: the deal is out of the reader's scope.
    pub path: Option<String>,
    pub words: String,
    pub customer: Option<String>,
    /// Until when an answer is awaited.
    pub answer_by: Option<String>,
    pub at: String,
    pub unread: bool,
    /// The name of the button that marks it, for screen readers.
    pub mark: String,
}

impl Line {
    /// `vendor`: the reader is one of the vendor's people.
    pub fn new(l: &L10n, notice: &Notice, vendor: bool) -> Self {
        let words = words(l, notice, vendor);
        Self {
            id: notice.outbox_id,
            path: (notice.referral_id.is_none() || notice.deal.is_some()).then(|| format!("/notifications/{}", notice.outbox_id)),
            customer: notice.customer.clone().filter(|name| !name.is_empty()),
            answer_by: notice.answer_by.map(|at| l.t1("notifications-answer-by", "at", l.moment(at))),
            at: l.moment(notice.at),
            unread: notice.read_at.is_none(),
            mark: l.t1("notifications-mark-of", "words", &words),
            words,
        }
    }
}

/// One sentence. A deal that is out of the reader's scope by now is not named.
fn words(l: &L10n, notice: &Notice, vendor: bool) -> String {
    let said = |key: &str| {
        notice
            .detail
            .get(key)
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let number = |key: &str| notice.detail.get(key).and_then(serde_json::Value::as_i64).unwrap_or_default();
    let event = Event::from_code(&notice.event);
    match (event, &notice.deal) {
        (Some(Event::RoleGranted), _) => l.t1("told-role-granted", "role", l.t(&format!("role-{}", said("role")))),
        (Some(Event::MigrationFinished), _) => l.with(
            "told-migration-finished",
            &[("migrated", text(l.number(number("migrated")))), ("errors", text(l.number(number("errors"))))],
        ),
        (Some(event @ (Event::Switched | Event::MpnRequested | Event::MpnApproved | Event::MpnRefused)), _) => l.with(
            &format!("told-{}", event.code()),
            &[("organisation", text(said("organisation"))), ("account", text(said("account"))), ("mpn", text(said("mpn")))],
        ),
        (_, None) => l.t("told-gone"),
        (Some(Event::Expired), Some(deal)) if said("side") == "other" => l.t1("told-expired-other", "deal", deal),
        (Some(Event::Assigned), Some(deal)) if vendor => l.t1("told-assigned-own", "deal", deal),
        (Some(event), Some(deal)) => l.t1(&format!("told-{}", event.code()), "deal", deal),
        (None, Some(deal)) => l.t1("told-else", "deal", deal),
    }
}

/// The notifications of one day.
pub struct Day {
    pub name: String,
    pub lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "notifications/list.html")]
pub struct ListPage {
    pub page: Page,
    pub days: Vec<Day>,
    /// All or unread: path, label, whether it is shown.
    pub tabs: [(&'static str, String, bool); 2],
    /// The newest that is shown: "mark all" goes up to it. `None`: nothing is unread here.
    pub newest: Option<i64>,
    pub older: Option<String>,
    pub first: Option<&'static str>,
    /// Where the buttons come back to.
    pub back: String,
    pub empty: Option<String>,
}

impl ListPage {
    pub fn new(page: Page, listing: &Listing, which: Which, before: Option<i64>, now: DateTime<Utc>) -> Self {
        let l = page.l;
        let unread = which == Which::Unread;
        let path = if unread { "/notifications?show=unread" } else { "/notifications" };
        let mark = if unread { '&' } else { '?' };
        let newest = listing.notices.iter().any(|notice| notice.read_at.is_none());
        Self {
            days: days(&l, &listing.notices, page.actor.as_ref().is_some_and(Actor::is_vendor), now),
            tabs: [
                ("/notifications", l.t("notifications-all"), !unread),
                ("/notifications?show=unread", l.t("notifications-unread"), unread),
            ],
            newest: listing.notices.first().filter(|_| newest).map(|notice| notice.outbox_id),
            older: listing.next.map(|next| format!("{path}{mark}before={next}")),
            first: before.map(|_| path),
            back: page.address.clone(),
            empty: listing
                .notices
                .is_empty()
                .then(|| l.t(if unread { "notifications-none-unread" } else { "notifications-none" })),
            page,
        }
    }
}

/// By day, in the order that they come.
fn days(l: &L10n, notices: &[Notice], vendor: bool, now: DateTime<Utc>) -> Vec<Day> {
    let day = |at: DateTime<Utc>| at.with_timezone(&l.zone).date_naive();
    let same_day = notices.chunk_by(|a, b| day(a.at) == day(b.at));
    same_day
        .filter_map(|notices| {
            let at = notices.first()?.at;
            let name = if day(at) == day(now) { l.t("notifications-today") } else { l.day(at) };
            Some(Day {
                name,
                lines: notices
                    .iter()
                    .map(|notice| Line { at: l.time(notice.at, notice.at), ..Line::new(l, notice, vendor) })
                    .collect(),
            })
        })
        .collect()
}

/// A topic and what can be chosen for it.
pub struct Choice {
    pub topic: &'static str,
    pub label: String,
    /// Value, label, whether it holds now.
    pub deliveries: Vec<(&'static str, String, bool)>,
}

/// The person's calendar link.
pub struct Calendar {
    pub exists: bool,
    /// Shown once, when it was just made.
    pub address: Option<String>,
}

#[derive(Template)]
#[template(path = "notifications/preferences.html")]
pub struct PreferencesPage {
    pub page: Page,
    pub choices: Vec<Choice>,
    pub mail: String,
    pub zone: String,
    pub calendar: Calendar,
}

pub fn choices(l: &L10n, preferences: &[(Topic, Delivery)]) -> Vec<Choice> {
    preferences
        .iter()
        .map(|(topic, chosen)| Choice {
            topic: topic.code(),
            label: l.t(&format!("topic-{}", topic.code())),
            deliveries: Delivery::ALL
                .into_iter()
                .map(|delivery| (delivery.code(), l.t(&format!("delivery-{}", delivery.code())), delivery == *chosen))
                .collect(),
        })
        .collect()
}
