//! Identifiers in paths: every route that takes one, by everybody who may use it.

use axum::http::{Method, StatusCode};
use partner_portal::{
    app,
    auth::{Actor, store},
    ids::UserId,
    web::Route,
};
use sqlx::PgPool;

use super::world::{SHARED, Things, World};
use crate::support::Answer;

/// The route's path with this in place of each parameter.
pub fn concrete(route: &Route, thing: &str) -> String {
    let parts = route.path.split('/').map(|part| match part {
        "{step}" => "details",
        part if part.starts_with('{') => thing,
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

/// Whether a thing of this kind could stand behind the path: what a mistake would let through.
pub fn fits(path: &str, kind: &str) -> bool {
    let referral = kind.starts_with("deal") || kind.starts_with("lead") || kind == "the vendor's side";
    let table = [
        ("/deals/views/", kind == "view"),
        ("/deals/bulk/", kind == "bulk run"),
        ("/deals/new/", kind.ends_with("draft")),
        ("/deals/", referral),
        ("/leads/", referral),
        ("/requests/partner-led/", kind == "engagement"),
        ("/requests/", referral),
        ("/migration/users/accounts/", kind == "PSC user"),
        ("/migration/users/runs/", kind == "user run"),
        ("/migration/deals/runs/", kind.ends_with("run")),
        ("/psc/deals/", kind.ends_with("PSC deal")),
        ("/psc/clean-up/uploads/", kind == "upload"),
        ("/psc/imports/", kind == "import"),
        ("/psc/mpn/", kind.ends_with("correction")),
        ("/notifications/", kind == "notification"),
        ("/calendar/", kind == "user"),
        ("/account/users/", kind == "user"),
        ("/operations/organisations/", kind == "organisation"),
        ("/operations/switches/", kind == "organisation"),
        ("/operations/runs/", kind.ends_with("run")),
        ("/operations/mpn-corrections/", kind.ends_with("correction")),
        ("/operations/jobs/", kind == "job"),
    ];
    let found = table.into_iter().find(|(prefix, _)| path.starts_with(prefix));
    found.unwrap_or_else(|| panic!("{path}: what does it take?")).1
}

pub async fn actor_of(world: &World, mail: &str) -> Actor {
    let id: UserId = sqlx::query_scalar("select user_id from users where mail = $1")
        .bind(mail)
        .fetch_one(world.app.db())
        .await
        .unwrap_or_else(|error| panic!("{mail}: {error}"));
    store::person(world.app.db(), id).await.unwrap().expect("somebody")
}

/// What of others' an answer tells to somebody of the party `n`; `None`: of the vendor.
pub fn tells(world: &World, n: Option<usize>, answer: &Answer) -> Option<String> {
    let text = answer.text();
    let others = world
        .parties
        .iter()
        .enumerate()
        .filter(|(m, _)| Some(*m) != n)
        .map(|(_, party)| party.mark);
    let shared = (n == Some(2)).then_some(SHARED);
    others.chain(shared).find(|mark| text.contains(mark)).map(str::to_owned)
}

async fn ask(world: &World, n: usize, mail: &str, things: &Things, every: bool) -> Vec<String> {
    let mut client = world.app.sign_in(mail).await;
    let actor = actor_of(world, mail).await;
    let (mut wrongs, mut asked) = (Vec::new(), 0);
    for route in app::table()
        .iter()
        .filter(|route| route.path.contains('{') && route.method == Method::GET)
    {
        let lets = route.who.lets(Some(&actor));
        for (kind, thing) in things.iter().filter(|(kind, _)| fits(route.path, kind) || (every && lets)) {
            let answer = client.get(&concrete(route, thing)).await;
            asked += 1;
            let expected = if lets { StatusCode::NOT_FOUND } else { StatusCode::FORBIDDEN };
            let told = tells(world, Some(n), &answer);
            if answer.status != expected || told.is_some() {
                wrongs.push(format!("{} with {kind} for {mail}: {} {told:?}", route.path, answer.status));
            }
        }
    }
    assert!(asked > 20, "{mail}: {asked}");
    wrongs
}

fn only(things: &Things, kinds: &[&str]) -> Things {
    let of = things.iter().filter(|(kind, _)| kinds.iter().any(|k| kind.starts_with(k)));
    of.map(|(kind, thing)| (kind.clone(), thing.clone())).collect()
}

#[sqlx::test(migrations = false)]
async fn nothing_of_two_others_is_there_by_any_path(db: PgPool) {
    let world = World::new(db).await;
    let mut wrongs = Vec::new();
    let mut all = Vec::new();
    for n in 0..3 {
        all.push(world.things(n).await);
    }
    assert!(all.iter().all(|things| things.len() >= 28), "{:?}", all.iter().map(Things::len).collect::<Vec<_>>());
    for (n, party) in world.parties.iter().enumerate() {
        for (m, things) in all.iter().enumerate().filter(|(m, _)| *m != n) {
            wrongs.extend(ask(&world, n, &party.all.mail, things, (n, m) == (0, 1)).await);
        }
    }
    // Each right alone.
    let fabrikam = &world.parties[0];
    let mut people = vec![fabrikam.pdm(), fabrikam.mail("psc"), fabrikam.mail("nobody")];
    people.extend(fabrikam.all.roles.iter().map(|assigned| fabrikam.mail(assigned.role.code())));
    people.extend(["referrals-admin-here", "referrals-user-here"].map(|name| fabrikam.mail(name)));
    for mail in people {
        wrongs.extend(ask(&world, 0, &mail, &all[2], false).await);
    }
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}

/// Within one organisation: other locations, other people's teams, colleagues' own things.
#[sqlx::test(migrations = false)]
async fn nothing_out_of_reach_is_there_by_any_path(db: PgPool) {
    let world = World::new(db).await;
    let (fabrikam, own) = (&world.parties[0], world.things(0).await);
    let deals: Things = own
        .iter()
        .filter(|(kind, _)| kind.starts_with("deal") || kind.starts_with("lead"))
        .map(|(k, t)| (k.clone(), t.clone()))
        .collect();
    let elsewhere = deals
        .iter()
        .filter(|(kind, _)| !kind.ends_with('1'))
        .map(|(k, t)| (k.clone(), t.clone()))
        .collect::<Things>();
    assert!(elsewhere.len() >= 2 && deals.len() > elsewhere.len() + 3, "{deals:?}");
    let kept = only(&own, &["view", "draft", "bulk run", "notification"]);
    assert_eq!(kept.len(), 4);
    let mut wrongs = Vec::new();
    for (name, things) in [("referrals-admin-here", &elsewhere), ("referrals-user-here", &deals), ("referrals-user", &deals)] {
        wrongs.extend(ask(&world, 0, &fabrikam.mail(name), things, false).await);
    }
    wrongs.extend(mine_alone(&world, &fabrikam.mail("referrals-admin"), &kept).await);
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}

async fn mine_alone(world: &World, mail: &str, kept: &Things) -> Vec<String> {
    let mut client = world.app.sign_in(mail).await;
    let mut wrongs = Vec::new();
    for route in app::table()
        .iter()
        .filter(|route| route.path.contains('{') && route.method == Method::GET)
    {
        for (kind, thing) in kept
            .iter()
            .filter(|(kind, _)| fits(route.path, kind) && !route.path.contains("/runs/"))
        {
            let status = client.get(&concrete(route, thing)).await.status;
            if status != StatusCode::NOT_FOUND {
                wrongs.push(format!("{} with a colleague's {kind}: {status}", route.path));
            }
        }
    }
    wrongs
}

/// The vendor's people: partners' own sides and private deals are not there; without the role nothing is.
#[sqlx::test(migrations = false)]
async fn nothing_private_is_there_for_the_vendor(db: PgPool) {
    let world = World::new(db).await;
    let mut wrongs = Vec::new();
    let private: Vec<String> =
        sqlx::query_scalar("select engagement_id::text from engagements where deal_type in ('private', 'p2p')")
            .fetch_all(world.app.db())
            .await
            .unwrap();
    assert!(private.len() >= 6, "{}", private.len());
    for n in 0..3 {
        let own = world.things(n).await;
        let mut sides = only(
            &own,
            &[
                "deal",
                "lead",
                "view",
                "draft",
                "other draft",
                "bulk run",
                "run",
                "user",
                "import",
                "upload",
                "notification",
                "PSC",
            ],
        );
        sides.remove("user");
        for actor in [&world.sellers[0], &world.reviewer, &world.operator] {
            wrongs.extend(ask(&world, 9, &actor.mail, &sides, false).await);
        }
        let mut client = world.app.sign_in(&world.sellers[0].mail).await;
        for engagement in &private {
            let answer = client.get(&format!("/requests/partner-led/{engagement}")).await;
            if answer.status != StatusCode::NOT_FOUND {
                wrongs.push(format!("{engagement} for a seller: {}", answer.status));
            }
        }
        for (mail, user) in [(&world.sellers[0].mail, &own["user"]), (&world.operator.mail, &own["user"])] {
            let status = world
                .app
                .sign_in(mail)
                .await
                .get(&format!("/account/users/{user}"))
                .await
                .status;
            if status != StatusCode::NOT_FOUND {
                wrongs.push(format!("a partner's person for {mail}: {status}"));
            }
        }
    }
    assert!(wrongs.is_empty(), "{}", wrongs.join("\n"));
}
