//! Something to say on the next page, and the answer that leads there.

use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::CookieJar;

use super::{L10n, cookies};

/// A locale key that begins with `flash-`, and perhaps a number for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flash {
    pub key: String,
    pub count: Option<i64>,
}

impl Flash {
    pub fn new(key: &str) -> Self {
        Self { key: key.to_owned(), count: None }
    }

    pub fn counting(key: &str, count: i64) -> Self {
        Self { key: key.to_owned(), count: Some(count) }
    }

    /// What a cookie says; anybody can write one, so only keys of flashes count.
    pub fn read(value: &str) -> Option<Self> {
        let (key, count) = value
            .split_once('.')
            .map_or((value, None), |(key, count)| (key, count.parse().ok()));
        let plain = key.starts_with("flash-") && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        plain.then(|| Self { key: key.to_owned(), count })
    }

    pub fn words(&self, l: &L10n) -> String {
        self.count.map_or_else(|| l.t(&self.key), |count| l.count(&self.key, count))
    }

    fn write(&self) -> String {
        self.count
            .map_or_else(|| self.key.clone(), |count| format!("{}.{count}", self.key))
    }

    /// 303 to a page that says it.
    pub fn at(self, path: &str) -> Response {
        (CookieJar::new().add(cookies::make(cookies::FLASH, self.write())), Redirect::to(path)).into_response()
    }
}

/// 303: go and look there.
pub fn see_other(path: &str) -> Response {
    Redirect::to(path).into_response()
}
