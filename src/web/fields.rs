//! Fields of forms, ready to print by `components/typed.html`: each with its label and, where it was refused, the reason.

use askama::Template;
use axum::{http::StatusCode, response::IntoResponse};

use super::{L10n, Page, PageResult, render};

/// A choice of a select field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub chosen: bool,
}

/// What is wrong with a field, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field's id; empty: of no single field.
    pub field: String,
    pub words: String,
}

/// A field. Its id is its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    pub id: &'static str,
    pub label: String,
    /// As typed.
    pub value: String,
    /// An input's type; empty for a text area.
    pub kind: &'static str,
    /// May be empty.
    pub hint: String,
    /// What a browser fills in, as in HTML; empty: it decides.
    pub autocomplete: &'static str,
    /// Not empty: a select field,
    pub choices: Vec<Choice>,
    /// or, if any number of them may be chosen, boxes to check.
    pub many: bool,
    pub problem: Option<String>,
}

impl Field {
    pub fn text(id: &'static str, label: String, value: &str) -> Self {
        Self { id, label, value: value.to_owned(), kind: "text", ..Self::default() }
    }

    /// Another type of input: `date`, `email`, `tel`.
    pub fn of(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// A text area.
    pub fn long(self) -> Self {
        self.of("")
    }

    pub fn hint(mut self, hint: String) -> Self {
        self.hint = hint;
        self
    }

    pub fn autocomplete(mut self, what: &'static str) -> Self {
        self.autocomplete = what;
        self
    }

    /// A select field of these, value and label; the field's own value is the chosen one.
    pub fn among(mut self, choices: impl IntoIterator<Item = (String, String)>) -> Self {
        self.choices = choices
            .into_iter()
            .map(|(value, label)| Choice { chosen: value == self.value, value, label })
            .collect();
        self
    }

    /// Boxes to check, value and label; `chosen` are the values that are.
    pub fn any_of(mut self, choices: impl IntoIterator<Item = (String, String)>, chosen: &[String]) -> Self {
        self.many = true;
        self.choices = choices
            .into_iter()
            .map(|(value, label)| Choice { chosen: chosen.contains(&value), value, label })
            .collect();
        self
    }

    /// Its problem, if it has one of these.
    pub fn with(mut self, problems: &[Problem]) -> Self {
        self.problem = problems
            .iter()
            .find(|problem| problem.field == self.id)
            .map(|problem| problem.words.clone());
        self
    }

    /// A select field of all countries.
    pub fn country(l: L10n, id: &'static str, label: String, value: &str, none: String) -> Self {
        let countries = super::countries::all(l).map(|(code, name)| (code.to_owned(), name.to_owned()));
        Self::text(id, label, value).among(std::iter::once((String::new(), none)).chain(countries))
    }
}

/// A form on a page of its own, about one thing that stands on another page.
#[derive(Template)]
#[template(path = "components/form.html")]
pub struct FormPage {
    pub page: Page,
    /// What it is about, and where that stands.
    pub about: String,
    pub back: String,
    /// What it means; may be empty.
    pub intro: String,
    /// What cannot be undone.
    pub warning: Option<String>,
    pub action: String,
    /// What was seen when it was filled in.
    pub seen: String,
    pub fields: Vec<Field>,
    pub problems: Vec<Problem>,
    pub button: String,
}

/// A page that a form came back with, refused.
///
/// # Errors
/// When the template fails.
pub fn refused(status: u16, page: &impl Template) -> PageResult {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    Ok((status, render(page)?).into_response())
}
