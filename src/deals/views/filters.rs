//! What a list can be filtered by, and what it is filtered by.

use crate::{
    accounts::service::Location,
    deals::forms::list::{Looking, Part, gap_code, location_code, plain},
    referrals::{
        filter::{EXPIRES_WITHIN, Gap, Kind},
        kind::{DealType, Help},
        missing::Detail,
        status::Status,
    },
    web::{L10n, l10n::text},
};

pub struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// Values of which any number can be chosen.
pub struct Choices {
    /// The field's name.
    pub name: &'static str,
    pub legend: String,
    pub choices: Vec<Choice>,
}

/// Something to type, perhaps with what was wrong about it.
pub struct Typed {
    pub name: &'static str,
    pub label: String,
    pub value: String,
    pub kind: &'static str,
    /// The id of the list of what is offered, if any is.
    pub offers: Option<&'static str>,
    pub hint: Option<String>,
    pub flaw: Option<String>,
}

pub struct FilterPanel {
    /// `Filter` or, with how many parts, `Filter (2)`.
    pub summary: String,
    /// Something typed means nothing: it must be seen.
    pub open: bool,
    pub choices: Vec<Choices>,
    pub expires: Vec<Choice>,
    pub texts: Vec<Typed>,
    pub closing: Vec<Typed>,
    pub value: Vec<Typed>,
    pub chips: Vec<Chip>,
    /// Everything of the tab again; `None` when nothing is wanted in particular.
    pub clear: Option<String>,
}

/// A part of the filter, and the list without it.
pub struct Chip {
    pub words: String,
    pub path: String,
}

impl FilterPanel {
    /// `locations`: those that the reader may reach; `whole`: also what is at none.
    pub fn new(l: L10n, looking: &Looking, locations: &[Location], whole: bool) -> Self {
        let wanted = &looking.filter.wanted;
        let flaw = |field: &str| looking.flaws.iter().find(|flaw| flaw.0 == field).map(|flaw| l.t(flaw.1));
        let typed = |name: &'static str, value: String, kind, offers| Typed {
            label: l.t(&format!("filter-{name}")),
            hint: ["country", "solution", "member"].contains(&name).then(|| l.t(&format!("filter-{name}-hint"))),
            flaw: flaw(name),
            name,
            value,
            kind,
            offers,
        };
        let date = |date: Option<chrono::NaiveDate>| date.map(|date| date.to_string()).unwrap_or_default();
        let value = wanted.value.as_ref();
        let amount = |amount: Option<rust_decimal::Decimal>| amount.map(plain).unwrap_or_default();
        let chips: Vec<Chip> = Part::ALL
            .into_iter()
            .filter_map(|part| Some(Chip { words: chip(l, looking, locations, part)?, path: looking.without(part) }))
            .collect();
        let summary = if chips.is_empty() { l.t("filter-title") } else { l.count("filter-title-active", chips.len() as i64) };
        Self {
            summary,
            open: !looking.flaws.is_empty(),
            choices: choices(l, looking, locations, whole),
            expires: std::iter::once((String::new(), l.t("filter-expires-any"), wanted.expiring.is_none()))
                .chain(EXPIRES_WITHIN.map(|days| (days.to_string(), l.count("filter-expires-in", days), wanted.expiring == Some(days))))
                .map(|(value, label, chosen)| Choice { value, label, chosen })
                .collect(),
            texts: vec![
                typed("customer", looking.customer.clone(), "text", None),
                typed("country", wanted.countries.join(", "), "text", Some("offered-countries")),
                typed("solution", wanted.solutions.join(", "), "text", Some("offered-solutions")),
                typed("member", wanted.members.join(", "), "text", Some("offered-members")),
            ],
            closing: vec![
                typed("closes_from", date(wanted.closes_from), "date", None),
                typed("closes_to", date(wanted.closes_to), "date", None),
            ],
            value: vec![
                typed("currency", value.map(|v| v.currency.clone()).unwrap_or_default(), "text", Some("offered-currencies")),
                typed("value_from", amount(value.and_then(|v| v.from)), "text", None),
                typed("value_to", amount(value.and_then(|v| v.to)), "text", None),
            ],
            clear: (!chips.is_empty()).then(|| looking.without_wishes()),
            chips,
        }
    }
}

