use askama::Template;

use super::words;
use crate::{
    migration::users::{
        changes::Lost,
        forms::Pick,
        service::{Preview, Previewed},
    },
    web::{Ctx, L10n, Page, l10n::text, written},
};

/// Counts of deals are shown up to this.
const CAP: i64 = 1_000;

struct GroupRow {
    role: String,
    place: String,
    rows: String,
}

struct Person {
    mail: String,
    name: String,
    /// A PSC row each.
    psc: Vec<String>,
    gained: Vec<String>,
    lost: Vec<String>,
    appear: String,
    disappear: String,
}

/// Who gets what, before anything is given.
#[derive(Template)]
#[template(path = "migration/users/preview.html")]
pub struct PreviewPage {
    page: Page,
    headline: String,
    left_out: Option<String>,
    nobody: bool,
    groups: Vec<GroupRow>,
    people: Vec<Person>,
    partial: bool,
    fields: Vec<(&'static str, String)>,
    seen: String,
    confirm: String,
    first: Option<String>,
    next: Option<String>,
}

impl PreviewPage {
    pub fn new(ctx: &Ctx, pick: &Pick, preview: &Preview) -> Self {
        let l = ctx.l;
        let digest = &preview.digest;
        let groups = preview.groups.iter().map(|group| GroupRow {
            role: words::role(&l, &group.role),
            place: words::place(&l, group.location.as_deref()),
            rows: l.number(group.rows),
        });
        Self {
            page: Page::new(ctx, &l.t("users-preview-title")),
            headline: l.with(
                "users-preview-headline",
                &[("people", text(l.number(digest.people))), ("rows", text(l.number(digest.rows)))],
            ),
            left_out: (preview.left_out > 0).then(|| l.count("users-preview-left-out", preview.left_out)),
            nobody: digest.rows == 0,
            groups: groups.collect(),
            people: preview.people.iter().map(|person| view(&l, person, preview.partial)).collect(),
            partial: preview.partial,
            fields: pick.fields(),
            seen: digest.digest.clone(),
            confirm: l.count("users-confirm", digest.people),
            first: (!pick.after.is_empty()).then(|| pick.path("")),
            next: preview.people.last().filter(|_| preview.more).map(|last| pick.path(&last.mail)),
        }
    }
}

fn view(l: &L10n, person: &Previewed, partial: bool) -> Person {
    let first = person.rows.first();
    let place = |location| {
        let row = person.rows.iter().find(|row| row.location_id == location);
        words::place(l, row.and_then(|row| row.location.as_deref()))
    };
    Person {
        mail: person.mail.clone(),
        name: first
            .map(|row| written::person(&row.first_name, &row.last_name))
            .unwrap_or_default(),
        psc: person
            .rows
            .iter()
            .map(|row| format!("{} · {} ({})", words::psc_role(l, &row.psc_role), row.psc_account_name, row.psc_account_id))
            .collect(),
        gained: person
            .change
            .gained
            .iter()
            .map(|(role, location)| format!("{} · {}", words::role(l, role.code()), place(*location)))
            .collect(),
        lost: person.change.lost.iter().map(|lost| lost_words(l, *lost)).collect(),
        appear: number(l, person.change.appear, partial),
        disappear: number(l, person.change.disappear, partial),
    }
}

fn lost_words(l: &L10n, lost: Lost) -> String {
    l.t(&format!("users-lost-{}", lost.code()))
}

fn number(l: &L10n, count: i64, partial: bool) -> String {
    let shown = l.number(count.min(CAP));
    if partial || count > CAP { format!("{shown}+") } else { shown }
}
