use askama::Template;
use chrono::{DateTime, Utc};

use super::run::RunView;
use crate::{
    migration::{
        deals::readiness::{Readiness, Standing},
        run::{Run, State},
    },
    referrals::missing::Detail,
    web::{Ctx, L10n, Page},
};

struct ReasonRow {
    label: String,
    count: String,
    remedy: String,
    /// Where it is done; empty where it is not done here.
    remedy_path: &'static str,
    path: String,
}

struct DetailRow {
    label: String,
    count: String,
    path: String,
}

/// A run of the list of earlier ones.
struct RunLine {
    label: String,
    when: String,
    path: String,
}

/// The readiness page, as drawn in the design.
#[derive(Template)]
#[template(path = "migration/deals/readiness.html")]
pub struct ReadinessPage {
    page: Page,
    intro: String,
    eligible: String,
    incomplete: String,
    not_eligible: String,
    migrated: String,
    has_incomplete: bool,
    has_not_eligible: bool,
    reasons: Vec<ReasonRow>,
    details: Vec<DetailRow>,
    live: Option<RunView>,
    all_migrated: bool,
    nothing_here: bool,
    can_start: bool,
    why_not: String,
    expected: String,
    migrate_label: String,
    runs: Vec<RunLine>,
}

impl ReadinessPage {
    pub fn new(
        ctx: &Ctx,
        counts: &Readiness,
        runs: &[Run],
        importing: bool,
        eligible_from: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Self {
        let l = ctx.l;
        let live = runs.iter().find(|run| run.state.is_live());
        let nothing_here = counts.eligible + counts.migrated + counts.not_eligible_total() == 0;
        let all_migrated = counts.eligible == 0 && counts.migrated > 0;
        let why_not = match () {
            () if live.is_some() => "migration-not-now-running",
            () if importing => "migration-not-now-importing",
            () if nothing_here => "migration-not-now-no-export",
            () if all_migrated => "migration-not-now-all-migrated",
            () => "migration-not-now-none-eligible",
        };
        let reason_row = |reason: Standing| {
            let count = counts.of_reason(reason);
            let from = eligible_from.map(|at| l.date(at.date_naive())).unwrap_or_default();
            (count > 0).then(|| ReasonRow {
                label: l.t1(&format!("standing-{}", reason.key()), "date", from),
                count: l.number(count),
                remedy: l.t(&format!("standing-{}-remedy", reason.key())),
                remedy_path: if reason == Standing::InvalidMpn { "/psc/mpn" } else { "" },
                path: format!("/migration/deals/list?standing={}", reason.code()),
            })
        };
        let detail_row = |detail: Detail| {
            let count = counts.of_detail(detail);
            (count > 0).then(|| DetailRow {
                label: l.t(&format!("missing-{}", detail.code().replace('_', "-"))),
                count: l.number(count),
                path: format!("/migration/deals/list?standing=eligible&missing={}", detail.code()),
            })
        };
        Self {
            page: Page::new(ctx, &l.t("migration-title")),
            intro: l.t("migration-intro"),
            eligible: l.number(counts.eligible),
            incomplete: l.number(counts.eligible_incomplete),
            not_eligible: l.number(counts.not_eligible_total()),
            migrated: l.number(counts.migrated),
            has_incomplete: counts.eligible_incomplete > 0,
            has_not_eligible: counts.not_eligible_total() > 0,
            reasons: Standing::REASONS.into_iter().filter_map(reason_row).collect(),
            details: Detail::ALL.into_iter().filter_map(detail_row).collect(),
            live: live.map(|run| RunView::new(&l, run, now)),
            all_migrated,
            nothing_here,
            can_start: counts.eligible > 0 && live.is_none() && !importing,
            why_not: l.t(why_not),
            expected: expectation(&l, counts.eligible, runs, now),
            migrate_label: l.count("migration-migrate", counts.eligible),
            runs: runs.iter().map(|run| line(&l, run, now)).collect(),
        }
    }
}

/// How long it will take: what is promised and, when a run or rehearsal has been measured, what is expected.
fn expectation(l: &L10n, eligible: i64, runs: &[Run], now: DateTime<Utc>) -> String {
    let measured = runs
        .iter()
        .filter(|run| run.state == State::Completed)
        .find_map(|run| Some((run.rehearsal, run.rate(now)?)));
    match measured {
        Some((false, rate)) if rate > 0.0 => {
            let seconds = (eligible as f64 / rate).ceil() as i64;
            l.with(
                "migration-expected",
                &[
                    ("duration", crate::web::l10n::text(l.duration(seconds))),
                    ("count", crate::web::l10n::text(l.number(eligible))),
                ],
            )
        }
        _ => l.t("migration-promised"),
    }
}

fn line(l: &L10n, run: &Run, now: DateTime<Utc>) -> RunLine {
    let kind = if run.rehearsal { "run-kind-rehearsal" } else { "run-kind-migration" };
    RunLine {
        label: format!("{} · {}", l.t(kind), l.t(&format!("run-state-{}", run.state.code()))),
        when: l.time(run.started_at, now),
        path: format!("/migration/deals/runs/{}", run.id),
    }
}
