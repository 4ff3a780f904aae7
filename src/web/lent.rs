//! The connection that the entrance has asked who is there: lent to the handlers that read on it, given back before all others.

use std::sync::{Arc, Mutex, PoisonError};

use axum::{extract::FromRequestParts, http::request::Parts};

use crate::{app::App, db::Held, error::AppError};

/// An extension of the requests that only read.
#[derive(Clone, Debug)]
pub struct Lent(Arc<Mutex<Option<Held>>>);

impl Lent {
    pub fn new(held: Held) -> Self {
        Self(Arc::new(Mutex::new(Some(held))))
    }
}

/// For a handler of a route that [reads on one connection](super::Route::on_one_connection).
#[derive(Debug)]
pub struct Reading(pub Held);

impl FromRequestParts<App> for Reading {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, AppError> {
        let lent = parts.extensions.remove::<Lent>();
        let held = lent.and_then(|lent| lent.0.lock().unwrap_or_else(PoisonError::into_inner).take());
        Ok(Self(held.unwrap_or_else(|| Held::new(&app.db))))
    }
}
