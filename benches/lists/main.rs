//! Lists with 100,000 and 1,000,000 deals in one organisation, side by side. `cargo bench --bench lists [-- FEW MANY]`; see benches/README.md.
//!
//! Every line is a page of a list with its counts, as the page of the deals asks for it: its median time, and the pages of the database
//! that it touched, in both databases.

#![allow(clippy::indexing_slicing, reason = "a benchmark may stop with a panic")]

mod data;

use std::{path::PathBuf, time::Instant};

use chrono::{DateTime, Utc};
use partner_portal::{
    auth::{Reach, Scope},
    db::{self, Pool, private_postgres::Cluster},
    deals::forms::Looking,
    ids::{OrganisationId, ReferralId, UserId},
    referrals::{
        cursor::Cursor,
        filter::{Kind, Place},
        service,
        store::list,
    },
};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Times each question is asked; the median counts.
const TIMES: usize = 21;

/// What is asked: its name, and the query of the list's address.
const QUESTIONS: [(&str, &str); 47] = [
    ("first page, outbound", "tab=outbound"),
    ("first page, inbound", "tab=inbound"),
    ("first page, favourites", "tab=favourites"),
    ("first page, by last update", "tab=outbound&sort=updated"),
    ("first page, by close date", "tab=outbound&sort=closing"),
    ("page at row 50,000", "tab=outbound&page=50000"),
    ("page at row 50,000, filtered", "tab=outbound&page=50000&status=accepted"),
    ("status, 1 in 2", "tab=outbound&status=accepted"),
    ("status, 1 in 1,000", "tab=outbound&status=error"),
    ("status, 20 deals", "tab=outbound&status=received"),
    ("type, 2 in 3", "tab=outbound&type=co-sell"),
    ("type, 20 deals", "tab=outbound&type=private"),
    ("location, 1 in 20", "tab=outbound&location=00000000-0000-0000-0001-000000000003"),
    ("location, 20 deals", "tab=outbound&location=00000000-0000-0000-0001-000000000050"),
    ("customer, 1 in 8", "tab=outbound&customer=Contoso"),
    ("customer, 1 in 1,600", "tab=outbound&customer=%EB%AF%B8%EB%9E%98%EC%A0%84%EC%9E%907"),
    ("country, 1 in 7", "tab=outbound&country=US"),
    ("country, 20 deals", "tab=outbound&country=NZ"),
    ("solution, 1 in 10", "tab=outbound&solution=SOL-3"),
    ("solution, 1 in 500", "tab=outbound&solution=SKU-77"),
    ("solution, 20 deals", "tab=outbound&solution=SOL-rare"),
    ("team member, 1 in 7", "tab=outbound&member=v3%40fabrikam.example"),
    ("team member, 1 in 300", "tab=outbound&member=u42%40fabrikam.example"),
    ("team member, 20 deals", "tab=outbound&member=rare%40fabrikam.example"),
    ("close date, a month", "tab=outbound&closes_from=2025-03-01&closes_to=2025-03-31"),
    ("close date, a day", "tab=outbound&closes_from=2025-03-03&closes_to=2025-03-03"),
    ("close date, 20 deals", "tab=outbound&closes_from=2030-01-01"),
    ("value, 1 in 8", "tab=outbound&currency=KRW&value_from=1000000&value_to=10000000"),
    ("value, 1 in 200", "tab=outbound&currency=KRW&value_from=1000000&value_to=1100000"),
    ("value, 20 deals", "tab=outbound&currency=KWD&value_from=777777&value_to=777777"),
    ("help, 2 in 3", "tab=outbound&help=QuotesOrLicensing"),
    ("help, 20 deals", "tab=outbound&help=PostSalesCustomerSuccess"),
    ("expires within 3 days, 20 deals", "tab=outbound&expires=3"),
    ("incomplete, 1 in 10", "tab=outbound&missing=any"),
    ("incomplete by detail, 20 deals", "tab=outbound&missing=name"),
    ("search, two letters, 1 in 5", "tab=outbound&q=%EC%A0%84%ED%99%98"),
    ("search, two letters, 1 in 100", "tab=outbound&q=77"),
    ("search, two letters, 20 deals", "tab=outbound&q=%ED%9D%AC%EA%B7%80"),
    ("search, three letters, 1 in 5", "tab=outbound&q=%ED%81%B4%EB%9D%BC%EC%9A%B0"),
    ("search, three letters, 1 in 500", "tab=outbound&q=%EC%9E%9077"),
    ("search, three letters, 20 deals", "tab=outbound&q=zep"),
    ("search, two words, 20 deals", "tab=outbound&q=%ED%9D%AC%EA%B7%80+zephyr"),
    ("search, deal ID", "tab=outbound&q=7-000000004242"),
    ("search, nothing", "tab=outbound&q=xylophone"),
    ("search by last update, 1 in 500", "tab=outbound&q=%EC%9E%9077&sort=updated"),
    ("several filters", "tab=outbound&status=accepted&country=US&type=co-sell&q=field"),
    ("several filters, 20 deals", "tab=outbound&status=received&country=NZ&q=zephyr&sort=closing"),
];

