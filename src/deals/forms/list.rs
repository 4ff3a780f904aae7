//! What addresses and forms of the deals' pages say, as typed values.

use icu::normalizer::ComposingNormalizerBorrowed;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use crate::{
    error::AppError,
    ids::ReferralId,
    referrals::{
        cursor::Cursor,
        service::{Filter, Sort, Tab},
    },
};

/// Characters of a search that count.
const LONGEST_SEARCH: usize = 200;
/// Words of a search that count.
const MOST_WORDS: usize = 8;

impl Tab {
    pub const ALL: [Self; 3] = [Self::Inbound, Self::Outbound, Self::Favourites];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
            Self::Favourites => "favourites",
        }
    }
}

impl Sort {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Updated => "updated",
        }
    }
}

/// The query of `/deals`, as it came.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    pub tab: String,
    pub sort: String,
    pub q: String,
    pub after: String,
    pub deal: String,
}

/// Which list is looked at.
#[derive(Clone, Debug, Default)]
pub struct Looking {
    pub filter: Filter,
    /// The search as typed.
    pub search: String,
}

impl ListQuery {
    /// What is unknown counts as not said: an old address still shows deals.
    pub fn parse(&self) -> Looking {
        let search: String = self.q.trim().chars().filter(|c| !c.is_control()).take(LONGEST_SEARCH).collect();
        // Korean typed on a Mac may come in pieces of syllables.
        let whole = ComposingNormalizerBorrowed::new_nfc().normalize(&search);
        let filter = Filter {
            tab: Tab::ALL.into_iter().find(|tab| tab.code() == self.tab).unwrap_or_default(),
            sort: if self.sort == Sort::Updated.code() { Sort::Updated } else { Sort::Newest },
            words: whole.split_whitespace().take(MOST_WORDS).map(str::to_owned).collect(),
            after: self.after.parse().ok(),
        };
        Looking { filter, search }
    }

    /// The deal to open beside the list, if one is named.
    ///
    /// # Errors
    /// 404 for what cannot be a deal's id.
    pub fn deal(&self) -> Result<Option<ReferralId>, AppError> {
        if self.deal.is_empty() { Ok(None) } else { referral(&self.deal).map(Some) }
    }
}

impl Looking {
    /// The address of this list.
    pub fn address(&self) -> String {
        self.query(self.filter.after, None)
    }

    /// The same page of this list, with a deal opened.
    pub fn with_deal(&self, id: ReferralId) -> String {
        self.query(self.filter.after, Some(id))
    }

    /// Another page of this list; `None` is the first.
    pub fn page(&self, after: Option<Cursor>) -> String {
        self.query(after, None)
    }

    /// The first page of another tab.
    pub fn with_tab(&self, tab: Tab) -> String {
        let filter = Filter { tab, after: None, ..self.filter.clone() };
        Self { filter, search: self.search.clone() }.address()
    }

    /// The first page, in another order.
    pub fn with_sort(&self, sort: Sort) -> String {
        let filter = Filter { sort, after: None, ..self.filter.clone() };
        Self { filter, search: self.search.clone() }.address()
    }

    /// The whole tab again.
    pub fn without_search(&self) -> String {
        Self { search: String::new(), filter: self.filter.clone() }.page(None)
    }

    fn query(&self, after: Option<Cursor>, deal: Option<ReferralId>) -> String {
        let path = String::from("/deals?");
        let begin = path.len();
        let mut query = Serializer::for_suffix(path, begin);
        query.append_pair("tab", self.filter.tab.code());
        if self.filter.sort != Sort::default() {
            query.append_pair("sort", self.filter.sort.code());
        }
        if !self.search.is_empty() {
            query.append_pair("q", &self.search);
        }
        if let Some(after) = after {
            query.append_pair("after", &after.to_string());
        }
        if let Some(deal) = deal {
            query.append_pair("deal", &deal.to_string());
        }
        query.finish()
    }
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
