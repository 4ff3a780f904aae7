//! Identifiers in queries and forms: each that a page or a form takes, with those of two other organisations, and where the asking person
//! is of one location, with those of another. Refused, or of no effect; nothing told, no row of theirs changed.
//!
//! Seen to fail: without `up_to` of `/notifications/reading` in the table, with "in no table: [("POST /notifications/reading", "up_to")]".

use std::collections::BTreeSet;

use axum::http::Method;
use partner_portal::app;
use sqlx::PgPool;

use super::{
    crawl::{Crawl, route_of},
    parameters::{ADDRESSES, By, PARAMETERS, Parameter, Says},
    paths::tells,
    world::{Make, Things, World},
};
use crate::support::{Answer, changed};

/// A text with what is one's own and what is another's put in.
async fn filled(world: &World, text: &str, own: &Things, theirs: &Things, other: usize) -> String {
    let mut text = text.to_owned();
    let party = &world.parties[other];
    let third = &world.parties[3 - other];
    let special = [
        ("{their organisation}", party.id.to_string()),
        ("{third}", third.id.to_string()),
        ("{their place}", party.here.to_string()),
        ("{vendor}", world.vendor.to_string()),
        ("{reviewer}", world.reviewer.user.to_string()),
        ("{their mail}", party.all.mail.clone()),
        ("{their cursor}", cursor(world, party.id.to_string()).await),
        ("{vendor's cursor}", cursor(world, world.vendor.to_string()).await),
    ];
    for (name, value) in special {
        text = text.replace(name, &value);
    }
    for (prefix, things) in [("own ", own), ("their ", theirs)] {
        for (kind, id) in things {
            text = text.replace(&format!("{{{prefix}{kind}}}"), id);
        }
    }
    assert!(!text.contains('{'), "{text}: {:?}", theirs.keys());
    text
}

/// Where a list would go on behind somebody's newest referral.
async fn cursor(world: &World, organisation: String) -> String {
    sqlx::query_scalar(
        "select (extract(epoch from created_at) * 1000000)::bigint || '-' || replace(referral_id::text, '-', '') from referrals
         where organisation_id::text = $1 order by created_at desc limit 1",
    )
    .bind(organisation)
    .fetch_one(world.app.db())
    .await
    .unwrap()
}

async fn ask(world: &World, parameter: &Parameter, mail: &str, own: &Things, theirs: &Things, other: usize) -> Vec<String> {
    let mut client = world.app.sign_in(mail).await;
    client.get("/preferences").await;
    let mut own = own.clone();
    if parameter.path.contains("{own request}") {
        let request = world.request_of_seller().await;
        own.insert("request".into(), request.to_string());
    }
    let mut fields = Vec::new();
    for (name, value) in parameter.fields {
        let mut value = filled(world, value, &own, theirs, other).await;
        if *name == "seen" && value == "now" {
            value = super::acts::seen(world, own.get("request").unwrap_or(&own["deal private outbound 1"])).await;
        }
        fields.push((*name, value));
    }
    let path = filled(world, parameter.path, &own, theirs, other).await;
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (everything, rows) = (
        world.app.everything().await,
        [world.app.rows_of(world.parties[1].id).await, world.app.rows_of(world.parties[2].id).await],
    );
    let answer = if parameter.post {
        client.post(&path, &pairs).await
    } else {
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&pairs)
            .finish();
        client.get(&format!("{path}?{query}")).await
    };
    // What is small is done at once.
    if matches!(parameter.says, Says::Begins) {
        let end = client.follow(&answer).await;
        if tells(world, Some(0), &end).is_some() {
            return vec![format!("{} tells in the end", parameter.path)];
        }
    }
    let mut wrongs = wrong(world, parameter, mail, &answer);
    for (n, before) in rows.iter().enumerate() {
        let tables = changed(before, &world.app.rows_of(world.parties[n + 1].id).await);
        if !tables.is_empty() {
            wrongs.push(format!("{parameter} by {mail} changed others' {tables:?}"));
        }
    }
    if matches!(parameter.says, Says::Nothing(_)) && world.app.everything().await != everything {
        wrongs.push(format!("{parameter} by {mail} wrote {:?}", changed(&everything, &world.app.everything().await)));
    }
    wrongs
}

fn wrong(world: &World, parameter: &Parameter, mail: &str, answer: &Answer) -> Vec<String> {
    let mut wrongs = Vec::new();
    let n = if parameter.by == By::Partner || parameter.by == By::Local { Some(0) } else { None };
    // The vendor's people see partners by name.
    if let Some(told) = n.and_then(|n| tells(world, Some(n), answer)).filter(|_| !parameter.echoes) {
        wrongs.push(format!("{parameter} by {mail} tells of {told}"));
    }
    let expected: &[u16] = match &parameter.says {
        Says::Nothing(status) | Says::Keeps(status) => std::slice::from_ref(status),
        Says::Begins => &[303],
    };
    if !expected.contains(&answer.status.as_u16()) {
        wrongs.push(format!("{parameter} by {mail}: {} {}", answer.status, answer.location()));
    }
    if let Some(selector) = parameter.empty
        && answer.has(selector)
    {
        wrongs.push(format!("{parameter} by {mail} shows {:?}", answer.texts(selector)));
    }
    wrongs
}

#[sqlx::test(migrations = false)]
async fn an_id_of_anothers_in_a_query_or_form_finds_and_changes_nothing(db: PgPool) {
    let world = World::new(db).await;
    let own = world.things(0).await;
    let mut wrongs = Vec::new();
    for parameter in PARAMETERS {
        let (mail, others) = match parameter.by {
            By::Partner => (world.parties[0].all.mail.clone(), vec![1, 2]),
            By::Local => (world.parties[0].mail("referrals-admin-here"), vec![0]),
            By::Seller => (world.sellers[0].mail.clone(), vec![1]),
            By::Operator => (world.operator.mail.clone(), vec![1]),
        };
        for other in others {
            let theirs = if other == 0 { own.clone() } else { world.things(other).await };
            wrongs.extend(ask(&world, parameter, &mail, &own, &theirs, other.max(1)).await);
        }
    }
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}

