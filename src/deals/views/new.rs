//! The pages of a new deal.

mod check;

use askama::Template;

pub use check::CheckView;

use super::{
    fields::{Choice, Choices, Input, Lock, Maker, Problem},
    part::{self, PartView},
    rows::{self, ContactView, Looked},
};
use crate::{
    accounts::service::Location,
    auth::{Actor, Reach},
    catalogue::service::Readiness,
    deals::{
        drafts::service::Kept,
        forms::{Ask, Draft, ORGANISATION, Step},
    },
    ids::DraftId,
    referrals::{kind::Help, rules::Flaw},
    web::{Ctx, L10n, Page},
};

/// "New deal" above the list: a link, or a disabled button with reason and remedy.
pub struct NewDealButton {
    /// `None`: no deal can be made.
    pub path: Option<&'static str>,
}

impl NewDealButton {
    pub fn new(readiness: Readiness) -> Self {
        Self { path: readiness.co_sell_ready.then_some("/deals/new") }
    }
}

pub fn step_path(draft: DraftId, step: Step) -> String {
    format!("/deals/new/{draft}/{}", step.code())
}

/// A draft in the list.
pub struct DraftView {
    pub path: String,
    pub removal: String,
    pub name: String,
    pub customer: String,
    pub saved: String,
    pub discard_label: String,
}

/// Where a new deal begins, and open drafts go on.
#[derive(Template)]
#[template(path = "deals/new/start.html")]
pub struct StartPage {
    pub page: Page,
    pub button: NewDealButton,
    pub drafts: Vec<DraftView>,
    pub steps: Vec<String>,
}

impl StartPage {
    pub fn new(ctx: &Ctx, readiness: Readiness, drafts: &[Kept]) -> Self {
        let l = ctx.l;
        let named = |text: &str, none: &str| if text.trim().is_empty() { l.t(none) } else { text.to_owned() };
        let view = |kept: &Kept| {
            let name = named(&kept.draft.sheet.details.name, "deal-no-name");
            DraftView {
                path: step_path(kept.id, first_open(&kept.draft)),
                removal: format!("/deals/new/{}/removal", kept.id),
                customer: named(&kept.draft.sheet.customer.name, "draft-no-customer"),
                saved: l.t1("draft-saved-at", "when", l.moment(kept.updated_at)),
                discard_label: l.t1("draft-discard-named", "name", &name),
                name,
            }
        };
        Self {
            page: Page::new(ctx, &l.t("new-deal")),
            button: NewDealButton::new(readiness),
            drafts: drafts.iter().map(view).collect(),
            steps: Step::ALL.map(|step| title(l, step)).into(),
        }
    }
}

/// The first step that something is wrong with.
fn first_open(draft: &Draft) -> Step {
    Step::ALL
        .into_iter()
        .find(|step| !draft.flaws_of(*step).is_empty())
        .unwrap_or(Step::Check)
}

fn title(l: L10n, step: Step) -> String {
    l.t(&format!("step-{}", step.code()))
}

/// A step in the row of steps: a button of the form, so that nothing typed is lost.
pub struct StepLink {
    pub label: String,
    pub value: String,
    pub done: bool,
    pub current: bool,
}

pub struct HelpView {
    /// Of solution assessments: Microsoft is asked in any case.
    pub settled: Option<String>,
    pub ask: Option<Choices>,
    pub help: Choices,
    pub notes: Input,
}

pub struct ConsentView {
    pub contact: ContactView,
    pub consent: Choices,
}

#[allow(clippy::large_enum_variant, reason = "one is made for a page")]
pub enum Body {
    Part(PartView),
    Help(HelpView),
    Contact(ConsentView),
    Check(CheckView),
}

#[derive(Template)]
#[template(path = "deals/new/step.html")]
pub struct StepPage {
    pub page: Page,
    pub path: String,
    pub position: String,
    pub intro: String,
    pub steps: Vec<StepLink>,
    pub problems: Vec<Problem>,
    pub body: Body,
    pub first: bool,
    pub last: bool,
}

