//! The fields of one part of a deal.

use super::{
    fields::{Choice, Choices, Input, Lock, Maker},
    rows::{self, CustomerView, Looked, SolutionsView, TeamView},
};
use crate::{
    deals::forms::{DetailsTyped, Part, Sheet, currencies},
    web::L10n,
};

pub enum PartView {
    Details(DetailsView),
    Customer(CustomerView),
    Team(TeamView),
    Solutions(SolutionsView),
}

pub struct DetailsView {
    pub name: Input,
    /// Of a new deal: where it belongs. It never changes afterwards.
    pub location: Option<Choices>,
    /// Of a deal that is there: where it belongs.
    pub place: Option<String>,
    pub value: Input,
    pub currency: Choices,
    pub close_date: Input,
    /// CRM ID, campaign ID, notes.
    pub more: Vec<Input>,
}

/// `vendor`: Microsoft is asked for help, so the contact is required. `location`: of a new deal.
pub fn part(maker: Maker<'_>, part: Part, sheet: &Sheet, looked: &Looked, assessment: bool) -> PartView {
    match part {
        Part::Details => PartView::Details(details(maker, &sheet.details)),
        Part::Customer => PartView::Customer(rows::customer(maker, &sheet.customer, looked)),
        Part::Team => PartView::Team(rows::team(maker, &sheet.team, &looked.people)),
        Part::Solutions => PartView::Solutions(rows::solutions(maker, &sheet.solutions, assessment, looked)),
    }
}

fn details(maker: Maker<'_>, typed: &DetailsTyped) -> DetailsView {
    let l = maker.l;
    let closed = Lock::Closed;
    DetailsView {
        name: maker.input("name", "name", closed, &typed.name),
        location: None,
        place: None,
        value: maker.input("value", "value", closed, &typed.value).number(),
        currency: Choices { about: maker.about("currency", "currency", closed), choices: currency_choices(l, &typed.currency) },
        close_date: maker.input("close_date", "close-date", closed, &typed.close_date).kind("date"),
        more: vec![
            maker.input("crm_id", "crm-id", closed, &typed.crm_id),
            maker.input("campaign_id", "campaign-id", closed, &typed.campaign_id),
            maker.input("notes", "notes", closed, &typed.notes).long(),
        ],
    }
}

fn currency_choices(l: L10n, chosen: &str) -> Vec<Choice> {
    let choice = |code: &str| Choice::new(code, code, code == chosen);
    let mut choices = vec![Choice::new("", l.t("currency-choose"), chosen.is_empty())];
    // What came from elsewhere stays, and is told to be wrong.
    choices.extend((!chosen.is_empty() && !currencies().iter().any(|code| code == chosen)).then(|| choice(chosen)));
    choices.extend(currencies().iter().map(|code| choice(code)));
    choices
}
