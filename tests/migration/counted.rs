//! Readiness is counted once for each state of things, and again as soon as anything it depends on changes.

use partner_portal::{
    ids::ImportId,
    migration::deals::service::{self, Notice},
};
use serde_json::json;
use sqlx::PgPool;

use super::seed::Fabrikam;

async fn eligible(it: &Fabrikam) -> i64 {
    service::readiness(it.app.db(), it.id).await.unwrap().eligible
}

/// Writes a number into what was noted that nobody can count: whoever answers it has not counted.
async fn mark_noted(it: &Fabrikam) {
    it.app
        .sql("update migration_readiness set readiness = jsonb_set(readiness, '{eligible}', '777')")
        .await;
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn it_is_counted_once(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(3).await;
    assert_eq!(eligible(&it).await, 3);
    mark_noted(&it).await;
    assert_eq!(eligible(&it).await, 777);
    let notice = service::notice(it.app.db(), it.id).await.unwrap();
    assert!(matches!(notice, Some(Notice::Waiting { eligible: 777 })), "{notice:?}");
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn whatever_it_depends_on_makes_it_be_counted_again(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deal("D-1", json!({})).await;
    it.deal("D-2", json!({"own_mpn_id": "4512347"})).await;
    it.deal("D-3", json!({"own_mpn_id": "7777777"})).await;
    it.deal("D-4", json!({"created_at": "2024-05-01T09:00:00Z"})).await;
    assert_eq!(eligible(&it).await, 1);

    mark_noted(&it).await;
    it.app.seed().location(it.id, "4512347", "Busan").await;
    assert_eq!(eligible(&it).await, 2, "a location was added");

    mark_noted(&it).await;
    it.app.sql("update psc_settings set eligible_from = '2024-01-01'").await;
    assert_eq!(eligible(&it).await, 3, "the dates were changed");

    mark_noted(&it).await;
    it.app
        .sql("update organisations set mpn_id = '7777777' where mpn_id = '4512345'")
        .await;
    assert_eq!(eligible(&it).await, 4, "the global MPN ID was changed");

    mark_noted(&it).await;
    let newer = ImportId::new();
    sqlx::query("insert into psc_imports (import_id, organisation_id, state, started_at) values ($1, $2, 'done', now())")
        .bind(newer)
        .bind(it.id)
        .execute(it.app.db())
        .await
        .unwrap();
    sqlx::query("update psc_settings set current_import_id = $1")
        .bind(newer)
        .execute(it.app.db())
        .await
        .unwrap();
    assert_eq!(eligible(&it).await, 0, "a newer export counts");
}

/// Also what nobody else may have changed for: the run itself.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_run_makes_it_be_counted_again_and_its_end_counts(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(4).await;
    assert_eq!(eligible(&it).await, 4);
    let run = it.start(false).await.unwrap();
    it.slice(run, 1).await;
    assert_eq!(eligible(&it).await, 3, "as it goes on");
    it.slice(run, 1).await;
    assert_eq!(eligible(&it).await, 2);
    service::cancel(it.app.db(), &it.app.app.clock, it.id, run, it.origin())
        .await
        .unwrap();
    let notice = service::notice(it.app.db(), it.id).await.unwrap();
    assert!(matches!(notice, Some(Notice::Remaining { eligible: 2, .. })), "{notice:?}");

    let run = it.run(false, 1).await;
    mark_noted(&it).await;
    assert_eq!(eligible(&it).await, 777, "the run's end has counted");
    it.app.sql("delete from migration_readiness").await;
    let notice = service::notice(it.app.db(), it.id).await.unwrap();
    assert!(matches!(notice, Some(Notice::AllDone(last)) if last.id == run.id));
}

/// What a run could not migrate is still there for the next one.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn errors_stay_eligible(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(3).await;
    it.app
        .sql(
            "create function refuse() returns trigger language plpgsql as $$ begin
                if new.deal_id = 'D-001' then raise exception 'refused' using errcode = '23514'; end if; return new;
              end $$;
              create trigger refuse before insert on referrals for each row execute function refuse()",
        )
        .await;
    it.run(false, 2).await;
    let notice = service::notice(it.app.db(), it.id).await.unwrap();
    assert!(matches!(notice, Some(Notice::Remaining { eligible: 1, .. })), "{notice:?}");
    it.app.sql("drop trigger refuse on referrals").await;
    assert_eq!(it.run(false, 2).await.migrated, 1);
    let notice = service::notice(it.app.db(), it.id).await.unwrap();
    assert!(matches!(notice, Some(Notice::AllDone(_))), "{notice:?}");
}

/// One partner's counts are no other's.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn each_organisation_has_its_own(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(2).await;
    let other = it.app.seed().partner("Contoso", "4600001").await;
    assert_eq!(service::readiness(it.app.db(), other).await.unwrap().eligible, 0);
    assert_eq!(eligible(&it).await, 2);
    assert!(service::notice(it.app.db(), other).await.unwrap().is_none());
}

/// Windows of keys leave nothing out.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn many_deals_are_counted_to_the_last(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deals(1).await;
    it.app
        .sql("insert into psc_deals select (jsonb_populate_record(d, jsonb_build_object('psc_deal_id', 'L-' || n, 'missing', n % 2))).*
              from psc_deals d, generate_series(100001, 140007) n")
        .await;
    let counts = service::readiness(it.app.db(), it.id).await.unwrap();
    assert_eq!((counts.eligible, counts.eligible_incomplete), (40_008, 20_004));
}
