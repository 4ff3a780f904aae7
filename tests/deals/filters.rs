//! Each filter by itself, alone and behind thousands of other deals, for everybody who may see something.

use chrono::Duration;
use partner_portal::{
    auth::{Actor, Role},
    deals::forms::Looking,
    ids::ReferralId,
    referrals::{
        filter::{Filter, Kind, Place, Sort},
        service,
        store::refresh,
    },
};
use sqlx::PgPool;

use super::seed::{World, at};

const NOW: &str = "2026-11-22T12:00:00Z";
const MAIL: &str = "person@fabrikam.example";

/// What a deal differs in from the one that the seed makes: name, and SQL to be set on referral and engagement.
const DEALS: [(&str, &str, &str); 11] = [
    ("plain", "", ""),
    ("waits", "status = 'pending', expires_at = '2026-11-23T12:00:00Z'", ""),
    ("received", "status = 'received', expires_at = '2026-11-25T12:00:00.000001Z'", ""),
    ("late", "status = 'received', expires_at = '2026-11-22T12:00:00Z'", ""),
    ("mistake", "status = 'error', missing = 127", ""),
    ("gaps", "missing = 33", ""),
    ("busan", "location_id = (select location_id from locations where mpn_id = '4512347')", ""),
    ("nowhere", "location_id = null", ""),
    (
        "led",
        "value = 12345.678, currency = 'KWD', close_date = '2028-02-29'",
        "deal_type = 'partner-led', customer_country = 'US'",
    ),
    (
        "small",
        "value = 9, currency = 'KRW', close_date = '2026-12-31'",
        "help = '{QuotesOrLicensing,GeneralOrOther}'",
    ),
    (
        "none",
        "value = null, currency = null, customer_name = '東京データ 100%'",
        "customer_name = '東京データ 100%', customer_country = 'JP'",
    ),
];

/// Addresses' queries, and the deals that an admin finds by them, in the order of their names.
const FILTERS: [(&str, &str); 38] = [
    ("", "busan gaps late led mistake none nowhere plain received small waits"),
    ("status=pending", "waits"),
    ("status=pending&status=error", "mistake waits"),
    ("type=partner-led", "led"),
    ("type=p2p", ""),
    ("location=none", "nowhere"),
    ("location=BUSAN", "busan"),
    ("location=BUSAN&location=none", "busan nowhere"),
    ("customer=%EB%8D%B0%EC%9D%B4%ED%84%B0", ""),
    ("customer=%E3%83%87%E3%83%BC%E3%82%BF", "none"),
    ("customer=100%25", "none"),
    ("customer=plain", ""),
    ("country=US", "led"),
    ("country=US&country=JP", "led none"),
    ("solution=SOL-1", "led plain"),
    ("solution=SOL-1&solution=SKU%272", "led plain small"),
    ("solution=SOL", ""),
    ("member=Person%40Fabrikam.Example", "busan plain waits"),
    ("member=person", ""),
    ("help=GeneralOrOther", "small"),
    ("help=PostSalesCustomerSuccess", ""),
    ("closes_from=2026-12-31", "led small"),
    ("closes_to=2026-12-31", "small"),
    ("closes_from=2027-01-01&closes_to=2028-02-29", "led"),
    ("closes_from=2028-03-01", ""),
    ("currency=KWD", "led"),
    ("currency=KWD&value_from=12345.678&value_to=12345.678", "led"),
    ("currency=KWD&value_from=12345.679", ""),
    ("currency=KRW&value_to=9", "small"),
    ("currency=KRW&value_from=10&value_to=821249999", ""),
    ("currency=KRW&value_from=821250000", "busan gaps late mistake nowhere plain received waits"),
    ("expires=1", "waits"),
    ("expires=3", "waits"),
    ("expires=7", "received waits"),
    ("missing=any", "gaps"),
    ("missing=customer", "gaps"),
    ("missing=contact", ""),
    ("missing=contact&missing=close_date&status=accepted&q=ga&country=KR", "gaps"),
];

async fn world(db: PgPool) -> World {
    let world = World::new(db).await;
    for (n, (name, own, shared)) in (0..).zip(DEALS) {
        let mut deal = world.deal(name);
        deal.created = at("2024-01-01T00:00:00Z") + Duration::days(n * 30);
        deal.updated = at("2026-01-01T00:00:00Z") - Duration::days(n);
        if ["plain", "waits", "busan"].contains(&name) {
            deal.team = vec!["someone@fabrikam.example", "PERSON@fabrikam.example"];
        }
        let id = world.insert(deal).await;
        change(&world, id, name, own, shared).await;
    }
    world
}

