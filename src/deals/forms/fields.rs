//! A posted form as it came, and which of its buttons was pressed.

use serde::Deserialize;

use super::Step;
use crate::ids::BusinessId;

/// Rows of people or solutions that are read; more than are allowed, so that one too many can be told.
const MOST_ROWS: usize = 80;

/// Names and values, in the form's order.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Fields(Vec<(String, String)>);

/// What a button of a form asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Do {
    /// On to the next step, or save.
    Next,
    Back,
    /// Go on another day.
    Close,
    To(Step),
    Search,
    /// This business of the directory is the customer.
    Pick(BusinessId),
    /// Another customer than the picked one.
    Other,
    /// One more empty row.
    AddRow,
    /// The offered person with this mail.
    AddPerson(String),
    AddSolution(String),
    /// The row with this number, from 1.
    Remove(usize),
    /// It is, or is not, a solution assessment.
    Assess(bool),
}

impl Fields {
    /// A field's text, or nothing. Line ends are one character, as the limits count them; a NUL cannot be kept.
    pub fn text(&self, name: &str) -> String {
        let found = self.0.iter().find(|(field, _)| field == name);
        found.map_or_else(String::new, |(_, text)| text.replace("\r\n", "\n").replace('\0', ""))
    }

    /// All values of a field that may stand there several times.
    pub fn all(&self, name: &str) -> Vec<String> {
        self.0
            .iter()
            .filter(|(field, _)| field == name)
            .map(|(_, value)| value.clone())
            .collect()
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(field, _)| field == name)
    }

    /// Reads rows `{name}-1-…`, `{name}-2-…` as long as there are any, in the order of their numbers.
    pub fn rows<T>(&self, name: &str, read: impl Fn(&Self, &str) -> T) -> Vec<T> {
        (1..=MOST_ROWS)
            .map(|n| format!("{name}-{n}"))
            .filter(|row| {
                self.0
                    .iter()
                    .any(|(field, _)| field.strip_prefix(row.as_str()).is_some_and(|rest| rest.starts_with('-')))
            })
            .map(|row| read(self, &row))
            .collect()
    }

    /// The button. The key Enter searches when there is something new to search for, and goes on else.
    pub fn button(&self) -> Do {
        let pressed = self.text("do");
        let (what, which) = pressed.split_once(':').unwrap_or((&pressed, ""));
        let asked = match what {
            "back" => Some(Do::Back),
            "close" => Some(Do::Close),
            "search" => Some(Do::Search),
            "other" => Some(Do::Other),
            "row" => Some(Do::AddRow),
            "person" => Some(Do::AddPerson(which.to_owned())),
            "solution" => Some(Do::AddSolution(which.to_owned())),
            "assess" => Some(Do::Assess(which == "yes")),
            "to" => Step::from_code(which).map(Do::To),
            "pick" => which.parse().ok().map(Do::Pick),
            "remove" => which.parse().ok().map(Do::Remove),
            "enter" => {
                let search = self.text("q");
                (!search.trim().is_empty() && search != self.text("searched")).then_some(Do::Search)
            }
            _ => None,
        };
        asked.unwrap_or(Do::Next)
    }
}
