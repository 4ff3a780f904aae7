//! Sessions that end while others go on: a changed password, disabling, sign-in over a session, and requests that a sign-out overtakes. What
//! is promised within a second holds for the very next request.
//!
//! Seen to fail: without `end_sessions` in `accounts::service::password::change`, `!is_in(client)` of the other session; with its cookie set
//! whether or not `renew_session` found the session alive, "race 2, Renewing" with the new `portal_session`; with the entrance setting the
//! session's cookie with every answer, "race 0, Dripping"; without `renew_session`, `is_in(&here)`.
//! Without it in `people::disable`, the sessions were back with the account; without revoking `ctx.session` in `auth::web::sign_in`,
//! `!is_in(&planted)`.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use partner_portal::{auth::secret, web::cookies};
use sqlx::PgPool;
use tokio::sync::oneshot;

use crate::{
    accounts::world::{GLOBAL, JUNE, World, user_path},
    support::{Answer, Client, PASSWORD, TestApp},
};

const FRESH: &str = "seven quiet lanterns";
const CHANGE: [(&str, &str); 3] = [("old", PASSWORD), ("new", FRESH), ("again", FRESH)];
const FORM: &str = "application/x-www-form-urlencoded";

async fn is_in(client: &Client) -> bool {
    let answer = client.clone().get("/preferences").await;
    assert!(answer.status == StatusCode::OK || answer.location().starts_with("/sign-in"), "{}", answer.status);
    answer.status == StatusCode::OK
}

fn session(client: &Client) -> String {
    client.cookie(cookies::SESSION).unwrap().to_owned()
}

/// The same browser before another replica.
fn at(replica: &TestApp, client: &Client) -> Client {
    replica.client().with_session(&session(client))
}

/// A session's cookie that an answer sets, and does not take back.
fn sets_a_session(answer: &Answer) -> bool {
    let lines = answer.headers.get_all(header::SET_COOKIE).iter();
    lines
        .filter_map(|line| line.to_str().ok())
        .any(|line| line.starts_with(&format!("{}=", cookies::SESSION)) && !line.contains("Max-Age=0"))
}

#[sqlx::test(migrations = false)]
async fn a_changed_password_ends_every_session_on_every_replica_and_renews_this_one(db: PgPool) {
    let world = World::new(db).await;
    let other_replica = world.app.on(2).await;
    let (mut here, there) = (world.client(JUNE).await, world.client(JUNE).await);
    let stolen = at(&other_replica, &here);
    let elsewhere = at(&other_replica, &there);
    assert!(is_in(&stolen).await && is_in(&elsewhere).await);
    let ends = "select expires_at::text from sessions where revoked_at is null and session_hash = $1";
    let end_of = async |client: &Client| -> String {
        let hash = secret::hash("session", &session(client));
        sqlx::query_scalar(ends).bind(hash).fetch_one(world.app.db()).await.unwrap()
    };
    let end = end_of(&here).await;
    let answer = here.post("/account/password", &CHANGE).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert!(sets_a_session(&answer));
    for client in [&there, &elsewhere, &stolen] {
        assert!(!is_in(client).await);
    }
    assert_ne!(session(&here), session(&stolen), "a copy of the cookie is worth nothing");
    assert!(is_in(&here).await && is_in(&at(&other_replica, &here)).await);
    assert_eq!(end_of(&here).await, end, "it lives no longer than it would have");
    assert_eq!(world.app.count("select count(*) from sessions where revoked_at is null").await, 1);
}

