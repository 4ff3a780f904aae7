//! The sweep beside a plain UPDATE of as many rows, in one run. `cargo bench --bench expiry [-- REFERRALS]`.
//!
//! Both expire the same due referrals, each on a copy of one database in a private PostgreSQL. The plain UPDATE writes no history,
//! tells nobody, and is one statement.

#![allow(clippy::indexing_slicing, reason = "a benchmark may stop with a panic")]

use std::{path::PathBuf, time::Instant};

use partner_portal::{
    clock::Clock,
    db::{self, Pool, private_postgres::Cluster},
    referrals::{jobs::BATCH, service},
};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Co-sell requests at Microsoft, sent fifteen days ago; the partner's referral of each stands beside it.
const REQUESTS: &str = "
    insert into organisations (organisation_id, kind, legal_name, country, tenant_id, mpn_id, created_at)
    values ('00000000-0000-0000-0000-000000000001', 'vendor', 'Microsoft', 'US', gen_random_uuid(), null, now()),
           ('00000000-0000-0000-0000-000000000002', 'partner', 'Fabrikam', 'KR', gen_random_uuid(), '4512345', now());
    create temporary table made as select gen_random_uuid() as id, n from generate_series(1, %) n;
    insert into engagements (engagement_id, deal_type, customer_name, customer_country, created_at)
    select id, 'co-sell', 'Customer ' || n, 'KR', now() - interval '15 days' from made;
    insert into referrals (referral_id, engagement_id, organisation_id, deal_id, direction, name, customer_name, status, status_at, sent_at,
        expires_at, created_at, updated_at)
    select gen_random_uuid(), id, o.organisation_id, case when partner then 'D-' || n end, case when partner then 'outbound' else 'inbound' end,
        'Deal ' || n, 'Customer ' || n, case when partner then 'accepted' else 'pending' end, now() - interval '15 days',
        case when not partner then now() - interval '15 days' end, case when not partner then now() - interval '1 day' end,
        now() - interval '15 days', now() - interval '15 days'
    from made cross join (select organisation_id, kind = 'partner' as partner from organisations) o;";

#[tokio::main]
async fn main() -> Outcome<()> {
    let count: u64 = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(100_000);
    let cluster = Cluster::start(&PathBuf::from("target/bench-postgres"), None)?;
    let result = measure(&cluster, count).await;
    cluster.release()?;
    result
}

async fn measure(cluster: &Cluster, count: u64) -> Outcome<()> {
    let admin = database(cluster, "postgres").await?;
    create(&admin, "expiry_sweep", None).await?;
    let made = database(cluster, "expiry_sweep").await?;
    db::schema::migrate(&made).await?;
    let mut one = made.acquire().await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(REQUESTS.replace('%', &count.to_string())))
        .execute(&mut *one)
        .await?;
    sqlx::raw_sql("vacuum analyze").execute(&mut *one).await?;
    drop(one);
    made.close().await;
    create(&admin, "expiry_plain", Some("expiry_sweep")).await?;

    let plain = database(cluster, "expiry_plain").await?;
    let began = Instant::now();
    let done = sqlx::query(
        "update referrals set status = 'expired', status_at = expires_at, updated_at = now(), version = version + 1
         where status in ('pending', 'received') and expires_at <= now()",
    )
    .execute(&plain)
    .await?;
    let update = began.elapsed().as_secs_f64();
    assert_eq!(done.rows_affected(), count);

    let sweep = database(cluster, "expiry_sweep").await?;
    let began = Instant::now();
    let (mut expired, mut longest) = (0, 0.0_f64);
    loop {
        let turn = Instant::now();
        let now = service::expire_due(&sweep, Clock::System.now(), BATCH).await?;
        longest = longest.max(turn.elapsed().as_secs_f64());
        expired += now;
        if now == 0 {
            break;
        }
    }
    let swept = began.elapsed().as_secs_f64();
    assert_eq!(expired, count);
    println!("{count} due referrals");
    println!("plain UPDATE {update:8.2} s");
    println!(
        "sweep        {swept:8.2} s  {:.2} times (aim at most 3), longest transaction {:.0} ms",
        swept / update,
        longest * 1e3
    );
    Ok(())
}

async fn database(cluster: &Cluster, name: &str) -> Outcome<Pool> {
    Ok(db::open(&cluster.url().replacen("/portal?", &format!("/{name}?"), 1), 4).await?)
}

async fn create(admin: &Pool, name: &str, template: Option<&str>) -> Outcome<()> {
    let template = template.map(|template| format!(" template {template}")).unwrap_or_default();
    for statement in [format!("drop database if exists {name} with (force)"), format!("create database {name}{template}")] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(admin).await?;
    }
    Ok(())
}
