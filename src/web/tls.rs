//! What is different where browsers come by https (setting `secure_cookies`): they come by nothing else any more, and the portal's cookies
//! carry `__Host-` in their names, which no neighbouring host and no unencrypted answer can set. Everybody inside knows their plain names.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// Two years; of this host alone.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=63072000");
const PREFIX: &str = "__Host-";
/// How the names of our cookies begin.
const OURS: &str = "portal_";

/// A layer around everything that answers over TLS.
pub async fn secure(mut request: Request, next: Next) -> Response {
    unwrap_cookies(request.headers_mut());
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    wrap_cookies(response.headers_mut());
    response
}

/// Ours under their plain names; one that came under a plain name is not ours.
fn unwrap_cookies(headers: &mut HeaderMap) {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs: Vec<&str> = lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim_start().strip_prefix(PREFIX))
        .collect();
    let line = HeaderValue::from_str(&pairs.join("; "));
    headers.remove(header::COOKIE);
    if let Some(line) = line.ok().filter(|line| !line.is_empty()) {
        headers.insert(header::COOKIE, line);
    }
}

fn wrap_cookies(headers: &mut HeaderMap) {
    let header::Entry::Occupied(mut lines) = headers.entry(header::SET_COOKIE) else { return };
    for line in lines.iter_mut() {
        let ours = line.to_str().ok().filter(|text| text.starts_with(OURS));
        if let Some(wrapped) = ours.and_then(|text| HeaderValue::from_str(&format!("{PREFIX}{text}; Secure")).ok()) {
            *line = wrapped;
        }
    }
}
