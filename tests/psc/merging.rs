//! From staging into the PSC tables: again, newer, interrupted, twice at once.

use partner_portal::psc::import::{DealColumn as C, Import, ImportError, State, service};
use sqlx::PgPool;
use uuid::Uuid;

use super::support::{Portal, deal, deals};

const fn counts(import: &Import) -> [i32; 5] {
    [import.deals_new, import.deals_changed, import.deals_unchanged, import.deals_migrated, import.deals_absent]
}

fn three() -> String {
    deals(["D-1", "D-2", "D-3"].map(|id| deal(id, &[])))
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn the_same_export_again_changes_nothing(db: PgPool) {
    let portal = Portal::new(db).await;
    let text = deals([
        deal("D-1", &[]),
        deal("D-2", &[(C::Value, "?"), (C::Stage, ""), (C::Products, "A|x|2"), (C::MpnId, "")]),
        deal("D-3", &[(C::CustomerName, ""), (C::Status, "Won")]),
    ]);
    assert_eq!(counts(&portal.import(&text).await), [3, 0, 0, 0, 0]);
    assert_eq!(counts(&portal.import(&text).await), [0, 0, 3, 0, 0]);
    assert_eq!(portal.count("select count(*) from psc_deal_standings").await, 3);
    assert_eq!(portal.staged().await, 0);
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_newer_export_counts_alone_and_leaves_what_has_migrated(db: PgPool) {
    let portal = Portal::new(db).await;
    portal.import(three()).await;
    portal.migrate("D-1").await;
    let newer = portal
        .import(deals([
            deal("D-1", &[(C::Name, "changed in PSC afterwards")]),
            deal("D-2", &[(C::Status, "Lost")]),
            deal("D-4", &[]),
        ]))
        .await;
    assert_eq!(counts(&newer), [1, 1, 0, 1, 1]);
    assert_eq!(portal.deal("D-1", "name").await.unwrap(), "Data platform renewal");
    let standings: Vec<(String, String)> = sqlx::query_as("select psc_deal_id, standing from psc_deal_standings order by 1")
        .fetch_all(&portal.db)
        .await
        .unwrap();
    let standings: Vec<(&str, &str)> = standings
        .iter()
        .map(|(id, standing)| (id.as_str(), standing.as_str()))
        .collect();
    assert_eq!(standings, [("D-1", "migrated"), ("D-2", "closed"), ("D-4", "eligible")]);
    // What was absent comes back with an export that has it.
    assert_eq!(counts(&portal.import(three()).await), [0, 1, 1, 1, 1]);
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn accounts_and_users_are_those_of_the_newest_export(db: PgPool) {
    let portal = Portal::new(db).await;
    portal.import(three()).await;
    let accounts = "PSC Account ID,Account Name,MPN ID,Country\nPA-1001,Seoul,4512347,KR\n";
    let users = "PSC User ID,First Name,Last Name,Email,PSC Account ID,PSC Account Name,PSC Role\n";
    let text = deals([deal("D-1", &[(C::MpnId, "")])]);
    let import = portal
        .read(portal.export(accounts.as_bytes(), users.as_bytes(), text.as_bytes()))
        .await
        .unwrap();
    service::merge_all(&portal.db, &portal.clock, import, 10).await.unwrap();
    assert_eq!(portal.count("select count(*) from psc_accounts").await, 1);
    assert_eq!(portal.count("select count(*) from psc_users").await, 0);
    assert_eq!(portal.deal("D-1", "mpn_id").await.unwrap(), "4512347");
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn merging_goes_on_where_it_stopped(db: PgPool) {
    let portal = Portal::new(db).await;
    portal.import(deals([deal("old", &[])])).await;
    let import = portal.stage(deals((0..7).map(|n| deal(&format!("D-{n}"), &[])))).await;
    assert_eq!(portal.find(import).await.state, State::Merging);
    assert_eq!(portal.count("select count(*) from psc_deal_standings").await, 1);
    assert!(!portal.merge(import, 3).await);
    assert_eq!(portal.find(import).await.deals_new, 3);
    service::merge_all(&portal.db, &portal.clock, import, 3).await.unwrap();
    let done = portal.find(import).await;
    assert_eq!((done.state, counts(&done)), (State::Done, [7, 0, 0, 0, 1]));
    assert_eq!(done.finished_at, Some(portal.clock.now()));
    assert_eq!(portal.count("select count(*) from psc_deal_standings").await, 7);
    assert!(portal.merge(import, 3).await, "once more does nothing");
    assert_eq!(counts(&portal.find(import).await), counts(&done));
    assert_eq!(portal.staged().await, 0);
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn two_workers_merge_as_one(db: PgPool) {
    let portal = Portal::new(db).await;
    let import = portal.stage(deals((0..60).map(|n| deal(&format!("D-{n}"), &[])))).await;
    let worker = || service::merge_all(&portal.db, &portal.clock, import, 7);
    let (one, other) = tokio::join!(worker(), worker());
    one.and(other).unwrap();
    let done = portal.find(import).await;
    assert_eq!((done.state, counts(&done)), (State::Done, [60, 0, 0, 0, 0]));
    assert_eq!(portal.count("select count(*) from psc_deals").await, 60);
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn one_import_at_a_time_and_none_beside_a_run(db: PgPool) {
    let portal = Portal::new(db).await;
    let import = portal.stage(three()).await;
    let again = portal.export(b"", b"", b"");
    assert!(matches!(portal.read(again.clone()).await.unwrap_err(), ImportError::Live));
    service::merge_all(&portal.db, &portal.clock, import, 10).await.unwrap();
    sqlx::query(
        "insert into migration_runs (run_id, organisation_id, rehearsal, state, started_at, due_at, total, readiness)
        values ($1, $2, true, 'queued', now(), now(), 3, '{}')",
    )
    .bind(Uuid::now_v7())
    .bind(portal.organisation.0)
    .execute(&portal.db)
    .await
    .unwrap();
    assert!(matches!(portal.read(again).await.unwrap_err(), ImportError::RunLive));
    assert_eq!(service::list(&portal.db, portal.organisation).await.unwrap().len(), 1);
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn an_import_that_died_while_reading_gives_way_to_the_next(db: PgPool) {
    let portal = Portal::new(db).await;
    // As a killed process leaves it.
    let dead = portal.stage(three()).await;
    let stands_still = "update psc_imports set state = 'reading', alive_at = now() - make_interval(secs => $1)";
    sqlx::query(stands_still).bind(60.0).execute(&portal.db).await.unwrap();
    assert!(matches!(portal.read(portal.export(b"", b"", b"")).await.unwrap_err(), ImportError::Live));
    sqlx::query(stands_still).bind(121.0).execute(&portal.db).await.unwrap();
    let next = portal.import(three()).await;
    assert_eq!((next.state, counts(&next)), (State::Done, [3, 0, 0, 0, 0]));
    assert_eq!(portal.find(dead).await.state, State::Failed);
    assert_eq!(portal.staged().await, 0);
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn staging_that_a_crash_of_the_database_emptied_fails_the_import_and_changes_nothing(db: PgPool) {
    let portal = Portal::new(db).await;
    portal.import(three()).await;
    for lost in ["psc_staged_deals", "psc_staged_accounts", "psc_staged_users"] {
        let import = portal.stage(deals([deal("D-9", &[])])).await;
        sqlx::query(sqlx::AssertSqlSafe(format!("truncate {lost}")))
            .execute(&portal.db)
            .await
            .unwrap();
        service::merge_all(&portal.db, &portal.clock, import, 10).await.unwrap();
        let failed = portal.find(import).await;
        assert_eq!(failed.state, State::Failed);
        assert!(failed.merge_error.is_some());
        assert_eq!(
            portal
                .count("select count(*) from psc_deal_standings where psc_deal_id like 'D-_'")
                .await,
            3
        );
        assert_eq!(portal.count("select count(*) from psc_accounts").await, 2);
        assert_eq!(portal.staged().await, 0);
    }
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn another_organisation_sees_none_of_it_and_may_have_the_same_ids(db: PgPool) {
    let portal = Portal::new(db).await;
    let import = portal.import(deals([deal("D-1", &[(C::Stage, "7")])])).await;
    let other = partner_portal::ids::OrganisationId::new();
    sqlx::query(
        "insert into organisations (organisation_id, kind, legal_name, country, tenant_id, mpn_id, created_at)
        values ($1, 'partner', 'Other', 'KR', $2, '77', now())",
    )
    .bind(other.0)
    .bind(Uuid::now_v7())
    .execute(&portal.db)
    .await
    .unwrap();
    assert!(service::find(&portal.db, other, import.id).await.unwrap().is_none());
    assert!(service::list(&portal.db, other).await.unwrap().is_empty());
    assert!(
        service::problems(&portal.db, other, import.id, false, 0, 10)
            .await
            .unwrap()
            .is_empty()
    );
    let theirs = service::read(
        &portal.db,
        &portal.clock,
        other,
        None,
        partner_portal::psc::import::Export::in_folder(portal.folder()),
    )
    .await
    .unwrap();
    service::merge_all(&portal.db, &portal.clock, theirs, 10).await.unwrap();
    assert_eq!(portal.count("select count(*) from psc_deals where psc_deal_id = 'D-1'").await, 2);
    // It had no PSC dates; now it has the guide's.
    assert_eq!(
        portal
            .count("select count(*) from psc_settings where current_import_id is not null")
            .await,
        2
    );
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn problems_come_in_pages(db: PgPool) {
    let portal = Portal::new(db).await;
    let rows = (0..5).map(|n| deal(&format!("D-{n}"), &[(if n % 2 == 0 { C::Status } else { C::Stage }, "?")]));
    let import = portal.import(deals(rows)).await;
    let page = |rejected, after| service::problems(&portal.db, portal.organisation, import.id, rejected, after, 2);
    let first = page(true, 0).await.unwrap();
    let rest = page(true, first[1].id).await.unwrap();
    let ids: Vec<&str> = first.iter().chain(&rest).map(|problem| problem.row_id.as_str()).collect();
    assert_eq!(ids, ["D-0", "D-2", "D-4"]);
    assert_eq!(page(false, 0).await.unwrap().len(), 2);
}
