//! What a list can be filtered by, and what it is filtered by.

use askama::Template;

use crate::{
    accounts::service::Location,
    deals::forms::list::{Looking, Wish, gap_code, location_code, plain},
    referrals::{
        filter::{EXPIRES_WITHIN, Gap, Kind},
        kind::{DealType, Help},
        missing::Detail,
        status::Status,
        words,
    },
    web::{
        Ctx, L10n, Page, countries,
        fields::{Choice, Field, Problem},
        l10n::text,
    },
};

/// Values of which any number can be chosen.
pub struct Choices {
    /// The field's name.
    pub name: &'static str,
    pub legend: String,
    pub choices: Vec<Choice>,
}

/// A part of the filter, and the list without it.
pub struct Chip {
    pub words: String,
    pub path: String,
}

/// What a list is filtered by, and the way to another filter.
pub struct FilterView {
    /// `Filter` or, with how many parts, `Filter (2)`.
    pub summary: String,
    /// Where it can be chosen.
    pub path: String,
    /// The fields that it has now, for a search that keeps it.
    pub kept: Vec<(String, String)>,
    pub chips: Vec<Chip>,
    /// Everything of the tab again; `None` when nothing is wanted in particular.
    pub clear: Option<String>,
}

impl FilterView {
    /// `locations`: those that the reader may reach; needed where some are wanted.
    pub fn new(l: L10n, looking: &Looking, locations: &[Location]) -> Self {
        let chips: Vec<Chip> = Wish::ALL
            .into_iter()
            .filter_map(|wish| Some(Chip { words: chip(l, looking, locations, wish)?, path: looking.without(wish) }))
            .collect();
        Self {
            summary: if chips.is_empty() { l.t("filter-title") } else { l.count("filter-title-active", chips.len() as i64) },
            path: format!("/deals/filter?{}", looking.query()),
            kept: looking.wishes(),
            clear: (!chips.is_empty()).then(|| looking.without_wishes()),
            chips,
        }
    }
}

/// The fields to choose a filter by.
pub struct FilterPanel {
    pub choices: Vec<Choices>,
    pub expires: Field,
    pub country: Field,
    /// Countries beyond the one that a field can show.
    pub countries: Vec<String>,
    pub texts: Vec<Field>,
    /// Everything of the tab again; `None` when nothing is wanted in particular.
    pub clear: Option<String>,
}

impl FilterPanel {
    /// `locations`: those that the reader may reach; `whole`: also what is at none.
    pub fn new(l: L10n, looking: &Looking, locations: &[Location], whole: bool) -> Self {
        let wanted = &looking.filter.wanted;
        let problems = problems(l, looking);
        let typed = |id: &'static str, value: &str| Field::text(id, l.t(&format!("filter-{id}")), value).with(&problems);
        let date = |date: Option<chrono::NaiveDate>| date.map(|date| date.to_string()).unwrap_or_default();
        let value = wanted.value.as_ref();
        let amount = |amount: Option<rust_decimal::Decimal>| amount.map(plain).unwrap_or_default();
        let within = EXPIRES_WITHIN.map(|days| (days.to_string(), l.count("filter-expires-in", days)));
        let expires = wanted.expiring.map(|days| days.to_string()).unwrap_or_default();
        let mut countries = wanted.countries.iter();
        let country = countries.next().map_or("", String::as_str);
        Self {
            choices: choices(l, looking, locations, whole),
            expires: typed("expires", &expires).among(std::iter::once((String::new(), l.t("filter-expires-any"))).chain(within)),
            country: Field::country(l, "country", l.t("filter-country"), country, l.t("country-any")),
            countries: countries.cloned().collect(),
            texts: vec![
                typed("customer", &looking.customer),
                typed("solution", &wanted.solutions.join(", ")).hint(l.t("filter-solution-hint")),
                typed("member", &wanted.members.join(", ")).hint(l.t("filter-member-hint")),
                typed("closes_from", &date(wanted.closes_from)).of("date"),
                typed("closes_to", &date(wanted.closes_to)).of("date"),
                typed("currency", value.map_or("", |v| &v.currency)).hint(l.t("filter-currency-hint")),
                typed("value_from", &amount(value.and_then(|v| v.from))),
                typed("value_to", &amount(value.and_then(|v| v.to))),
            ],
            clear: (!looking.wishes().is_empty()).then(|| looking.without_wishes()),
        }
    }
}

/// The page on which a filter is chosen, and from which the list takes its fields when they are asked for.
#[derive(Template)]
#[template(path = "deals/filter.html")]
pub struct FilterPage {
    pub page: Page,
    pub tab: &'static str,
    pub sort: &'static str,
    pub search: String,
    pub panel: FilterPanel,
    /// The list as it is.
    pub back: String,
}

