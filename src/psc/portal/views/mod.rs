//! What PSC's own pages print.

mod clean_up;
mod deal;
mod edit;
mod grid;
mod home;
mod people;
mod products;
mod upload;

use askama::Template;

use super::{
    forms,
    rules::{Act, Phase},
    service::{Account, Desk},
};
use crate::{
    auth::Actor,
    guide::service::Mapping,
    migration::deals::policy::MIGRATE_DEALS,
    psc::{
        import::{Column, DealColumn as C, Flaw},
        policy::IMPORT,
    },
    web::{Ctx, L10n, Page, l10n::text},
};
pub use clean_up::{CleanUpPage, Sheet};
pub use deal::DealPage;
pub use edit::{closing, edit, new, problems_of};
pub use grid::GridPage;
pub use home::{HomePage, Notices, NoticesPage};
pub use people::{RolesPage, UsersPage};
pub use products::ProductsPage;
pub use upload::UploadPage;

/// The seven views, and the clean-up: name (of the mapping; the end of the locale key `psc-view-…`) and path.
const VIEWS: [(&str, &str); 6] = [
    ("home", "/psc/home"),
    ("grid", "/psc/deals"),
    ("users", "/psc/users"),
    ("roles", "/psc/roles"),
    ("notifications", "/psc/notifications"),
    ("clean-up", "/psc/clean-up"),
];

struct Tab {
    label: String,
    path: &'static str,
    current: bool,
}

/// Something that is said above every view.
pub struct Notice {
    pub tone: &'static str,
    pub words: String,
    /// Words and path.
    pub link: Option<(String, String)>,
}

impl Notice {
    /// The locale key of how soon something is to be done.
    pub fn urgency(&self) -> &'static str {
        match self.tone {
            "bad" => "psc-notice-now",
            "warn" => "psc-notice-soon",
            _ => "psc-notice-know",
        }
    }
}

/// What stands around each of PSC's views: the way to the others, what is to be known, and where its parts are now.
pub struct Frame {
    tabs: Vec<Tab>,
    pub notices: Vec<Notice>,
    mapping: Option<Mapping>,
}

impl Frame {
    /// `view`: the name of its mapping.
    pub fn new(ctx: &Ctx, actor: &Actor, desk: &Desk, accounts: &[Account], view: &str) -> Self {
        let l = ctx.l;
        // Details and products are parts of the grid.
        let current = if ["deal", "products"].contains(&view) { "grid" } else { view };
        let tabs =
            VIEWS
                .into_iter()
                .map(|(name, path)| Tab { label: l.t(&format!("psc-view-{name}")), path, current: name == current });
        let mut notices = notices(l, actor, desk, accounts);
        // What is only good to know stands on the first page, and with the notifications.
        if !["home", "notifications"].contains(&view) {
            notices.retain(|notice| !notice.tone.is_empty());
        }
        Self { tabs: tabs.collect(), notices, mapping: Mapping::named(l, view) }
    }

    /// The number of a part in the mapping, to stand beside it; empty: it has none.
    pub fn number(&self, part: &str) -> String {
        let found = self.mapping.iter().flat_map(|mapping| &mapping.parts).find(|p| p.name == part);
        found.map(|part| part.number.to_string()).unwrap_or_default()
    }

    /// Whether Partner Center has no counterpart of a part.
    pub fn gone(&self, part: &str) -> bool {
        let mut parts = self.mapping.iter().flat_map(|mapping| &mapping.parts);
        parts.any(|p| p.name == part && !p.kept)
    }
}

