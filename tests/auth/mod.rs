//! Sign-in, sessions, form tokens, languages.

mod csrf;
mod ended;
mod events;
mod language;
mod limit;
mod processes;
mod proxies;
mod redirects;
mod roles;
mod sessions;
mod sign_in;
mod tls;
