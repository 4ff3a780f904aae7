use std::collections::BTreeMap;

use askama::Template;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use crate::{
    migration::{
        deals::store::outcomes::{Outcome, Sum},
        run::{Run, State},
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
    pub overdue: Option<String>,
}

impl RunView {
    pub fn new(l: &L10n, run: &Run, now: DateTime<Utc>) -> Self {
        let kind = if run.rehearsal { "rehearsal" } else { "run" };
        let numbers = [
            ("done", text(l.number(run.done()))),
            ("total", text(l.number(run.total))),
            ("migrated", text(l.number(run.migrated))),
            ("errors", text(l.number(run.errors))),
        ];
        Self {
            path: format!("/migration/deals/runs/{}", run.id),
            headline: l.with(&format!("{kind}-{}", run.state.code()), &numbers),
            detail: details(l, run, now).join(" "),
            tone: match run.state {
                State::Queued | State::Running => "",
                State::Completed => "good",
                State::CompletedWithErrors | State::Cancelled | State::Failed => "bad",
            },
            live: run.state.is_live(),
            done: run.done(),
            total: run.total.max(1),
            overdue: run.is_overdue(now).then(|| l.t("run-overdue")),
        }
    }
}

fn details(l: &L10n, run: &Run, now: DateTime<Utc>) -> Vec<String> {
    let who = run.started_by_name.clone().unwrap_or_else(|| l.t("run-by-shell"));
    let mut lines = vec![l.with("run-started", &[("name", text(who)), ("time", text(l.time(run.started_at, now)))])];
    if let Some(rate) = run.rate(now) {
        lines.push(l.t1("run-rate", "rate", l.number(rate.round() as i64)));
    }
    match (run.state.is_live(), run.finished_at, run.expected_end(now)) {
        (true, _, Some(end)) => lines.push(l.t1("run-expected", "time", l.time(end, now))),
        (false, Some(end), _) => lines.push(l.t1("run-finished", "time", l.time(end, now))),
        _ => {}
    }
    if run.state == State::Failed {
        lines.push(l.t("run-failed-advice"));
    }
    lines
}

/// The part of the run page that renews itself.
#[derive(Template)]
#[template(path = "migration/deals/progress.html")]
pub struct ProgressFragment {
    pub page: Page,
    pub run: RunView,
}

impl ProgressFragment {
    pub fn new(ctx: &Ctx, run: &Run, now: DateTime<Utc>) -> Self {
        Self { page: Page::new(ctx, ""), run: RunView::new(&ctx.l, run, now) }
    }
}

struct OutcomeRow {
    deal_id: String,
    name: String,
    referral: Option<String>,
    engagement: String,
    words: String,
    bad: bool,
}

/// A line of the reconciliation.
struct SumRow {
    currency: String,
    source: String,
    outcome: String,
    target: String,
    not_eligible: String,
    errors: String,
    difference: String,
    balanced: bool,
}

/// A run: progress while it is live, then its report.
#[derive(Template)]
#[template(path = "migration/deals/run.html")]
pub struct RunPage {
    page: Page,
    run: RunView,
    rehearsal: bool,
    rows: Vec<OutcomeRow>,
    sums: Vec<SumRow>,
    errors_only: bool,
    has_errors: bool,
    next: Option<String>,
    intro: String,
}

impl RunPage {
    pub fn new(
        ctx: &Ctx,
        run: &Run,
        rows: &[Outcome],
        sums: &[Sum],
        errors_only: bool,
        next: Option<String>,
        now: DateTime<Utc>,
    ) -> Self {
        let l = ctx.l;
        let title = l.t(if run.rehearsal { "run-title-rehearsal" } else { "run-title" });
        let row = |o: &Outcome| OutcomeRow {
            deal_id: o.psc_deal_id.clone(),
            name: o.deal_name.clone(),
            referral: o.referral.map(|id| id.to_string()),
            engagement: o.engagement.map(|id| id.to_string()).unwrap_or_default(),
            words: outcome_words(&l, o),
            bad: o.outcome == "error",
        };
        Self {
            page: Page::new(ctx, &title),
            run: RunView::new(&l, run, now),
            rehearsal: run.rehearsal,
            rows: rows.iter().map(row).collect(),
            sums: reconcile(&l, sums),
            errors_only,
            has_errors: run.errors > 0,
            next,
            intro: l.t(if run.rehearsal { "run-intro-rehearsal" } else { "run-intro" }),
        }
    }
}

/// The error of a deal, in words; nothing when it has none.
pub fn error_words(l: &L10n, outcome: &Outcome) -> String {
    match outcome.error.as_deref() {
        None => String::new(),
        Some(code) => match code.strip_prefix("database:") {
            Some(state) => l.t1("migration-error-database", "code", state),
            None => l.t(&format!("migration-error-{code}")),
        },
    }
}

/// What happened, or would happen, to a deal.
pub fn outcome_words(l: &L10n, outcome: &Outcome) -> String {
    match outcome.outcome.as_str() {
        "error" => error_words(l, outcome),
        "migrated" | "would-migrate" => l.t(&format!("outcome-{}", outcome.outcome)),
        reason => l.t1(
            "outcome-stays",
            "reason",
            l.t1(&format!("standing-{}", reason.replace('_', "-")), "date", l.t("outcome-date")),
        ),
    }
}

/// Per currency: source = (target or what would migrate) + not eligible + errors.
fn reconcile(l: &L10n, sums: &[Sum]) -> Vec<SumRow> {
    let mut currencies: BTreeMap<&str, [(i32, Decimal); 5]> = BTreeMap::new();
    for sum in sums {
        let line = currencies.entry(&sum.currency).or_default();
        let add = |place: &mut (i32, Decimal)| *place = (place.0 + sum.deals, place.1 + sum.value);
        let [source, outcome, target, not_eligible, errors] = line;
        match sum.side.as_str() {
            "source:eligible" => add(source),
            side if side.starts_with("source:") => {
                add(source);
                add(not_eligible);
            }
            "outcome:error" => add(errors),
            "target" => add(target),
            _ => add(outcome),
        }
    }
    let currency_name = |code: &str| if code.is_empty() { l.t("sum-no-value") } else { code.to_owned() };
    currencies
        .into_iter()
        .map(|(code, [source, outcome, target, not_eligible, errors])| {
            let cell = |(deals, value): (i32, Decimal)| {
                if code.is_empty() { l.number(deals) } else { format!("{} · {}", l.number(deals), l.money(value, code)) }
            };
            // A rehearsal has no target: what would migrate stands for it.
            let reached = if target.0 == 0 { outcome } else { target };
            let left = (source.0 - reached.0 - not_eligible.0 - errors.0, source.1 - reached.1 - not_eligible.1 - errors.1);
            SumRow {
                currency: currency_name(code),
                source: cell(source),
                outcome: cell(outcome),
                target: cell(target),
                not_eligible: cell(not_eligible),
                errors: cell(errors),
                balanced: left.0 == 0 && left.1.is_zero(),
                difference: cell(left),
            }
        })
        .collect()
}
