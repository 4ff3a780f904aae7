//! A write must come from a form of this very session.
//!
//! The token is a hash of the session's secret (or, before sign-in, of a visitor cookie), so nothing is stored. It comes in the
//! form, in the header `x-csrf-token`, or for uploads in the address. A foreign `Origin` is refused before that.

use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::{HeaderMap, header},
};
use subtle::ConstantTimeEq;

use super::{Ctx, intake};
use crate::{auth::secret, error::AppError};

pub fn token(secret: &str) -> String {
    secret::hash_text("form", secret)
}

fn foreign(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|v: &header::HeaderValue| v.to_str().ok());
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin.split_once("://").map(|(_, rest)| rest) != Some(host),
        _ => text(header::HeaderName::from_static("sec-fetch-site")).is_some_and(|site| site == "cross-site"),
    }
}

fn in_pairs(pairs: &[u8]) -> Option<String> {
    url::form_urlencoded::parse(pairs)
        .find(|(name, _)| name == "csrf")
        .map(|(_, value)| value.into_owned())
}

/// The token of the header or the address, and whether what follows is a form.
fn told(request: &Request) -> (Option<String>, bool) {
    let text = |name| request.headers().get(name).and_then(|v: &header::HeaderValue| v.to_str().ok());
    let given = text(header::HeaderName::from_static("x-csrf-token"))
        .map(str::to_owned)
        .or_else(|| in_pairs(request.uri().query().unwrap_or_default().as_bytes()));
    let is_form = text(header::CONTENT_TYPE).is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    (given, is_form)
}

/// Lets a write through when it carries the token. With the request comes its form, as it was read; empty: there is none.
///
/// # Errors
/// 403 without it or from elsewhere; for a form that cannot be read as [`intake::form`] says.
pub async fn check(request: Request, ctx: &Ctx) -> Result<(Request, Bytes), AppError> {
    if request.method().is_safe() {
        return Ok((request, Bytes::new()));
    }
    let refused = |why| {
        let user = ctx.actor.as_ref().map(|actor| tracing::field::display(actor.user));
        tracing::warn!(id = ctx.request_id, user, why, "form refused");
        AppError::Forbidden("error-csrf")
    };
    let same = |given: &str| bool::from(given.as_bytes().ct_eq(ctx.csrf.as_bytes()));
    if foreign(request.headers()) {
        return Err(refused("from another site"));
    }
    let (given, is_form) = told(&request);
    // Before anything is read, if it can be told.
    match &given {
        Some(given) if !same(given) => return Err(refused("of another session")),
        None if !is_form => return Err(refused("without a token")),
        _ => {}
    }
    if !is_form {
        return Ok((request, Bytes::new()));
    }
    let (parts, body) = request.into_parts();
    let form = intake::form(body).await?;
    match given.or_else(|| in_pairs(&form)) {
        Some(given) if same(&given) => Ok((Request::from_parts(parts, Body::from(form.clone())), form)),
        Some(_) => Err(refused("of another session")),
        None => Err(refused("without a token")),
    }
}