impl FilterPage {
    pub fn new(ctx: &Ctx, looking: &Looking, locations: &[Location], whole: bool) -> Self {
        Self {
            page: Page::new(ctx, &ctx.l.t("filter-title")),
            tab: looking.filter.tab.code(),
            sort: looking.filter.sort.code(),
            search: looking.search.clone(),
            panel: FilterPanel::new(ctx.l, looking, locations, whole),
            back: looking.address(),
        }
    }
}

fn problems(l: L10n, looking: &Looking) -> Vec<Problem> {
    let flaws = looking.flaws.iter();
    flaws
        .map(|(field, key)| Problem { field: (*field).to_owned(), words: l.t(key) })
        .collect()
}

fn choices(l: L10n, looking: &Looking, locations: &[Location], whole: bool) -> Vec<Choices> {
    let wanted = &looking.filter.wanted;
    let list = |name: &'static str, choices: Vec<(String, String, bool)>| Choices {
        name,
        legend: l.t(&format!("filter-{name}")),
        choices: choices
            .into_iter()
            .map(|(value, label, chosen)| Choice { value, label, chosen })
            .collect(),
    };
    let statuses = Status::ALL.map(|it| (it.code().to_owned(), words::status(l, it).words, wanted.statuses.contains(&it)));
    let types = DealType::DEALS.map(|it| (it.code().to_owned(), type_words(l, it), wanted.types.contains(&it)));
    let gaps = std::iter::once(Gap::Any)
        .chain(Detail::ALL.map(Gap::Of))
        .map(|it| (gap_code(it).to_owned(), gap_words(l, it), wanted.gaps.contains(&it)));
    let help = Help::ALL.map(|it| (it.code().to_owned(), words::help(l, it), wanted.help.contains(&it)));
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
fn chip(l: L10n, looking: &Looking, locations: &[Location], wish: Wish) -> Option<String> {
    let wanted = &looking.filter.wanted;
    let said = |key: &str, values: Vec<String>| {
        let label = l.t(&format!("filter-{key}"));
        (!values.is_empty()).then(|| l.with("filter-chip", &[("label", text(label)), ("values", text(values.join(", ")))]))
    };
    let typed = |text: &str| if text.is_empty() { Vec::new() } else { vec![text.to_owned()] };
    let place = |id: &Option<crate::ids::LocationId>| match id {
        None => l.t("filter-no-location"),
        Some(id) => locations
            .iter()
            .find(|place| place.id == *id)
            .map_or_else(|| l.t("filter-location-unknown"), place_words),
    };
    match wish {
        Wish::Words => said("words", typed(&looking.search)),
        Wish::Customer => said("customer", typed(&looking.customer)),
        Wish::Status => said("status", wanted.statuses.iter().map(|it| words::status(l, *it).words).collect()),
        Wish::Type => said("type", wanted.types.iter().map(|it| type_words(l, *it)).collect()),
        Wish::Location => said("location", wanted.locations.iter().map(place).collect()),
        Wish::Country => said("country", wanted.countries.iter().map(|code| countries::name(l, code)).collect()),
        Wish::Solution => said("solution", wanted.solutions.clone()),
        Wish::Member => said("member", wanted.members.clone()),
        Wish::Help => said("help", wanted.help.iter().map(|it| words::help(l, *it)).collect()),
        Wish::Closing => {
            said("closing", range(wanted.closes_from.map(|day| l.date(day)), wanted.closes_to.map(|day| l.date(day))))
        }
        Wish::Value => {
            let value = wanted.value.as_ref()?;
            let money = |amount| l.money(amount, &value.currency);
            let ends = range(value.from.map(money), value.to.map(money));
            said("value", if ends.is_empty() { vec![value.currency.clone()] } else { ends })
        }
        Wish::Expiring => wanted.expiring.map(|days| l.count("filter-expires-in", days)),
        Wish::Gaps => said("missing", wanted.gaps.iter().map(|gap| gap_words(l, *gap)).collect()),
    }
}

/// `from –`, `– to`, `from – to`.
fn range(from: Option<String>, to: Option<String>) -> Vec<String> {
    match (from, to) {
        (None, None) => Vec::new(),
        (from, to) => vec![
            format!("{} – {}", from.unwrap_or_default(), to.unwrap_or_default())
                .trim()
                .to_owned(),
        ],
    }
}

fn type_words(l: L10n, kind: DealType) -> String {
    l.t(&format!("deal-type-{}", kind.code()))
}

fn gap_words(l: L10n, gap: Gap) -> String {
    l.t(&format!("filter-missing-{}", gap_code(gap)))
}

fn place_words(place: &Location) -> String {
    format!("{} · MPN {}", place.name, place.mpn_id)
}
