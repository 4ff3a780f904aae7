//! View models of the sign-in and preferences pages.

use askama::Template;

use crate::web::Page;

#[derive(Template)]
#[template(path = "auth/sign_in.html")]
pub struct SignInPage {
    pub page: Page,
    pub mail: String,
    pub next: String,
    /// The problem, in words.
    pub problem: Option<String>,
}

/// A choice of a select field.
pub struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

#[derive(Template)]
#[template(path = "auth/preferences.html")]
pub struct PreferencesPage {
    pub page: Page,
    pub languages: Vec<Choice>,
    pub themes: Vec<Choice>,
    pub zones: Vec<Choice>,
    pub roles: Vec<String>,
}