async fn change(world: &World, id: ReferralId, name: &str, own: &str, shared: &str) {
    let mut tx = partner_portal::db::begin(&world.db).await.unwrap();
    let engagement: uuid::Uuid = sqlx::query_scalar("select engagement_id from referrals where referral_id = $1")
        .bind(id.0)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    for (table, key, set) in [("referrals", "referral_id", own), ("engagements", "engagement_id", shared)] {
        if !set.is_empty() {
            let sql = format!("update {table} set {set} where {key} = $1");
            let id = if table == "referrals" { id.0 } else { engagement };
            sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).execute(&mut *tx).await.unwrap();
        }
    }
    for (place, solution) in (1_i16..).zip(match name {
        "plain" => vec!["SOL-1"],
        "led" => vec!["SOL-2", "SOL-1"],
        "small" => vec!["SKU'2"],
        _ => vec![],
    }) {
        sqlx::query("insert into engagement_solutions (engagement_id, position, solution_id) values ($1, $2, $3)")
            .bind(engagement)
            .bind(place)
            .bind(solution)
            .execute(&mut *tx)
            .await
            .unwrap();
    }
    refresh(&mut tx, partner_portal::ids::EngagementId(engagement)).await.unwrap();
    tx.commit().await.unwrap();
}

/// Names found, in the order of the list; the tab's count must agree.
async fn found(world: &World, actor: &Actor, filter: &Filter) -> Vec<String> {
    let listing = service::list(&world.db, &actor.scope(), filter, at(NOW)).await.unwrap();
    let count = listing.counts.of(filter.tab);
    assert_eq!(
        (count.found, count.more),
        (i64::try_from(listing.lines.len()).unwrap(), false),
        "{:?}",
        filter.wanted
    );
    listing.lines.into_iter().map(|line| line.name).collect()
}

fn filter(world: &World, query: &str) -> Filter {
    Looking::read(Kind::Deal, &format!("tab=outbound&{}", query.replace("BUSAN", &world.busan.to_string()))).filter
}

