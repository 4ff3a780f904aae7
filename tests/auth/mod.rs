//! Sign-in, sessions, form tokens, languages.

mod csrf;
mod language;
mod roles;
mod sessions;
mod sign_in;
