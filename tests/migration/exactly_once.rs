use partner_portal::migration::{
    deals::service::{self, Progress, StartError},
    run::State,
};
use serde_json::json;
use sqlx::PgPool;

use super::seed::Fabrikam;

/// Two clicks, on two replicas, at the same moment: one run.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn two_clicks_at_once_start_one_run(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(5).await;
    let clicks = (0..8).map(|_| it.start(false));
    let started = futures_util::future::join_all(clicks).await;
    assert_eq!(started.iter().filter(|start| start.is_ok()).count(), 1);
    assert!(started.iter().all(|start| matches!(start, Ok(_) | Err(StartError::Live))));
    assert_eq!(it.app.count("select count(*) from migration_runs").await, 1);
    assert_eq!(it.app.count("select count(*) from river_job").await, 1);
}

/// A worker that dies leaves its slice undone; whoever comes next goes on. At every slice there is.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_run_goes_on_wherever_its_worker_died(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(9).await;
    let run = it.start(false).await.unwrap();
    for slice in 1.. {
        // The worker dies in the middle of a slice: its transaction is never committed.
        let mut dying = partner_portal::db::begin(it.app.db()).await.unwrap();
        sqlx::query("update migration_runs set cursor = 'Z', migrated = 1000")
            .execute(&mut *dying)
            .await
            .unwrap();
        drop(dying);
        let progress = it.slice(run, 2).await;
        let done = it.find(run).await;
        assert_eq!(done.migrated, (slice * 2).min(9));
        it.assert_whole(done.migrated.into()).await;
        if progress == Progress::Over {
            break;
        }
    }
    assert_eq!(it.find(run).await.state, State::Completed);
}

/// A slice that fails at any of its writes leaves nothing behind, and the next try does it all.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_slice_is_whole_or_not_there(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(4).await;
    it.app
        .sql("create function break() returns trigger language plpgsql as $$ begin raise exception 'broken' using errcode = '57014'; end $$")
        .await;
    let run = it.start(false).await.unwrap();
    for (on, off) in [
        (
            "create trigger t before insert on migration_sums execute function break()",
            "drop trigger t on migration_sums",
        ),
        (
            "create trigger t before insert on migration_outcomes execute function break()",
            "drop trigger t on migration_outcomes",
        ),
        (
            "create trigger t before insert on engagements execute function break()",
            "drop trigger t on engagements",
        ),
        (
            "create trigger t before insert on referrals execute function break()",
            "drop trigger t on referrals",
        ),
        (
            "create trigger t before insert on engagement_solutions execute function break()",
            "drop trigger t on engagement_solutions",
        ),
        (
            "create trigger t before insert on referral_team execute function break()",
            "drop trigger t on referral_team",
        ),
        (
            "create trigger t before insert on referral_history execute function break()",
            "drop trigger t on referral_history",
        ),
        (
            "create trigger t before insert on psc_migrated_deals execute function break()",
            "drop trigger t on psc_migrated_deals",
        ),
    ] {
        it.app.sql(on).await;
        assert!(service::work_slice(it.app.db(), &it.app.app.clock, run, 10).await.is_err(), "{on}");
        it.app.sql(off).await;
        it.assert_whole(0).await;
        assert_eq!(it.find(run).await.state, State::Queued);
    }
    let run = it.finish(run, 10).await;
    assert_eq!((run.state, run.migrated), (State::Completed, 4));
    it.assert_whole(4).await;
}

/// Four workers on one run: windows never overlap.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn workers_side_by_side_do_each_deal_once(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(40).await;
    let run = it.start(false).await.unwrap();
    futures_util::future::join_all((0..4).map(|_| it.finish(run, 3))).await;
    assert_eq!(it.find(run).await.state, State::Completed);
    it.assert_whole(40).await;
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_second_run_takes_only_what_is_left(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(3).await;
    assert_eq!(it.run(false, 2).await.migrated, 3);
    assert!(matches!(it.start(false).await, Err(StartError::NothingEligible(counts)) if counts.migrated == 3));
    it.deal("D-900", json!({})).await;
    let second = it.run(false, 2).await;
    assert_eq!((second.total, second.migrated), (1, 1));
    it.assert_whole(4).await;
}

/// Through the job queue, as a worker process does it.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn the_job_works_the_run(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(25).await;
    let run = it.start(false).await.unwrap();
    it.app.run_jobs().await;
    assert_eq!(it.find(run).await.state, State::Completed);
    it.assert_whole(25).await;
}

/// A run whose job was lost is woken; one that has a job gets no second one.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_run_that_lost_its_job_is_woken(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(2).await;
    it.start(false).await.unwrap();
    service::wake(it.app.db(), &it.app.app.queue).await.unwrap();
    assert_eq!(it.app.count("select count(*) from river_job").await, 1);
    it.app.sql("delete from river_job").await;
    service::wake(it.app.db(), &it.app.app.queue).await.unwrap();
    assert_eq!(it.app.count("select count(*) from river_job").await, 1);
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_rehearsal_writes_nothing_but_its_report(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(3).await;
    it.deal("W-1", json!({"status": "won"})).await;
    let kept = |rows: Vec<(String, i64, String)>| -> Vec<_> {
        rows.into_iter()
            .filter(|(table, ..)| !table.starts_with("migration_") && !table.starts_with("river_"))
            .collect()
    };
    let before = kept(it.app.everything().await);
    let run = it.run(true, 2).await;
    assert_eq!((run.state, run.migrated), (State::Completed, 3));
    assert_eq!(kept(it.app.everything().await), before);
    let outcomes = "select jsonb_object_agg(outcome, n) from (select outcome, count(*) n from migration_outcomes group by 1) o";
    assert_eq!(it.value(outcomes).await, json!({"would-migrate": 3, "won": 1}));
    // What it said comes true.
    assert_eq!(it.run(false, 2).await.migrated, 3);
    it.assert_whole(3).await;
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_cancelled_run_keeps_what_it_did_and_can_be_continued(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(5).await;
    let run = it.start(false).await.unwrap();
    it.slice(run, 2).await;
    assert!(
        service::cancel(it.app.db(), &it.app.app.clock, it.id, run, it.origin())
            .await
            .unwrap()
    );
    assert_eq!(it.slice(run, 2).await, Progress::Over);
    assert!(
        !service::cancel(it.app.db(), &it.app.app.clock, it.id, run, it.origin())
            .await
            .unwrap()
    );
    assert_eq!(it.find(run).await.state, State::Cancelled);
    it.assert_whole(2).await;
    assert_eq!(it.run(false, 2).await.migrated, 3);
    it.assert_whole(5).await;
}

/// An import in the middle of a run would move the ground under it, and the other way round.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn no_run_starts_while_an_export_is_taken_in(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(1).await;
    it.app.sql("insert into psc_imports (import_id, organisation_id, state, started_at) select gen_random_uuid(), organisation_id, 'reading', now() from psc_settings").await;
    assert!(matches!(it.start(false).await, Err(StartError::Importing)));
}
