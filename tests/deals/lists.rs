use std::collections::HashSet;

use chrono::Duration;
use partner_portal::referrals::{
    cursor::Cursor,
    filter::{Filter, Place, Sort, Tab, Wanted},
    service::{self, COUNT_CAP, Count},
};
use sqlx::PgPool;

use super::seed::{World, at};

const NOW: &str = "2026-11-22T12:00:00Z";

fn exactly(found: i64) -> Count {
    Count { found, more: false }
}

async fn names(world: &World, filter: &Filter) -> Vec<String> {
    let scope = world
        .person(
            world.fabrikam,
            &format!("{}@fabrikam.example", uuid::Uuid::now_v7()),
            &[(partner_portal::auth::Role::ReferralsAdmin, None)],
        )
        .await
        .scope();
    let listing = service::list(&world.db, &scope, filter, at(NOW)).await.unwrap();
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
        let listing = service::list(&world.db, &admin, &Filter { tab, ..Filter::default() }, at(NOW))
            .await
            .unwrap();
        assert_eq!(listing.lines.len(), expected, "{tab:?}");
        let counts = listing.counts;
        assert_eq!((counts.inbound, counts.outbound, counts.favourites), (exactly(1), exactly(2), exactly(1)));
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

/// 120 deals: most share their time, so that only the id tells them apart; forwards and back again.
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
    sqlx::query("update referrals set close_date = case when name like '%1' then null else date '2026-12-24' end")
        .execute(&world.db)
        .await
        .unwrap();
    for sort in Sort::ALL {
        let (mut seen, mut pages) = (Vec::new(), Vec::new());
        let mut filter = Filter { tab: Tab::Outbound, sort, ..Filter::default() };
        loop {
            let listing = service::list(&world.db, &admin, &filter, at(NOW)).await.unwrap();
            pages.push(listing.lines.len());
            assert_eq!((listing.from_start, listing.newer.is_some()), (seen.is_empty(), !seen.is_empty()));
            seen.extend(listing.lines.iter().map(|line| line.referral_id));
            let Some(Place::After(next)) = listing.older else { break };
            // As it travels in an address.
            filter.place = Place::After(next.to_string().parse().unwrap());
            // A deal that comes in meanwhile shifts nothing.
            let mut newer = world.deal("newer");
            newer.created = at("2026-11-22T00:00:00Z");
            newer.updated = newer.created;
            world.insert(newer).await;
        }
        let before = pages.iter().sum::<usize>();
        assert_eq!(pages[..2], [50, 50]);
        assert_eq!(seen.iter().collect::<HashSet<_>>().len(), before, "{sort:?}: nothing twice");
        // Back to the start, page by page.
        let mut back = seen.split_off(before - pages[2]);
        while let Some(place) = service::list(&world.db, &admin, &filter, at(NOW)).await.unwrap().newer {
            filter.place = place;
            let listing = service::list(&world.db, &admin, &filter, at(NOW)).await.unwrap();
            let ids: Vec<_> = listing.lines.iter().map(|line| line.referral_id).collect();
            assert_eq!(ids.len(), 50);
            if listing.from_start {
                break;
            }
            assert_eq!(ids, seen.split_off(seen.len() - 50), "{sort:?}");
            back.splice(0..0, ids);
        }
        // The first page may have been pushed down by those that came in.
        assert!(matches!(before - back.len(), 0 | 50), "{sort:?}: {} of {before}", back.len());
    }
}

/// Each deal's neighbours are those that the list shows beside it, on its page or another.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn neighbours_lead_through_the_whole_filtered_list_and_back(db: PgPool) {
    let world = World::new(db).await;
    let admin = world.admin().await.scope();
    for n in 0..160 {
        let mut deal = world.deal(&format!("{} {n}", if n % 2 == 0 { "even" } else { "odd" }));
        deal.created = at("2026-10-01T00:00:00Z") + Duration::minutes(n);
        world.insert(deal).await;
    }
    let wanted = Wanted { words: vec!["even".into()], ..Wanted::default() };
    let mut filter = Filter { tab: Tab::Outbound, wanted, ..Filter::default() };
    let listing = service::list(&world.db, &admin, &filter, at(NOW)).await.unwrap();
    let mut lines = listing.lines;
    let mut id = lines[0].referral_id;
    let mut way = Vec::new();
    loop {
        let deal = service::open(&world.db, &admin, id).await.unwrap().deal;
        let (before, after) =
            service::neighbours(&mut world.db.acquire().await.unwrap(), &admin, &filter, &lines, &deal, at(NOW))
                .await
                .unwrap();
        assert_eq!(before.map(|it| it.id), way.last().copied());
        way.push(id);
        let Some(after) = after else { break };
        if after.place != filter.place {
            filter.place = after.place;
            lines = service::list(&world.db, &admin, &filter, at(NOW)).await.unwrap().lines;
        }
        assert!(lines.iter().any(|line| line.referral_id == after.id), "its page shows it");
        id = after.id;
    }
    assert_eq!(way.len(), 80);
    let last = service::open(&world.db, &admin, id).await.unwrap().deal;
    let (before, _) = service::neighbours(&mut world.db.acquire().await.unwrap(), &admin, &filter, &[], &last, at(NOW))
        .await
        .unwrap();
    assert_eq!(before.map(|it| it.id), way.get(78).copied());
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
                 insert into referrals (referral_id, engagement_id, organisation_id, deal_id, direction, name, status, status_at, created_at, updated_at)
                 select gen_random_uuid(), engagement_id, $1, engagement_id::text, 'outbound', 'many', 'accepted', now(), now(), now() from e")
        .bind(world.fabrikam.0).bind(i32::try_from(COUNT_CAP).unwrap() + 5).execute(&world.db).await.unwrap();
    let all = service::list(&world.db, &admin, &Filter::default(), at(NOW))
        .await
        .unwrap()
        .counts;
    assert_eq!(all.outbound, Count { found: COUNT_CAP, more: true });
    let wanted = Wanted { words: vec!["many".into()], ..Wanted::default() };
    let filter = Filter { wanted, ..Filter::default() };
    let found = service::list(&world.db, &admin, &filter, at(NOW)).await.unwrap().counts;
    assert_eq!((found.inbound, found.outbound), (exactly(0), Count { found: COUNT_CAP, more: true }));
}
