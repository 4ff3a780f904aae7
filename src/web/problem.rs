//! Errors as pages. A handler's error travels inside its response to the entrance, which knows the reader's language.

use askama::Template;
use axum::{
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::{Ctx, Page};
use crate::{app::App, error::AppError};

/// An error that has no page yet.
#[derive(Clone, Debug)]
pub struct Unanswered(pub std::sync::Arc<AppError>);

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Unanswered(std::sync::Arc::new(self)));
        response
    }
}

/// What an extractor refused before a handler saw it (an id that is none, a form that cannot be read): it answers plain text, which
/// no page of ours does. An address that cannot be understood is one that nothing has.
pub fn of_extractor(response: &Response, method: &Method) -> Option<AppError> {
    let kind = response
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default();
    (response.status().is_client_error() && kind.starts_with("text/plain")).then(|| match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => AppError::TooLarge,
        _ if method.is_safe() => AppError::NotFound,
        _ => AppError::BadRequest("error-bad-form"),
    })
}

#[derive(Template)]
#[template(path = "problem.html")]
struct Problem {
    page: Page,
    heading: String,
    advice: String,
    request_id: String,
}

/// The page of an error: what happened, what to do, and the request's id. Causes go to the log only.
pub async fn answer(app: &App, ctx: &Ctx, error: &AppError) -> Response {
    let status = error.status();
    if status.is_server_error() {
        tracing::error!(%error, "failed");
    }
    // Nothing can be shown of a database that is away; the no-access page needs it.
    if let (AppError::Forbidden(reason), true) = (error, ctx.actor.is_some() && error.key() != "error-csrf") {
        match (app.no_access)(app.clone(), ctx.clone(), reason).await {
            Ok(response) => return response,
            Err(error) => tracing::error!(%error, "no-access page failed"),
        }
    }
    let heading = ctx.l.t(error.key());
    let page = Problem {
        page: Page::new(ctx, &heading),
        heading,
        advice: ctx.l.t(&format!("{}-advice", error.key())),
        request_id: ctx.request_id.clone(),
    };
    let mut response = super::render(&page).unwrap_or_else(|_| status.into_response());
    *response.status_mut() = status;
    let wait = match error {
        AppError::TooMany { retry_after } => Some(*retry_after),
        _ if status == StatusCode::SERVICE_UNAVAILABLE => Some(5),
        _ => None,
    };
    if let Some(seconds) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
