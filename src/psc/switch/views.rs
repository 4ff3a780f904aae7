//! What the pages of the switch print.

use askama::Template;

use super::service::Switch;
use crate::{
    auth::Actor,
    psc::policy::IMPORT,
    web::{Ctx, L10n, Page, l10n::text},
};

/// What it means, and how it stands.
#[derive(Template)]
#[template(path = "psc/switch.html")]
pub struct SwitchPage {
    page: Page,
    /// Since when and by whom; `None`: not yet.
    set: Option<String>,
    may_set: bool,
    /// The box was not checked.
    problem: Option<String>,
}

fn since(l: L10n, switch: &Switch) -> String {
    l.with("switch-since", &[("at", text(l.moment(switch.at))), ("who", text(&switch.by))])
}

impl SwitchPage {
    pub fn new(ctx: &Ctx, actor: &Actor, switch: Option<&Switch>, unconfirmed: bool) -> Self {
        let l = ctx.l;
        Self {
            page: Page::new(ctx, &l.t("switch-title")),
            set: switch.map(|switch| since(l, switch)),
            may_set: (IMPORT.allows)(actor),
            problem: unconfirmed.then(|| l.t("switch-unconfirmed")),
        }
    }
}

struct Line {
    organisation: String,
    since: String,
    take_back: String,
}

/// Organisations that have switched.
#[derive(Template)]
#[template(path = "psc/switches.html")]
pub struct SwitchesPage {
    page: Page,
    lines: Vec<Line>,
}

impl SwitchesPage {
    pub fn new(ctx: &Ctx, switches: &[Switch]) -> Self {
        let line = |switch: &Switch| Line {
            organisation: switch.organisation_name.clone(),
            since: since(ctx.l, switch),
            take_back: format!("/operations/switches/{}/removal", switch.organisation),
        };
        Self { page: Page::new(ctx, &ctx.l.t("switches-title")), lines: switches.iter().map(line).collect() }
    }
}
