//! A line on which every answer takes half a second more.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use futures_util::future::join_all;
use rand::{Rng, SeedableRng, rngs::StdRng};
use sqlx::PgPool;

use super::{Line, World, is_put_off};

/// Slow, and right: a page, and a note.
#[sqlx::test(migrations = false)]
async fn a_slow_line_is_slow_and_nothing_else(db: PgPool) {
    let world = World::on(db, 1).await;
    let patient = world.app.with(|settings| settings.patience = Duration::from_mins(1));
    let signed_in = world.client().await;
    let mut client = patient.client().with_session(signed_in.cookie("portal_session").unwrap());
    let deal = world.deal().await;
    world.proxy.set(Line::Slow);
    let began = Instant::now();
    let answer = client.get("/deals").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(began.elapsed() > Duration::from_secs(1), "the line was not slow");
    assert_eq!(deal.write(&mut client, "note 1").await.status, StatusCode::SEE_OTHER);
    world.proxy.set(Line::Good);
    deal.assert_whole(&world.direct, &["note 1".to_owned()], true).await;
}

/// More than there are connections: each has a page, or the one that says when to come again.
#[sqlx::test(migrations = false)]
async fn twenty_share_five_slow_connections(db: PgPool) {
    let world = World::new(db).await;
    let mut client = world.client().await;
    // A new connection prepares its statements, which takes twice as long.
    for _ in 0..3 {
        world.ask(&client, 10).await;
    }
    world.proxy.set(Line::Slow);
    let answers = world.ask(&client, 20).await;
    let shown = answers.iter().filter(|answer| answer.status == StatusCode::OK).count();
    println!("{shown} of 20 had their page");
    for answer in &answers {
        assert!(answer.status == StatusCode::OK || is_put_off(answer), "{}", answer.status);
    }
    assert!(shown > 0, "nobody had a page");
    world.proxy.set(Line::Good);
    world.back(&mut client).await;
    world.no_open_transaction().await;
}

/// Requests that are given up while each statement takes its half second: wherever in a transaction that is, it does not stay open, and
/// the next one does not find itself in it.
#[sqlx::test(migrations = false)]
async fn what_is_given_up_leaves_no_transaction(db: PgPool) {
    let world = World::new(db).await;
    let mut client = world.client().await;
    let deal = world.deal().await;
    assert_eq!(deal.write(&mut client, "note 0").await.status, StatusCode::SEE_OTHER);
    let mut random = StdRng::seed_from_u64(23);
    let mut acknowledged = vec!["note 0".to_owned()];
    for round in 0..3 {
        world.proxy.set(Line::Slow);
        let given_up = (0..10).map(|n| {
            let (mut client, deal) = (client.clone(), deal.clone());
            let (note, patience) = (format!("note {round} {n}"), Duration::from_millis(random.random_range(100..4_000)));
            async move {
                let answer = tokio::time::timeout(patience, deal.write(&mut client, &note)).await;
                matches!(answer, Ok(answer) if answer.status == StatusCode::SEE_OTHER).then_some(note)
            }
        });
        acknowledged.extend(join_all(given_up).await.into_iter().flatten());
        world.proxy.set(Line::Good);
        world.no_open_transaction().await;
        world.back(&mut client).await;
    }
    deal.assert_whole(&world.direct, &acknowledged, true).await;
}
