//! The address of a list.

use icu::normalizer::ComposingNormalizerBorrowed;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::{
    ids::{EngagementId, ReferralId},
    referrals::cursor::Cursor,
    sellers::queue::{Filter, Tab},
    web::countries,
};

/// Characters of a search that count.
const LONGEST_SEARCH: usize = 200;
/// Words of a search that count.
const MOST_WORDS: usize = 8;

/// The query of `/requests`, as it came.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    pub tab: String,
    pub country: String,
    pub whose: String,
    pub q: String,
    pub after: String,
}

/// Which list is looked at.
#[derive(Clone, Debug, Default)]
pub struct Looking {
    pub filter: Filter,
    /// The search as typed.
    pub search: String,
}

impl ListQuery {
    /// What is unknown counts as not said.
    pub fn parse(&self) -> Looking {
        let search: String = self.q.trim().chars().filter(|c| !c.is_control()).take(LONGEST_SEARCH).collect();
        // Korean typed on a Mac may come in pieces of syllables.
        let whole = ComposingNormalizerBorrowed::new_nfc().normalize(&search);
        let tab = Tab::from_code(&self.tab).unwrap_or_default();
        let filter = Filter {
            tab,
            country: Some(self.country.clone()).filter(|code| tab.has_country() && countries::is_code(code)),
            unassigned: tab == Tab::Waiting && self.whose == "nobody",
            everybody: tab.is_ones_own() && self.whose == "everybody",
            words: whole.split_whitespace().take(MOST_WORDS).map(str::to_owned).collect(),
            after: self.after.parse().ok(),
        };
        Looking { filter, search }
    }
}

impl Looking {
    /// Another page of this list; `None` is the first.
    pub fn page(&self, after: Option<Cursor>) -> String {
        let path = String::from("/requests?");
        let begin = path.len();
        let mut query = Serializer::for_suffix(path, begin);
        query.append_pair("tab", self.filter.tab.code());
        if let Some(country) = &self.filter.country {
            query.append_pair("country", country);
        }
        if let Some(whose) = self.whose() {
            query.append_pair("whose", whose);
        }
        if !self.search.is_empty() {
            query.append_pair("q", &self.search);
        }
        if let Some(after) = after {
            query.append_pair("after", &after.to_string());
        }
        query.finish()
    }

    /// The first page of another tab, with the same search.
    pub fn with_tab(&self, tab: Tab) -> String {
        let filter = Filter { tab, words: self.filter.words.clone(), ..Filter::default() };
        Self { filter, search: self.search.clone() }.page(None)
    }

    /// The whole tab again.
    pub fn without_filters(&self) -> String {
        Self { filter: Filter { tab: self.filter.tab, ..Filter::default() }, search: String::new() }.page(None)
    }

    pub const fn whose(&self) -> Option<&'static str> {
        match (self.filter.unassigned, self.filter.everybody) {
            (true, _) => Some("nobody"),
            (_, true) => Some("everybody"),
            _ => None,
        }
    }

    /// Something but the tab is chosen.
    pub const fn is_filtered(&self) -> bool {
        !self.search.is_empty() || self.filter.country.is_some() || self.whose().is_some()
    }
}

pub fn request_path(id: ReferralId) -> String {
    format!("/requests/{id}")
}

pub fn partner_led_path(id: EngagementId) -> String {
    format!("/requests/partner-led/{id}")
}