#[sqlx::test(migrations = false)]
async fn disabling_ends_every_session_on_every_replica(db: PgPool) {
    let world = World::new(db).await;
    let other_replica = world.app.on(2).await;
    let here = world.client(JUNE).await;
    let there = at(&other_replica, &world.client(JUNE).await);
    assert!(is_in(&here).await && is_in(&there).await);
    let mut admin = world.client(GLOBAL).await;
    let answer = admin.post(&format!("{}/disabling", user_path(world.june)), &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert!(!is_in(&here).await && !is_in(&there).await);
    // Enabling brings the person back, not their sessions.
    admin.post(&format!("{}/enabling", user_path(world.june)), &[]).await;
    assert!(!is_in(&here).await && !is_in(&there).await);
}

/// Somebody may have planted a session of their own, or know the one that was there.
#[sqlx::test(migrations = false)]
async fn a_live_session_that_comes_along_to_sign_in_ends(db: PgPool) {
    let world = World::new(db).await;
    for planted in [world.client(GLOBAL).await, world.client(JUNE).await] {
        let mut client = planted.clone();
        client.get("/preferences").await;
        let wrong = client.clone().post("/sign-in", &[("mail", JUNE), ("password", "guess")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(is_in(&planted).await, "a wrong password ends nothing");
        let answer = client.post("/sign-in", &[("mail", JUNE), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert!(is_in(&client).await);
        assert!(!is_in(&planted).await);
    }
}

/// What a slow request does while its session is signed out on another replica.
#[derive(Clone, Copy, Debug)]
enum Slow {
    /// Its form comes to an end only then.
    Dripping,
    /// It waits for a row that somebody holds.
    Waiting,
    /// It changes the password, which would go on under a new secret.
    Renewing,
}

/// One race: the answer of the slow request, whose browser is `client`.
async fn race(world: &World, other: &TestApp, client: &Client, slow: Slow) -> Answer {
    let hold = match slow {
        Slow::Dripping => None,
        Slow::Waiting | Slow::Renewing => {
            let mut tx = partner_portal::db::begin(other.db()).await.unwrap();
            sqlx::query("select 1 from users where user_id = $1 for update")
                .bind(world.june)
                .execute(&mut *tx)
                .await
                .unwrap();
            Some(tx)
        }
    };
    let (go_on, gone) = oneshot::channel::<()>();
    let (path, form) = match slow {
        Slow::Renewing => ("/account/password", format!("old={PASSWORD}&new={FRESH}&again={FRESH}").replace(' ', "+")),
        Slow::Dripping | Slow::Waiting => ("/preferences", "locale=ko&theme=dark&time_zone=Asia/Seoul".to_owned()),
    };
    let form = format!("csrf={}&{form}", client.token());
    let drips = matches!(slow, Slow::Dripping);
    let (start, rest) = form.split_at(form.len() / 2);
    let (start, rest) = (Bytes::from(start.to_owned()), Bytes::from(rest.to_owned()));
    let last = stream::once(async move {
        if drips {
            let _ = gone.await;
        }
        rest
    });
    let body = Body::from_stream(stream::once(async { start }).chain(last).map(Ok::<_, std::io::Error>));
    let mut slowly = client.clone();
    let asked = tokio::spawn(async move { slowly.send(Method::POST, path, Some(FORM), body).await });
    match slow {
        Slow::Dripping => tokio::time::sleep(Duration::from_millis(10)).await,
        // Until it waits for the row.
        Slow::Waiting | Slow::Renewing => {
            let waiting = "select count(*) from pg_locks l join pg_stat_activity a using (pid) where a.datname = current_database() and not l.granted";
            while other.count(waiting).await == 0 {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
    }
    assert!(!asked.is_finished());
    let left = at(other, client).post("/sign-out", &[]).await;
    assert_eq!((left.status, left.location()), (StatusCode::SEE_OTHER, "/sign-in".to_owned()));
    let _ = go_on.send(());
    if let Some(tx) = hold {
        tx.rollback().await.unwrap();
    }
    asked.await.unwrap()
}

/// `SIGN_OUT_RACES=1000` is the long run.
#[sqlx::test(migrations = false)]
async fn a_slow_request_that_ends_after_the_sign_out_revives_nothing(db: PgPool) {
    let world = World::new(db).await;
    let other = world.app.on(2).await;
    let races = std::env::var("SIGN_OUT_RACES").ok().and_then(|n| n.parse().ok()).unwrap_or(9);
    let kept: String = sqlx::query_scalar("select password_hash from users where user_id = $1")
        .bind(world.june)
        .fetch_one(world.app.db())
        .await
        .unwrap();
    for (n, slow) in [Slow::Dripping, Slow::Waiting, Slow::Renewing]
        .into_iter()
        .cycle()
        .take(races)
        .enumerate()
    {
        let client = world.client(JUNE).await;
        // Long unseen, so that each use is noted.
        world
            .app
            .sql("update sessions set seen_at = now() - interval '30 minutes'")
            .await;
        let answer = race(&world, &other, &client, slow).await;
        assert!(!sets_a_session(&answer), "race {n}, {slow:?}: {:?}", answer.headers);
        assert!(!is_in(&client).await && !is_in(&at(&other, &client)).await, "race {n}, {slow:?}");
        assert_eq!(
            world.app.count("select count(*) from sessions where revoked_at is null").await,
            0,
            "race {n}, {slow:?}"
        );
        sqlx::query("update users set password_hash = $2 where user_id = $1")
            .bind(world.june)
            .bind(&kept)
            .execute(world.app.db())
            .await
            .unwrap();
    }
}
