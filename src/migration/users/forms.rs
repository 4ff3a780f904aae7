//! What comes in: filters and choices, from addresses and forms alike. Pure.

use url::form_urlencoded;

use super::{
    checks::{Standing, Status},
    service::{Choice, Filter},
};
use crate::error::AppError;

/// What the list is asked for.
#[derive(Clone, Debug, Default)]
pub struct Looking {
    pub status: Option<Status>,
    pub error: Option<Standing>,
    pub search: String,
    pub after: (String, String),
}

impl Looking {
    /// # Errors
    /// 404 for a status or an error that there is not.
    pub fn parse(query: &str) -> Result<Self, AppError> {
        let mut looking = Self::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match (name.as_ref(), value.trim()) {
                (_, "") => {}
                ("status", code) => looking.status = Some(Status::from_code(code).ok_or(AppError::NotFound)?),
                ("error", code) => {
                    let standing = Standing::from_code(code).filter(|s| Standing::ERRORS.contains(s));
                    looking.error = Some(standing.ok_or(AppError::NotFound)?);
                }
                ("q", words) => looking.search = words.chars().take(200).collect(),
                ("after", mail) => mail.clone_into(&mut looking.after.0),
                ("id", id) => id.clone_into(&mut looking.after.1),
                _ => {}
            }
        }
        Ok(looking)
    }

    /// An error is more than its status.
    pub fn filter(&self) -> Filter {
        let standings = match (self.error, self.status) {
            (Some(error), _) => Some(vec![error]),
            (None, Some(status)) => Some(status.standings().collect()),
            (None, None) => None,
        };
        Filter { standings, search: self.search.clone(), after: self.after.clone() }
    }

    /// The same from the beginning, as a query; empty when nothing is asked for.
    pub fn query(&self) -> String {
        let pairs = [
            ("status", self.status.map_or("", Status::code)),
            ("error", self.error.map_or("", Standing::code)),
            ("q", &self.search),
        ];
        query(&pairs)
    }

    pub const fn is_everything(&self) -> bool {
        self.status.is_none() && self.error.is_none() && self.search.is_empty()
    }
}

/// Pairs with a value, as a query.
pub fn query(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()))
        .finish()
}

/// What was picked: `user` (as often as there are), `all` with `q`, or `failed` with a run; and what comes along.
#[derive(Clone, Debug)]
pub struct Pick {
    pub choice: Choice,
    /// The mail of the last person of the page before.
    pub after: String,
    /// The digest of the preview that is confirmed.
    pub seen: String,
}

impl Pick {
    /// # Errors
    /// 404 for a run that is none.
    pub fn parse(query: &str) -> Result<Self, AppError> {
        let (mut users, mut all, mut search, mut failed) = (Vec::new(), false, String::new(), None);
        let (mut after, mut seen) = (String::new(), String::new());
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "user" => users.push(value.into_owned()),
                "all" => all = true,
                "q" => search = value.trim().chars().take(200).collect(),
                "failed" => failed = Some(value.parse().map_err(|_| AppError::NotFound)?),
                "after" => after = value.into_owned(),
                "seen" => seen = value.into_owned(),
                _ => {}
            }
        }
        let choice = match failed {
            Some(run) => Choice::Failed(run),
            None if all => Choice::Ready(search),
            None => Choice::Rows(users),
        };
        Ok(Self { choice, after, seen })
    }

    /// The choice as fields of a form.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        match &self.choice {
            Choice::Rows(users) => users.iter().map(|id| ("user", id.clone())).collect(),
            Choice::Ready(search) => vec![("all", "1".to_owned()), ("q", search.clone())],
            Choice::Failed(run) => vec![("failed", run.to_string())],
        }
    }

    /// The address of its preview.
    pub fn path(&self, after: &str) -> String {
        let fields = self.fields();
        let mut pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        pairs.push(("after", after));
        format!("/migration/users/preview?{}", query(&pairs))
    }
}
