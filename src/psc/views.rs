//! View models of the import's pages.

use askama::Template;
use chrono::{DateTime, Utc};

use super::import::{Import, Problem, Refusal, State};
use crate::{
    migration::deals::policy::MIGRATE_DEALS,
    web::{Ctx, L10n, Page, l10n::text},
};

/// How an import stands, in words.
struct Line {
    path: String,
    headline: String,
    detail: String,
    tone: &'static str,
    live: bool,
}

fn line(l: &L10n, import: &Import, now: DateTime<Utc>) -> Line {
    Line {
        path: format!("/psc/imports/{}", import.id),
        headline: l.with(
            &format!("psc-import-state-{}", import.state.code()),
            &[("deals", text(l.number(import.deals))), ("rejected", text(l.number(import.rejected)))],
        ),
        detail: l.t1("import-started", "time", l.time(import.started_at, now)),
        tone: match import.state {
            State::Reading => "",
            State::Done => "good",
            State::Refused | State::Failed => "bad",
        },
        live: import.state.is_live(),
    }
}

/// The upload form and what was taken in before.
#[derive(Template)]
#[template(path = "psc/imports.html")]
pub struct ImportsPage {
    page: Page,
    limit: String,
    problem: Option<String>,
    imports: Vec<Line>,
}

impl ImportsPage {
    pub fn new(ctx: &Ctx, imports: &[Import], missing: Option<&[&str]>, limit_mb: u64, now: DateTime<Utc>) -> Self {
        let l = ctx.l;
        Self {
            page: Page::new(ctx, &l.t("imports-title")),
            limit: l.t1("imports-limit", "megabytes", l.number(limit_mb.cast_signed())),
            problem: missing.map(|names| {
                let files: Vec<String> = names.iter().map(|name| format!("{name}.csv")).collect();
                l.t1("imports-missing", "files", files.join(", "))
            }),
            imports: imports.iter().map(|import| line(&l, import, now)).collect(),
        }
    }
}

struct ProblemRow {
    kind: String,
    bad: bool,
    place: String,
    row: String,
    words: String,
}

/// One import: what went in, what changed, what did not go in and why.
#[derive(Template)]
#[template(path = "psc/import.html")]
pub struct ImportPage {
    page: Page,
    import: Line,
    counts: Vec<(String, String)>,
    refusals: Vec<String>,
    unknown: Option<String>,
    problems: Vec<ProblemRow>,
    problem_note: Option<String>,
    /// Taken in, and the reader may go on to migrate it.
    may_migrate: bool,
}

impl ImportPage {
    pub fn new(ctx: &Ctx, import: &Import, problems: &[Problem], now: DateTime<Utc>) -> Self {
        let l = ctx.l;
        let total = i64::from(import.rejected) + i64::from(import.warnings);
        let row = |problem: &Problem| ProblemRow {
            kind: l.t(if problem.rejected { "problem-rejected" } else { "problem-warning" }),
            bad: problem.rejected,
            place: l.with("problem-place", &[("file", text(&problem.file)), ("line", text(problem.line))]),
            row: problem.row_id.clone(),
            words: problem_words(&l, problem),
        };
        let counts = [
            ("import-accounts", import.accounts),
            ("import-users", import.users),
            ("import-deals", import.deals),
            ("import-rejected", import.rejected),
            ("import-warnings", import.warnings),
            ("import-new", import.deals_new),
            ("import-changed", import.deals_changed),
            ("import-unchanged", import.deals_unchanged),
            ("import-migrated", import.deals_migrated),
            ("import-absent", import.deals_absent),
            ("import-edits-kept", import.edits_kept),
            ("import-edits-replaced", import.edits_replaced),
        ];
        Self {
            page: Page::new(ctx, &l.t("import-title")),
            import: line(&l, import, now),
            counts: counts.map(|(key, count)| (l.t(key), l.number(count))).into(),
            refusals: import.refusals.iter().map(|refusal| refusal_words(&l, refusal)).collect(),
            unknown: (!import.unknown_columns.is_empty()).then(|| l.t1("import-unknown-columns", "columns", unknown(import))),
            problems: problems.iter().map(row).collect(),
            problem_note: (total > problems.len() as i64).then(|| {
                l.with(
                    "problems-more",
                    &[("shown", text(l.number(problems.len() as i64))), ("total", text(l.number(total)))],
                )
            }),
            may_migrate: import.state == State::Done && ctx.actor.as_ref().is_some_and(|actor| (MIGRATE_DEALS.allows)(actor)),
        }
    }
}

fn unknown(import: &Import) -> String {
    let files = import
        .unknown_columns
        .iter()
        .map(|unknown| format!("{}: {}", unknown.file.name(), unknown.columns.join(", ")));
    files.collect::<Vec<_>>().join("; ")
}

/// Why a file was refused.
pub fn refusal_words(l: &L10n, refusal: &Refusal) -> String {
    l.with(
        &format!("psc-refusal-{}", refusal.code.code()),
        &[
            ("file", text(refusal.file.name())),
            ("columns", text(refusal.columns.join(", "))),
            ("line", text(refusal.line.unwrap_or_default())),
        ],
    )
}

fn problem_words(l: &L10n, problem: &Problem) -> String {
    l.with(
        &format!("psc-problem-{}", problem.code),
        &[("column", text(&problem.column)), ("value", text(&problem.value)), ("line", text(problem.line))],
    )
}

pub fn problem_headings(l: &L10n) -> Vec<String> {
    ["problem-kind", "problem-file", "problem-line", "problem-row", "problem-column", "problem-value", "problem-reason"]
        .map(|key| l.t(key))
        .into()
}

pub fn problem_cells(l: &L10n, problem: &Problem) -> Vec<String> {
    vec![
        l.t(if problem.rejected { "problem-rejected" } else { "problem-warning" }),
        problem.file.clone(),
        problem.line.to_string(),
        problem.row_id.clone(),
        problem.column.clone(),
        problem.value.clone(),
        problem_words(l, problem),
    ]
}