/// Newer deals that nothing wanted is among, of the same tab: more than the list is walked over.
async fn bury(world: &World) {
    sqlx::query(
        "with e as (insert into engagements (engagement_id, deal_type, customer_country, created_at)
             select gen_random_uuid(), 'co-sell', 'DE', now() from generate_series(1, 3100) returning engagement_id)
         insert into referrals (referral_id, engagement_id, organisation_id, location_id, deal_id, direction, name, customer_name, status, status_at, created_at,
             updated_at, facets)
         select gen_random_uuid(), engagement_id, $1, $2, engagement_id::text, 'outbound', 'filler', 'Filler', 'won', now(),
             timestamptz '2026-11-01' - random() * interval '60 days', timestamptz '2026-11-01' - random() * interval '60 days',
             deal_facets('co-sell', 'DE', '{}', '{}', '{}') from e",
    )
    .bind(world.fabrikam.0)
    .bind(world.seoul.0)
    .execute(&world.db)
    .await
    .unwrap();
    sqlx::raw_sql("analyze referrals").execute(&world.db).await.unwrap();
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn each_filter_finds_what_it_says_alone_and_behind_thousands(db: PgPool) {
    let world = world(db).await;
    let admin = world.admin().await;
    for buried in [false, true] {
        if buried {
            bury(&world).await;
        }
        for (query, expected) in FILTERS.iter().skip(usize::from(buried)) {
            let mut names = found(&world, &admin, &filter(&world, query)).await;
            names.sort();
            // What is looked for by its value or date alone has the fillers' neither.
            assert_eq!(names.join(" "), *expected, "{query}, buried: {buried}");
        }
    }
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn orders_hold_behind_thousands_and_pages_go_both_ways(db: PgPool) {
    let world = world(db).await;
    let admin = world.admin().await;
    let mut filter = filter(&world, "q=la&missing=any&status=accepted&status=received");
    filter.wanted.gaps.clear();
    filter.wanted.words = vec!["contoso".into()];
    let mut before = Vec::new();
    for sort in Sort::ALL {
        filter.sort = sort;
        before.push(found(&world, &admin, &filter).await);
    }
    assert_eq!(before[0], ["small", "led", "nowhere", "busan", "gaps", "late", "received", "plain"]);
    assert_eq!(before[1], ["plain", "received", "late", "gaps", "busan", "nowhere", "led", "small"]);
    assert_eq!(before[2][..2], ["small", "led"]);
    bury(&world).await;
    for (sort, before) in Sort::ALL.into_iter().zip(before) {
        filter.sort = sort;
        assert_eq!(found(&world, &admin, &filter).await, before, "{sort:?}");
        // Deal by deal to the end, and back to the start.
        let scope = admin.scope();
        let lines = service::list(&world.db, &scope, &filter, at(NOW)).await.unwrap().lines;
        for pair in lines.windows(2) {
            let [first, second] = pair else { unreachable!() };
            let deal = |id| service::open(&world.db, &scope, id);
            let first = deal(first.referral_id).await.unwrap().deal;
            let second = deal(second.referral_id).await.unwrap().deal;
            let (_, after) = service::neighbours(&mut world.db.acquire().await.unwrap(), &scope, &filter, &[], &first, at(NOW))
                .await
                .unwrap();
            let (before, _) = service::neighbours(&mut world.db.acquire().await.unwrap(), &scope, &filter, &[], &second, at(NOW))
                .await
                .unwrap();
            assert_eq!((before.unwrap().id, after.unwrap().id), (first.referral_id, second.referral_id), "{sort:?}");
        }
    }
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn filters_find_nothing_beyond_the_scope(db: PgPool) {
    let world = world(db).await;
    let seoul = "gaps late led mistake none plain received small waits";
    let people = [
        (vec![(Role::ReferralsUser, None)], "busan plain waits"),
        (vec![(Role::ReferralsUser, Some(world.seoul))], "plain waits"),
        (vec![(Role::ReferralsAdmin, Some(world.busan))], "busan"),
        (
            vec![(Role::ReferralsAdmin, Some(world.seoul)), (Role::ReferralsUser, Some(world.busan))],
            &format!("{seoul} busan"),
        ),
        (vec![(Role::AccountAdmin, None)], ""),
    ];
    let mut actors = Vec::new();
    for (n, (roles, may)) in people.iter().enumerate() {
        // Everybody has the mail that is on teams; only one can have it at a time.
        sqlx::query("update users set mail = $1 where mail = $2")
            .bind(format!("{n}@x.example"))
            .bind(MAIL)
            .execute(&world.db)
            .await
            .unwrap();
        actors.push((world.person(world.fabrikam, MAIL, roles).await, *may));
    }
    for buried in [false, true] {
        if buried {
            bury(&world).await;
        }
        for (query, expected) in FILTERS.iter().skip(1) {
            for (actor, may) in &actors {
                let mut names = found(&world, actor, &filter(&world, query)).await;
                names.sort();
                let allowed: Vec<&str> = expected
                    .split_whitespace()
                    .filter(|name| may.split_whitespace().any(|it| it == *name))
                    .collect();
                assert_eq!(names, allowed, "{query} for {:?}, buried: {buried}", actor.roles);
            }
        }
        for (actor, may) in &actors {
            let values = service::values(&world.db, &actor.scope(), Kind::Deal, at(NOW)).await.unwrap();
            if !buried {
                let japan = may.split(' ').any(|it| it == "none");
                assert_eq!(
                    values.countries.contains(&"JP".to_owned()),
                    japan,
                    "values to filter by are of what {:?} see",
                    actor.roles
                );
            }
        }
    }
}

/// Leads and deals are never in one list, and others' deals in none.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn leads_and_other_organisations_are_other_lists(db: PgPool) {
    let world = World::new(db).await;
    let admin = world.admin().await;
    let lead = world.insert(world.deal("shared name")).await;
    sqlx::query("update referrals set kind = 'lead' where referral_id = $1")
        .bind(lead.0)
        .execute(&world.db)
        .await
        .unwrap();
    let mut foreign = world.deal("shared name");
    (foreign.organisation, foreign.location) = (world.other, None);
    world.insert(foreign).await;
    let mine = world.insert(world.deal("shared name")).await;
    service::set_favourite(&world.db, &admin.scope(), lead, true).await.unwrap();
    let listed = async |filter: Filter| {
        let listing = service::list(&world.db, &admin.scope(), &filter, at(NOW)).await.unwrap();
        let counts = listing.counts;
        let ids: Vec<ReferralId> = listing.lines.iter().map(|line| line.referral_id).collect();
        (ids, counts.outbound.found, counts.favourites.found)
    };
    let deals = filter(&world, "q=shared");
    assert_eq!(listed(deals.clone()).await, (vec![mine], 1, 0));
    assert_eq!(listed(Filter { kind: Kind::Lead, place: Place::Start, ..deals }).await, (vec![lead], 1, 1));
}
