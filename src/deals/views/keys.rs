//! What the keyboard does, and which values there are to filter by.

use askama::Template;

use crate::{
    catalogue::service::Solution,
    deals::forms::list::Looking,
    referrals::{
        filter::{Filter, Kind, Tab, ValueRange, Wanted},
        service::Values,
    },
    web::{Ctx, Page, countries},
};

#[derive(Template)]
#[template(path = "deals/keys.html")]
pub struct KeysPage {
    pub page: Page,
    /// Keys and what they do.
    pub keys: Vec<(Vec<&'static str>, String)>,
}

impl KeysPage {
    pub fn new(ctx: &Ctx) -> Self {
        let keys: [(&[&str], &str); 5] =
            [(&["j", "→"], "next"), (&["k", "←"], "previous"), (&["/"], "search"), (&["f"], "filter"), (&["?"], "help")];
        let keys = keys.map(|(keys, what)| (keys.to_vec(), ctx.l.t(&format!("keys-{what}"))));
        Self { keys: keys.into(), page: Page::new(ctx, &ctx.l.t("keys-title")) }
    }
}

/// A value: what it is called, what is typed for it, and the deals that have it.
pub struct ValueLink {
    pub value: String,
    pub label: String,
    pub path: String,
}

/// Values of one field.
pub struct Offer {
    /// Of the list that the field refers to.
    pub id: &'static str,
    pub title: String,
    pub values: Vec<ValueLink>,
}

#[derive(Template)]
#[template(path = "deals/values.html")]
pub struct ValuesPage {
    pub page: Page,
    pub offers: Vec<Offer>,
}

impl ValuesPage {
    pub fn new(ctx: &Ctx, values: &Values, solutions: &[Solution]) -> Self {
        let l = ctx.l;
        let offer = |id, key: &str, values: &[String], label: &dyn Fn(&str) -> String, wanted: &dyn Fn(String) -> Wanted| Offer {
            id,
            title: l.t(key),
            values: values
                .iter()
                .map(|value| ValueLink { value: value.clone(), label: label(value), path: list(wanted(value.clone())) })
                .collect(),
        };
        let solution = |id: &str| {
            let known = solutions.iter().find(|solution| solution.id == id);
            known.map_or_else(|| id.to_owned(), |solution| format!("{} ({id})", solution.name))
        };
        let offers = vec![
            offer("offered-solution", "filter-solution", &values.solutions, &solution, &|id| Wanted {
                solutions: vec![id],
                ..Wanted::default()
            }),
            offer("offered-member", "filter-member", &values.members, &str::to_owned, &|mail| Wanted {
                members: vec![mail],
                ..Wanted::default()
            }),
            offer("offered-country", "filter-country", &values.countries, &|code| countries::name(l, code), &|code| {
                Wanted { countries: vec![code], ..Wanted::default() }
            }),
            offer("offered-currency", "filter-currency", &values.currencies, &str::to_owned, &|currency| Wanted {
                value: Some(ValueRange { currency, from: None, to: None }),
                ..Wanted::default()
            }),
        ];
        Self { offers, page: Page::new(ctx, &l.t("values-title")) }
    }
}

fn list(wanted: Wanted) -> String {
    let filter = Filter { kind: Kind::Deal, tab: Tab::Outbound, wanted, ..Filter::default() };
    Looking { filter, ..Looking::default() }.address()
}
