//! Databases of the lists' benchmark, kept from the last time.

use std::time::Instant;

use partner_portal::db::{self, private_postgres::Cluster};
use sqlx::Connection;

use crate::Outcome;

const SEED: &str = include_str!("seed.sql");

/// The address of a database with so many deals of one organisation, made when it is not there.
pub async fn database(cluster: &Cluster, deals: u64) -> Outcome<String> {
    let name = format!("lists_{deals}");
    let url = |database: &str| cluster.url().replacen("/portal?", &format!("/{database}?"), 1);
    let mut admin = sqlx::PgConnection::connect(&url("postgres")).await?;
    let there: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(&name)
        .fetch_one(&mut admin)
        .await?;
    if there {
        // Made by an older binary, perhaps.
        let pool = db::open(&url(&name), 1).await?;
        db::schema::migrate(&pool).await?;
        pool.close().await;
    } else {
        let making = format!("{name}_making");
        for sql in [format!("drop database if exists {making} with (force)"), format!("create database {making}")] {
            sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut admin).await?;
        }
        make(&url(&making), deals).await?;
        sqlx::raw_sql(sqlx::AssertSqlSafe(format!("alter database {making} rename to {name}")))
            .execute(&mut admin)
            .await?;
    }
    Ok(url(&name))
}

async fn make(url: &str, deals: u64) -> Outcome<()> {
    let began = Instant::now();
    let pool = db::open(url, 2).await?;
    db::schema::migrate(&pool).await?;
    let mut one = pool.acquire().await?;
    // Indexes are made faster over rows than with them.
    let index: String = sqlx::query_scalar("select pg_get_indexdef('referrals_terms'::regclass)")
        .fetch_one(&mut *one)
        .await?;
    let sql = format!("drop index referrals_terms; {}; {index}; ", SEED.replace(":deals", &deals.to_string()));
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut *one).await?;
    sqlx::raw_sql("vacuum analyze").execute(&mut *one).await?;
    println!("{deals} deals made in {:.0} s", began.elapsed().as_secs_f64());
    drop(one);
    pool.close().await;
    Ok(())
}
