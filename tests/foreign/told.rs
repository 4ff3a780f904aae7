//! What is told: pages, lists, suggestions, counts, files, mails, calendars and notifications, searched for the marks and identifiers of the
//! two other organisations; and whether any of it changes by what the others do.

use std::{collections::BTreeSet, io::Cursor};

use calamine::{Data, Reader, Xlsx};
use partner_portal::notifications::service as notifications;
use sqlx::PgPool;

use super::{
    crawl::Crawl,
    paths::tells,
    world::{Make, SHARED, Things, World},
};
use crate::{
    notifications::support::{Mail, posted},
    support::{Answer, Client},
};

/// Searches that would find what is another's.
const SEARCHES: [&str; 7] = [
    "?q=zq",
    "?q=zqx&tab=outbound",
    "?tab=inbound&status=active",
    "?team=zq&customer=zq",
    "?detail=customer",
    "?tab=outbound&q=customer",
    "?search=zq&show=all",
];

/// The text of an answer; of a workbook its cells.
fn text_of(answer: &Answer) -> String {
    if !answer.body.starts_with(b"PK") {
        return answer.text();
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.body.to_vec())).expect("a workbook");
    let sheets = book.worksheets();
    assert!(sheets.iter().any(|(_, cells)| cells.height() > 0), "an empty workbook");
    let cells = sheets.iter().flat_map(|(_, cells)| cells.cells());
    cells
        .map(|(_, _, cell): (usize, usize, &Data)| cell.to_string())
        .collect::<Vec<_>>()
        .join("\n")
}

/// What only the others have: their marks, mails, MPN IDs, deal IDs, and the identifiers of all that is theirs.
async fn secrets(world: &World, n: usize) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (m, party) in world.parties.iter().enumerate().filter(|(m, _)| *m != n) {
        found.insert(party.mark.to_owned());
        found.extend((0..3).map(|k| (party.mpn + k).to_string()));
        // Of partners who work together each knows the other's company.
        let together = n < 2 && m < 2;
        let public = ["organisation", "location", "engagement"];
        let things = world.things(m).await;
        found.extend(
            things
                .into_iter()
                .filter(|(kind, id)| !(together && public.contains(&kind.as_str())) && id.len() > 8)
                .map(|(_, id)| id),
        );
        let deal_ids: Vec<String> =
            sqlx::query_scalar("select deal_id from referrals where organisation_id = $1 and deal_id is not null")
                .bind(party.id)
                .fetch_all(world.app.db())
                .await
                .unwrap();
        found.extend(deal_ids);
    }
    if n == 2 {
        found.insert(SHARED.to_owned());
    }
    found
}

async fn look(world: &World, n: usize, mail: &str, own: &Things) -> (usize, Vec<String>) {
    let secrets = secrets(world, n).await;
    assert!(secrets.len() > 60, "{}", secrets.len());
    let deal = own
        .iter()
        .find(|(kind, _)| kind.starts_with("deal private outbound 1"))
        .map(|(_, id)| id.clone())
        .unwrap_or_default();
    let mut more: Vec<String> = partner_portal::app::table()
        .iter()
        .filter(|route| route.method == axum::http::Method::GET && !route.path.contains('{'))
        .flat_map(|route| SEARCHES.map(|query| format!("{}{query}", route.path)))
        .collect();
    // What is suggested on an own deal and in an own draft.
    for place in
        ["team", "solutions?q=zq&from=own", "solutions?q=zq", "customer?q=zq&country=KR", "invitation", "invitation?partner=zqx"]
    {
        more.push(format!("/deals/{deal}/{place}"));
    }
    if let Some(draft) = own.get("draft") {
        more.extend(
            ["customer?q=zq&country=KR", "details", "team", "solutions?q=zq&from=own", "check"]
                .map(|step| format!("/deals/new/{draft}/{step}")),
        );
    }
    let mut crawl = Crawl::new(world, mail, own, &more).await;
    let (mut seen, mut told) = (0, Vec::new());
    while let Some((path, _)) = crawl.next() {
        let answer = crawl.client.get(&path).await;
        crawl.follow(&answer);
        let text = text_of(&answer);
        assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
        seen += usize::from(text.contains(world.parties[n].mark));
        told.extend(
            secrets
                .iter()
                .filter(|secret| text.contains(*secret) && !path.contains(*secret))
                .map(|secret| format!("{path} for {mail}: {secret}")),
        );
    }
    (seen, told)
}

