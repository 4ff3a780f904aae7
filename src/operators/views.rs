//! View models of the operators' pages.

use askama::Template;
use chrono::{DateTime, Utc};

use super::{
    forms::{DatesForm, PartnerForm, Problem},
    service::{AnyRun, Created, FailedJob, JobCount, Partner},
};
use crate::{
    migration::run::State,
    web::{Ctx, L10n, Page, l10n::text},
};

/// A field as typed, with what is wrong.
pub struct Field {
    pub id: &'static str,
    pub kind: &'static str,
    pub label: String,
    pub hint: String,
    pub value: String,
    pub problem: Option<String>,
}

fn field(l: L10n, id: &'static str, kind: &'static str, value: &str, problems: &[Problem]) -> Field {
    let key = id.replace('_', "-");
    let problem = problems.iter().find(|(field, _)| *field == id).map(|(_, key)| l.t(key));
    Field {
        id,
        kind,
        label: l.t(&format!("operators-{key}")),
        hint: l.t(&format!("operators-{key}-hint")),
        value: value.to_owned(),
        problem,
    }
}

struct PartnerLine {
    name: String,
    mpn_id: String,
    people: String,
    dates: String,
    imported: String,
    path: String,
}

#[derive(Template)]
#[template(path = "operators/partners.html")]
pub struct PartnersPage {
    page: Page,
    search: String,
    partners: Vec<PartnerLine>,
    next: Option<String>,
}

impl PartnersPage {
    pub fn new(ctx: &Ctx, search: &str, partners: &[Partner], more: bool, now: DateTime<Utc>) -> Self {
        let l = ctx.l;
        let line = |partner: &Partner| PartnerLine {
            name: format!("{} ({})", partner.name, partner.country),
            mpn_id: partner.mpn_id.clone(),
            people: l.with(
                "operators-people",
                &[("users", text(l.number(partner.users))), ("locations", text(l.number(partner.locations)))],
            ),
            dates: match (partner.eligible_from, partner.read_only_from, partner.closed_from) {
                (Some(eligible), Some(read_only), Some(closed)) => l.with(
                    if partner.own_dates { "operators-own-dates" } else { "operators-common-dates" },
                    &[("eligible", text(l.day(eligible))), ("read", text(l.day(read_only))), ("closed", text(l.day(closed)))],
                ),
                _ => l.t("operators-no-dates"),
            },
            imported: partner
                .imported_at
                .map_or_else(|| l.t("operators-no-export"), |at| l.time(at, now)),
            path: format!("/operations/organisations/{}/dates", partner.id),
        };
        let next = partners.last().filter(|_| more).map(|last| {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("q", search)
                .append_pair("after", &last.name)
                .append_pair("id", &last.id.to_string())
                .finish();
            format!("/operations/organisations?{query}")
        });
        Self {
            page: Page::new(ctx, &l.t("operators-organisations")),
            search: search.to_owned(),
            partners: partners.iter().map(line).collect(),
            next,
        }
    }
}

#[derive(Template)]
#[template(path = "operators/form.html")]
pub struct NewPartnerPage {
    page: Page,
    intro: String,
    action: String,
    button: String,
    fields: Vec<Field>,
}

impl NewPartnerPage {
    pub fn new(ctx: &Ctx, form: PartnerForm, problems: &[Problem]) -> Self {
        let l = ctx.l;
        Self {
            page: Page::new(ctx, &l.t("operators-new")),
            intro: l.t("operators-new-intro"),
            action: "/operations/organisations".to_owned(),
            button: l.t("operators-create"),
            fields: vec![
                field(l, "legal_name", "text", &form.legal_name, problems),
                field(l, "country", "text", &form.country, problems),
                field(l, "mpn_id", "text", &form.mpn_id, problems),
                field(l, "domain", "text", &form.domain, problems),
                field(l, "admin_name", "text", &form.admin_name, problems),
                field(l, "admin_mail", "email", &form.admin_mail, problems),
            ],
        }
    }
}

#[derive(Template)]
#[template(path = "operators/form.html")]
pub struct DatesPage {
    page: Page,
    intro: String,
    action: String,
    button: String,
    fields: Vec<Field>,
}

impl DatesPage {
    pub fn new(ctx: &Ctx, partner: &Partner, form: DatesForm, problems: &[Problem]) -> Self {
        let l = ctx.l;
        Self {
            page: Page::new(ctx, &l.t1("operators-dates-of", "name", &partner.name)),
            intro: l.t("operators-dates-intro"),
            action: format!("/operations/organisations/{}/dates", partner.id),
            button: l.t("save"),
            fields: vec![
                field(l, "eligible_from", "date", &form.eligible_from, problems),
                field(l, "read_only_from", "date", &form.read_only_from, problems),
                field(l, "closed_from", "date", &form.closed_from, problems),
            ],
        }
    }
}

