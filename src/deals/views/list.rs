//! The list beside which a deal is opened.

use chrono::{DateTime, Utc};

use super::parts::{self, Tag};
use crate::{
    auth::Actor,
    deals::{forms::Looking, policy},
    ids::ReferralId,
    referrals::{
        missing::Missing,
        service::{COUNT_CAP, Counts, Line, Listing, Sort, Tab},
    },
    web::L10n,
};

pub struct TabLink {
    pub label: String,
    pub count: String,
    pub path: String,
    pub current: bool,
}

pub struct LineView {
    pub path: String,
    pub name: String,
    pub customer: String,
    pub tag: Tag,
    /// Empty when unknown.
    pub value: String,
    pub current: bool,
}

/// Nothing to show: why, and what to do next.
pub struct Empty {
    pub title: String,
    pub advice: String,
    /// Label and path.
    pub link: Option<(String, String)>,
}

pub struct ListView {
    pub tabs: Vec<TabLink>,
    pub tab: &'static str,
    pub sort: &'static str,
    pub search: String,
    /// All of the tab again, when something is searched.
    pub all: Option<String>,
    /// The order as it is, and the other one with its path.
    pub order: String,
    pub other_order: (String, String),
    pub lines: Vec<LineView>,
    /// The next page, and the first when this is a later one.
    pub older: Option<String>,
    pub first: Option<String>,
    pub empty: Option<Empty>,
}

impl ListView {
    pub fn new(
        l: L10n,
        actor: &Actor,
        looking: &Looking,
        listing: &Listing,
        opened: Option<ReferralId>,
        now: DateTime<Utc>,
    ) -> Self {
        let filter = &looking.filter;
        let tabs = Tab::ALL.map(|tab| TabLink {
            label: l.t(&format!("deals-tab-{}", tab.code())),
            count: count(l, &listing.counts, tab),
            path: looking.with_tab(tab),
            current: tab == filter.tab,
        });
        let other = if filter.sort == Sort::Newest { Sort::Updated } else { Sort::Newest };
        let lines = listing.lines.iter().map(|line| LineView {
            path: looking.with_deal(line.referral_id),
            name: if line.name.is_empty() { l.t("deal-no-name") } else { line.name.clone() },
            customer: joined([&line.customer_name, &line.customer_city], " · "),
            tag: tag(l, line, now),
            value: line
                .value
                .map(|value| l.money(value, line.currency.as_deref().unwrap_or_default()))
                .unwrap_or_default(),
            current: opened == Some(line.referral_id),
        });
        Self {
            tabs: tabs.into(),
            tab: filter.tab.code(),
            sort: filter.sort.code(),
            search: looking.search.clone(),
            all: (!filter.words.is_empty()).then(|| looking.without_search()),
            order: l.t(&format!("deals-order-{}", filter.sort.code())),
            other_order: (l.t(&format!("deals-reorder-{}", other.code())), looking.with_sort(other)),
            lines: lines.collect(),
            older: listing.next.map(|cursor| looking.page(Some(cursor))),
            first: filter.after.is_some().then(|| looking.page(None)),
            empty: listing.lines.is_empty().then(|| empty(l, actor, looking)),
        }
    }
}

fn count(l: L10n, counts: &Counts, tab: Tab) -> String {
    let found = match tab {
        Tab::Inbound => counts.inbound,
        Tab::Outbound => counts.outbound,
        Tab::Favourites => counts.favourites,
    };
    let number = l.number(found.min(COUNT_CAP));
    if counts.partial || found > COUNT_CAP { format!("{number}+") } else { number }
}

/// One tag a line: what is missing, else the time left, else the status.
fn tag(l: L10n, line: &Line, now: DateTime<Utc>) -> Tag {
    parts::missing(l, line.status, Missing(line.missing))
        .or_else(|| parts::time_left(l, line.status, line.expires_at, now))
        .unwrap_or_else(|| parts::status(l, line.status))
}

fn empty(l: L10n, actor: &Actor, looking: &Looking) -> Empty {
    let words = |key: &str| (l.t(&format!("{key}-title")), l.t(&format!("{key}-advice")));
    if !looking.filter.words.is_empty() {
        let title = l.t1("deals-none-found-title", "search", &looking.search);
        let link = Some((l.t("deals-show-all"), looking.without_search()));
        return Empty { title, advice: l.t("deals-none-found-advice"), link };
    }
    if looking.filter.after.is_some() {
        let (title, advice) = words("deals-none-older");
        return Empty { title, advice, link: Some((l.t("deals-first-page"), looking.page(None))) };
    }
    let ((title, advice), link) = match looking.filter.tab {
        Tab::Favourites => (words("deals-none-favourites"), None),
        _ if actor.scope().all.is_nowhere() => (words("deals-none-team"), None),
        tab => {
            let migrate = || (l.t("deals-migrate"), String::from("/migration/deals"));
            (words(&format!("deals-none-{}", tab.code())), policy::may_migrate(actor).then(migrate))
        }
    };
    Empty { title, advice, link }
}

/// The parts that say something.
pub fn joined<const N: usize>(parts: [&String; N], between: &str) -> String {
    let told: Vec<&str> = parts
        .into_iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty())
        .collect();
    told.join(between)
}