impl StepPage {
    pub fn new(ctx: &Ctx, kept: &Kept, step: Step, flaws: &[Flaw], body: Body) -> Self {
        let l = ctx.l;
        let maker = Maker { l, flaws };
        let link = |other: Step| StepLink {
            label: title(l, other),
            value: format!("to:{}", other.code()),
            done: other != Step::Check && kept.draft.flaws_of(other).is_empty(),
            current: other == step,
        };
        let position = [("step", step.number()), ("steps", Step::ALL.len())].map(|(name, n)| (name, crate::web::l10n::text(n)));
        Self {
            page: Page::new(ctx, &title(l, step)),
            path: step_path(kept.id, step),
            position: l.with("step-position", &position),
            intro: l.t(&format!("step-{}-intro", step.code())),
            steps: Step::ALL.map(link).into(),
            problems: maker.problems(|flaw| {
                let there = Step::of(&flaw.field);
                if there == step { format!("#{}", flaw.field) } else { format!("{}#{}", step_path(kept.id, there), flaw.field) }
            }),
            body,
            first: step.back() == step,
            last: step == Step::Check,
        }
    }
}

/// The fields of a step that has some.
pub fn body(maker: Maker<'_>, draft: &Draft, step: Step, looked: &Looked, places: Vec<Choice>) -> Option<Body> {
    let l = maker.l;
    Some(match step {
        Step::Check => return None,
        Step::Help => Body::Help(help(maker, draft)),
        Step::Contact => {
            let required = draft.asks_vendor();
            let agreed = Choice::new("yes", l.t("consent-given"), draft.consent);
            Body::Contact(ConsentView {
                contact: rows::contact(maker, &draft.sheet.contact, required),
                consent: Choices { about: maker.about("consent", "consent", Lock::Made), choices: vec![agreed] },
            })
        }
        _ => {
            let mut view = part::part(maker, step.part()?, &draft.sheet, looked, draft.assessment);
            if let PartView::Details(details) = &mut view {
                details.location = Some(Choices { about: maker.about("location", "location", Lock::Made), choices: places });
            }
            Body::Part(view)
        }
    })
}

/// The locations within the maker's roles.
pub fn places(l: L10n, actor: &Actor, locations: &[Location], chosen: &str) -> Vec<Choice> {
    let scope = actor.scope();
    let within = |reach: &Reach, location: &Location| reach.is_whole() || reach.locations().contains(&location.id);
    let whole = scope.all.is_whole() || scope.team.is_whole();
    let mut choices = vec![Choice::new("", l.t("location-choose"), chosen.is_empty())];
    if whole {
        let mpn = actor.mpn_id.as_deref().unwrap_or_default();
        let name = format!("{} · MPN {mpn}", actor.organisation_name);
        choices.push(Choice::new(ORGANISATION, name, chosen == ORGANISATION));
    }
    choices.extend(
        locations
            .iter()
            .filter(|location| within(&scope.all, location) || within(&scope.team, location))
            .map(|location| {
                let id = location.id.to_string();
                Choice::new(&id, format!("{} · MPN {}", location.name, location.mpn_id), id == chosen)
            }),
    );
    choices
}

fn help(maker: Maker<'_>, draft: &Draft) -> HelpView {
    let l = maker.l;
    let ask = |ask: Ask| Choice {
        hint: l.t(&format!("becomes-{}", ask.deal_type().code())),
        ..Choice::new(ask.code(), l.t(&format!("asking-{}", ask.code())), draft.ask == ask.code())
    };
    let help = |help: Help| {
        let chosen = draft.help.iter().any(|code| code == help.code());
        Choice::new(help.code(), l.t(&format!("help-{}", help.code())), chosen)
    };
    HelpView {
        settled: draft.assessment.then(|| l.t("becomes-solution-assessment")),
        ask: (!draft.assessment)
            .then(|| Choices { about: maker.about("ask", "ask", Lock::Widens), choices: Ask::ALL.map(ask).into() }),
        help: Choices { about: maker.about("help", "help", Lock::No), choices: Help::ALL.map(help).into() },
        notes: maker
            .input("vendor_notes", "vendor-notes", Lock::No, &draft.vendor_notes)
            .long(),
    }
}
