use askama::Template;
use chrono::{DateTime, Utc};

use super::words;
use crate::{
    migration::{
        run::State,
        users::{checks::Standing, forms::query, run::UserRun, store::outcomes::Outcome},
    },
    web::{Ctx, L10n, Page, l10n::text},
};

/// How a run stands, in words.
pub struct RunView {
    pub path: String,
    pub headline: String,
    pub detail: String,
    pub tone: &'static str,
    pub live: bool,
    pub done: i32,
    pub total: i32,
}

impl RunView {
    pub fn new(l: &L10n, run: &UserRun, now: DateTime<Utc>) -> Self {
        let numbers = [
            ("done", text(l.number(run.done()))),
            ("total", text(l.number(run.total))),
            ("migrated", text(l.number(run.migrated))),
            ("unchanged", text(l.number(run.unchanged))),
            ("errors", text(l.number(run.errors))),
        ];
        let mut detail =
            vec![l.with("run-started", &[("name", text(&run.started_by_name)), ("time", text(l.time(run.started_at, now)))])];
        if let Some(end) = run.finished_at {
            detail.push(l.t1("run-finished", "time", l.time(end, now)));
        }
        if run.state == State::Failed {
            detail.push(l.t("user-run-failed-advice"));
        }
        Self {
            path: format!("/migration/users/runs/{}", run.id),
            headline: l.with(&format!("user-run-{}", run.state.code()), &numbers),
            detail: detail.join(" "),
            tone: match run.state {
                State::Queued | State::Running => "",
                State::Completed => "good",
                State::CompletedWithErrors | State::Cancelled | State::Failed => "bad",
            },
            live: run.state.is_live(),
            done: run.done(),
            total: run.total.max(1),
        }
    }
}

/// The part of the run page that renews itself.
#[derive(Template)]
#[template(path = "migration/users/progress.html")]
pub struct ProgressFragment {
    pub page: Page,
    pub run: RunView,
}

impl ProgressFragment {
    pub fn new(ctx: &Ctx, run: &UserRun, now: DateTime<Utc>) -> Self {
        Self { page: Page::new(ctx, ""), run: RunView::new(&ctx.l, run, now) }
    }
}

struct OutcomeRow {
    mail: String,
    name: String,
    psc_role: String,
    account: String,
    role: String,
    words: String,
    tone: &'static str,
    /// Where it is said what helps.
    help: Option<String>,
}

/// A run: progress while it is live, then its result.
#[derive(Template)]
#[template(path = "migration/users/run.html")]
pub struct RunPage {
    page: Page,
    run: RunView,
    migrated: String,
    unchanged: String,
    errors: String,
    rows: Vec<OutcomeRow>,
    errors_only: bool,
    has_errors: bool,
    retry: Option<String>,
    next: Option<String>,
}

impl RunPage {
    pub fn new(ctx: &Ctx, run: &UserRun, rows: &[Outcome], errors_only: bool, more: bool, now: DateTime<Utc>) -> Self {
        let l = ctx.l;
        let view = RunView::new(&l, run, now);
        let next = rows.last().filter(|_| more).map(|last| {
            let only = if errors_only { "errors" } else { "" };
            format!("{}?{}", view.path, query(&[("only", only), ("after", &last.mail), ("id", &last.psc_user_id)]))
        });
        let failed = run.errors > 0 && !run.state.is_live();
        Self {
            page: Page::new(ctx, &l.t("user-run-title")),
            migrated: l.number(run.migrated),
            unchanged: l.number(run.unchanged),
            errors: l.number(run.errors),
            rows: rows.iter().map(|outcome| row(&l, outcome)).collect(),
            errors_only,
            has_errors: run.errors > 0,
            retry: failed.then(|| format!("/migration/users/preview?{}", query(&[("failed", &run.id.to_string())]))),
            next,
            run: view,
        }
    }
}

fn row(l: &L10n, outcome: &Outcome) -> OutcomeRow {
    let correctable = outcome
        .reason
        .as_deref()
        .is_some_and(|code| code == "changed" || Standing::from_code(code).is_some());
    let help =
        (outcome.outcome == "error" && correctable).then(|| format!("/migration/users?{}", query(&[("q", &outcome.mail)])));
    OutcomeRow {
        mail: outcome.mail.clone(),
        name: outcome.name.clone(),
        psc_role: words::psc_role(l, &outcome.psc_role),
        account: format!("{} ({})", outcome.psc_account_name, outcome.psc_account_id),
        role: format!("{} · {}", words::role(l, &outcome.role), words::place(l, outcome.location.as_deref())),
        words: words::outcome(l, outcome),
        tone: match outcome.outcome.as_str() {
            "migrated" => "good",
            "error" => "bad",
            _ => "",
        },
        help,
    }
}
