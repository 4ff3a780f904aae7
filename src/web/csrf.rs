//! A write must come from a form of this very session.
//!
//! The token is a hash of the session's secret (or, before sign-in, of a visitor cookie), so nothing is stored. It comes in the
//! form, in the header `x-csrf-token`, or for uploads in the address. A foreign `Origin` is refused before that.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, header},
};
use subtle::ConstantTimeEq;

use super::Ctx;
use crate::{auth::secret, error::AppError};

/// The largest form that is not an upload.
const FORM_LIMIT: usize = 256 * 1024;

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

/// Lets a write through when it carries the token.
///
/// # Errors
/// 403 without it or from elsewhere; 413 for a form that is far too large.
pub async fn check(request: Request, ctx: &Ctx) -> Result<Request, AppError> {
    if request.method().is_safe() {
        return Ok(request);
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
    let given = request
        .headers()
        .get("x-csrf-token")
        .and_then(|v| v.to_str().ok())
        .map(str::to_owned);
    if let Some(given) = given.or_else(|| in_pairs(request.uri().query().unwrap_or_default().as_bytes())) {
        return if same(&given) { Ok(request) } else { Err(refused("of another session")) };
    }
    let is_form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    if !is_form {
        return Err(refused("without a token"));
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, FORM_LIMIT).await.map_err(|_| AppError::TooLarge)?;
    match in_pairs(&body) {
        Some(given) if same(&given) => Ok(Request::from_parts(parts, Body::from(body))),
        Some(_) => Err(refused("of another session")),
        None => Err(refused("without a token")),
    }
}
