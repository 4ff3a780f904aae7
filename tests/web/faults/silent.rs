//! Lines on which nothing is said for a while.

use std::time::Duration;

use axum::http::StatusCode;
use sqlx::PgPool;

use super::{Line, World, is_put_off};

/// A line that says nothing and is cut later: whoever waited is answered, nobody waits for ever.
#[sqlx::test(migrations = false)]
async fn a_silent_line_is_answered_when_it_breaks(db: PgPool) {
    let world = World::new(db).await;
    let mut client = world.client().await;
    world.proxy.set(Line::Silent);
    let waiting: Vec<_> = (0..8)
        .map(|_| {
            let mut client = client.clone();
            tokio::spawn(async move { client.get("/deals").await.status })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(2)).await;
    world.proxy.set(Line::Cut);
    for status in waiting {
        assert_eq!(status.await.unwrap(), StatusCode::SERVICE_UNAVAILABLE);
    }
    world.proxy.set(Line::Good);
    world.back(&mut client).await;
    world.no_open_transaction().await;
}

/// A line that stays silent: nobody waits longer than an answer may take, and the pool is whole when it speaks again.
#[sqlx::test(migrations = false)]
async fn a_silent_line_is_not_waited_for(db: PgPool) {
    let world = World::new(db).await;
    let patient = world.app.with(|settings| settings.patience = Duration::from_secs(1));
    let signed_in = world.client().await;
    let mut client = patient.client().with_session(signed_in.cookie("portal_session").unwrap());
    assert_eq!(client.get("/deals").await.status, StatusCode::OK);
    world.proxy.set(Line::Silent);
    for path in ["/deals", "/preferences"] {
        let answer = tokio::time::timeout(Duration::from_secs(30), client.get(path))
            .await
            .expect("an answer");
        assert!(is_put_off(&answer), "{path}");
    }
    assert_eq!(patient.client().get("/healthz").await.status, StatusCode::OK);
    assert_eq!(patient.client().get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
    world.proxy.set(Line::Good);
    world.back(&mut client).await;
    world.no_open_transaction().await;
}
