//! Bulk changes: what can be done, what would happen, and what has.

use askama::Template;
use chrono::{DateTime, Utc};

use crate::{
    deals::{
        bulk::{
            run::{CHANGED, Change, Run, SAME, Selection, State},
            service::{FORECAST, Outcomes, Preview},
        },
        forms::{bulk::BulkForm, deal_path, list::Looking},
    },
    referrals::{kind::DealType, rules::Flaw, stage, status::Action, words},
    web::{
        Ctx, L10n, Page,
        fields::{Choice, Field, Problem},
        l10n::text,
        written,
    },
};

/// A change to choose, with the fields that it needs.
pub struct Doing {
    pub choice: Choice,
    pub fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "deals/bulk/choose.html")]
pub struct ChoosePage {
    pub page: Page,
    pub back: String,
    /// How many deals it is about; `None`: none are picked.
    pub about: Option<String>,
    pub hidden: Vec<(&'static str, String)>,
    pub options: Vec<Doing>,
    pub problems: Vec<Problem>,
}

impl ChoosePage {
    pub fn new(ctx: &Ctx, form: &BulkForm, flaws: &[Flaw]) -> Self {
        let l = ctx.l;
        let problems = words::problems(l, flaws);
        let hidden = form
            .pairs()
            .into_iter()
            .filter(|(name, _)| ["id", "which", "from"].contains(name));
        Self {
            page: Page::new(ctx, &l.t("bulk-title")),
            back: form.back(),
            about: (!form.is_empty()).then(|| about(l, form)),
            hidden: hidden.collect(),
            options: options(l, form, &problems),
            problems,
        }
    }
}

fn about(l: L10n, form: &BulkForm) -> String {
    if form.all { l.t("bulk-about-all") } else { l.count("bulk-about", form.ids.len() as i64) }
}

fn options(l: L10n, form: &BulkForm, problems: &[Problem]) -> Vec<Doing> {
    let option = |code: &str, fields: Vec<Field>| Doing {
        choice: Choice { value: code.to_owned(), label: l.t(&format!("bulk-do-{code}")), chosen: form.change == code },
        fields: fields.into_iter().map(|field| field.with(problems)).collect(),
    };
    let text = |id: &'static str, label: &str, value: &str| Field::text(id, l.t(label), value);
    let stages = stage::all().map(|stage| (stage.to_string(), words::stage(l, DealType::CoSell, stage)));
    let reasons = words::reasons(l, Action::Lose)
        .into_iter()
        .map(|(number, words)| (number.to_string(), words));
    let none = || std::iter::once((String::new(), l.t("bulk-choose")));
    vec![
        option("favourite", Vec::new()),
        option("no-favourite", Vec::new()),
        option(
            "member",
            vec![
                text("member-first_name", "bulk-first-name", &form.person.first_name),
                text("member-last_name", "bulk-last-name", &form.person.last_name),
                text("member-phone", "bulk-phone", &form.person.phone).of("tel"),
                text("member-mail", "bulk-mail", &form.person.mail).of("email"),
            ],
        ),
        option("stage", vec![text("stage", "bulk-stage", &form.stage).among(none().chain(stages))]),
        option(
            "lose",
            vec![
                text("reason", "bulk-reason", &form.reason).among(none().chain(reasons)),
                text("note", "bulk-note", &form.note).hint(l.t("bulk-note-hint")).long(),
            ],
        ),
    ]
}

#[derive(Template)]
#[template(path = "deals/bulk/preview.html")]
pub struct PreviewPage {
    pub page: Page,
    pub back: String,
    /// The form to change the choice.
    pub again: String,
    pub what: String,
    /// Nothing can be changed afterwards.
    pub warning: Option<String>,
    /// There are more deals than were looked at.
    pub more: Option<String>,
    pub changed: String,
    pub same: Option<String>,
    /// Why and how many.
    pub refused: Vec<(String, String)>,
    pub hidden: Vec<(&'static str, String)>,
    /// `None`: nothing would change.
    pub button: Option<String>,
}

impl PreviewPage {
    pub fn new(ctx: &Ctx, form: &BulkForm, change: &Change, preview: &Preview) -> Self {
        let (l, forecast) = (ctx.l, &preview.forecast);
        Self {
            page: Page::new(ctx, &l.t("bulk-preview-title")),
            back: form.back(),
            again: format!("/deals/bulk?{}", form.query()),
            what: what(l, change),
            warning: change.is_final().then(|| l.t("bulk-final")),
            more: preview.more.then(|| l.count("bulk-more", FORECAST as i64)),
            changed: l.count("bulk-will-change", forecast.changed),
            same: (forecast.same > 0).then(|| l.count("bulk-will-stay", forecast.same)),
            refused: forecast
                .refused
                .iter()
                .map(|(key, count)| (l.count("bulk-will-refuse", *count), l.t(key)))
                .collect(),
            hidden: form.pairs(),
            button: (forecast.changed > 0 || preview.more).then(|| l.t(&format!("bulk-go-{}", change.code()))),
        }
    }
}

/// `Set the stage: Qualified 20%`.
fn what(l: L10n, change: &Change) -> String {
    let value = match change {
        Change::Favourite { .. } => return l.t(&format!("bulk-do-{}", change.code())),
        Change::AddMember { person } => {
            format!("{} · {}", written::person(&person.first_name, &person.last_name), person.mail.trim())
        }
        Change::SetStage { stage } => words::stage(l, DealType::CoSell, *stage),
        Change::Lose { reason, .. } => words::reasons(l, Action::Lose)
            .into_iter()
            .find(|(number, _)| number == reason)
            .map(|(_, words)| words)
            .unwrap_or_default(),
    };
    l.with("bulk-what", &[("change", text(l.t(&format!("bulk-do-{}", change.code())))), ("value", text(value))])
}

/// How a run stands, and renews itself while it is live.
pub struct RunView {
    pub path: String,
    pub headline: String,
    pub detail: String,
    pub tone: &'static str,
    pub live: bool,
    pub done: i64,
    /// `None`: nobody knows how many there are.
    pub total: Option<i64>,
}

impl RunView {
    pub fn new(l: L10n, run: &Run, now: DateTime<Utc>) -> Self {
        let counts = [
            ("done", text(l.number(run.done()))),
            ("changed", text(l.number(run.changed))),
            ("same", text(l.number(run.same))),
            ("refused", text(l.number(run.refused))),
        ];
        let total = if run.more { None } else { Some(run.total) };
        let headline = match (run.state, total) {
            (State::Queued | State::Running, Some(total)) => {
                l.with("bulk-running-of", &[("done", text(l.number(run.done()))), ("total", text(l.number(total)))])
            }
            (State::Queued | State::Running, None) => l.t1("bulk-running", "done", l.number(run.done())),
            (state, _) => l.t(&format!("bulk-{}", state.code())),
        };
        let mut detail = l.with("bulk-counts", &counts);
        if let Some(at) = run.finished_at {
            detail = format!("{detail} {}", l.t1("bulk-finished", "when", l.time(at, now)));
        }
        let tone = match run.state {
            State::Queued | State::Running => "",
            State::Completed if run.refused == 0 => "good",
            _ => "bad",
        };
        Self {
            path: format!("/deals/bulk/{}", run.id),
            headline,
            detail,
            tone,
            live: run.state.is_live(),
            done: run.done(),
            total,
        }
    }
}

pub struct OutcomeRow {
    pub path: String,
    pub name: String,
    pub words: String,
    pub tone: &'static str,
}

#[derive(Template)]
#[template(path = "deals/bulk/run.html")]
pub struct RunPage {
    pub page: Page,
    pub back: String,
    pub what: String,
    pub run: RunView,
    /// Why and how many.
    pub refused: Vec<(String, String)>,
    pub rows: Vec<OutcomeRow>,
    /// The other list: only what refused, or all.
    pub other: Option<(String, String)>,
    pub next: Option<String>,
}

#[derive(Template)]
#[template(path = "deals/bulk/progress.html")]
pub struct ProgressFragment {
    pub page: Page,
    pub run: RunView,
}

impl RunPage {
    pub fn new(ctx: &Ctx, run: &Run, outcomes: &Outcomes, now: DateTime<Utc>) -> Self {
        let l = ctx.l;
        let view = RunView::new(l, run, now);
        let only = if outcomes.refused_only { "only=refused&" } else { "" };
        let other = if outcomes.refused_only {
            Some((l.t("bulk-show-all"), view.path.clone()))
        } else {
            (run.refused > 0).then(|| (l.t("bulk-show-refused"), format!("{}?only=refused", view.path)))
        };
        Self {
            page: Page::new(ctx, &l.t("bulk-run-title")),
            back: match &run.selection {
                Selection::Matching(query) => Looking::read(run.kind, query).address(),
                Selection::Picked(_) => "/deals".to_owned(),
            },
            what: what(l, &run.change),
            refused: outcomes
                .reasons
                .iter()
                .map(|(key, count)| (l.count("bulk-refused", *count), l.t(key)))
                .collect(),
            rows: outcomes
                .rows
                .iter()
                .map(|row| OutcomeRow {
                    path: deal_path(row.id),
                    name: if row.name.is_empty() { l.t("deal-no-name") } else { row.name.clone() },
                    words: match row.outcome.as_str() {
                        CHANGED => l.t("bulk-outcome-changed"),
                        SAME => l.t("bulk-outcome-same"),
                        key => l.t(key),
                    },
                    tone: match row.outcome.as_str() {
                        CHANGED => "good",
                        SAME => "",
                        _ => "bad",
                    },
                })
                .collect(),
            other,
            next: outcomes.next.map(|id| format!("{}?{only}after={id}", view.path)),
            run: view,
        }
    }
}

impl ProgressFragment {
    pub fn new(ctx: &Ctx, run: &Run, now: DateTime<Utc>) -> Self {
        Self { page: Page::new(ctx, &ctx.l.t("bulk-run-title")), run: RunView::new(ctx.l, run, now) }
    }
}
