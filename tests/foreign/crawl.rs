//! Looks at all that somebody can get to: every page of the table with things of their own, and what those pages link to.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use axum::http::Method;
use partner_portal::{app, web::Route};

use super::{
    paths::{actor_of, concrete, fits},
    world::{Things, World},
};
use crate::support::{Answer, Client};

/// Pages of one pattern that are looked at, per set of the query's names.
const OF_A_KIND: usize = 3;

pub struct Crawl {
    pub client: Client,
    table: Vec<Route>,
    waiting: VecDeque<String>,
    known: BTreeSet<String>,
    looked: BTreeMap<String, usize>,
}

/// The route of an address: words of a pattern go before its parameters.
pub fn route_of<'a>(table: &'a [Route], method: &Method, path: &str) -> Option<&'a Route> {
    let parts: Vec<&str> = path.split('/').collect();
    let of = |route: &&Route| {
        let pattern: Vec<&str> = route.path.split('/').collect();
        let same = |(p, part): (&&str, &&str)| p == part || (p.starts_with('{') && !part.is_empty());
        route.method == *method && pattern.len() == parts.len() && pattern.iter().zip(&parts).all(same)
    };
    table.iter().filter(of).min_by_key(|route| route.path.matches('{').count())
}

impl Crawl {
    /// Begins with every page that the table lets somebody see, and with these.
    pub async fn new(world: &World, mail: &str, own: &Things, more: &[String]) -> Self {
        let actor = actor_of(world, mail).await;
        let table = app::table();
        let mut waiting: VecDeque<String> = more.iter().cloned().collect();
        for route in table
            .iter()
            .filter(|route| route.method == Method::GET && route.who.lets(Some(&actor)))
        {
            if route.path.contains('{') {
                waiting.extend(
                    own.iter()
                        .filter(|(kind, _)| fits(route.path, kind))
                        .map(|(_, thing)| concrete(route, thing)),
                );
            } else {
                waiting.push_back(route.path.to_owned());
            }
        }
        Self { client: world.app.sign_in(mail).await, table, waiting, known: BTreeSet::new(), looked: BTreeMap::new() }
    }

    /// The next address to look at, and its pattern.
    pub fn next(&mut self) -> Option<(String, &'static str)> {
        while let Some(path) = self.waiting.pop_front() {
            let (place, query) = path.split_once('?').unwrap_or((&path, ""));
            let Some(route) = route_of(&self.table, &Method::GET, place) else { continue };
            let names: BTreeSet<String> = url::form_urlencoded::parse(query.as_bytes())
                .map(|(name, _)| name.into_owned())
                .collect();
            let kind = format!("{} {names:?}", route.path);
            let pattern = route.path;
            // Things of the table are all looked at, links of a kind are not.
            let most = if query.is_empty() { usize::MAX } else { OF_A_KIND };
            let looked = self.looked.entry(kind).or_default();
            if *looked < most && self.known.insert(path.clone()) {
                *looked += 1;
                return Some((path, pattern));
            }
        }
        None
    }

    pub fn follow(&mut self, answer: &Answer) {
        if answer.is_page() {
            for link in answer
                .attributes("a[href^='/'], [hx-get]", "href")
                .into_iter()
                .chain(answer.attributes("[hx-get]", "hx-get"))
            {
                self.waiting.push_back(link.split('#').next().unwrap_or_default().to_owned());
            }
        }
        if answer.status == 303 {
            self.waiting.push_back(answer.location());
        }
    }

    pub fn table(&self) -> &[Route] {
        &self.table
    }
}
