//! What addresses and forms of the leads' pages say, as typed values.

use icu::normalizer::ComposingNormalizerBorrowed;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::service::{Filter, Tab};
use crate::{
    error::AppError,
    ids::ReferralId,
    referrals::{
        command::{Person, Seen},
        cursor::Cursor,
        raw::{RawDetails, RawReason},
    },
};

/// Characters of a search that count.
const LONGEST_SEARCH: usize = 200;
/// Words of a search that count.
const MOST_WORDS: usize = 8;

/// The query of `/leads`, as it came.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct ListQuery {
    pub tab: String,
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
        let filter = Filter {
            tab: Tab::ALL.into_iter().find(|tab| tab.code() == self.tab).unwrap_or_default(),
            words: whole.split_whitespace().take(MOST_WORDS).map(str::to_owned).collect(),
            after: self.after.parse().ok(),
        };
        Looking { filter, search }
    }
}

impl Looking {
    /// A page of a tab, with the same search; `None` is the first.
    pub fn page(&self, tab: Tab, after: Option<Cursor>) -> String {
        let path = String::from("/leads?");
        let begin = path.len();
        let mut query = Serializer::for_suffix(path, begin);
        query.append_pair("tab", tab.code());
        if !self.search.is_empty() {
            query.append_pair("q", &self.search);
        }
        if let Some(after) = after {
            query.append_pair("after", &after.to_string());
        }
        query.finish()
    }
}

pub fn lead_path(id: ReferralId) -> String {
    format!("/leads/{id}")
}

/// A lead's id from an address.
///
/// # Errors
/// 404 for what cannot be one.
pub fn lead(text: &str) -> Result<ReferralId, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AcceptForm {
    pub seen: String,
    #[serde(flatten)]
    pub details: RawDetails,
}

/// Declined, won or lost.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct EndForm {
    pub seen: String,
    #[serde(flatten)]
    pub reason: RawReason,
}

/// What was seen when a form was filled in.
///
/// # Errors
/// 400 for a form that is none of ours.
pub fn seen(text: &str) -> Result<Option<Seen>, AppError> {
    Seen::from_text(text).map(Some).ok_or(AppError::BadRequest("error-bad-form"))
}

/// Somebody who joins the team.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct MemberForm {
    #[serde(rename = "team-1-first_name")]
    pub first_name: String,
    #[serde(rename = "team-1-last_name")]
    pub last_name: String,
    #[serde(rename = "team-1-phone")]
    pub phone: String,
    #[serde(rename = "team-1-mail")]
    pub mail: String,
}

impl MemberForm {
    pub fn person(&self) -> Person {
        Person {
            first_name: self.first_name.clone(),
            last_name: self.last_name.clone(),
            phone: self.phone.clone(),
            mail: self.mail.clone(),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct FavouriteForm {
    pub on: String,
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
}
