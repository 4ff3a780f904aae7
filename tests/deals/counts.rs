//! The numbers on the tabs: right for everybody, whatever is filtered by.

use partner_portal::{
    auth::Role,
    ids::ReferralId,
    referrals::{
        filter::{Filter, Kind, Tab, Wanted},
        service::{self, COUNT_CAP, Count},
        status::Status,
    },
};
use sqlx::PgPool;

use super::seed::{World, at};

const NOW: &str = "2026-11-22T12:00:00Z";

/// Many deals at once: (number, direction, status); the first `on_team` of them have the person on their team.
async fn many(world: &World, number: i32, direction: &str, status: &str, on_team: i32) {
    sqlx::query(
        "with e as (insert into engagements (engagement_id, deal_type, created_at)
             select gen_random_uuid(), 'co-sell', now() from generate_series(1, $2) returning engagement_id),
         r as (insert into referrals (referral_id, engagement_id, organisation_id, deal_id, location_id, direction, name, customer_name, status, status_at,
                 created_at, updated_at, facets)
             select gen_random_uuid(), engagement_id, $1, engagement_id::text, $3, $4, 'many deals', '', $5, now(), timestamptz '2026-11-01' - n * interval '1 hour', now(),
                 deal_facets('co-sell', '', '{}', '{}', case when n <= $6 then array['person@fabrikam.example'] end)
             from (select engagement_id, row_number() over () as n from e) e returning referral_id, facets)
         insert into referral_team select referral_id, 1, 'A', 'B', '1', 'person@fabrikam.example' from r
         where 't:person@fabrikam.example' = any(facets)",
    )
    .bind(world.fabrikam.0)
    .bind(number)
    .bind(world.seoul.0)
    .bind(direction)
    .bind(status)
    .bind(on_team)
    .execute(&world.db)
    .await
    .unwrap();
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn counts_are_exact_up_to_their_cap_for_filters_and_scopes(db: PgPool) {
    let world = World::new(db).await;
    let admin = world.admin().await;
    let user = world
        .person(world.fabrikam, "person@fabrikam.example", &[(Role::ReferralsUser, None)])
        .await;
    let local = world
        .person(world.fabrikam, "local@fabrikam.example", &[(Role::ReferralsAdmin, Some(world.seoul))])
        .await;
    let elsewhere = world
        .person(world.fabrikam, "busan@fabrikam.example", &[(Role::ReferralsAdmin, Some(world.busan))])
        .await;
    many(&world, 2_000, "outbound", "won", 0).await;
    many(&world, 900, "outbound", "accepted", 700).await;
    many(&world, 40, "inbound", "accepted", 7).await;
    sqlx::raw_sql("analyze referrals").execute(&world.db).await.unwrap();
    let ids: Vec<uuid::Uuid> =
        sqlx::query_scalar("select referral_id from referrals where direction = 'inbound' order by 1 limit 5")
            .fetch_all(&world.db)
            .await
            .unwrap();
    for id in ids {
        service::set_favourite(&world.db, &admin.scope(), ReferralId(id), true)
            .await
            .unwrap();
    }
    let count = |found, more| Count { found, more };
    let accepted = Wanted { statuses: vec![Status::Accepted], ..Wanted::default() };
    let words = Wanted { words: vec!["ny".into()], ..Wanted::default() };
    let cap = count(COUNT_CAP, true);
    for (actor, wanted, expected) in [
        (&admin, Wanted::default(), [count(40, false), cap, count(5, false)]),
        (&admin, accepted.clone(), [count(40, false), count(900, false), count(5, false)]),
        (&admin, words.clone(), [count(40, false), cap, count(5, false)]),
        (&user, Wanted::default(), [count(7, false), count(700, false), count(0, false)]),
        (&user, accepted.clone(), [count(7, false), count(700, false), count(0, false)]),
        (&local, Wanted::default(), [count(40, false), cap, count(0, false)]),
        (&local, accepted, [count(40, false), count(900, false), count(0, false)]),
        (&elsewhere, words, [count(0, false); 3]),
    ] {
        let filter = Filter { kind: Kind::Deal, tab: Tab::Inbound, wanted, ..Filter::default() };
        // Twice: what has more than the cap is known by then.
        for _ in 0..2 {
            let listing = service::list(&world.db, &actor.scope(), &filter, at(NOW)).await.unwrap();
            let counts = Tab::ALL.map(|tab| listing.counts.of(tab));
            assert_eq!(counts, expected, "{:?} {:?}", actor.roles, filter.wanted);
        }
    }
}

/// A favourite that is out of scope now is in neither list nor count.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn favourites_count_only_within_the_scope_of_today(db: PgPool) {
    let world = World::new(db).await;
    let mut person = world.admin().await;
    let here = world.insert(world.deal("here")).await;
    let mut there = world.deal("there");
    there.location = Some(world.busan);
    let there = world.insert(there).await;
    for id in [here, there] {
        service::set_favourite(&world.db, &person.scope(), id, true).await.unwrap();
    }
    person.roles[0].location = Some(world.busan);
    let filter = Filter { tab: Tab::Favourites, ..Filter::default() };
    let listing = service::list(&world.db, &person.scope(), &filter, at(NOW)).await.unwrap();
    assert_eq!(listing.lines.iter().map(|line| line.referral_id).collect::<Vec<_>>(), [there]);
    assert_eq!(listing.counts.favourites, Count { found: 1, more: false });
}