#[tokio::main]
async fn main() -> Outcome<()> {
    let sizes: Vec<u64> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let [few, many] = sizes[..] else { return run(100_000, 1_000_000).await };
    run(few, many).await
}

async fn run(few: u64, many: u64) -> Outcome<()> {
    let cluster = Cluster::start(&PathBuf::from("target/bench-lists"), None)?;
    let result = measure(&cluster, few, many).await;
    cluster.release()?;
    result
}

/// One of the two databases, and who asks.
struct Side {
    pool: Pool,
    admin: Scope,
    user: Scope,
    at_50_000: Cursor,
    deal: ReferralId,
}

async fn measure(cluster: &Cluster, few: u64, many: u64) -> Outcome<()> {
    let sides = [side(cluster, few).await?, side(cluster, many).await?];
    let now: DateTime<Utc> = "2026-11-21T12:00:00Z".parse()?;
    println!("{:34} {:>10} {:>10} {:>6} {:>9} {:>9}", "", "few", "many", "ratio", "pages", "pages");
    for (name, query) in QUESTIONS {
        let looking = Looking::read(Kind::Deal, query);
        line(name, &sides, async |side| {
            let mut filter = looking.filter.clone();
            if query.contains("page=50000") {
                filter.place = Place::After(side.at_50_000);
            }
            service::list(&side.pool, &side.admin, &filter, now).await?;
            Ok(())
        })
        .await?;
    }
    for (name, query) in
        [("referrals user, first page", "tab=outbound"), ("referrals user, search", "tab=outbound&q=%ED%9D%AC%EA%B7%80")]
    {
        let filter = Looking::read(Kind::Deal, query).filter;
        line(name, &sides, async |side| {
            Ok(service::list(&side.pool, &side.user, &filter, now).await.map(drop)?)
        })
        .await?;
    }
    for (name, query) in [("tab counts", ""), ("tab counts of a search", "q=%EC%A0%84%ED%99%98")] {
        let filter = Looking::read(Kind::Deal, query).filter;
        line(name, &sides, async |side| {
            Ok(list::counts(&mut *side.pool.acquire().await?, &side.admin, &filter, now)
                .await
                .map(drop)?)
        })
        .await?;
    }
    line("detail", &sides, async |side| {
        Ok(service::open(&side.pool, &side.admin, side.deal).await.map(drop)?)
    })
    .await
}

async fn line(name: &str, sides: &[Side; 2], ask: impl AsyncFn(&Side) -> Outcome<()>) -> Outcome<()> {
    let (mut times, mut pages) = ([0.0; 2], [0; 2]);
    for (n, side) in sides.iter().enumerate() {
        ask(side).await?;
        let before = touched(&side.pool).await?;
        ask(side).await?;
        pages[n] = touched(&side.pool).await? - before;
    }
    let mut taken = [Vec::new(), Vec::new()];
    for _ in 0..TIMES {
        for (n, side) in sides.iter().enumerate() {
            let began = Instant::now();
            ask(side).await?;
            taken[n].push(began.elapsed().as_secs_f64() * 1e3);
        }
    }
    for (n, taken) in taken.iter_mut().enumerate() {
        taken.sort_by(f64::total_cmp);
        times[n] = taken[TIMES / 2];
    }
    println!(
        "{name:34} {:7.1} ms {:7.1} ms {:6.2} {:9} {:9}",
        times[0],
        times[1],
        times[1] / times[0],
        pages[0],
        pages[1]
    );
    Ok(())
}

/// Pages of the database that have been touched so far. The pool has one connection.
async fn touched(pool: &Pool) -> Outcome<i64> {
    sqlx::query("select pg_stat_force_next_flush()").execute(pool).await?;
    Ok(
        sqlx::query_scalar("select blks_hit + blks_read from pg_stat_database where datname = current_database()")
            .fetch_one(pool)
            .await?,
    )
}

/// A database with so many deals, and who asks there.
async fn side(cluster: &Cluster, deals: u64) -> Outcome<Side> {
    let pool = db::open(&data::database(cluster, deals).await?, 1).await?;
    let scope = |user: u128, mail: &str, all, team| Scope {
        organisation: OrganisationId(uuid::Uuid::from_u128(1)),
        user: UserId(uuid::Uuid::from_u128((2 << 48) + user)),
        mail: mail.to_owned(),
        all,
        team,
    };
    let nowhere = || Reach::Locations(Vec::new());
    let (at, id): (DateTime<Utc>, uuid::Uuid) = sqlx::query_as(
        "select created_at, referral_id from referrals where direction = 'outbound' and kind = 'deal'
             and organisation_id = '00000000-0000-0000-0000-000000000001'
         order by created_at desc, referral_id desc offset least(50000, $1 / 2) limit 1",
    )
    .bind(i64::try_from(deals)?)
    .fetch_one(&pool)
    .await?;
    Ok(Side {
        admin: scope(1, "admin@fabrikam.example", Reach::Whole, nowhere()),
        user: scope(2, "rare@fabrikam.example", nowhere(), Reach::Whole),
        at_50_000: Cursor { at, id: ReferralId(id) },
        deal: ReferralId(id),
        pool,
    })
}
