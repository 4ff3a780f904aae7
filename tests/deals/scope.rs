use partner_portal::{
    auth::{Actor, Role},
    error::AppError,
    referrals::{
        filter::{Filter, Tab, Wanted},
        service,
    },
};
use sqlx::PgPool;

use super::seed::{World, at};

const MAIL: &str = "Person@fabrikam.example";

/// The deals of every combination that scope tells apart, as named.
async fn world(db: PgPool) -> World {
    let world = World::new(db).await;
    for (name, location) in [("whole", None), ("seoul", Some(world.seoul)), ("busan", Some(world.busan))] {
        for team in [vec![], vec!["someone@fabrikam.example", "pERSON@fabrikam.example"]] {
            let on = if team.is_empty() { "" } else { " team" };
            let mut deal = world.deal(&format!("{name}{on}"));
            (deal.location, deal.team) = (location, team);
            world.insert(deal).await;
        }
    }
    let mut foreign = world.deal("foreign");
    (foreign.organisation, foreign.location, foreign.team) = (world.other, None, vec!["person@fabrikam.example"]);
    world.insert(foreign).await;
    world
}

/// Names of the deals that somebody sees; list, counts, page of each deal and favourites must agree.
async fn seen(world: &World, actor: &Actor) -> Vec<String> {
    let (scope, now) = (actor.scope(), at("2026-11-22T12:00:00Z"));
    let listing = service::list(&world.db, &scope, &Filter { tab: Tab::Outbound, ..Filter::default() }, now)
        .await
        .unwrap();
    let mut names: Vec<String> = listing.lines.iter().map(|line| line.name.clone()).collect();
    names.sort();
    let wanted = Wanted { words: vec!["contoso".into()], ..Wanted::default() };
    let searching = Filter { tab: Tab::Outbound, wanted, ..Filter::default() };
    let found = service::list(&world.db, &scope, &searching, now).await.unwrap();
    let length = i64::try_from(names.len()).unwrap();
    assert_eq!((listing.counts.outbound.found, found.counts.outbound.found), (length, length));
    assert_eq!(found.lines.len(), names.len());
    let all: Vec<(uuid::Uuid, String)> = sqlx::query_as("select referral_id, name from referrals")
        .fetch_all(&world.db)
        .await
        .unwrap();
    for (id, name) in all {
        let id = partner_portal::ids::ReferralId(id);
        let opened = service::open(&world.db, &scope, id).await;
        let marked = service::set_favourite(&world.db, &scope, id, true).await;
        if names.contains(&name) {
            assert_eq!(opened.unwrap().deal.name, name);
            marked.unwrap();
        } else {
            assert!(matches!(opened, Err(AppError::NotFound)), "{name}");
            assert!(matches!(marked, Err(AppError::NotFound)), "{name}");
        }
    }
    let counts = service::list(&world.db, &scope, &Filter::default(), now).await.unwrap().counts;
    assert_eq!(counts.favourites.found, length);
    names
}

macro_rules! sees {
    ($($name:ident: $organisation:ident, |$world:ident| [$($role:expr),*] => [$($deal:literal),*];)+) => {$(
        #[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
        async fn $name(db: PgPool) {
            let $world = world(db).await;
            let actor = $world.person($world.$organisation, MAIL, &[$($role),*]).await;
            let expected: Vec<&str> = vec![$($deal),*];
            assert_eq!(seen(&$world, &actor).await, expected);
        }
    )+};
}

sees! {
    a_referrals_admin_sees_every_deal_of_the_organisation: fabrikam, |world| [(Role::ReferralsAdmin, None)]
        => ["busan", "busan team", "seoul", "seoul team", "whole", "whole team"];
    a_local_referrals_admin_sees_the_location_s_deals: fabrikam, |world| [(Role::ReferralsAdmin, Some(world.seoul))]
        => ["seoul", "seoul team"];
    a_referrals_admin_of_two_locations_sees_both: fabrikam,
        |world| [(Role::ReferralsAdmin, Some(world.seoul)), (Role::ReferralsAdmin, Some(world.busan))]
        => ["busan", "busan team", "seoul", "seoul team"];
    a_referrals_user_sees_the_deals_of_the_own_teams: fabrikam, |world| [(Role::ReferralsUser, None)]
        => ["busan team", "seoul team", "whole team"];
    a_local_referrals_user_needs_team_and_location: fabrikam, |world| [(Role::ReferralsUser, Some(world.busan))] => ["busan team"];
    local_admin_here_and_user_there_adds_up: fabrikam,
        |world| [(Role::ReferralsAdmin, Some(world.seoul)), (Role::ReferralsUser, Some(world.busan))]
        => ["busan team", "seoul", "seoul team"];
    other_roles_see_nothing: fabrikam, |world| [(Role::AccountAdmin, None), (Role::GlobalAdmin, None)] => [];
    another_organisation_s_admin_sees_only_its_own: other, |world| [(Role::ReferralsAdmin, None)] => ["foreign"];
    another_organisation_s_admin_with_our_location_sees_nothing: other, |world| [(Role::ReferralsAdmin, Some(world.seoul))] => [];
}