#[derive(Template)]
#[template(path = "operators/created.html")]
pub struct CreatedPage {
    page: Page,
    mail: String,
    password: String,
}

impl CreatedPage {
    pub fn new(ctx: &Ctx, name: &str, created: &Created) -> Self {
        Self {
            page: Page::new(ctx, &ctx.l.t1("operators-created", "name", name)),
            mail: created.mail.clone(),
            password: created.password.clone(),
        }
    }
}

struct RunLine {
    organisation: String,
    /// Of deals, or of people.
    kind: String,
    state: String,
    tone: &'static str,
    age: String,
    progress: String,
    rate: String,
    failure: String,
    cancel: Option<String>,
    resume: Option<String>,
}

#[derive(Template)]
#[template(path = "operators/runs.html")]
pub struct RunsPage {
    page: Page,
    runs: Vec<RunLine>,
}

impl RunsPage {
    pub fn new(ctx: &Ctx, runs: &[AnyRun], now: DateTime<Utc>) -> Self {
        let l = ctx.l;
        let runs = runs.iter().map(|run| run_line(l, run, now)).collect();
        Self { page: Page::new(ctx, &l.t("operators-runs")), runs }
    }
}

fn run_line(l: L10n, run: &AnyRun, now: DateTime<Utc>) -> RunLine {
    let done = run.migrated + run.errors;
    let until = run.finished_at.unwrap_or(now);
    let seconds = run
        .working_since
        .map(|since| (until - since).as_seconds_f64())
        .filter(|s| *s > 0.0);
    let overdue = run.state.is_live() && now > run.due_at;
    RunLine {
        organisation: run.organisation_name.clone(),
        kind: l.t(if run.people { "operators-of-people" } else { "operators-of-deals" }),
        state: l.t(&format!(
            "operators-{}-{}",
            if run.rehearsal { "rehearsal" } else { "run" },
            if overdue { "overdue" } else { run.state.code() }
        )),
        tone: match run.state {
            _ if overdue => "bad",
            State::Queued | State::Running => "info",
            State::Completed => "good",
            State::CompletedWithErrors | State::Cancelled | State::Failed => "bad",
        },
        age: l.time(run.started_at, now),
        progress: l.with(
            "operators-progress",
            &[("done", text(l.number(done))), ("total", text(l.number(run.total))), ("errors", text(l.number(run.errors)))],
        ),
        rate: seconds.map_or_else(String::new, |seconds| {
            l.t1("operators-rate", "rate", l.number((f64::from(done) / seconds).round() as i64))
        }),
        failure: run.failure.clone().unwrap_or_default(),
        cancel: run.state.is_live().then(|| format!("/operations/runs/{}/cancellation", run.id)),
        resume: matches!(run.state, State::Cancelled | State::Failed).then(|| format!("/operations/runs/{}/resumption", run.id)),
    }
}

struct CountLine {
    kind: String,
    state: String,
    jobs: String,
    oldest: String,
}

struct FailedLine {
    kind: String,
    state: String,
    attempts: String,
    next: String,
    error: String,
    retry: String,
}

#[derive(Template)]
#[template(path = "operators/jobs.html")]
pub struct JobsPage {
    page: Page,
    counts: Vec<CountLine>,
    failed: Vec<FailedLine>,
}

impl JobsPage {
    pub fn new(ctx: &Ctx, counts: &[JobCount], failed: &[FailedJob], now: DateTime<Utc>) -> Self {
        let l = ctx.l;
        let state = |code: &str| {
            let key = format!("operators-job-{code}");
            if l.knows(&key) { l.t(&key) } else { code.to_owned() }
        };
        Self {
            page: Page::new(ctx, &l.t("operators-jobs")),
            counts: counts
                .iter()
                .map(|count| CountLine {
                    kind: count.kind.clone(),
                    state: state(&count.state),
                    jobs: l.number(count.jobs),
                    oldest: count.oldest.map_or_else(String::new, |at| l.time(at, now)),
                })
                .collect(),
            failed: failed
                .iter()
                .map(|job| FailedLine {
                    kind: job.kind.clone(),
                    state: state(&job.state),
                    attempts: format!("{} / {}", l.number(job.attempt), l.number(job.max_attempts)),
                    next: l.time(job.scheduled_at, now),
                    error: job.error.clone().unwrap_or_default(),
                    retry: format!("/operations/jobs/{}/retry", job.id),
                })
                .collect(),
        }
    }
}
