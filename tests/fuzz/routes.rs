//! Every route over a database with everything in it: no text in an address or a form is answered by an error of the server.

use axum::http::{Method, StatusCode};
use partner_portal::{
    app,
    web::{Route, Who},
};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use sqlx::PgPool;
use url::form_urlencoded::Serializer;

use super::{names, odd, world::World};
use crate::support::{Answer, Client};

/// As they stand in an address: what is refused (NUL, alone and in an address within a field), what no header may have, what is no text,
/// and numbers, days and places in lists that are out of reach.
const VALUES: [&str; 9] = [
    "a%00b",
    "%01",
    "%7f",
    "%ff",
    "q%3D%2500%26customer%3D%2500%26member%3D%2500%26after%3D%2500%26id%3D%2500",
    "99999999999999999999999999",
    "%2B262142-12-31",
    "-9999-01-01",
    "-9223372036854775808-00000000000000000000000000000001",
];

/// What makes most forms readable, but for the field that is tried.
const REST: [(&str, &str); 18] = [
    ("version", "0"),
    ("seen", "0"),
    ("name", "x"),
    ("stage", "20"),
    ("status", "open"),
    ("role", "referrals-user"),
    ("location", "whole"),
    ("reason", "1"),
    ("note", "x"),
    ("favourite", "1"),
    ("locale", "en"),
    ("theme", ""),
    ("time_zone", "UTC"),
    ("lang", "en"),
    ("mail", "new@contoso-consulting.example"),
    ("mpn_id", "4600001"),
    ("change", "set-stage"),
    ("decision", "refuse"),
];

async fn ask(client: &mut Client, route: &Route, path: &str, pairs: &str) -> Answer {
    if route.method == Method::GET {
        return client.get(&format!("{path}?{pairs}")).await;
    }
    let token = client.token();
    client
        .post_raw(path, "application/x-www-form-urlencoded", format!("csrf={token}&{pairs}"))
        .await
}

/// A field with this value, and for writes all others that are usual.
fn pairs(route: &Route, name: &str, value: &str) -> String {
    let mut all = Serializer::new(String::new());
    if route.method != Method::GET {
        all.extend_pairs(REST.iter().filter(|(other, _)| *other != name));
    }
    let rest = all.finish();
    if rest.is_empty() { format!("{name}={value}") } else { format!("{rest}&{name}={value}") }
}

/// What is wrong with an answer. Whoever has signed out has no form any more.
fn wrong(route: &Route, answer: &Answer, nul: bool) -> bool {
    let nul = nul && answer.status != StatusCode::METHOD_NOT_ALLOWED && route.path != "/sign-out";
    answer.status.is_server_error() || (nul && answer.status != StatusCode::BAD_REQUEST) || (nul && !answer.has("h1"))
}

/// Every route with every field of its feature and each of the values; so many of these in all, or every one with `ODD_REQUESTS=all`.
#[sqlx::test(migrations = false)]
async fn no_text_of_a_field_or_an_address_is_an_error_of_the_server(db: PgPool) {
    let world = World::new(db).await;
    let wanted = std::env::var("ODD_REQUESTS")
        .unwrap_or_else(|_| "2000".to_owned())
        .parse()
        .unwrap_or(usize::MAX);
    let features = names::features();
    let routes: usize = features.iter().map(|(_, routes)| routes.len()).sum();
    // The start page and what balancers ask take nothing.
    assert_eq!(routes + 3, app::table().len());
    let fields: Vec<_> = features.iter().map(|(feature, _)| names::of(feature)).collect();
    let tries: usize = features
        .iter()
        .zip(&fields)
        .map(|((_, routes), names)| routes.len() * (names.len() + 1) * VALUES.len())
        .sum();
    assert!(tries > 10_000, "{tries}");
    let every = (tries / wanted).max(1);
    let (mut tried, mut asked, mut failures) = (0, 0, Vec::new());
    for ((_, routes), names) in features.iter().zip(&fields) {
        for route in routes {
            let path = world.concrete(route.path);
            let mut people = world.people(matches!(route.who, Who::Anyone)).await;
            for (name, value) in names
                .iter()
                .map(String::as_str)
                .chain([""])
                .flat_map(|name| VALUES.map(|value| (name, value)))
            {
                tried += 1;
                // The fields of who is not signed in are few, and anybody can send them.
                if tried % every != 0 && !matches!(route.who, Who::Anyone) {
                    continue;
                }
                let nul = value.contains("%00");
                let (path, pairs) = if name.is_empty() {
                    let (Some(begin), Some(end)) = (route.path.find('{'), route.path.find('}')) else { continue };
                    (world.concrete(&route.path.replacen(&route.path[begin..=end], value, 1)), String::new())
                } else {
                    (path.clone(), pairs(route, name, value))
                };
                for client in &mut people {
                    let answer = ask(client, route, &path, &pairs).await;
                    asked += 1;
                    if wrong(route, &answer, nul) {
                        failures.push(format!("{} {path}?{pairs}: {}", route.method, answer.status));
                    }
                }
            }
        }
    }
    println!("{asked} requests of {tries} tries");
    assert!(failures.is_empty(), "{} of {asked}:\n{}", failures.len(), failures.join("\n"));
}

/// Several odd fields at once: `PROPTEST_CASES` requests, else some.
#[sqlx::test(migrations = false)]
async fn no_request_made_up_of_odd_texts_is_an_error_of_the_server(db: PgPool) {
    let world = World::new(db).await;
    let cases = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(400);
    let features: Vec<_> = names::features()
        .into_iter()
        .map(|(feature, routes)| (names::of(feature), routes))
        .collect();
    let mut runner = TestRunner::new(Config::default());
    let mut people = world.people(true).await;
    let mut answers = [0; 6];
    for _ in 0..cases {
        let which = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<prop::sample::Index>());
        let texts = prop::collection::vec((any::<prop::sample::Index>(), odd()), 0..8);
        let ((feature, route, person), texts) = (which, texts).new_tree(&mut runner).unwrap().current();
        let (names, routes) = feature.get(&features);
        let route = route.get(routes);
        if route.path == "/sign-out" || route.path.ends_with("/disabling") {
            continue;
        }
        let mut made = Serializer::new(String::new());
        for (name, text) in texts.iter().filter(|_| !names.is_empty()) {
            let name: &String = name.get(names.as_slice());
            made.append_pair(name, text);
        }
        let (path, pairs, person) = (world.concrete(route.path), made.finish(), person.index(people.len()));
        let began = std::time::Instant::now();
        let answer = ask(&mut people[person], route, &path, &pairs).await;
        assert!(!answer.status.is_server_error(), "{} {path}?{pairs}: {}", route.method, answer.status);
        assert!(began.elapsed().as_secs() < 10, "{} {path}?{pairs}: {:?}", route.method, began.elapsed());
        answers[usize::from(answer.status.as_u16() / 100)] += 1;
    }
    println!("{cases} requests, answers by hundreds: {answers:?}");
    assert!(answers[2] + answers[3] > 0, "{answers:?}");
}
