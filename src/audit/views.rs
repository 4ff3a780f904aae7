//! What the audit log's page prints.

use askama::Template;
use serde_json::Value;
use uuid::Uuid;

use super::{action::Action, service::Kept};
use crate::web::{Ctx, L10n, Page};

struct Line {
    when: String,
    who: String,
    mail: String,
    from: String,
    action: String,
    subject: String,
    /// Only its own changes.
    about: String,
    before: Vec<String>,
    after: Vec<String>,
}

#[derive(Template)]
#[template(path = "audit/list.html")]
pub struct AuditPage {
    page: Page,
    lines: Vec<Line>,
    /// Only the changes of one thing are shown.
    narrowed: bool,
    older: Option<String>,
}

impl AuditPage {
    pub fn new(ctx: &Ctx, entries: &[Kept], about: Option<Uuid>, more: bool) -> Self {
        let l = ctx.l;
        let narrow = about.map(|about| format!("about={about}&")).unwrap_or_default();
        let last = entries.last().filter(|_| more);
        Self {
            page: Page::new(ctx, &l.t("audit-title")),
            lines: entries.iter().map(|entry| line(l, entry)).collect(),
            narrowed: about.is_some(),
            older: last.map(|entry| format!("/account/audit?{narrow}before={}", entry.id)),
        }
    }
}

fn line(l: L10n, entry: &Kept) -> Line {
    // An entry of a newer version's shows its code.
    let action = Action::from_code(&entry.action).map(|action| l.t(&format!("audit-action-{}", action.code())));
    Line {
        when: l.moment(entry.at),
        who: entry.by_name.clone().unwrap_or_else(|| l.t("audit-nobody")),
        mail: entry.by_mail.clone().unwrap_or_default(),
        from: entry.address.clone().unwrap_or_else(|| l.t("audit-nowhere")),
        action: action.unwrap_or_else(|| entry.action.clone()),
        subject: entry.subject.clone(),
        about: format!("/account/audit?about={}", entry.subject_id),
        before: facts(l, &entry.before),
        after: facts(l, &entry.after),
    }
}

/// Each fact in words; what has none in this version shows its code.
fn facts(l: L10n, value: &Value) -> Vec<String> {
    let Value::Object(facts) = value else { return Vec::new() };
    facts
        .iter()
        .map(|(name, value)| {
            let key = format!("audit-field-{name}");
            let label = if l.knows(&key) { l.t(&key) } else { name.clone() };
            format!("{label}: {}", words(l, name, value))
        })
        .collect()
}

/// Codes have words; what people typed stays as it is.
fn words(l: L10n, name: &str, value: &Value) -> String {
    let known = |key: String, text: &str| if l.knows(&key) { l.t(&key) } else { text.to_owned() };
    match (name, value) {
        ("role", Value::String(code)) => known(format!("role-{code}"), code),
        ("places" | "kind", Value::String(code)) => known(format!("audit-value-{code}"), code),
        (_, Value::String(text)) => text.clone(),
        (_, Value::Array(values)) if values.is_empty() => l.t("audit-value-none"),
        (_, Value::Array(values)) => {
            let each: Vec<String> = values.iter().map(|value| words(l, name, value)).collect();
            each.join(", ")
        }
        (_, Value::Bool(yes)) => l.t(if *yes { "audit-value-yes" } else { "audit-value-no" }),
        (_, Value::Number(number)) => number.as_i64().map_or_else(|| number.to_string(), |number| l.number(number)),
        (_, other) => other.to_string(),
    }
}
