//! Whoever looks at whatever: a link, a preview of a mail program or a crawler writes nothing. The one exception is the receipt: a
//! referral that waits for an answer is received "once somebody opened it" (domain.md section 3), and its sender may know that.

use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use sqlx::PgPool;

use super::{
    crawl::Crawl,
    world::{Make, Things, World},
};
use crate::support::changed;

/// Where a referral is opened, alone or beside a list, and what is noted then.
const RECEIPTS: [&str; 4] = ["/deals", "/deals/{id}", "/leads/{id}", "/requests/{id}"];
const RECEIPT: [&str; 2] = ["referral_history", "referrals"];
/// When a session was last used, and counts of PSC's deals that are kept as long as they hold: nobody is told of either.
const KEPT: [&str; 2] = ["sessions", "migration_readiness"];

/// The next transaction's; of the whole server.
const NUMBER: &str = "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint";

async fn look(world: &World, mail: &str, own: &Things) -> (usize, Vec<String>) {
    let partner = world.parties[2].mpn;
    let more: Vec<String> = own
        .iter()
        .filter(|(kind, _)| kind.starts_with("deal"))
        .flat_map(|(_, id)| {
            [
                format!("/deals/{id}/invitation?partner={partner}"),
                format!("/deals?tab=outbound&deal={id}"),
                format!("/deals/bulk?which=picked&id={id}&change=favourite&on=yes"),
                format!("/deals/{id}/customer?q=a&country=KR"),
            ]
        })
        .chain(own.get("draft").into_iter().flat_map(|id| {
            ["customer", "details", "team", "solutions", "help", "contact", "check"].map(|step| format!("/deals/new/{id}/{step}"))
        }))
        .chain([
            "/migration/users/preview?all=1".to_owned(),
            "/psc/clean-up?detail=customer".to_owned(),
            "/deals?q=a&tab=outbound".to_owned(),
        ])
        .collect();
    let mut crawl = Crawl::new(world, mail, own, &more).await;
    let (mut seen, mut wrote) = (0, Vec::new());
    let mut before = world.app.everything().await;
    let mut number = world.app.count(NUMBER).await;
    while let Some((path, pattern)) = crawl.next() {
        // The head first: what it wrote, the look after it would not write again.
        for method in [Method::HEAD, Method::GET] {
            let answer = crawl.client.send(method.clone(), &path, None, Body::empty()).await;
            assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
            if method == Method::GET {
                seen += usize::from(answer.status == StatusCode::OK);
                crawl.follow(&answer);
            }
            // Whoever writes takes a number: without a new one nobody did, and the rows need not be compared.
            let numbered = world.app.count(NUMBER).await;
            if std::mem::replace(&mut number, numbered) == numbered {
                continue;
            }
            let after = world.app.everything().await;
            let mut tables = changed(&before, &after);
            tables.retain(|table| !KEPT.contains(&table.as_str()));
            let receipt = method == Method::GET && RECEIPTS.contains(&pattern) && tables == RECEIPT;
            if !tables.is_empty() && !receipt {
                wrote.push(format!("{method} {path} for {mail}: {tables:?}"));
            }
            before = after;
        }
    }
    (seen, wrote)
}

#[sqlx::test(migrations = false)]
async fn reading_writes_nothing(db: PgPool) {
    let world = World::new(db).await;
    let fabrikam = &world.parties[0];
    let own = world.things(0).await;
    let mut requests = Things::new();
    for make in [Make::CoSell, Make::Led] {
        let deal = world.make(0, make).await;
        let side = world.side(deal, world.vendor).await;
        requests.extend(side.map(|id| (format!("deal {make:?}"), id.to_string())));
    }
    requests.insert("engagement".into(), own["engagement"].clone());
    for kind in ["organisation", "run", "correction", "user"] {
        requests.insert(kind.into(), own[kind].clone());
    }
    let (mut wrote, mut counts) = (Vec::new(), Vec::new());
    let mut people = vec![(fabrikam.all.mail.clone(), &own), (fabrikam.mail("psc"), &own), (fabrikam.pdm(), &own)];
    people
        .extend(["referrals-user-here", "account-admin", "mpn-partner-admin", "nobody"].map(|name| (fabrikam.mail(name), &own)));
    people.extend(
        [&world.sellers[0], &world.sellers[1], &world.operator, &world.reviewer].map(|actor| (actor.mail.clone(), &requests)),
    );
    for (mail, things) in people {
        let (seen, wrongs) = look(&world, &mail, things).await;
        counts.push((mail, seen));
        wrote.extend(wrongs);
    }
    println!("{counts:?}");
    assert!(wrote.is_empty(), "{}", wrote.join("\n"));
    assert!(counts[0].1 > 100 && counts.iter().all(|(_, seen)| *seen >= 8), "{counts:?}");
}

/// What a browser fetches before anybody wants it, and a head alone, open nothing; the look does.
#[sqlx::test(migrations = false)]
async fn a_referral_is_received_by_a_look_alone(db: PgPool) {
    let world = World::new(db).await;
    for (make, place) in [(Make::Inbound, "deals"), (Make::Lead, "leads"), (Make::CoSell, "requests")] {
        let mut id = world.make(0, make).await;
        let mut mail = world.parties[0].all.mail.clone();
        if make == Make::CoSell {
            id = world.request_of(id).await;
            mail.clone_from(&world.seller_of(id).await.mail);
        }
        let status = async || -> String {
            let found = sqlx::query_scalar("select status from referrals where referral_id = $1").bind(id);
            found.fetch_one(world.app.db()).await.unwrap()
        };
        let (path, client) = (format!("/{place}/{id}"), world.app.sign_in(&mail).await);
        assert_eq!(client.clone().send(Method::HEAD, &path, None, Body::empty()).await.status, 200);
        let mut fetched = client.clone().with_header("sec-purpose", "prefetch");
        assert_eq!(fetched.get(&path).await.status, 200);
        assert_eq!(status().await, "pending", "{place}");
        assert_eq!(client.clone().get(&path).await.status, 200);
        assert_eq!(status().await, "received", "{place}");
    }
}