fn choices(l: L10n, looking: &Looking, locations: &[Location], whole: bool) -> Vec<Choices> {
    let wanted = &looking.filter.wanted;
    let list = |name: &'static str, choices: Vec<(String, String, bool)>| Choices {
        name,
        legend: l.t(&format!("filter-{name}")),
        choices: choices.into_iter().map(|(value, label, chosen)| Choice { value, label, chosen }).collect(),
    };
    let statuses = Status::ALL.map(|status| (status.code().to_owned(), status_words(l, status), wanted.statuses.contains(&status)));
    let types = DealType::DEALS.map(|kind| (kind.code().to_owned(), type_words(l, kind), wanted.types.contains(&kind)));
    let gaps = std::iter::once(Gap::Any)
        .chain(Detail::ALL.map(Gap::Of))
        .map(|gap| (gap_code(gap).to_owned(), gap_words(l, gap), wanted.gaps.contains(&gap)));
    let help = Help::ALL.map(|help| (help.code().to_owned(), help_words(l, help), wanted.help.contains(&help)));
    let own = (location_code(None), l.t("filter-no-location"), wanted.locations.contains(&None));
    let places = locations
        .iter()
        .map(|place| (location_code(Some(place.id)), place_words(place), wanted.locations.contains(&Some(place.id))))
        .chain(whole.then_some(own));
    let mut lists = vec![list("status", statuses.into())];
    if looking.filter.kind == Kind::Deal {
        lists.push(list("type", types.into()));
    }
    if locations.len() > 1 || whole && !locations.is_empty() {
        lists.push(list("location", places.collect()));
    }
    lists.push(list("missing", gaps.collect()));
    if looking.filter.kind == Kind::Deal {
        lists.push(list("help", help.into()));
    }
    lists
}

/// What a part of the filter says; `None`: nothing is wanted of it.
fn chip(l: L10n, looking: &Looking, locations: &[Location], part: Part) -> Option<String> {
    let wanted = &looking.filter.wanted;
    let said = |key: &str, values: Vec<String>| {
        let label = l.t(&format!("filter-{key}"));
        (!values.is_empty()).then(|| l.with("filter-chip", &[("label", text(label)), ("values", text(values.join(", ")))]))
    };
    let listed = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    match part {
        Part::Words => said("words", listed(&looking.search)),
        Part::Customer => said("customer", listed(&looking.customer)),
        Part::Status => said("status", wanted.statuses.iter().map(|status| status_words(l, *status)).collect()),
        Part::Type => said("type", wanted.types.iter().map(|kind| type_words(l, *kind)).collect()),
        Part::Location => said("location", wanted.locations.iter().map(|id| match id {
            None => l.t("filter-no-location"),
            Some(id) => locations.iter().find(|place| place.id == *id).map_or_else(|| l.t("filter-location-unknown"), place_words),
        }).collect()),
        Part::Country => said("country", wanted.countries.clone()),
        Part::Solution => said("solution", wanted.solutions.clone()),
        Part::Member => said("member", wanted.members.clone()),
        Part::Help => said("help", wanted.help.iter().map(|help| help_words(l, *help)).collect()),
        Part::Closing => said("closing", range(wanted.closes_from.map(|day| l.date(day)), wanted.closes_to.map(|day| l.date(day)))),
        Part::Value => {
            let value = wanted.value.as_ref()?;
            let money = |amount| l.money(amount, &value.currency);
            let ends = range(value.from.map(money), value.to.map(money));
            said("value", if ends.is_empty() { vec![value.currency.clone()] } else { ends })
        }
        Part::Expiring => wanted.expiring.map(|days| l.count("filter-expires-in", days)),
        Part::Gaps => said("missing", wanted.gaps.iter().map(|gap| gap_words(l, *gap)).collect()),
    }
}

/// `from –`, `– to`, `from – to`.
fn range(from: Option<String>, to: Option<String>) -> Vec<String> {
    match (from, to) {
        (None, None) => Vec::new(),
        (from, to) => vec![format!("{} – {}", from.unwrap_or_default(), to.unwrap_or_default()).trim().to_owned()],
    }
}

fn status_words(l: L10n, status: Status) -> String {
    l.t(&format!("deal-status-{}", status.code()))
}

fn type_words(l: L10n, kind: DealType) -> String {
    l.t(&format!("deal-type-{}", kind.code()))
}

fn help_words(l: L10n, help: Help) -> String {
    l.t(&format!("filter-help-{}", help as u8))
}

fn gap_words(l: L10n, gap: Gap) -> String {
    l.t(&format!("filter-missing-{}", gap_code(gap)))
}

fn place_words(place: &Location) -> String {
    format!("{} · MPN {}", place.name, place.mpn_id)
}
