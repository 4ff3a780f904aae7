//! What the pages of corrections print.

use askama::Template;

use super::{
    forms::{DecisionForm, Flaw, RequestForm},
    service::{Correction, State, Wrong},
};
use crate::{
    auth::Actor,
    psc::policy::{DECIDE_MPN, IMPORT},
    web::{
        Ctx, L10n, Page,
        fields::{Field, FormPage, Problem},
        l10n::text,
    },
};

struct WrongLine {
    account: String,
    mpn: String,
    deals: String,
    users: String,
    /// Where to ask for a correction; `None`: one is asked for.
    ask: Option<String>,
}

struct Line {
    organisation: String,
    account: String,
    change: String,
    note: String,
    asked: String,
    state: String,
    tone: &'static str,
    decided: String,
    reason: String,
    withdraw: Option<String>,
    decide: Option<String>,
}

/// An organisation's wrong MPN IDs and what was asked for; or what was asked for by all of them.
#[derive(Template)]
#[template(path = "psc/corrections.html")]
pub struct CorrectionsPage {
    page: Page,
    /// `None`: of all organisations.
    wrong: Option<Vec<WrongLine>>,
    may_ask: bool,
    lines: Vec<Line>,
}

/// Where a correction is asked for.
fn ask(account: &str, wrong: &str) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("account", account)
        .append_pair("wrong", wrong)
        .finish();
    format!("/psc/mpn/new?{query}")
}

/// What an export says, or that it says nothing.
fn said(l: L10n, mpn: &str) -> String {
    if mpn.is_empty() { l.t("corrections-empty") } else { mpn.to_owned() }
}

fn line(l: L10n, correction: &Correction, actor: &Actor, all: bool) -> Line {
    let waits = correction.state == State::Requested;
    let path = |act: &str| format!("/psc/mpn/{}/{act}", correction.id);
    let decided = correction.decided_by.as_ref().zip(correction.decided_at);
    Line {
        organisation: if all { correction.organisation_name.clone() } else { String::new() },
        account: format!("{} ({})", correction.asked.account_name, correction.asked.psc_account_id),
        change: l.with(
            "corrections-change",
            &[("wrong", text(said(l, &correction.asked.wrong_mpn_id))), ("right", text(&correction.asked.mpn_id))],
        ),
        note: correction.asked.note.clone(),
        asked: l.with(
            "corrections-by-at",
            &[("who", text(&correction.requested_by)), ("at", text(l.moment(correction.requested_at)))],
        ),
        state: l.t(&format!("corrections-state-{}", correction.state.code())),
        tone: match correction.state {
            State::Requested => "warn",
            State::Approved => "good",
            State::Refused => "bad",
            State::Withdrawn => "",
        },
        decided: decided.map_or_else(String::new, |(who, at)| {
            l.with("corrections-by-at", &[("who", text(who)), ("at", text(l.moment(at)))])
        }),
        reason: correction.reason.clone(),
        withdraw: (waits && !all && (IMPORT.allows)(actor)).then(|| path("withdrawal")),
        decide: if !waits {
            None
        } else if all {
            Some(format!("/operations/mpn-corrections/{}", correction.id))
        } else {
            (DECIDE_MPN.allows)(actor).then(|| path("decision"))
        },
    }
}

impl CorrectionsPage {
    pub fn own(ctx: &Ctx, actor: &Actor, wrong: &[Wrong], corrections: &[Correction]) -> Self {
        let l = ctx.l;
        let may_ask = (IMPORT.allows)(actor);
        let waits = |w: &Wrong| {
            corrections.iter().any(|c| {
                c.state == State::Requested && c.asked.psc_account_id == w.psc_account_id && c.asked.wrong_mpn_id == w.mpn_id
            })
        };
        let wrong = wrong.iter().map(|w| WrongLine {
            account: format!("{} ({})", w.account_name, w.psc_account_id),
            mpn: said(l, &w.mpn_id),
            deals: l.number(w.deals),
            users: l.number(w.users),
            ask: (!waits(w)).then(|| ask(&w.psc_account_id, &w.mpn_id)),
        });
        Self {
            page: Page::new(ctx, &l.t("corrections-title")),
            wrong: Some(wrong.collect()),
            may_ask,
            lines: corrections.iter().map(|c| line(l, c, actor, false)).collect(),
        }
    }

