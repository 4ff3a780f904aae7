//! View models of the guide.

use askama::Template;

use super::{
    content::{ANSWERS, DIFFERENCES, Part, VIEWS, View},
    service::Progress,
};
use crate::{
    migration::{
        deals::service::{Notice, Standing},
        users::service::Status,
    },
    web::{Ctx, L10n, Page},
};

/// Something to do, and how it stands.
struct Task {
    words: String,
    /// How it stands for this organisation; empty where nobody can know.
    state: String,
    tone: &'static str,
    link: Option<(String, &'static str)>,
}

#[derive(Template)]
#[template(path = "guide/start.html")]
pub struct StartPage {
    page: Page,
    before: Vec<Task>,
    after: Vec<Task>,
}

impl StartPage {
    /// `progress`: of partners.
    pub fn new(ctx: &Ctx, progress: Option<&Progress>) -> Self {
        let l = ctx.l;
        let task = |name: &str, path: Option<&'static str>, state: (String, &'static str)| Task {
            words: l.t(&format!("guide-task-{name}")),
            state: state.0,
            tone: state.1,
            link: path.map(|path| (l.t(&format!("guide-link-{name}")), path)),
        };
        let said = |state: Option<(String, &'static str)>| state.unwrap_or_default();
        Self {
            page: Page::new(ctx, &l.t("guide-title")),
            before: vec![
                task("read", Some("/guide/differences"), said(None)),
                task("export", Some("/psc/imports"), said(progress.map(|p| exported(l, p)))),
                task("mpn", Some("/psc/mpn"), said(progress.map(|p| valid_mpn(l, p)))),
                task("clean", Some("/migration/deals"), said(progress.map(|p| complete(l, p)))),
            ],
            after: vec![
                task("users", Some("/migration/users"), said(progress.and_then(|p| people(l, p)))),
                task("deals", Some("/migration/deals"), said(progress.map(|p| migrated(l, p)))),
                task("gaps", Some("/deals"), said(None)),
                task("switch", Some("/psc/switch"), said(progress.map(|p| switched(l, p)))),
                task("work", Some("/guide/mapping"), said(None)),
            ],
        }
    }
}

fn exported(l: L10n, progress: &Progress) -> (String, &'static str) {
    if progress.exported { (l.t("guide-state-exported"), "good") } else { (l.t("guide-state-not-exported"), "warn") }
}

fn valid_mpn(l: L10n, progress: &Progress) -> (String, &'static str) {
    match progress.readiness.of_reason(Standing::InvalidMpn) {
        0 => (l.t("guide-state-mpn-valid"), "good"),
        deals => (l.count("guide-state-mpn-invalid", deals), "bad"),
    }
}

fn complete(l: L10n, progress: &Progress) -> (String, &'static str) {
    match progress.readiness.eligible_incomplete {
        0 => (l.t("guide-state-complete"), "good"),
        deals => (l.count("guide-state-incomplete", deals), "warn"),
    }
}

/// Nothing to say without an export.
fn people(l: L10n, progress: &Progress) -> Option<(String, &'static str)> {
    let users = &progress.users;
    if users.all_done() {
        return Some((l.t("guide-state-users-done"), "good"));
    }
    let waiting = users.of_status(Status::NotMigrated) + users.to_correct();
    (users.total() > 0).then(|| (l.count("guide-state-users-waiting", waiting), "warn"))
}

fn switched(l: L10n, progress: &Progress) -> (String, &'static str) {
    if progress.switched { (l.t("guide-state-switched"), "good") } else { (l.t("guide-state-not-switched"), "warn") }
}

fn migrated(l: L10n, progress: &Progress) -> (String, &'static str) {
    match &progress.migration {
        None => (l.t("guide-state-nothing-eligible"), ""),
        Some(Notice::Waiting { .. }) => (l.count("guide-state-eligible", progress.readiness.eligible), "warn"),
        Some(Notice::Live(_)) => (l.t("guide-state-migrating"), "info"),
        Some(Notice::AllDone(_)) => (l.t("guide-state-migrated"), "good"),
        Some(Notice::Remaining { .. }) => (l.count("guide-state-remaining", progress.readiness.eligible), "warn"),
    }
}

struct Difference {
    scenario: String,
    psc: String,
    pc: String,
}

#[derive(Template)]
#[template(path = "guide/differences.html")]
pub struct DifferencesPage {
    page: Page,
    rows: Vec<Difference>,
}

impl DifferencesPage {
    pub fn new(ctx: &Ctx) -> Self {
        let l = ctx.l;
        let rows = DIFFERENCES.into_iter().map(|name| Difference {
            scenario: l.t(&format!("guide-diff-{name}")),
            psc: l.t(&format!("guide-diff-{name}-psc")),
            pc: l.t(&format!("guide-diff-{name}-pc")),
        });
        Self { page: Page::new(ctx, &l.t("guide-differences")), rows: rows.collect() }
    }
}

struct Answer {
    anchor: String,
    question: String,
    answer: String,
    link: Option<(String, &'static str)>,
}

#[derive(Template)]
#[template(path = "guide/answers.html")]
pub struct AnswersPage {
    page: Page,
    answers: Vec<Answer>,
}

impl AnswersPage {
    pub fn new(ctx: &Ctx) -> Self {
        let l = ctx.l;
        let answers = (1..).zip(ANSWERS).map(|(n, path)| Answer {
            anchor: format!("answer-{n}"),
            question: l.t(&format!("guide-question-{n}")),
            answer: l.t(&format!("guide-answer-{n}")),
            link: path.map(|path| (l.t("guide-there"), path)),
        });
        Self { page: Page::new(ctx, &l.t("guide-answers")), answers: answers.collect() }
    }
}

/// A part of a PSC view, and where it is now.
pub struct MappedPart {
    pub name: &'static str,
    pub number: i64,
    pub from: String,
    pub to: String,
    /// False: Partner Center has no counterpart.
    pub kept: bool,
}

/// A view of PSC, part by part.
pub struct Mapping {
    pub anchor: String,
    pub title: String,
    pub parts: Vec<MappedPart>,
}

impl Mapping {
    fn of(l: L10n, view: &View) -> Self {
        let part = |(number, part): (i64, &'static Part)| MappedPart {
            name: part.name,
            number,
            from: l.t(&format!("guide-from-{}", part.name)),
            to: l.t(&format!("guide-to-{}", part.name)),
            kept: part.kept,
        };
        Self {
            anchor: format!("view-{}", view.name),
            title: l.t(&format!("guide-view-{}", view.name)),
            parts: (1..).zip(view.parts).map(part).collect(),
        }
    }

    /// Of the view with this name, for the view's own page.
    pub fn named(l: L10n, name: &str) -> Option<Self> {
        VIEWS.iter().find(|view| view.name == name).map(|view| Self::of(l, view))
    }
}

#[derive(Template)]
#[template(path = "guide/mapping.html")]
pub struct MappingPage {
    page: Page,
    views: Vec<Mapping>,
}

impl MappingPage {
    pub fn new(ctx: &Ctx) -> Self {
        let views = VIEWS.iter().map(|view| Mapping::of(ctx.l, view)).collect();
        Self { page: Page::new(ctx, &ctx.l.t("guide-mapping")), views }
    }
}

#[derive(Template)]
#[template(path = "guide/mpn.html")]
pub struct MpnPage {
    page: Page,
    /// Of partners.
    own: Option<String>,
}

impl MpnPage {
    pub fn new(ctx: &Ctx) -> Self {
        let own = ctx.actor.as_ref().and_then(|actor| actor.mpn_id.clone());
        let own = own.map(|mpn| ctx.l.t1("guide-mpn-own", "mpn", mpn));
        Self { page: Page::new(ctx, &ctx.l.t("guide-mpn")), own }
    }
}
