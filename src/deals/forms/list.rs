//! The address of a list: everything that it shows stands in it.

use chrono::NaiveDate;
use icu::normalizer::ComposingNormalizerBorrowed;
use rust_decimal::Decimal;
use serde::Deserialize;
use url::form_urlencoded::{self, Serializer};

use crate::{
    error::AppError,
    ids::{LocationId, ReferralId},
    referrals::{
        filter::{EXPIRES_WITHIN, Filter, Gap, Kind, Place, Sort, Tab, ValueRange, Wanted},
        kind::{DealType, Help},
        missing::Detail,
        rules::number,
        status::Status,
    },
    web::countries,
};

/// Characters of a text that count.
const LONGEST_TEXT: usize = 200;
/// Words of a text, and values of a list, that count.
const MOST_WORDS: usize = 8;
const MOST_VALUES: usize = 20;
/// In an address: deals of the organisation itself, at no location.
pub const NO_LOCATION: &str = "none";
const ANY_GAP: &str = "any";

/// A part of what is wanted, that can be taken back alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    Words,
    Customer,
    Status,
    Type,
    Location,
    Country,
    Solution,
    Member,
    Help,
    Closing,
    Value,
    Expiring,
    Gaps,
}

impl Wish {
    pub const ALL: [Self; 13] = [
        Self::Words,
        Self::Status,
        Self::Expiring,
        Self::Gaps,
        Self::Type,
        Self::Location,
        Self::Customer,
        Self::Country,
        Self::Solution,
        Self::Member,
        Self::Help,
        Self::Closing,
        Self::Value,
    ];
}

/// Which list is looked at.
#[derive(Clone, Debug, Default)]
pub struct Looking {
    pub filter: Filter,
    /// The texts as typed.
    pub search: String,
    pub customer: String,
    /// A deal that is opened beside the list.
    pub deal: Option<String>,
    /// What was typed and means nothing: the field's name and why (locale key).
    pub flaws: Vec<(&'static str, &'static str)>,
}

