//! Fields of forms, ready to print: label, hint, when it locks, what stands in it, what is wrong with it.

use crate::{referrals::rules::Flaw, web::L10n};

/// Everything about a field but what stands in it.
pub struct About {
    /// Also its name.
    pub id: String,
    pub label: String,
    /// May be empty.
    pub hint: String,
    /// Until when it can be changed; may be empty.
    pub lock: String,
    pub problem: Option<String>,
    /// IDs of what describes it; may be empty.
    pub described_by: String,
}

/// A line of text.
pub struct Input {
    pub about: About,
    pub value: String,
    /// `text`, `email`, `tel`, `date` or `search`.
    pub kind: &'static str,
    /// `decimal` for numbers; may be empty.
    pub mode: &'static str,
    pub autocomplete: &'static str,
    /// Several lines.
    pub long: bool,
}

#[derive(Clone)]
pub struct Choice {
    pub value: String,
    pub label: String,
    /// May be empty.
    pub hint: String,
    pub chosen: bool,
}

/// One of several, or some of several.
pub struct Choices {
    pub about: About,
    pub choices: Vec<Choice>,
}

/// An entry of the problem list.
pub struct Problem {
    pub href: String,
    pub words: String,
}

/// Until when a field can be changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Not worth saying.
    No,
    /// Never again once the deal is made.
    Made,
    /// Only to a wider type once the deal is made.
    Widens,
    /// Until the deal is closed.
    Closed,
}

/// Makes the fields of a form.
#[derive(Clone, Copy)]
pub struct Maker<'a> {
    pub l: L10n,
    pub flaws: &'a [Flaw],
}

impl Maker<'_> {
    /// `key`: the end of its locale keys, `field-…` and, where there is one, `hint-…`.
    pub fn about(&self, id: &str, key: &str, lock: Lock) -> About {
        let l = self.l;
        let hint = format!("hint-{key}");
        let hint = if l.knows(&hint) { l.t(&hint) } else { String::new() };
        let lock = match lock {
            Lock::No => String::new(),
            Lock::Made => l.t("locks-made"),
            Lock::Widens => l.t("locks-widens"),
            Lock::Closed => l.t("locks-closed"),
        };
        let problem = self.problem(id);
        let described: Vec<String> = [("hint", !hint.is_empty()), ("lock", !lock.is_empty()), ("problem", problem.is_some())]
            .into_iter()
            .filter(|(_, there)| *there)
            .map(|(part, _)| format!("{id}-{part}"))
            .collect();
        About { id: id.to_owned(), label: l.t(&format!("field-{key}")), hint, lock, problem, described_by: described.join(" ") }
    }

    /// What is wrong with a field, if something is.
    pub fn problem(&self, id: &str) -> Option<String> {
        let flaw = self.flaws.iter().find(|flaw| flaw.field == id)?;
        Some(self.l.t(flaw.key))
    }

    pub fn input(&self, id: &str, key: &str, lock: Lock, value: &str) -> Input {
        Input {
            about: self.about(id, key, lock),
            value: value.to_owned(),
            kind: "text",
            mode: "",
            autocomplete: "off",
            long: false,
        }
    }

    /// All that is wrong, each linked to its field.
    pub fn problems(&self, href: impl Fn(&Flaw) -> String) -> Vec<Problem> {
        self.flaws
            .iter()
            .map(|flaw| Problem { href: href(flaw), words: format!("{}: {}", self.name_of(&flaw.field), self.l.t(flaw.key)) })
            .collect()
    }

    /// A field's name where it stands outside its form: `Person 3 · Mail`.
    fn name_of(&self, field: &str) -> String {
        let l = self.l;
        let parts: Vec<&str> = field.split('-').collect();
        let label = |key: &str| l.t(&format!("field-{}", key.replace('_', "-")));
        match parts.as_slice() {
            ["team", n, part] => format!("{} · {}", l.t1("team-person", "number", n), label(part)),
            ["solutions", n] => l.t1("solutions-row", "number", n),
            ["solutions", n, part] => format!("{} · {}", l.t1("solutions-row", "number", n), label(part)),
            ["contact", part] => format!("{} · {}", label("contact"), label(part)),
            ["customer", part] => format!("{} · {}", label("customer"), label(&format!("customer-{part}"))),
            _ => label(field),
        }
    }
}

impl Input {
    pub fn kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    pub fn number(mut self) -> Self {
        self.mode = "decimal";
        self
    }

    pub fn long(mut self) -> Self {
        self.long = true;
        self
    }
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>, chosen: bool) -> Self {
        Self { value: value.into(), label: label.into(), hint: String::new(), chosen }
    }
}
