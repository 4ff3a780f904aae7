//! Lines that are cut, and connections that the database ends.

use std::time::Duration;

use axum::http::StatusCode;
use futures_util::future::join_all;
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
        world.proxy.set(Line::Slow);
        let note = format!("note {n}");
        // Half a second for each of its statements, of which it has seven or so.
        let cut = Duration::from_millis(random.random_range(200..4_500));
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

/// A job goes in with what causes it: a cut then is no other fault than a cut elsewhere.
#[sqlx::test(migrations = false)]
async fn a_start_that_is_cut_off_is_put_off(db: PgPool) {
    let world = World::on(db, 1).await;
    sqlx::query(
        "with import as (
             insert into psc_imports (import_id, organisation_id, state, started_at)
             select gen_random_uuid(), organisation_id, 'done', now() from organisations where mpn_id = '4600001' returning *)
         update psc_settings s set current_import_id = i.import_id from import i where s.organisation_id = i.organisation_id",
    )
    .execute(&world.direct)
    .await
    .unwrap();
    let mut client = world.client().await;
    for after in (0..8).map(|n| Duration::from_millis(300 + n * 500)) {
        world.back(&mut client).await;
        world.proxy.set(Line::Slow);
        let (answer, ()) = tokio::join!(client.post("/migration/deals/runs", &[("kind", "rehearsal")]), async {
            tokio::time::sleep(after).await;
            world.proxy.set(Line::Cut);
        });
        assert!(
            answer.status == StatusCode::SEE_OTHER || is_put_off(&answer),
            "{} when cut after {after:?}",
            answer.status
        );
        world.proxy.set(Line::Good);
    }
    world.back(&mut client).await;
    let jobless = "select count(*) from migration_runs r where not exists (
        select from river_job j where j.kind = 'migrate_deals' and (j.args ->> 'run_id')::uuid = r.run_id)";
    assert_eq!(world.count(jobless).await, 0, "a run without its job");
    world.no_open_transaction().await;
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
    assert!(written.acknowledged.len() > 20 && written.put_off > 0, "{}", written.acknowledged.len());
    deal.assert_whole(&world.direct, &written.acknowledged, true).await;
    world.no_open_transaction().await;
}
