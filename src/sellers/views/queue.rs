//! Lists of requests.

use chrono::{DateTime, Utc};

use crate::{
    ids::{EngagementId, ReferralId},
    referrals::{
        kind::DealType,
        service::COUNT_CAP,
        words::{self, Tag},
    },
    sellers::{
        forms::{Looking, partner_led_path, request_path},
        queue::Tab,
        service::{Counts, Line, Listing},
    },
    web::{L10n, countries, fields::Field, written::joined},
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
    pub kind: String,
    pub partner: String,
    pub customer: String,
    pub country: String,
    pub value: String,
    pub tag: Tag,
    pub left: Option<Tag>,
    /// Whose it is.
    pub seller: String,
}

pub struct QueueView {
    pub tabs: Vec<TabLink>,
    pub tab: &'static str,
    pub search: String,
    /// Which countries, and whose: fields of the filter, where the tab has them.
    pub country: Option<Field>,
    pub whose: Option<Field>,
    /// All of the tab again, when something is filtered.
    pub all: Option<String>,
    pub lines: Vec<LineView>,
    pub older: Option<String>,
    pub first: Option<String>,
    /// Nothing to show: why, and what to do next.
    pub empty: Option<(String, String)>,
}

impl QueueView {
    /// `served`: countries that sellers serve; they are offered in the filter.
    pub fn new(l: L10n, looking: &Looking, listing: &Listing, served: &[String], now: DateTime<Utc>) -> Self {
        let filter = &looking.filter;
        let tabs = Tab::ALL.map(|tab| TabLink {
            label: l.t(&format!("requests-tab-{}", tab.code())),
            count: count(l, &listing.counts, tab),
            path: looking.with_tab(tab),
            current: tab == filter.tab,
        });
        Self {
            tabs: tabs.into(),
            tab: filter.tab.code(),
            search: looking.search.clone(),
            country: filter.tab.has_country().then(|| country(l, filter.country.as_deref(), served)),
            whose: whose(l, looking),
            all: looking.is_filtered().then(|| looking.without_filters()),
            lines: listing.lines.iter().map(|it| line(l, it, now)).collect(),
            older: listing.next.map(|cursor| looking.page(Some(cursor))),
            first: filter.after.is_some().then(|| looking.page(None)),
            empty: listing.lines.is_empty().then(|| {
                let what = if looking.is_filtered() || filter.after.is_some() { "found" } else { filter.tab.code() };
                (l.t(&format!("requests-none-{what}-title")), l.t(&format!("requests-none-{what}-advice")))
            }),
        }
    }
}

fn count(l: L10n, counts: &Counts, tab: Tab) -> String {
    let found = match tab {
        Tab::Mine => counts.mine,
        Tab::Waiting => counts.waiting,
        Tab::Working => counts.working,
        Tab::Closed => counts.closed,
        Tab::PartnerLed => counts.partner_led,
    };
    let number = l.number(found.min(COUNT_CAP));
    if found > COUNT_CAP { format!("{number}+") } else { number }
}

fn country(l: L10n, chosen: Option<&str>, served: &[String]) -> Field {
    let all = std::iter::once((String::new(), l.t("requests-country-all")));
    let (mut ours, mut others): (Vec<_>, Vec<_>) = countries::all(l)
        .map(|(code, name)| (code.to_owned(), name.to_owned()))
        .partition(|(code, _)| served.contains(code));
    ours.append(&mut others);
    Field::text("country", l.t("requests-country"), chosen.unwrap_or_default()).among(all.chain(ours))
}

fn whose(l: L10n, looking: &Looking) -> Option<Field> {
    let tab = looking.filter.tab;
    let (none, one) = match tab {
        Tab::Waiting => ("anybody", "nobody"),
        Tab::Working | Tab::Closed => ("mine", "everybody"),
        _ => return None,
    };
    let choices = [(String::new(), none), (one.to_owned(), one)];
    let choices = choices.map(|(value, name)| (value, l.t(&format!("requests-whose-{name}"))));
    Some(Field::text("whose", l.t("requests-whose"), looking.whose().unwrap_or_default()).among(choices))
}

fn line(l: L10n, line: &Line, now: DateTime<Utc>) -> LineView {
    let partner_led = line.deal_type == DealType::PartnerLed;
    LineView {
        path: if partner_led { partner_led_path(EngagementId(line.id)) } else { request_path(ReferralId(line.id)) },
        name: if line.name.is_empty() { l.t("deal-no-name") } else { line.name.clone() },
        kind: l.t(&format!("deal-type-{}", line.deal_type.code())),
        partner: line.partner.clone().unwrap_or_default(),
        customer: line.customer_name.clone(),
        country: countries::name(l, &line.country),
        value: line
            .value
            .map(|value| l.money(value, line.currency.as_deref().unwrap_or_default()))
            .unwrap_or_default(),
        tag: words::status(l, line.status),
        left: words::time_left(l, line.status, line.expires_at, now),
        seller: if partner_led { String::new() } else { joined([line.seller.as_deref().unwrap_or(&l.t("requests-nobody"))], "") },
    }
}
