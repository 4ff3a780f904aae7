//! Check your answers: everything that was typed, with links to change it, and likely duplicates.

use super::step_path;
use crate::{
    deals::{
        drafts::service::Kept,
        forms::{Ask, Step, deal_path},
        views::{
            fields::Choice,
            rows::{self, Looked},
        },
    },
    referrals::{kind::Help, service::Likely},
    web::{
        L10n,
        written::{joined, person},
    },
};

pub struct Section {
    pub title: String,
    pub path: String,
    pub change: String,
    /// Label and text.
    pub facts: Vec<(String, String)>,
}

/// A deal that may be the same.
pub struct LikelyView {
    pub path: String,
    pub name: String,
    pub more: String,
}

pub struct CheckView {
    /// What it was checked at; making refuses when the draft changed meanwhile.
    pub version: i32,
    pub sections: Vec<Section>,
    /// The type that results, and who will see the deal.
    pub kind: String,
    pub likely: Vec<LikelyView>,
    /// How many more there are that the person may not see.
    pub beyond: Option<String>,
    pub complete: bool,
}

impl CheckView {
    pub fn new(l: L10n, kept: &Kept, places: &[Choice], looked: &Looked, likely: &Likely, complete: bool) -> Self {
        let draft = &kept.draft;
        let kind = draft.deal_type().map(|kind| l.t(&format!("becomes-{}", kind.code())));
        Self {
            version: kept.version,
            sections: sections(l, kept, places, looked),
            kind: kind.unwrap_or_else(|| l.t("becomes-open")),
            likely: likely
                .seen
                .iter()
                .map(|found| {
                    let value = found
                        .value
                        .map(|value| l.money(value, found.currency.as_deref().unwrap_or_default()));
                    LikelyView {
                        path: deal_path(found.referral_id),
                        name: if found.name.is_empty() { l.t("deal-no-name") } else { found.name.clone() },
                        more: joined([&found.customer_name, &value.unwrap_or_default(), &l.day(found.created_at)], " · "),
                    }
                })
                .collect(),
            beyond: (likely.beyond > 0).then(|| l.count("likely-beyond", likely.beyond)),
            complete,
        }
    }
}

fn sections(l: L10n, kept: &Kept, places: &[Choice], looked: &Looked) -> Vec<Section> {
    let draft = &kept.draft;
    let (sheet, details) = (&draft.sheet, &draft.sheet.details);
    let (new, _) = draft.parse();
    let section = |step: Step, facts: Vec<(String, String)>| {
        let title = l.t(&format!("step-{}", step.code()));
        let shown = |text: String| if text.trim().is_empty() { l.t("nothing-typed") } else { text };
        Section {
            change: l.t1("check-change-named", "name", &title),
            title,
            path: step_path(kept.id, step),
            facts: facts.into_iter().map(|(label, text)| (label, shown(text))).collect(),
        }
    };
    let fact = |key: &str, text: &str| (l.t(&format!("field-{key}")), text.to_owned());
    let value = match (new.details.value, &new.details.currency) {
        (Some(value), Some(currency)) => l.money(value, currency),
        _ => joined([&details.currency, &details.value], " "),
    };
    let date = new
        .details
        .close_date
        .map_or_else(|| details.close_date.clone(), |date| l.date(date));
    let place = places.iter().find(|place| place.chosen && !place.value.is_empty());
    let solutions = sheet.solutions.iter().map(|solution| {
        let known = looked.named.iter().find(|known| known.id == solution.id);
        let part = |key: &str, text: &str| if text.trim().is_empty() { String::new() } else { format!("{} {text}", l.t(key)) };
        let more = joined([&part("field-quantity", &solution.quantity), &part("field-price", &solution.price)], " · ");
        (
            known.map_or_else(|| solution.id.clone(), |known| known.name.clone()),
            joined([&solution.id, &more], " · "),
        )
    });
    let members = sheet
        .team
        .iter()
        .map(|m| (person(&m.first_name, &m.last_name), joined([&m.mail, &m.phone], " · ")));
    let mut asked = match Ask::from_code(&draft.ask).filter(|_| !draft.assessment) {
        Some(ask) => vec![fact("ask", &l.t(&format!("asking-{}", ask.code())))],
        None if draft.assessment => Vec::new(),
        None => vec![fact("ask", "")],
    };
    if draft.asks_vendor() {
        let help: Vec<String> = Help::ALL
            .into_iter()
            .filter(|help| new.help.contains(help))
            .map(|help| l.t(&format!("help-{}", help.code())))
            .collect();
        asked.push(fact("help", &help.join(", ")));
        asked.push(fact("vendor-notes", &draft.vendor_notes));
    }
    let consent = l.t(if draft.consent { "consent-yes" } else { "consent-no" });
    let contact = joined(
        [&person(&sheet.contact.first_name, &sheet.contact.last_name), &sheet.contact.mail, &sheet.contact.phone],
        " · ",
    );
    let mut people = vec![fact("contact", &contact)];
    people.extend(draft.asks_vendor().then(|| fact("consent", &consent)));
    vec![
        section(
            Step::Customer,
            vec![fact("customer-name", &sheet.customer.name), fact("address", &rows::address(l, &sheet.customer))],
        ),
        section(
            Step::Details,
            vec![
                fact("name", &details.name),
                fact("location", place.map_or("", |place| &place.label)),
                fact("value", &value),
                fact("close-date", &date),
                fact("crm-id", &details.crm_id),
                fact("campaign-id", &details.campaign_id),
                fact("notes", &details.notes),
            ],
        ),
        section(Step::Team, members.collect()),
        section(Step::Solutions, solutions.collect()),
        section(Step::Help, asked),
        section(Step::Contact, people),
    ]
}
