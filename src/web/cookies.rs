//! The portal's cookies: small, `HttpOnly`, and for this site only. Over TLS they have [another name](super::tls) on the way.

use axum_extra::extract::cookie::{Cookie, SameSite};

/// The session's secret.
pub const SESSION: &str = "portal_session";
/// What the form token of somebody not signed in is made from.
pub const VISITOR: &str = "portal_visitor";
/// The language somebody chose before signing in.
pub const LANGUAGE: &str = "portal_language";
/// What to say on the next page.
pub const FLASH: &str = "portal_flash";

pub fn make(name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .build()
}

pub fn removal(name: &'static str) -> Cookie<'static> {
    let mut cookie = make(name, String::new());
    cookie.make_removal();
    cookie
}