impl Looking {
    /// What an address' query says. What is unknown counts as not said: an old address still shows deals.
    pub fn read(kind: Kind, query: &str) -> Self {
        let mut looking = Self { filter: Filter { kind, ..Filter::default() }, ..Self::default() };
        let (mut currency, mut value_from, mut value_to) = (String::new(), String::new(), String::new());
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let text = tidy(&value);
            if text.is_empty() {
                continue;
            }
            match name.as_ref() {
                "currency" => currency = text.to_uppercase(),
                "value_from" => value_from = text,
                "value_to" => value_to = text,
                name => looking.take(name, text),
            }
        }
        looking.take_value(&currency, &value_from, &value_to);
        looking
    }

    fn take(&mut self, name: &str, text: String) {
        let wanted = &mut self.filter.wanted;
        match name {
            "tab" => self.filter.tab = Tab::ALL.into_iter().find(|tab| tab.code() == text).unwrap_or_default(),
            "sort" => self.filter.sort = Sort::ALL.into_iter().find(|sort| sort.code() == text).unwrap_or_default(),
            "after" => self.filter.place = text.parse().map_or(self.filter.place, Place::After),
            "before" => self.filter.place = text.parse().map_or(self.filter.place, Place::Before),
            "deal" => self.deal = Some(text),
            "q" => (wanted.words, self.search) = (words(&text), text),
            "customer" => (wanted.customer, self.customer) = (words(&text), text),
            "status" => add(&mut wanted.statuses, Status::from_code(&text)),
            "type" => add(&mut wanted.types, DealType::from_code(&text)),
            "location" => {
                let location = if text == NO_LOCATION { Some(None) } else { text.parse().ok().map(Some) };
                add(&mut wanted.locations, location);
            }
            "country" => {
                for country in listed(&text.to_uppercase()) {
                    add(&mut wanted.countries, countries::is_code(&country).then_some(country));
                }
            }
            "solution" => listed(&text).for_each(|id| add(&mut wanted.solutions, Some(id))),
            "member" => listed(&text).for_each(|mail| add(&mut wanted.members, Some(mail))),
            "help" => add(&mut wanted.help, Help::from_code(&text)),
            "missing" => add(
                &mut wanted.gaps,
                if text == ANY_GAP { Some(Gap::Any) } else { Detail::from_code(&text).map(Gap::Of) },
            ),
            "expires" => wanted.expiring = text.parse().ok().filter(|days| EXPIRES_WITHIN.contains(days)),
            "closes_from" => wanted.closes_from = date(&text, "closes_from", &mut self.flaws),
            "closes_to" => wanted.closes_to = date(&text, "closes_to", &mut self.flaws),
            _ => {}
        }
    }

    /// A value is one in a currency: without one it means nothing.
    fn take_value(&mut self, currency: &str, from: &str, to: &str) {
        if currency.is_empty() {
            if !from.is_empty() || !to.is_empty() {
                self.flaws.push(("currency", "filter-flaw-currency"));
            }
            return;
        }
        if iso_currency::Currency::from_code(currency).is_none() {
            self.flaws.push(("currency", "filter-flaw-currency"));
            return;
        }
        let mut amount = |text: &str, field| {
            let amount = number(text);
            if amount.is_none() && !text.is_empty() {
                self.flaws.push((field, "filter-flaw-amount"));
            }
            amount
        };
        let (from, to) = (amount(from, "value_from"), amount(to, "value_to"));
        self.filter.wanted.value = Some(ValueRange { currency: currency.to_owned(), from, to });
    }

    /// The path of the list itself.
    pub const fn path(&self) -> &'static str {
        match self.filter.kind {
            Kind::Deal => "/deals",
            Kind::Lead => "/leads",
        }
    }

    /// The deal to open beside the list, if one is named.
    ///
    /// # Errors
    /// 404 for what cannot be a deal's id.
    pub fn opened(&self) -> Result<Option<ReferralId>, AppError> {
        self.deal.as_deref().map(referral).transpose()
    }

    /// The address of this page, without a deal opened.
    pub fn address(&self) -> String {
        self.at(self.filter.place, None)
    }

    /// A page of this list, perhaps with a deal opened.
    pub fn at(&self, place: Place, deal: Option<ReferralId>) -> String {
        let mut query = self.pairs();
        match place {
            Place::Start => {}
            Place::After(cursor) => drop(query.append_pair("after", &cursor.to_string())),
            Place::Before(cursor) => drop(query.append_pair("before", &cursor.to_string())),
        }
        if let Some(deal) = deal {
            query.append_pair("deal", &deal.to_string());
        }
        format!("{}?{}", self.path(), query.finish())
    }

    /// The first page of another tab.
    pub fn with_tab(&self, tab: Tab) -> String {
        self.other(|filter| filter.tab = tab)
    }

    /// The first page, in another order.
    pub fn with_sort(&self, sort: Sort) -> String {
        self.other(|filter| filter.sort = sort)
    }

    /// The first page, with a part of what is wanted taken back.
    pub fn without(&self, wish: Wish) -> String {
        let mut rest = self.clone();
        rest.drop(wish);
        rest.at(Place::Start, None)
    }

    /// The whole tab.
    pub fn without_wishes(&self) -> String {
        let filter = Filter { wanted: Wanted::default(), place: Place::Start, ..self.filter.clone() };
        Self { filter, ..Self::default() }.address()
    }

    fn other(&self, change: impl FnOnce(&mut Filter)) -> String {
        let mut other = self.clone();
        change(&mut other.filter);
        other.at(Place::Start, None)
    }

    fn drop(&mut self, wish: Wish) {
        let wanted = &mut self.filter.wanted;
        match wish {
            Wish::Words => (wanted.words, self.search) = Default::default(),
            Wish::Customer => (wanted.customer, self.customer) = Default::default(),
            Wish::Status => wanted.statuses.clear(),
            Wish::Type => wanted.types.clear(),
            Wish::Location => wanted.locations.clear(),
            Wish::Country => wanted.countries.clear(),
            Wish::Solution => wanted.solutions.clear(),
            Wish::Member => wanted.members.clear(),
            Wish::Help => wanted.help.clear(),
            Wish::Closing => (wanted.closes_from, wanted.closes_to) = (None, None),
            Wish::Value => wanted.value = None,
            Wish::Expiring => wanted.expiring = None,
            Wish::Gaps => wanted.gaps.clear(),
        }
    }

    /// The filter alone, field by field.
    pub fn wishes(&self) -> Vec<(String, String)> {
        let query = self.query();
        let fields = form_urlencoded::parse(query.as_bytes());
        fields
            .filter(|(name, _)| !["tab", "sort", "q"].contains(&name.as_ref()))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect()
    }

    /// What the list shows, without place and opened deal: what saved views and bulk changes keep.
    pub fn query(&self) -> String {
        self.pairs().finish()
    }

    fn pairs(&self) -> Serializer<'static, String> {
        let (filter, wanted) = (&self.filter, &self.filter.wanted);
        let mut pairs = Serializer::new(String::new());
        pairs.append_pair("tab", filter.tab.code());
        if filter.sort != Sort::default() {
            pairs.append_pair("sort", filter.sort.code());
        }
        for (name, text) in [("q", &self.search), ("customer", &self.customer)] {
            if !text.is_empty() {
                pairs.append_pair(name, text);
            }
        }
        pairs.extend_pairs(wanted.statuses.iter().map(|status| ("status", status.code())));
        pairs.extend_pairs(wanted.types.iter().map(|kind| ("type", kind.code())));
        pairs.extend_pairs(wanted.locations.iter().map(|location| ("location", location_code(*location))));
        pairs.extend_pairs(wanted.countries.iter().map(|country| ("country", country)));
        pairs.extend_pairs(wanted.solutions.iter().map(|id| ("solution", id)));
        pairs.extend_pairs(wanted.members.iter().map(|mail| ("member", mail)));
        pairs.extend_pairs(wanted.help.iter().map(|help| ("help", help.code())));
        pairs.extend_pairs(wanted.gaps.iter().map(|gap| ("missing", gap_code(*gap))));
        pairs.extend_pairs(wanted.expiring.map(|days| ("expires", days.to_string())));
        pairs.extend_pairs(wanted.closes_from.map(|date| ("closes_from", date.to_string())));
        pairs.extend_pairs(wanted.closes_to.map(|date| ("closes_to", date.to_string())));
        if let Some(value) = &wanted.value {
            pairs.append_pair("currency", &value.currency);
            pairs.extend_pairs(value.from.map(|from| ("value_from", plain(from))));
            pairs.extend_pairs(value.to.map(|to| ("value_to", plain(to))));
        }
        pairs
    }
}

