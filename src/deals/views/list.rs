//! The list beside which a deal is opened.

use chrono::{DateTime, Utc};

use super::parts::{self, Tag};
use crate::{
    auth::Actor,
    deals::{
        forms::list::{Looking, Wish},
        policy,
    },
    ids::ReferralId,
    referrals::{
        filter::{Place, Sort, Tab, Wanted},
        missing::Missing,
        service::{Count, Line, Listing, Neighbour},
    },
    web::{L10n, written::joined},
};

pub struct TabLink {
    pub label: String,
    pub count: String,
    pub path: String,
    pub current: bool,
}

pub struct LineView {
    pub id: String,
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
    /// The order as it is, and the other ones with their paths.
    pub order: String,
    pub other_orders: Vec<(String, String)>,
    pub lines: Vec<LineView>,
    /// Other pages of the list.
    pub older: Option<String>,
    pub newer: Option<String>,
    pub first: Option<String>,
    /// Beside the opened deal.
    pub previous: Option<String>,
    pub next: Option<String>,
    /// How many match in this tab.
    pub matching: String,
    pub empty: Option<Empty>,
}

impl ListView {
    pub fn new(
        l: L10n,
        actor: &Actor,
        looking: &Looking,
        listing: &Listing,
        opened: Option<ReferralId>,
        (previous, next): (Option<Neighbour>, Option<Neighbour>),
        now: DateTime<Utc>,
    ) -> Self {
        let filter = &looking.filter;
        let tabs = Tab::ALL.map(|tab| TabLink {
            label: l.t(&format!("deals-tab-{}", tab.code())),
            count: count(l, listing.counts.of(tab)),
            path: looking.with_tab(tab),
            current: tab == filter.tab,
        });
        let others = Sort::ALL.into_iter().filter(|sort| *sort != filter.sort);
        let here = looking.address();
        let lines = listing.lines.iter().map(|line| LineView {
            id: line.referral_id.to_string(),
            path: format!("{here}&deal={}", line.referral_id),
            name: if line.name.is_empty() { l.t("deal-no-name") } else { line.name.clone() },
            customer: joined([&line.customer_name, &line.customer_city], " · "),
            tag: tag(l, line, now),
            value: line
                .value
                .map(|value| l.money(value, line.currency.as_deref().unwrap_or_default()))
                .unwrap_or_default(),
            current: opened == Some(line.referral_id),
        });
        let beside = |deal: Option<Neighbour>| deal.map(|deal| looking.at(deal.place, Some(deal.id)));
        Self {
            tabs: tabs.into(),
            tab: filter.tab.code(),
            sort: filter.sort.code(),
            search: looking.search.clone(),
            order: l.t(&format!("deals-order-{}", filter.sort.code())),
            other_orders: others
                .map(|sort| (l.t(&format!("deals-reorder-{}", sort.code())), looking.with_sort(sort)))
                .collect(),
            lines: lines.collect(),
            older: listing.older.map(|place| looking.at(place, None)),
            newer: listing.newer.map(|place| looking.at(place, None)),
            first: (!listing.from_start).then(|| looking.at(Place::Start, None)),
            previous: beside(previous),
            next: beside(next),
            matching: count(l, listing.counts.of(filter.tab)),
            empty: listing.lines.is_empty().then(|| empty(l, actor, looking, listing)),
        }
    }
}

/// `12`, `1,000+`.
fn count(l: L10n, count: Count) -> String {
    let number = l.number(count.found);
    if count.more { format!("{number}+") } else { number }
}

/// One tag a line: what is missing, else the time left, else the status.
fn tag(l: L10n, line: &Line, now: DateTime<Utc>) -> Tag {
    parts::missing(l, line.status, Missing(line.missing))
        .or_else(|| parts::time_left(l, line.status, line.expires_at, now))
        .unwrap_or_else(|| parts::status(l, line.status))
}

fn empty(l: L10n, actor: &Actor, looking: &Looking, listing: &Listing) -> Empty {
    let words = |key: &str| (l.t(&format!("{key}-title")), l.t(&format!("{key}-advice")));
    let wanted = &looking.filter.wanted;
    if *wanted != Wanted::default() {
        let elsewhere = Tab::ALL
            .into_iter()
            .find(|tab| *tab != looking.filter.tab && listing.counts.of(*tab).found > 0);
        let title = if looking.without(Wish::Words) == looking.without_wishes() {
            l.t1("deals-none-found-title", "search", &looking.search)
        } else {
            l.t("deals-none-filtered-title")
        };
        let (advice, link) = match elsewhere {
            Some(tab) => ("deals-none-here-advice", (l.t(&format!("deals-look-in-{}", tab.code())), looking.with_tab(tab))),
            None => ("deals-none-found-advice", (l.t("deals-show-all"), looking.without_wishes())),
        };
        return Empty { title, advice: l.t(advice), link: Some(link) };
    }
    if !listing.from_start {
        let (title, advice) = words("deals-none-older");
        return Empty { title, advice, link: Some((l.t("deals-first-page"), looking.at(Place::Start, None))) };
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
