//! Lines that are cut, and connections that the database ends.
//!
//! Seen to fail: before `AppError` took a queue that cannot reach the database for an absent database, it was 500.

use std::time::Duration;

use axum::http::StatusCode;
use futures_util::future::join_all;
use partner_portal::error::AppError;
use rand::{Rng, SeedableRng, rngs::StdRng};
use sqlx::PgPool;

use super::{Line, World, is_put_off};
use crate::support::notes::Writers;

#[sqlx::test(migrations = false)]
async fn cut_off_it_says_so_and_is_back_afterwards(db: PgPool) {
    let world = World::new(db).await;
    let mut client = world.client().await;
    assert_eq!(client.get("/deals").await.status, StatusCode::OK);
    let token = client.token();
    for _ in 0..3 {
        world.proxy.set(Line::Cut);
        let asked = join_all((0..8).map(|n| {
            let (mut client, token) = (client.clone(), token.clone());
            async move {
                if n % 2 == 0 {
                    client.get("/deals").await
                } else {
                    client
                        .post_raw("/preferences", "application/x-www-form-urlencoded", format!("csrf={token}"))
                        .await
                }
            }
        }));
        for answer in asked.await {
            assert!(is_put_off(&answer), "{} {}", answer.status, answer.path);
        }
        world.proxy.set(Line::Good);
        let took = world.back(&mut client).await;
        println!("back after {took:?}");
        world.no_open_transaction().await;
    }
}

/// Cut at any moment of a note's way in: it is there or not, whole, and there when it was acknowledged.
#[sqlx::test(migrations = false)]
async fn a_note_that_is_cut_off_is_whole_or_not_there(db: PgPool) {
    let world = World::on(db, 1).await;
    let mut client = world.client().await;
    let deal = world.deal().await;
    let mut random = StdRng::seed_from_u64(17);
    let mut acknowledged = Vec::new();
    for n in 0..10 {
        world.back(&mut client).await;
        // The first time, statements are prepared; then each takes half a second, and there are eight or so.
        let (before, note) = (format!("note {n} before"), format!("note {n}"));
        assert_eq!(deal.write(&mut client, &before).await.status, StatusCode::SEE_OTHER);
        acknowledged.push(before);
        world.proxy.set(Line::Slow);
        let cut = Duration::from_millis(500 + n * 500 + random.random_range(0..500));
        let (answer, ()) = tokio::join!(deal.write(&mut client, &note), async {
            tokio::time::sleep(cut).await;
            world.proxy.set(Line::Cut);
        });
        match answer.status {
            StatusCode::SEE_OTHER => acknowledged.push(note),
            _ => assert!(is_put_off(&answer), "{} when cut after {cut:?}", answer.status),
        }
        world.proxy.set(Line::Good);
    }
    world.back(&mut client).await;
    world.no_open_transaction().await;
    deal.assert_whole(&world.direct, &acknowledged, true).await;
}

/// A job goes in with what causes it: the queue is in the database, and away when that is.
#[test]
fn a_queue_that_is_away_is_no_other_fault() {
    for error in [sqlx::Error::PoolTimedOut, sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into())] {
        let error = AppError::Queue(riverqueue::Error::Database(error));
        assert_eq!(error.status(), StatusCode::SERVICE_UNAVAILABLE, "{error}");
    }
}

/// Notes are written while the line is cut again and again, and while the database ends every connection: each that was acknowledged is
/// there, none is there twice, and whoever is told is told of every one that is there.
#[sqlx::test(migrations = false)]
async fn what_was_acknowledged_is_there_once_and_whole(db: PgPool) {
    let world = World::new(db).await;
    let deal = world.deal().await;
    let mut clients = Vec::new();
    for _ in 0..4 {
        clients.push(world.client().await);
    }
    let writers = Writers::start(&deal, "cut", clients);
    let mut random = StdRng::seed_from_u64(7);
    for _ in 0..12 {
        writers.go_on().await;
        tokio::time::sleep(Duration::from_millis(random.random_range(50..400))).await;
        if random.random_bool(0.5) {
            world.proxy.set(Line::Cut);
            tokio::time::sleep(Duration::from_millis(random.random_range(10..200))).await;
            world.proxy.set(Line::Good);
        } else {
            sqlx::query(
                "select pg_terminate_backend(pid) from pg_stat_activity
                 where datname = current_database() and application_name = 'partner-portal' and pid <> pg_backend_pid()",
            )
            .fetch_all(&world.direct)
            .await
            .unwrap();
        }
    }
    let written = writers.end().await;
    assert!(!written.acknowledged.is_empty() && written.put_off > 0, "{}", written.acknowledged.len());
    deal.assert_whole(&world.direct, &written.acknowledged, true).await;
    world.no_open_transaction().await;
}
