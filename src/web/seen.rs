//! What is logged and counted of a request: all that come to the entrance, whether they go further or end in it.

use std::time::Instant;

use axum::{
    extract::{MatchedPath, Request},
    http::{Method, StatusCode},
};

/// A request from its coming until its answer begins.
pub struct Seen {
    method: &'static str,
    /// The route's pattern: there are as many addresses as deals.
    route: String,
    path: String,
    began: Instant,
    /// `None`: nobody waits for the answer any more.
    answered: Option<StatusCode>,
}

impl Seen {
    pub fn new(request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
        Self {
            method: known(request.method()),
            route: route.unwrap_or("none").to_owned(),
            path: loggable(route, request.uri().path()).to_owned(),
            began: Instant::now(),
            answered: None,
        }
    }

    pub fn answered(mut self, status: StatusCode) {
        self.answered = Some(status);
    }
}

/// Also for who went away, and whose request is dropped in the middle: it took its time, too.
impl Drop for Seen {
    fn drop(&mut self) {
        let Self { method, path, began, .. } = self;
        let (took, status) = (began.elapsed(), self.answered.map(|status| status.as_u16()));
        let ms = took.as_millis() as u64;
        match status {
            Some(status) => tracing::info!(method, path, status, ms, "answered"),
            None => tracing::info!(method, path, ms, "went away"),
        }
        let status = status.map_or_else(|| "gone".to_owned(), |status| status.to_string());
        metrics::histogram!("portal_request_seconds", "method" => *method, "route" => std::mem::take(&mut self.route), "status" => status)
            .record(took.as_secs_f64());
    }
}

/// Any token may be a method: whoever sends a thousand different ones makes no thousand series of them.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// The path. Where a part of it is a secret, the route's pattern; and nothing of a path that no route has: it may be a secret with a
/// slip of the pen.
fn loggable<'a>(route: Option<&'a str>, path: &'a str) -> &'a str {
    match route {
        Some(route) if route.contains("{secret}") => route,
        Some(_) => path,
        None => "none",
    }
}