/// What PSC is now, that the accounts move, and which of them have a wrong MPN ID.
fn notices(l: L10n, actor: &Actor, desk: &Desk, accounts: &[Account]) -> Vec<Notice> {
    let dates = desk.facts.dates;
    let mut notices = vec![match desk.phase {
        Phase::Open => Notice { tone: "", words: l.t1("psc-phase-open", "from", l.moment(dates.read_only_from)), link: None },
        Phase::ReadOnly | Phase::Closed => Notice {
            tone: "warn",
            words: l.with(
                "psc-phase-read-only",
                &[("since", text(l.moment(dates.read_only_from))), ("until", text(l.moment(dates.closed_from)))],
            ),
            link: None,
        },
    }];
    if let Some(at) = desk.facts.switched_at {
        let link = Some((l.t("psc-new-there"), "/deals/new".to_owned()));
        notices.push(Notice { tone: "", words: l.t1("psc-switched", "at", l.moment(at)), link });
    }
    let valid: Vec<String> = accounts
        .iter()
        .filter(|account| account.valid)
        .map(|account| format!("{} (MPN {})", account.name, account.mpn_id))
        .collect();
    if !valid.is_empty() {
        let link =
            if (MIGRATE_DEALS.allows)(actor) { ("nav-migrate-deals", "/migration/deals") } else { ("guide-title", "/guide") };
        notices.push(Notice {
            tone: "",
            words: l.t1("psc-moves", "accounts", valid.join(", ")),
            link: Some((l.t(link.0), link.1.to_owned())),
        });
    }
    for account in accounts.iter().filter(|account| !account.valid) {
        let link = if (IMPORT.allows)(actor) { ("nav-corrections", "/psc/mpn") } else { ("guide-mpn", "/guide/mpn") };
        let key = if account.mpn_id.is_empty() { "psc-no-mpn" } else { "psc-wrong-mpn" };
        notices.push(Notice {
            tone: "bad",
            words: l.with(
                key,
                &[("account", text(format!("{} ({})", account.name, account.id))), ("mpn", text(&account.mpn_id))],
            ),
            link: Some((l.t(link.0), link.1.to_owned())),
        });
    }
    notices
}

/// PSC has closed, or nothing has come in yet.
#[derive(Template)]
#[template(path = "psc/portal/away.html")]
pub struct AwayPage {
    page: Page,
    words: String,
    /// The ways that remain: words and path.
    ways: Vec<(String, &'static str)>,
}

impl AwayPage {
    pub fn closed(ctx: &Ctx, actor: &Actor, desk: &Desk) -> Self {
        let l = ctx.l;
        let mut ways = Vec::new();
        if actor.scope().all != crate::auth::Reach::Locations(Vec::new())
            || actor.scope().team != crate::auth::Reach::Locations(Vec::new())
        {
            ways.push((l.t("psc-way-deals"), "/deals"));
        }
        if (MIGRATE_DEALS.allows)(actor) {
            ways.push((l.t("psc-way-migrate"), "/migration/deals"));
        }
        ways.push((l.t("psc-way-guide"), "/guide"));
        ways.push((l.t("psc-way-help"), "/account/users?role=account-admin"));
        Self {
            page: Page::new(ctx, &l.t("psc-closed")),
            words: l.t1("psc-closed-words", "at", l.moment(desk.facts.dates.closed_from)),
            ways,
        }
    }

    pub fn empty(ctx: &Ctx, actor: &Actor) -> Self {
        let l = ctx.l;
        let import = (IMPORT.allows)(actor).then(|| (l.t("nav-psc-import"), "/psc/imports"));
        let guide = (l.t("psc-way-guide"), "/guide");
        Self {
            page: Page::new(ctx, &l.t("psc-title")),
            words: l.t("psc-nothing-here"),
            ways: import.into_iter().chain([guide]).collect(),
        }
    }
}

/// The label of a column.
fn label(l: L10n, column: C) -> String {
    l.t(&format!("psc-field-{}", forms::name_of(column)))
}

/// A code's word: of a status, a business type, a source.
fn code_word(l: L10n, kind: &str, code: &str) -> String {
    l.t(&format!("psc-{kind}-{code}"))
}

/// What is wrong with a detail, as an import says it.
fn flaw_words(l: L10n, flaw: &Flaw) -> String {
    let column = C::ALL.iter().find(|column| column.name() == flaw.column);
    let name = column.map_or_else(|| flaw.column.to_owned(), |column| label(l, *column));
    l.with(
        &format!("psc-problem-{}", flaw.code.code()),
        &[("column", text(name)), ("value", text(&flaw.value)), ("line", text(""))],
    )
}

/// Why something is not offered; `None`: it is.
fn why_not(l: L10n, desk: &Desk, act: Act) -> Option<String> {
    desk.may(act).err().map(|refused| l.t(refused.key()))
}