pub fn location_code(location: Option<LocationId>) -> String {
    location.map_or_else(|| NO_LOCATION.to_owned(), |location| location.to_string())
}

pub const fn gap_code(gap: Gap) -> &'static str {
    match gap {
        Gap::Any => ANY_GAP,
        Gap::Of(detail) => detail.code(),
    }
}

/// As it is typed again.
pub fn plain(amount: Decimal) -> String {
    amount.normalize().to_string()
}

/// Composed, as Korean typed on a Mac may come in pieces of syllables; without control characters, and not too long. What composing makes
/// longer is cut behind it: the text that an address gets means the same when it is read again.
fn tidy(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_control()).collect();
    let whole = ComposingNormalizerBorrowed::new_nfc().normalize(&plain);
    let short: String = whole.trim().chars().take(LONGEST_TEXT).collect();
    short.trim_end().to_owned()
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().take(MOST_WORDS).map(str::to_owned).collect()
}

/// Values with commas between them.
fn listed(text: &str) -> impl Iterator<Item = String> {
    text.split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect::<Vec<_>>()
        .into_iter()
}

fn add<T: PartialEq>(list: &mut Vec<T>, value: Option<T>) {
    if let Some(value) = value.filter(|value| list.len() < MOST_VALUES && !list.contains(value)) {
        list.push(value);
    }
}

fn date(text: &str, field: &'static str, flaws: &mut Vec<(&'static str, &'static str)>) -> Option<NaiveDate> {
    let date = text.parse().ok();
    if date.is_none() {
        flaws.push((field, "filter-flaw-date"));
    }
    date
}

/// A deal's id from an address.
///
/// # Errors
/// 404 for what cannot be one.
pub fn referral(text: &str) -> Result<ReferralId, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

#[derive(Debug, Deserialize)]
pub struct FavouriteForm {
    pub on: String,
    #[serde(default)]
    pub next: String,
}

impl FavouriteForm {
    /// # Errors
    /// 400 for neither yes nor no.
    pub fn on(&self) -> Result<bool, AppError> {
        match self.on.as_str() {
            "yes" => Ok(true),
            "no" => Ok(false),
            _ => Err(AppError::BadRequest("error-bad-form")),
        }
    }

    /// Where to go on: one of the deals' own pages, or else the deal.
    pub fn next(&self, id: ReferralId) -> String {
        let rest = self.next.strip_prefix("/deals");
        let ours = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['?', '/']))
            && self.next.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
        if ours { self.next.clone() } else { deal_path(id) }
    }
}

/// The page of a deal alone.
pub fn deal_path(id: ReferralId) -> String {
    format!("/deals/{id}")
}