#[sqlx::test(migrations = false)]
async fn no_page_list_suggestion_or_file_tells_of_two_others(db: PgPool) {
    let world = World::new(db).await;
    let (mut told, mut counts) = (Vec::new(), Vec::new());
    for (n, party) in world.parties.iter().enumerate() {
        let own = world.things(n).await;
        let mut people = vec![party.all.mail.clone()];
        if n == 2 {
            people.extend([party.pdm(), party.mail("psc")]);
            people.extend(
                ["referrals-admin", "referrals-admin-here", "referrals-user", "account-admin", "user-management-admin", "nobody"]
                    .map(|name| party.mail(name)),
            );
        }
        for mail in people {
            let (seen, wrongs) = look(&world, n, &mail, &own).await;
            counts.push(seen);
            told.extend(wrongs);
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert!(counts[..3].iter().all(|seen| *seen > 60), "{counts:?}");
}

/// Contoso sees its side of the common deal and nothing that Fabrikam keeps; the seller sees neither, as nobody asked for help.
#[sqlx::test(migrations = false)]
async fn partners_of_one_deal_see_their_own_sides(db: PgPool) {
    let world = World::new(db).await;
    let [fabrikam, contoso, adventure] = &world.parties[..] else { panic!("three") };
    let shared = "select referral_id::text from referrals where name = 'zqsharex deal' and organisation_id = $1";
    let mut sides = Vec::new();
    for party in [fabrikam, contoso] {
        let found: String = sqlx::query_scalar(shared)
            .bind(party.id)
            .fetch_one(world.app.db())
            .await
            .unwrap();
        sides.push(found);
    }
    for (party, own, other) in [(fabrikam, &sides[0], &sides[1]), (contoso, &sides[1], &sides[0])] {
        let mut client = world.app.sign_in(&party.all.mail).await;
        let page = client.get(&format!("/deals/{own}")).await;
        assert!(page.status == 200 && page.text().contains(SHARED), "{}", page.status);
        assert!(tells(&world, Some(usize::from(party.short != "fab")), &page).is_none() && !page.text().contains(other.as_str()));
        assert_eq!(client.get(&format!("/deals/{other}")).await.status, 404);
        assert_eq!(client.get(&format!("/deals?tab=outbound&deal={other}")).await.status, 404);
    }
    let mut third = world.app.sign_in(&adventure.all.mail).await;
    let mut seller = world.app.sign_in(&world.sellers[0].mail).await;
    for side in &sides {
        assert_eq!(third.get(&format!("/deals/{side}")).await.status, 404);
        assert_eq!(seller.get(&format!("/requests/{side}")).await.status, 404);
    }
    for tab in ["waiting", "active", "closed", "partner-led"] {
        assert!(
            !seller
                .get(&format!("/requests?tab={tab}&whose=everybody"))
                .await
                .text()
                .contains(SHARED),
            "{tab}"
        );
    }
}

/// Pages with counts, figures and what is offered, as somebody sees them.
async fn figures(client: &mut Client, own: &Things) -> Vec<(String, String)> {
    let deal = &own["deal private outbound 1"];
    let mut pages = Vec::new();
    for path in [
        "/deals?tab=inbound",
        "/deals?tab=outbound",
        "/deals?tab=favourites",
        "/deals?tab=outbound&q=zq",
        "/deals/values",
        "/leads?tab=qualified",
        "/migration/deals",
        "/migration/deals/list",
        "/migration/users",
        "/migration/users/preview?all=1",
        "/psc/home",
        "/psc/deals",
        "/psc/users",
        "/psc/mpn",
        "/psc/clean-up",
        "/account/users",
        "/account/locations",
        "/account/audit",
        "/notifications",
        "/deals/bulk?which=all&tab=outbound&change=stage&stage=80",
        &format!("/deals/{deal}/team"),
        &format!("/deals/{deal}/solutions?from=own&q="),
        &format!("/deals/new/{}/team", own["draft"]),
        &format!("/deals/new/{}/check", own["draft"]),
    ] {
        let page = client.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        pages.push((path.to_owned(), page.text()));
    }
    pages
}

#[sqlx::test(migrations = false)]
async fn no_count_or_suggestion_changes_by_what_others_do(db: PgPool) {
    let world = World::new(db).await;
    let own = world.things(0).await;
    let mut client = world.app.sign_in(&world.parties[0].all.mail).await;
    // What happened so far is told first.
    notifications::fan_out(world.app.db(), &world.app.app.clock, || true)
        .await
        .unwrap();
    let before = figures(&mut client, &own).await;
    for n in [1, 2] {
        for make in [Make::Private, Make::Led, Make::CoSell, Make::There, Make::Inbound, Make::Lead] {
            world.make(n, make).await;
        }
        let party = &world.parties[n];
        let seed = world.app.seed();
        seed.user(party.id, &party.mail("one-more"))
            .role(partner_portal::auth::Role::ReferralsAdmin)
            .create()
            .await;
        seed.location(party.id, &(party.mpn + 9).to_string(), "One more").await;
    }
    notifications::fan_out(world.app.db(), &world.app.app.clock, || true)
        .await
        .unwrap();
    let after = figures(&mut client, &own).await;
    let different: Vec<&String> = before.iter().zip(&after).filter(|(b, a)| b != a).map(|(b, _)| &b.0).collect();
    assert!(different.is_empty(), "{different:?}");
    // What happens in one's own place does change them.
    for make in [Make::Private, Make::Inbound, Make::Lead] {
        world.make(0, make).await;
    }
    let own_change = figures(&mut client, &own).await;
    assert!(before.iter().zip(&own_change).filter(|(b, a)| b != a).count() >= 5);
}

#[sqlx::test(migrations = false)]
async fn no_mail_calendar_or_notification_tells_of_another_organisation(db: PgPool) {
    let world = World::new(db).await;
    for n in 0..3 {
        for make in [Make::Inbound, Make::Lead, Make::CoSell] {
            world.make(n, make).await;
        }
    }
    notifications::fan_out(world.app.db(), &world.app.app.clock, || true)
        .await
        .unwrap();
    let mails: Vec<Mail> = posted(world.app.db(), "2026-11-25T12:00:00Z").await;
    let mut told = Vec::new();
    let mut read = 0;
    for mail in &mails {
        let to = mail.header("to");
        let Some(n) = world.parties.iter().position(|party| to.contains(party.mark)) else { continue };
        read += 1;
        let all = format!("{}\n{}\n{}", mail.text, mail.html, mail.raw);
        told.extend(
            secrets(&world, n)
                .await
                .into_iter()
                .filter(|secret| all.contains(secret))
                .map(|secret| format!("a mail to {to}: {secret}")),
        );
    }
    assert!(read >= 3, "{read} of {} mails", mails.len());
    for (n, party) in world.parties.iter().enumerate() {
        let mut client = world.app.sign_in(&party.all.mail).await;
        client.get("/preferences").await;
        let made = client.post("/calendar/link", &[]).await;
        let page = client.follow(&made).await;
        let address = page.attributes("#address", "value").pop().expect("an address");
        let path = address[address.find("/calendar/").unwrap()..].to_owned();
        let calendar = world.app.client().get(&path).await;
        let bell = client.get("/notifications").await;
        for (what, answer) in [("calendar", calendar), ("page", bell)] {
            let text = answer.text().replace("\r\n ", "");
            assert!(answer.status == 200 && text.contains(party.mark), "{what}: {}", answer.status);
            told.extend(
                secrets(&world, n)
                    .await
                    .into_iter()
                    .filter(|secret| text.contains(secret))
                    .map(|secret| format!("the {what} of {}: {secret}", party.mark)),
            );
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}
