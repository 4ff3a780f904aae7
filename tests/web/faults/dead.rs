//! Connections of which the other end is gone, and nobody was told.
//!
//! Seen to fail: with the patience of a minute that was the default once, pages were "not back"; before jobs had an end of their own
//! (`STOPPED_WITHIN` in src/jobs/mod.rs), "worker does not end" once, on a busy machine. That the pool is closed in time (src/start.rs)
//! is a second guard: without it both still ended.

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use futures_util::future::join_all;
use sqlx::PgPool;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Line, Proxy, World, is_put_off};
use crate::support::TestApp;

/// How long a process may take to end: what systems wait for before they kill.
const STOPPED_WITHIN: Duration = Duration::from_secs(30);

/// Opens all connections that there may be, and gives them back.
async fn fill(world: &World, connections: u32) {
    let pool = world.app.db();
    let taken = join_all((0..connections).map(|_| pool.acquire())).await;
    assert!(taken.iter().all(Result::is_ok));
    drop(taken);
    let began = Instant::now();
    while pool.num_idle() < connections as usize {
        assert!(began.elapsed() < world.back_within(), "connections do not come back");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// All connections go mute, just used or after a rest, while requests are at work on them: pages are back in time.
async fn replaced(db: PgPool, connections: u32) {
    let world = World::on(db, connections).await;
    let mut client = world.client().await;
    for rest in [0, 1_500].map(Duration::from_millis) {
        fill(&world, connections).await;
        tokio::time::sleep(rest).await;
        let others = client.clone();
        let at_work = world.ask(&others, connections as usize);
        let (answers, took) = tokio::join!(at_work, async {
            world.proxy.set(Line::Dead);
            world.back(&mut client).await
        });
        println!("{connections} connections gone after {rest:?} of rest: back after {took:?}");
        for answer in answers {
            assert!(answer.status == StatusCode::OK || is_put_off(&answer), "{}", answer.status);
        }
        world.proxy.set(Line::Good);
    }
    world.back(&mut client).await;
    world.no_open_transaction().await;
}

#[sqlx::test(migrations = false)]
async fn five_mute_connections_are_replaced(db: PgPool) {
    replaced(db, 5).await;
}

#[sqlx::test(migrations = false)]
async fn the_only_connection_is_replaced_when_it_is_mute(db: PgPool) {
    replaced(db, 1).await;
}

/// The status of a page of a process; 0: no answer.
async fn status(address: &str, path: &str) -> u16 {
    let asked = async {
        let mut stream = TcpStream::connect(address).await?;
        let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        std::io::Result::Ok(answer)
    };
    let answer = asked.await.unwrap_or_default();
    answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_default()
}

/// A process that is told to stop ends by itself, also when its database says nothing.
async fn stops(db: PgPool, command: &str) {
    TestApp::new(db.clone()).await;
    let proxy = Proxy::new(&db).await;
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let mut process = Command::new(env!("CARGO_BIN_EXE_partner-portal"))
        .arg(command)
        .env("DATABASE_URL", &proxy.url)
        .env("PORTAL_LISTEN", &address)
        .env("PORTAL_LOG", "error")
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let began = Instant::now();
    let ours = "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'partner-portal'";
    let is_up = async || match command {
        "web" => status(&address, "/readyz").await == 200,
        _ => sqlx::query_scalar::<_, i64>(ours).fetch_one(&db).await.unwrap() > 0,
    };
    while !is_up().await {
        assert!(began.elapsed() < Duration::from_mins(1), "it does not start");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // So that it has begun to work.
    tokio::time::sleep(Duration::from_secs(3)).await;
    proxy.set(Line::Silent);
    if command == "web" {
        assert_eq!(status(&address, "/readyz").await, 503);
    }
    let told = Command::new("kill")
        .args(["-TERM", &process.id().to_string()])
        .status()
        .unwrap();
    assert!(told.success());
    let began = Instant::now();
    let ended = loop {
        if let Some(ended) = process.try_wait().unwrap() {
            break ended;
        }
        if began.elapsed() > STOPPED_WITHIN {
            process.kill().unwrap();
            process.wait().unwrap();
            panic!("{command} does not end");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    println!("{command} ended after {:?}: {ended}", began.elapsed());
    assert_eq!(ended.code(), Some(0), "{command}");
}

#[sqlx::test(migrations = false)]
async fn pages_stop_without_a_database(db: PgPool) {
    stops(db, "web").await;
}

#[sqlx::test(migrations = false)]
async fn a_worker_stops_without_a_database(db: PgPool) {
    stops(db, "worker").await;
}
