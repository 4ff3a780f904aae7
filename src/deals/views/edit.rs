//! The pages that edit a deal.

use askama::Template;

use super::{
    conflict::ConflictView,
    fields::{Maker, Problem},
    part::{self, PartView},
    rows::{self, Looked},
};
use crate::{
    deals::forms::{Part, Sheet, deal_path, part_path},
    ids::ReferralId,
    referrals::{
        kind::DealType,
        rules::Flaw,
        service::{Deal, Opened},
    },
    web::{Ctx, Page},
};

/// What a form of the page carries along unseen: the versions that its page began with, and a mark of each unit.
pub struct Unseen {
    pub name: String,
    pub value: String,
}

#[derive(Template)]
#[template(path = "deals/edit/form.html")]
pub struct EditPage {
    pub page: Page,
    pub path: String,
    pub back: String,
    pub deal: String,
    pub intro: String,
    pub unseen: Vec<Unseen>,
    pub problems: Vec<Problem>,
    pub conflict: Option<ConflictView>,
    pub body: PartView,
}

/// What is edited, as typed.
pub struct Editing<'a> {
    pub part: Part,
    /// As it stands.
    pub opened: &'a Opened,
    pub typed: &'a Sheet,
    /// What the page began with: names and values.
    pub unseen: Vec<Unseen>,
    pub flaws: &'a [Flaw],
    pub looked: &'a Looked,
}

impl EditPage {
    pub fn new(ctx: &Ctx, editing: Editing<'_>, conflict: Option<ConflictView>) -> Self {
        let l = ctx.l;
        let Editing { part, opened, typed, unseen, flaws, looked } = editing;
        let maker = Maker { l, flaws };
        let deal = &opened.deal;
        let assessment = deal.deal_type == DealType::SolutionAssessment;
        let mut body = part::part(maker, part, typed, looked, assessment);
        match &mut body {
            PartView::Details(details) => details.place = Some(place(deal)),
            PartView::Customer(customer) => {
                customer.contact = Some(rows::contact(maker, &typed.contact, deal.deal_type.asks_vendor()));
            }
            PartView::Team(_) | PartView::Solutions(_) => {}
        }
        Self {
            page: Page::new(ctx, &l.t(&format!("edit-{}", part.code()))),
            path: part_path(deal.referral_id, part),
            back: deal_path(deal.referral_id),
            deal: if deal.name.is_empty() { l.t("deal-no-name") } else { deal.name.clone() },
            intro: l.t(&format!("edit-{}-intro", part.code())),
            unseen,
            problems: maker.problems(|flaw| format!("#{}", flaw.field)),
            conflict,
            body,
        }
    }
}

fn place(deal: &Deal) -> String {
    match &deal.location_mpn {
        Some(mpn) => format!("{} · MPN {mpn}", deal.location_name),
        None => deal.location_name.clone(),
    }
}

/// Versions and marks of a deal as it stands.
pub fn unseen(part: Part, opened: &Opened) -> Vec<Unseen> {
    let deal = &opened.deal;
    let now = Sheet::of(opened);
    let versions = [("seen-referral", deal.version), ("seen-engagement", deal.engagement_version)]
        .map(|(name, version)| Unseen { name: name.to_owned(), value: version.to_string() });
    let marks = part
        .units()
        .iter()
        .map(|unit| Unseen { name: format!("was-{}", unit.code()), value: now.mark(*unit) });
    versions.into_iter().chain(marks).collect()
}

/// Why something cannot be edited, or was not done, and the way back.
#[derive(Template)]
#[template(path = "deals/edit/refused.html")]
pub struct RefusedPage {
    pub page: Page,
    pub words: String,
    pub back: (String, String),
}

impl RefusedPage {
    /// `key`: of the words. `None` for the deal: back to the list.
    pub fn new(ctx: &Ctx, key: &str, deal: Option<ReferralId>) -> Self {
        let l = ctx.l;
        let back = match deal {
            Some(id) => (l.t("edit-back"), deal_path(id)),
            None => (l.t("deals-back"), "/deals".to_owned()),
        };
        Self { page: Page::new(ctx, &l.t("edit-refused")), words: l.t(key), back }
    }
}
