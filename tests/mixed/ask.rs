//! Something that somebody could ask for, or write: pages from the route table, writes with forms that would succeed.

use axum::http::Method;
use partner_portal::{app, web::Who};
use rand::{Rng, rngs::StdRng};

use super::tenant::{Person, Tenant};
use crate::{
    foreign::paths::{concrete, fits},
    support::Answer,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    Note,
    View,
    Draft,
    Role,
    Stage,
    Favourite,
    Language,
    Bulk,
}

impl Write {
    pub const ALL: [Self; 8] =
        [Self::Note, Self::View, Self::Draft, Self::Role, Self::Stage, Self::Favourite, Self::Language, Self::Bulk];
}

/// A write that was taken.
pub fn is_done(answer: &Answer) -> bool {
    answer.status == 303 && !answer.location().starts_with("/sign-in")
}

pub struct Asked {
    pub path: String,
    pub fields: Vec<(&'static str, String)>,
    pub write: Option<Write>,
    /// The path names a thing of the one whose it is.
    pub about_somebody: bool,
    /// The table's word on who may.
    who: Who,
}

/// What somebody is told of a thing of another organisation's.
pub fn expected(asked: &Asked, person: &Person) -> u16 {
    if asked.who.lets(Some(&person.actor)) { 404 } else { 403 }
}

/// Searches and pages of lists.
const QUERIES: [&str; 6] = [
    "",
    "?tab=outbound",
    "?tab=outbound&sort=updated",
    "?tab=outbound&q=zq",
    "?q=customer+1&tab=outbound",
    "?tab=outbound&status=accepted",
];

impl Asked {
    pub fn some(random: &mut StdRng, person: &Person, of: &Tenant, text: &str) -> Self {
        if random.random_bool(0.45) { Self::write(random, of, text) } else { Self::read(random, person, of) }
    }

    /// A page of the table that takes no identifier, or one that fits what there is.
    fn read(random: &mut StdRng, person: &Person, of: &Tenant) -> Self {
        let table = app::table();
        loop {
            let route = &table[random.random_range(0..table.len())];
            let skipped = route.method != Method::GET || matches!(route.path, "/sign-in" | "/healthz" | "/readyz");
            // Mostly what they may; the rest is refused before it is looked for.
            if skipped || (!route.who.lets(Some(&person.actor)) && random.random_bool(0.8)) {
                continue;
            }
            if !route.path.contains('{') {
                let query = if route.path == "/deals" { QUERIES[random.random_range(0..QUERIES.len())] } else { "" };
                let path = format!("{}{query}", route.path);
                return Self { path, fields: Vec::new(), write: None, about_somebody: false, who: route.who };
            }
            let fitting: Vec<_> = of.things.iter().filter(|(kind, _)| fits(route.path, kind)).collect();
            if fitting.is_empty() {
                continue;
            }
            let path = concrete(route, &fitting[random.random_range(0..fitting.len())].1);
            return Self { path, fields: Vec::new(), write: None, about_somebody: true, who: route.who };
        }
    }

    fn write(random: &mut StdRng, of: &Tenant, text: &str) -> Self {
        let deal = of.thing("deal", random.random_range(0..1000));
        let write = Write::ALL[random.random_range(0..Write::ALL.len())];
        let (pattern, path, fields) = match write {
            Write::Note => ("/deals/{id}/notes", format!("/deals/{deal}/notes"), vec![("note", text.to_owned())]),
            Write::View => (
                "/deals/views",
                "/deals/views".into(),
                vec![("name", text.to_owned()), ("query", "tab=outbound".into())],
            ),
            Write::Draft => ("/deals/new", "/deals/new".into(), Vec::new()),
            Write::Role => (
                "/account/users/{id}/roles",
                format!("/account/users/{}/roles", of.thing("user", 0)),
                vec![("role", "business-profile-admin".into()), ("places", "whole".into())],
            ),
            Write::Stage => (
                "/deals/{id}/stage",
                format!("/deals/{deal}/stage"),
                vec![("seen", format!("{}.1", random.random_range(1..4))), ("stage", "40".into())],
            ),
            Write::Favourite => (
                "/deals/{id}/favourite",
                format!("/deals/{deal}/favourite"),
                vec![("on", if random.random_bool(0.5) { "yes" } else { "no" }.into())],
            ),
            Write::Language => ("/language", "/language".into(), vec![("lang", "en".into())]),
            Write::Bulk => (
                "/deals/bulk",
                "/deals/bulk".into(),
                vec![("which", "picked".into()), ("id", deal.to_owned()), ("change", "favourite".into())],
            ),
        };
        let who = app::table()
            .into_iter()
            .find(|route| route.method == Method::POST && route.path == pattern)
            .map_or(Who::SignedIn, |route| route.who);
        Self { path, fields, write: Some(write), about_somebody: pattern.contains('{'), who }
    }
}
