//! Import and migration beside plain SQL, in one run. `cargo bench --bench migration [-- DEALS]`; see benches/README.md.
//!
//! Makes a tidy export itself, then measures, each on a database of its own in one private PostgreSQL:
//! plain COPY of the same file · our import · our migration (with the list page asked for all the while) · the fewest plain SQL
//! statements that fill the same tables with the same indexes from the same PSC rows.

#![allow(clippy::indexing_slicing, reason = "a benchmark may stop with a panic")]

mod baseline;
mod export;
mod gauge;

use std::{path::PathBuf, sync::Arc, time::Instant};

use partner_portal::{
    app::App,
    auth::Origin,
    clock::Clock,
    config::Settings,
    db::{self, Pool, private_postgres::Cluster},
    ids::OrganisationId,
    migration::deals::service::{self, Progress},
    psc,
};

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> Outcome<()> {
    let deals: u64 = std::env::args().skip(1).find_map(|a| a.parse().ok()).unwrap_or(1_000_000);
    let folder = tempfile::tempdir()?;
    let files = export::write(folder.path(), deals)?;
    println!("{deals} tidy deals, {} MB of CSV", files.deals.metadata()?.len() / 1_000_000);

    let cluster = Cluster::start(&PathBuf::from("target/bench-postgres"), None)?;
    let result = measure(&cluster, deals, &files).await;
    cluster.release()?;
    result
}

/// The address of another database of the cluster.
fn url(cluster: &Cluster, database: &str) -> String {
    cluster.url().replacen("/portal?", &format!("/{database}?"), 1)
}

async fn fresh(cluster: &Cluster, name: &str) -> Outcome<Pool> {
    let admin = db::open(&url(cluster, "postgres"), 1).await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("drop database if exists {name} with (force)")))
        .execute(&admin)
        .await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("create database {name}")))
        .execute(&admin)
        .await?;
    let pool = db::open(&url(cluster, name), 8).await?;
    db::schema::migrate(&pool).await?;
    Ok(pool)
}

/// Seconds that plain COPY of the same file takes into columns of text.
async fn copy(cluster: &Cluster, files: &export::Files) -> Outcome<f64> {
    let pool = fresh(cluster, "bench_copy").await?;
    let began = Instant::now();
    baseline::copy(&pool, &files.deals).await?;
    let seconds = began.elapsed().as_secs_f64();
    pool.close().await;
    let admin = db::open(&url(cluster, "postgres"), 1).await?;
    sqlx::raw_sql("drop database bench_copy with (force)").execute(&admin).await?;
    Ok(seconds)
}