/// Whether a value is, or has in it, an identifier: a UUID with or without hyphens, or one of those that are known.
fn is_id(value: &str, known: &BTreeSet<String>) -> bool {
    let hex = |part: &str| part.len() == 32 && part.chars().all(|c| c.is_ascii_hexdigit());
    let parts = value.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    known.contains(value)
        || parts.clone().any(|part| uuid::Uuid::try_parse(part).is_ok())
        || value.split(|c: char| !c.is_ascii_alphanumeric()).any(hex)
}

/// What all pages send: forms' fields and links' queries, by route and name, where an identifier stands in it.
async fn sent(
    world: &World,
    mail: &str,
    things: &Things,
    more: &[String],
    known: &BTreeSet<String>,
) -> BTreeSet<(String, String)> {
    let mut crawl = Crawl::new(world, mail, things, more).await;
    let mut found = BTreeSet::new();
    while let Some((path, _)) = crawl.next() {
        let answer = crawl.client.get(&path).await;
        crawl.follow(&answer);
        if !answer.is_page() {
            continue;
        }
        for (method, action, name, value) in fields(&answer) {
            let place = action.split('?').next().unwrap_or_default();
            if let Some(route) = route_of(crawl.table(), &method, place).filter(|_| is_id(&value, known)) {
                found.insert((format!("{method} {}", route.path), name));
            }
        }
    }
    found
}

/// Method, action, name, value of every field, button, option and query.
fn fields(answer: &Answer) -> Vec<(Method, String, String, String)> {
    use scraper::Selector;
    let (html, mut found) = (answer.html(), Vec::new());
    let own = answer.path.split('?').next().unwrap_or_default().to_owned();
    for link in html.select(&Selector::parse("a[href^='/'], form[action^='/']").unwrap()) {
        let (address, method) = match link.attr("href") {
            Some(href) => (href, Method::GET),
            None => (link.attr("action").unwrap_or_default(), method(link.attr("method"))),
        };
        if let Some((_, query)) = address.split_once('?') {
            for (name, value) in url::form_urlencoded::parse(query.split('#').next().unwrap_or_default().as_bytes()) {
                found.push((method.clone(), address.to_owned(), name.into_owned(), value.into_owned()));
            }
        }
    }
    for form in html.select(&Selector::parse("form").unwrap()) {
        let action = form.attr("action").unwrap_or(&own).to_owned();
        let options = Selector::parse("option").unwrap();
        for field in form.select(&Selector::parse("[name]").unwrap()) {
            let name = field.attr("name").unwrap_or_default().to_owned();
            let values = field.select(&options).filter_map(|option| option.attr("value"));
            for value in values.chain(field.attr("value")) {
                found.push((method(form.attr("method")), action.clone(), name.clone(), value.to_owned()));
            }
        }
    }
    found
}

fn method(text: Option<&str>) -> Method {
    if text.is_some_and(|text| text.eq_ignore_ascii_case("post")) { Method::POST } else { Method::GET }
}

/// Found on the pages themselves, so that a new field cannot be forgotten.
#[sqlx::test(migrations = false)]
async fn every_field_that_takes_an_id_is_in_the_table(db: PgPool) {
    let world = World::new(db).await;
    let own = world.things(0).await;
    let known: BTreeSet<String> = own.values().cloned().collect();
    let deal = &own["deal private outbound 1"];
    let draft = &own["draft"];
    let mut more = vec![
        format!("/deals/{deal}/invitation?partner={}", world.parties[1].mpn),
        format!("/deals/{deal}/customer?q=a&country=KR"),
        format!("/deals/bulk?which=picked&id={deal}&change=favourite&on=yes"),
        format!("/deals/bulk?which=picked&id={deal}"),
        "/migration/users/preview?all=1".to_owned(),
        "/psc/clean-up?detail=customer".to_owned(),
        format!("/requests/new?partner={}", world.parties[1].id),
        "/requests/new?q=con".to_owned(),
    ];
    more.extend(["customer", "details", "team", "solutions"].map(|step| format!("/deals/new/{draft}/{step}")));
    let request = world.request_of(world.make(0, Make::CoSell).await).await;
    let seller = world.seller_of(request).await.mail.clone();
    let requests: Things =
        [("deal request".to_owned(), request.to_string()), ("engagement".to_owned(), own["engagement"].clone())].into();
    let mut found = BTreeSet::new();
    for (mail, things) in [
        (world.parties[0].all.mail.clone(), &own),
        (world.parties[0].mail("psc"), &own),
        (world.parties[0].pdm(), &own),
        (seller, &requests),
        (world.operator.mail.clone(), &own),
    ] {
        found.extend(sent(&world, &mail, things, &more, &known).await);
    }
    let covered = |route: &str, name: &str| {
        let (method, path) = route.split_once(' ').unwrap();
        PARAMETERS.iter().any(|parameter| {
            let same = route_of(&app::table(), &parameter.method(), parameter.pattern()).is_some_and(|r| r.path == path);
            parameter.method().as_str() == method && same && parameter.names().any(|own| own == name)
        })
    };
    let missing: Vec<_> = found
        .iter()
        .filter(|(route, name)| !covered(route, name) && !ADDRESSES.contains(&name.as_str()))
        .collect();
    println!("{found:?}");
    assert!(found.len() >= 15, "{found:?}");
    assert!(missing.is_empty(), "in no table: {missing:?}");
}
