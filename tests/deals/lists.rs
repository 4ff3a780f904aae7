use std::collections::HashSet;

use chrono::Duration;
use partner_portal::referrals::{
    cursor::Cursor,
    service::{self, COUNT_CAP, Filter, Sort, Tab},
};
use sqlx::PgPool;

use super::seed::{World, at};

async fn names(world: &World, filter: &Filter) -> Vec<String> {
    let scope = world
        .person(
            world.fabrikam,
            &format!("{}@fabrikam.example", uuid::Uuid::now_v7()),
            &[(partner_portal::auth::Role::ReferralsAdmin, None)],
        )
        .await
        .scope();
    let listing = service::list(&world.db, &scope, filter).await.unwrap();
    listing.lines.into_iter().map(|line| line.name).collect()
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn tabs_part_the_deals_by_direction_and_favourite(db: PgPool) {
    let world = World::new(db).await;
    let admin = world.admin().await.scope();
    let mut inbound = world.deal("from Microsoft");
    inbound.direction = "inbound";
    world.insert(inbound).await;
    let ours = world.insert(world.deal("ours")).await;
    world.insert(world.deal("ours too")).await;
    service::set_favourite(&world.db, &admin, ours, true).await.unwrap();
    for (tab, expected) in [(Tab::Inbound, 1), (Tab::Outbound, 2), (Tab::Favourites, 1)] {
        let listing = service::list(&world.db, &admin, &Filter { tab, ..Filter::default() })
            .await
            .unwrap();
        assert_eq!(listing.lines.len(), expected, "{tab:?}");
        let counts = listing.counts;
        assert_eq!((counts.inbound, counts.outbound, counts.favourites, counts.partial), (1, 2, 1, false));
    }
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn newest_first_or_by_last_update(db: PgPool) {
    let world = World::new(db).await;
    for (name, created, updated) in [("a", 1, 9), ("b", 3, 4), ("c", 2, 5)] {
        let mut deal = world.deal(name);
        deal.created = at("2026-10-01T00:00:00Z") + Duration::days(created);
        deal.updated = at("2026-10-01T00:00:00Z") + Duration::days(updated);
        world.insert(deal).await;
    }
    let mut filter = Filter { tab: Tab::Outbound, ..Filter::default() };
    assert_eq!(names(&world, &filter).await, ["b", "c", "a"]);
    filter.sort = Sort::Updated;
    assert_eq!(names(&world, &filter).await, ["a", "c", "b"]);
}

/// 120 deals: most share their time, so that only the id tells them apart.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn pages_have_no_holes_and_no_repeats(db: PgPool) {
    let world = World::new(db).await;
    let admin = world.admin().await.scope();
    for n in 0..120 {
        let mut deal = world.deal(&format!("deal {n}"));
        deal.created = at("2026-10-01T00:00:00.000001Z") + Duration::microseconds(n / 70);
        deal.updated = at("2026-10-02T00:00:00Z");
        world.insert(deal).await;
    }
    for sort in [Sort::Newest, Sort::Updated] {
        let (mut seen, mut pages) = (HashSet::new(), Vec::new());
        let mut filter = Filter { tab: Tab::Outbound, sort, ..Filter::default() };
        loop {
            let listing = service::list(&world.db, &admin, &filter).await.unwrap();
            pages.push(listing.lines.len());
            for line in listing.lines {
                assert!(seen.insert(line.referral_id), "{} came twice", line.name);
            }
            let Some(next) = listing.next else { break };
            // As it travels in an address.
            filter.after = Some(next.to_string().parse().unwrap());
            // A deal that comes in meanwhile shifts nothing.
            let mut newer = world.deal("newer");
            newer.created = at("2026-11-22T00:00:00Z");
            newer.updated = newer.created;
            world.insert(newer).await;
        }
        let before = if sort == Sort::Newest { 120 } else { 122 };
        assert_eq!(seen.len(), before);
        assert_eq!(pages, [50, 50, before - 100]);
    }
}

#[test]
fn a_cursor_survives_its_address_and_nothing_else_is_one() {
    for time in ["2026-11-22T09:00:00.123456Z", "1969-12-31T23:59:59Z"] {
        let cursor = Cursor { at: at(time), id: partner_portal::ids::ReferralId::new() };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
    }
    for text in ["", "-", "1-2", "x-0192f0c1a2b37000800000000000000f", "99999999999999999999-0192f0c1a2b37000800000000000000f"] {
        assert!(text.parse::<Cursor>().is_err(), "{text}");
    }
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn counting_stops_at_the_cap(db: PgPool) {
    let world = World::new(db).await;
    let admin = world.admin().await.scope();
    world.insert(world.deal("one")).await;
    sqlx::query("with e as (insert into engagements (engagement_id, deal_type, created_at)
                     select gen_random_uuid(), 'co-sell', now() from generate_series(1, $2) returning engagement_id)
                 insert into referrals (referral_id, engagement_id, organisation_id, direction, name, status, status_at, created_at, updated_at)
                 select gen_random_uuid(), engagement_id, $1, 'outbound', 'many', 'accepted', now(), now(), now() from e")
        .bind(world.fabrikam.0).bind(i32::try_from(COUNT_CAP).unwrap() + 5).execute(&world.db).await.unwrap();
    let all = service::list(&world.db, &admin, &Filter::default()).await.unwrap().counts;
    assert_eq!((all.outbound, all.partial), (COUNT_CAP + 1, false));
    let found = service::list(&world.db, &admin, &Filter { words: vec!["many".into()], ..Filter::default() })
        .await
        .unwrap()
        .counts;
    assert_eq!((found.outbound, found.partial), (COUNT_CAP + 1, true));
}