    pub fn all(ctx: &Ctx, actor: &Actor, corrections: &[Correction]) -> Self {
        Self {
            page: Page::new(ctx, &ctx.l.t("corrections-title")),
            wrong: None,
            may_ask: false,
            lines: corrections.iter().map(|c| line(ctx.l, c, actor, true)).collect(),
        }
    }
}

fn problems(l: L10n, flaws: &[Flaw]) -> Vec<Problem> {
    flaws
        .iter()
        .map(|(field, key)| Problem { field: (*field).to_owned(), words: l.t(key) })
        .collect()
}

/// The form that asks for a correction. `own`: MPN IDs with the names of their locations.
pub fn request(ctx: &Ctx, wrong: &Wrong, own: &[(String, String)], form: &RequestForm, flaws: &[Flaw]) -> FormPage {
    let l = ctx.l;
    let problems = problems(l, flaws);
    let choices = own.iter().map(|(mpn, name)| {
        let name = if name.is_empty() { l.t("corrections-global") } else { name.clone() };
        (mpn.clone(), format!("{mpn} · {name}"))
    });
    let none = (String::new(), l.t("corrections-choose"));
    FormPage {
        page: Page::new(ctx, &l.t("corrections-new")),
        about: l.t("corrections-title"),
        back: "/psc/mpn".to_owned(),
        intro: l.with(
            "corrections-new-intro",
            &[
                ("account", text(format!("{} ({})", wrong.account_name, wrong.psc_account_id))),
                ("mpn", text(said(l, &wrong.mpn_id))),
                ("deals", text(l.number(wrong.deals))),
                ("users", text(l.number(wrong.users))),
            ],
        ),
        warning: None,
        action: ask(&wrong.psc_account_id, &wrong.mpn_id),
        seen: String::new(),
        fields: vec![
            Field::text("mpn_id", l.t("corrections-right"), &form.mpn_id)
                .among(std::iter::once(none).chain(choices))
                .with(&problems),
            Field::text("note", l.t("corrections-note"), &form.note)
                .long()
                .hint(l.t("corrections-note-hint"))
                .with(&problems),
        ],
        problems,
        button: l.t("corrections-ask"),
    }
}

/// The form that decides one; `back`: the list, `action`: the form's own address.
pub fn decision(ctx: &Ctx, asked: &Correction, form: &DecisionForm, flaws: &[Flaw], back: &str, action: String) -> FormPage {
    let l = ctx.l;
    let problems = problems(l, flaws);
    let mut intro = l.with(
        "corrections-decide-intro",
        &[
            ("organisation", text(&asked.organisation_name)),
            ("who", text(&asked.requested_by)),
            ("account", text(format!("{} ({})", asked.asked.account_name, asked.asked.psc_account_id))),
            ("wrong", text(said(l, &asked.asked.wrong_mpn_id))),
            ("right", text(&asked.asked.mpn_id)),
        ],
    );
    if !asked.asked.note.is_empty() {
        intro = format!("{intro} “{}”", asked.asked.note);
    }
    FormPage {
        page: Page::new(ctx, &l.t("corrections-decide")),
        about: l.t("corrections-title"),
        back: back.to_owned(),
        intro,
        warning: None,
        action,
        seen: String::new(),
        fields: vec![
            Field::text("decision", l.t("corrections-decision"), &form.decision)
                .among([
                    (String::new(), l.t("corrections-choose")),
                    ("approve".to_owned(), l.t("corrections-approve")),
                    ("refuse".to_owned(), l.t("corrections-refuse")),
                ])
                .with(&problems),
            Field::text("reason", l.t("corrections-reason"), &form.reason)
                .long()
                .hint(l.t("corrections-reason-hint"))
                .with(&problems),
        ],
        problems,
        button: l.t("corrections-decide-button"),
    }
}
