use partner_portal::migration::{
    run::State,
    users::service::{self, Choice, Progress, StartError},
};
use sqlx::PgPool;

use super::seed::Fabrikam;

fn everybody() -> Choice {
    Choice::Ready(String::new())
}

/// Two windows, on two replicas, at the same moment: one run.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn two_windows_at_once_start_one_run(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(5).await;
    let (choice, seen) = (everybody(), it.seen(&everybody()).await);
    let started = futures_util::future::join_all((0..8).map(|_| it.confirm(&choice, &seen))).await;
    assert_eq!(started.iter().filter(|start| start.is_ok()).count(), 1);
    assert!(started.iter().all(|start| matches!(start, Ok(_) | Err(StartError::Live))));
    assert_eq!(it.app.count("select count(*) from user_migration_runs").await, 1);
    assert_eq!(it.app.count("select count(*) from river_job").await, 1);
    it.app.run_jobs().await;
    it.assert_whole(5).await;
}

/// The second time there is nobody left, and nothing changes.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn twice_is_once(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(3).await;
    let seen = it.seen(&everybody()).await;
    assert_eq!(it.run(2).await.migrated, 3);
    let roles = "select jsonb_agg(to_jsonb(r) order by assignment_id) from role_assignments r";
    let before = it.value(roles).await;
    assert!(matches!(it.start(&everybody()).await, Err(StartError::NobodyReady)));
    assert!(matches!(it.confirm(&everybody(), &seen).await, Err(StartError::NobodyReady)));
    assert_eq!(it.value(roles).await, before);
    it.psc_user("new", "new@fabrikam.example", "PA-1", "seller").await;
    it.account("new@fabrikam.example").await;
    assert_eq!(it.run(2).await.total, 1);
    it.assert_whole(4).await;
}

/// A role that was taken away after the migration stays away: at most once, ever.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_role_that_was_taken_away_does_not_come_back(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(1).await;
    it.run(1).await;
    it.app.sql("delete from role_assignments where role = 'referrals-user'").await;
    assert!(matches!(it.start(&everybody()).await, Err(StartError::NobodyReady)));
    assert!(it.roles("seller000@fabrikam.example").await.is_empty());
}

/// A worker that dies leaves its slice undone; whoever comes next goes on. At every slice there is.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_run_goes_on_wherever_its_worker_died(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(9).await;
    let run = it.start_all().await;
    for slice in 1.. {
        // The worker dies in the middle of a slice: its transaction is never committed.
        let mut dying = partner_portal::db::begin(it.app.db()).await.unwrap();
        for half in [
            "update user_migration_runs set cursor = 'z', migrated = 1000",
            "insert into role_assignments (assignment_id, user_id, role, granted_at)
             select gen_random_uuid(), user_id, 'referrals-user', now() from users on conflict do nothing",
        ] {
            sqlx::query(half).execute(&mut *dying).await.unwrap();
        }
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
    it.sellers(4).await;
    it.app
        .sql("create function break() returns trigger language plpgsql as $$ begin raise exception 'broken' using errcode = '57014'; end $$")
        .await;
    let run = it.start_all().await;
    for (on, off) in [
        (
            "create trigger t before update on user_migration_outcomes execute function break()",
            "drop trigger t on user_migration_outcomes",
        ),
        (
            "create trigger t before insert on role_assignments execute function break()",
            "drop trigger t on role_assignments",
        ),
        (
            "create trigger t before insert on psc_migrated_users execute function break()",
            "drop trigger t on psc_migrated_users",
        ),
        (
            "create trigger t before update on user_migration_runs for each row when (new.cursor <> '') execute function break()",
            "drop trigger t on user_migration_runs",
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
async fn workers_side_by_side_do_each_person_once(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(40).await;
    let run = it.start_all().await;
    futures_util::future::join_all((0..4).map(|_| it.finish(run, 3))).await;
    assert_eq!(it.find(run).await.state, State::Completed);
    it.assert_whole(40).await;
}

/// A role that somebody is giving at this very moment is seen: the slice waits for them.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_slice_waits_for_who_gives_a_role_by_hand(pool: PgPool) {
    // Connections beside those of the portal.
    let others = pool.clone();
    let it = Fabrikam::new(pool).await;
    it.sellers(1).await;
    let run = it.start_all().await;
    let mut by_hand = partner_portal::db::begin(&others).await.unwrap();
    sqlx::query(
        "insert into role_assignments (assignment_id, user_id, role, granted_at)
         select gen_random_uuid(), user_id, 'referrals-admin', now() from users where mail = 'seller000@fabrikam.example'",
    )
    .execute(&mut *by_hand)
    .await
    .unwrap();
    let waiting = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let finish = async {
        while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&others).await.unwrap() == 0 {
            tokio::task::yield_now().await;
        }
        by_hand.commit().await.unwrap();
    };
    let (progress, ()) = tokio::join!(it.slice(run, 1), finish);
    assert_eq!(progress, Progress::More);
    assert_eq!(it.roles("seller000@fabrikam.example").await, ["referrals-admin"]);
    assert_eq!(it.finish(run, 1).await.unchanged, 1);
}

/// A run whose job was lost is woken; one that has a job gets no second one.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_run_that_lost_its_job_is_woken(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(2).await;
    it.start_all().await;
    service::wake(it.app.db(), &it.app.app.queue).await.unwrap();
    assert_eq!(it.app.count("select count(*) from river_job").await, 1);
    it.app.sql("delete from river_job").await;
    service::wake(it.app.db(), &it.app.app.queue).await.unwrap();
    assert_eq!(it.app.count("select count(*) from river_job").await, 1);
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_cancelled_run_keeps_what_it_did_and_can_be_continued(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(5).await;
    let run = it.start_all().await;
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
    it.assert_whole(2).await;
    assert_eq!(it.run(2).await.migrated, 3);
    it.assert_whole(5).await;
}