async fn measure(cluster: &Cluster, deals: u64, files: &export::Files) -> Outcome<()> {
    let per_second = |seconds: f64| deals as f64 / seconds;
    let settings = Arc::new(Settings::default());
    let clock = Clock::System;

    let before = copy(cluster, files).await?;
    println!("plain COPY before     {before:8.1} s  {:>9.0} rows/s", per_second(before));

    // Our import.
    let ours = fresh(cluster, "bench_ours").await?;
    let organisation = baseline::organisation(&ours).await?;
    let gauge = gauge::Gauge::start(url(cluster, "bench_ours")).await?;
    let began = Instant::now();
    let export = psc::import::Export { accounts: files.accounts.clone(), users: files.users.clone(), deals: files.deals.clone() };
    let import = psc::import::service::take_in(&ours, &clock, organisation, None, export).await?;
    let imported = began.elapsed().as_secs_f64();
    let (longest, memory) = gauge.stop().await?;
    let taken = psc::import::service::find(&ours, organisation, import)
        .await?
        .ok_or("the import is gone")?;
    if u64::try_from(taken.deals)? != deals || taken.rejected != 0 || taken.state != psc::import::State::Done {
        return Err(format!("{} deals taken in, {} rejected, of {deals}", taken.deals, taken.rejected).into());
    }
    // Once more behind it: on a machine that others use as well, the mean of both is what the import can be held against.
    let after = copy(cluster, files).await?;
    println!("plain COPY after      {after:8.1} s  {:>9.0} rows/s", per_second(after));
    let copy = f64::midpoint(before, after);
    println!(
        "import                {imported:8.1} s  {:>9.0} rows/s  {:.2} of COPY (aim 0.3)",
        per_second(imported),
        copy / imported
    );
    println!(
        "  longest transaction {:8.0} ms (aim 1000), in: {}   memory of this process {memory} MB (aim 150)",
        longest.seconds * 1e3,
        longest.statement
    );

    // The same PSC rows for plain SQL.
    ours.close().await;
    let admin = db::open(&url(cluster, "postgres"), 1).await?;
    sqlx::raw_sql("drop database if exists bench_plain with (force)")
        .execute(&admin)
        .await?;
    sqlx::raw_sql("create database bench_plain template bench_ours")
        .execute(&admin)
        .await?;

    // Our migration, and the list page while it runs.
    let ours = db::open(&url(cluster, "bench_ours"), 8).await?;
    sqlx::raw_sql("vacuum analyze psc_deals").execute(&ours).await?;
    let app = App::new(ours.clone(), clock.clone(), settings.clone())?;
    let visitor = gauge::Visitor::new(&app, organisation).await?;
    let gauge = gauge::Gauge::start(url(cluster, "bench_ours")).await?;
    let began = Instant::now();
    let run = service::start(&ours, &app.queue, &clock, organisation, Origin::default(), false).await?;
    let watching = visitor.keep_asking();
    while service::work_slice(&ours, &clock, run, settings.migration_slice).await? == Progress::More {}
    let migrated = began.elapsed().as_secs_f64();
    let busy = watching.stop().await?;
    let (longest, memory) = gauge.stop().await?;
    check(&ours, organisation, run, deals).await?;
    let idle = visitor.ask_many(busy.len().clamp(50, 500)).await?;

    // The fewest plain statements.
    let plain = db::open(&url(cluster, "bench_plain"), 8).await?;
    sqlx::raw_sql("vacuum analyze psc_deals").execute(&plain).await?;
    let began = Instant::now();
    baseline::migrate(&plain, organisation).await?;
    let fewest = began.elapsed().as_secs_f64();
    println!("fewest plain SQL      {fewest:8.1} s  {:>9.0} deals/s", per_second(fewest));
    println!(
        "migration             {migrated:8.1} s  {:>9.0} deals/s  {:.2} of plain SQL (aim 0.5)",
        per_second(migrated),
        fewest / migrated
    );
    println!(
        "  longest transaction {:8.0} ms (aim 1000), in: {}   memory of this process {memory} MB (aim 150)",
        longest.seconds * 1e3,
        longest.statement
    );
    let (busy, idle) = (gauge::median(&busy), gauge::median(&idle));
    println!(
        "list page, median     {:8.1} ms while it runs, {:.1} ms idle  {:.2} times (aim at most 2)",
        busy * 1e3,
        idle * 1e3,
        busy / idle
    );
    let began = Instant::now();
    service::readiness(&ours, organisation).await?;
    println!("readiness counts      {:8.0} ms", began.elapsed().as_secs_f64() * 1e3);
    Ok(())
}

/// A fast migration that lost something would be worth nothing.
async fn check(pool: &Pool, organisation: OrganisationId, run: partner_portal::ids::RunId, deals: u64) -> Outcome<()> {
    let run = service::find(pool, organisation, run).await?;
    let referrals: i64 = sqlx::query_scalar("select count(*) from referrals where organisation_id = $1")
        .bind(organisation)
        .fetch_one(pool)
        .await?;
    if u64::try_from(run.migrated)? != deals || u64::try_from(referrals)? != deals || run.errors != 0 {
        return Err(format!("{} migrated, {referrals} referrals, {} errors of {deals}", run.migrated, run.errors).into());
    }
    Ok(())
}
