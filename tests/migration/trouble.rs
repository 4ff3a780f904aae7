use chrono::TimeDelta;
use partner_portal::{
    commands::metering,
    migration::{deals::service, run::State},
};
use serde_json::json;
use sqlx::PgPool;
use tower::ServiceExt;

use super::seed::{ADMIN, Fabrikam};

/// A deal that the database refuses gets its error, stays in PSC, and stops nothing; later it can be tried again.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn one_bad_deal_stops_nothing(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(20).await;
    it.app
        .sql("create function refuse() returns trigger language plpgsql as $$ begin
                if new.deal_id in ('D-007', 'D-008', 'D-019') then raise exception 'refused' using errcode = '23514'; end if; return new;
              end $$;
              create trigger refuse before insert on referrals for each row execute function refuse()")
        .await;
    let run = it.run(false, 8).await;
    assert_eq!((run.state, run.migrated, run.errors), (State::CompletedWithErrors, 17, 3));
    it.assert_whole(17).await;
    let errors = "select jsonb_agg(jsonb_build_array(psc_deal_id, error, engagement_id) order by 1) from migration_outcomes where outcome = 'error'";
    assert_eq!(
        it.value(errors).await,
        json!([["D-007", "database:23514", null], ["D-008", "database:23514", null], ["D-019", "database:23514", null]])
    );
    it.app.sql("drop trigger refuse on referrals").await;
    let again = it.run(false, 8).await;
    assert_eq!((again.state, again.total, again.migrated), (State::Completed, 3, 3));
    it.assert_whole(20).await;
}

/// The deal ID is taken by a deal that was made in Partner Center.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_taken_deal_id_is_an_error_of_that_deal(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(2).await;
    it.app
        .sql("with e as (insert into engagements (engagement_id, deal_type, created_at) values (gen_random_uuid(), 'private', now()) returning *)
              insert into referrals (referral_id, engagement_id, organisation_id, deal_id, direction, name, status, status_at, created_at, updated_at)
              select gen_random_uuid(), engagement_id, organisation_id, 'D-000', 'outbound', 'Made here', 'accepted', now(), now(), now()
              from e, organisations where kind = 'partner'")
        .await;
    let run = it.run(false, 8).await;
    assert_eq!((run.state, run.migrated, run.errors), (State::CompletedWithErrors, 1, 1));
    assert_eq!(
        it.app
            .count("select count(*) from psc_remaining_deals where psc_deal_id = 'D-000'")
            .await,
        1
    );
    assert_eq!(it.value("select to_jsonb(name) from referrals where deal_id = 'D-000'").await, json!("Made here"));
    let page = it
        .app
        .sign_in(ADMIN)
        .await
        .get(&format!("/migration/deals/runs/{}?only=errors", run.id))
        .await;
    assert_eq!(page.texts("[data-table=report] tbody tr").len(), 1);
    assert!(page.select("[data-table=report] .tag.bad").contains("already"));
}

/// A co-sell deal needs a vendor to go to; a partner-led one does not.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn without_a_vendor_co_sell_deals_are_errors(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.app.sql("delete from organisations where kind = 'vendor'").await;
    it.deal("V-1", json!({})).await;
    it.deal("V-2", json!({"co_sell": false})).await;
    let run = it.run(false, 8).await;
    assert_eq!((run.state, run.migrated, run.errors), (State::CompletedWithErrors, 1, 1));
    assert_eq!(
        it.value("select to_jsonb(error) from migration_outcomes where outcome = 'error'")
            .await,
        json!("no-vendor")
    );
}

/// A database that keeps failing is not a deal's fault: the run gives up after a while, and can be started again.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_run_gives_up_when_slices_keep_failing(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(2).await;
    it.app
        .sql("create function full_disk() returns trigger language plpgsql as $$ begin raise exception 'disk full' using errcode = '53100'; end $$;
              create trigger t before insert on engagements execute function full_disk()")
        .await;
    let run = it.start(false).await.unwrap();
    let mut tries = 0;
    while it.find(run).await.state.is_live() {
        tries += 1;
        assert!(service::work_slice(it.app.db(), &it.app.app.clock, run, 10).await.is_err());
    }
    assert_eq!(tries, 20);
    let failed = it.find(run).await;
    assert_eq!((failed.state, failed.migrated), (State::Failed, 0));
    it.assert_whole(0).await;
    it.app.sql("drop trigger t on engagements").await;
    assert_eq!(it.run(false, 10).await.migrated, 2);
    it.assert_whole(2).await;
}

/// Later than promised: said on the page and in the metrics, and it goes on.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn an_overdue_run_says_so_and_goes_on(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(3).await;
    let run = it.start(false).await.unwrap();
    it.slice(run, 1).await;
    let due = it.find(run).await.due_at;
    let path = format!("/migration/deals/runs/{run}");
    let mut client = it.app.sign_in(ADMIN).await;
    it.app.app.clock.set(due);
    assert!(!client.get(&path).await.has("#progress .tag.warn"));
    it.app.app.clock.set(due + TimeDelta::seconds(1));
    // The session is the database's time, so it still holds.
    assert!(client.get(&path).await.select("#progress .tag.warn").contains("24 hours"));
    let request = axum::http::Request::get("/metrics").body(axum::body::Body::empty()).unwrap();
    let router = metering::router(it.app.db().clone(), it.app.app.clock.clone());
    metering::install();
    let answer = router.oneshot(request).await.unwrap();
    let text = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    assert!(String::from_utf8_lossy(&text).contains("portal_migration_runs_overdue 1"));
    assert_eq!(it.finish(run, 1).await.state, State::Completed);
}
