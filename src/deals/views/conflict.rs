//! Two people changed the same part: what stands now, and what was typed, side by side.

use super::rows::{self, Looked};
use crate::{
    deals::forms::{Part, Sheet, SolutionTyped, Unit},
    referrals::{command::Person, rules, service::LastChange},
    web::{
        L10n,
        written::{self, joined},
    },
};

/// One unit that differs.
pub struct Difference {
    /// Of the choice: `choice-value`.
    pub name: String,
    pub label: String,
    /// Each with its line breaks.
    pub now: String,
    pub typed: String,
    /// The person did not touch it: what stands now is proposed.
    pub keep_now: bool,
}

pub struct ConflictView {
    /// By whom, and when.
    pub words: String,
    pub differences: Vec<Difference>,
}

/// What became of a unit since the page was opened.
pub struct Collision {
    pub unit: Unit,
    /// The person typed nothing new there.
    pub untouched: bool,
}

/// Units that somebody else changed to something else than what was typed. `was`: the mark that the page began with.
pub fn collisions(part: Part, now: &Sheet, typed: &Sheet, was: impl Fn(Unit) -> String) -> Vec<Collision> {
    part.units()
        .iter()
        .filter(|unit| now.mark(**unit) != was(**unit) && !now.same(typed, **unit))
        .map(|unit| Collision { unit: *unit, untouched: typed.mark(*unit) == was(*unit) })
        .collect()
}

impl ConflictView {
    pub fn new(
        l: L10n,
        collisions: &[Collision],
        now: &Sheet,
        typed: &Sheet,
        looked: &Looked,
        last: Option<&LastChange>,
    ) -> Self {
        let difference = |collision: &Collision| Difference {
            name: format!("choice-{}", collision.unit.code()),
            label: l.t(&format!("field-{}", collision.unit.code().replace('_', "-"))),
            now: words(l, collision.unit, now, looked),
            typed: words(l, collision.unit, typed, looked),
            keep_now: collision.untouched,
        };
        Self { words: by_whom(l, last), differences: collisions.iter().map(difference).collect() }
    }
}

fn by_whom(l: L10n, last: Option<&LastChange>) -> String {
    match last {
        Some(LastChange { at, by: Some(name) }) => {
            let arguments =
                [("name", name.clone()), ("when", l.moment(*at))].map(|(key, text)| (key, crate::web::l10n::text(text)));
            l.with("conflict-by", &arguments)
        }
        Some(LastChange { at, by: None }) => l.t1("conflict-elsewhere", "when", l.moment(*at)),
        None => l.t("conflict-somebody"),
    }
}

/// A unit in words.
fn words(l: L10n, unit: Unit, sheet: &Sheet, looked: &Looked) -> String {
    let d = &sheet.details;
    let text = match unit {
        Unit::Name => d.name.clone(),
        Unit::Value => match (rules::number(&d.value), d.currency.as_str()) {
            (Some(value), currency) if !currency.is_empty() => l.money(value, currency),
            _ => joined([&d.currency, &d.value], " "),
        },
        Unit::CloseDate => d.close_date.parse().map_or_else(|_| d.close_date.clone(), |date| l.date(date)),
        Unit::CrmId => d.crm_id.clone(),
        Unit::CampaignId => d.campaign_id.clone(),
        Unit::Notes => d.notes.clone(),
        Unit::Customer => joined([&sheet.customer.name, &rows::address(l, &sheet.customer)], "\n"),
        Unit::Contact => person(&sheet.contact),
        Unit::Team => sheet.team.iter().map(person).collect::<Vec<_>>().join("\n"),
        Unit::Solutions => sheet
            .solutions
            .iter()
            .map(|s| solution(l, s, looked))
            .collect::<Vec<_>>()
            .join("\n"),
    };
    if text.trim().is_empty() { l.t("nothing-typed") } else { text }
}

fn person(person: &Person) -> String {
    joined([&written::person(&person.first_name, &person.last_name), &person.mail, &person.phone], " · ")
}

fn solution(l: L10n, solution: &SolutionTyped, looked: &Looked) -> String {
    let known = looked.named.iter().find(|known| known.id == solution.id);
    let part = |key: &str, text: &str| if text.trim().is_empty() { String::new() } else { format!("{} {text}", l.t(key)) };
    let name = known.map_or_else(|| solution.id.clone(), |known| known.name.clone());
    joined([&name, &part("field-quantity", &solution.quantity), &part("field-price", &solution.price)], " · ")
}
