//! One export after another: the same again, a newer one, two at once.

use partner_portal::psc::import::{DealColumn as C, Import, ImportError, service};
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
    // What was absent comes back with an export that has it: new beside the export before.
    assert_eq!(counts(&portal.import(three()).await), [1, 1, 0, 1, 1]);
    assert_eq!(
        portal
            .count("select count(*) from psc_remaining_deals where standing = 'eligible'")
            .await,
        2
    );
    assert_eq!(portal.deal("D-1", "name").await.unwrap(), "Data platform renewal");
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn accounts_and_users_are_those_of_the_newest_export(db: PgPool) {
    let portal = Portal::new(db).await;
    portal.import(three()).await;
    let accounts = "PSC Account ID,Account Name,MPN ID,Country\nPA-1001,Seoul,4512347,KR\n";
    let users = "PSC User ID,First Name,Last Name,Email,PSC Account ID,PSC Account Name,PSC Role\n";
    let text = deals([deal("D-1", &[(C::MpnId, "")])]);
    portal
        .take_in(portal.export(accounts.as_bytes(), users.as_bytes(), text.as_bytes()))
        .await
        .unwrap();
    portal.tend().await;
    assert_eq!(portal.count("select count(*) from psc_accounts").await, 1);
    assert_eq!(portal.count("select count(*) from psc_users").await, 0);
    assert_eq!(portal.deal("D-1", "mpn_id").await.unwrap(), "4512347");
}

/// Deals that stand in the middle of the comparison's ranges, at their ends, and beyond the other export's last one.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn long_exports_are_compared_to_the_last_deal(db: PgPool) {
    let portal = Portal::new(db).await;
    let rows =
        |ids: std::ops::Range<u32>, change: &'static [(C, &'static str)]| ids.map(move |n| deal(&format!("D-{n:06}"), change));
    portal.import(deals(rows(0..41_000, &[]))).await;
    portal.migrate("D-000007").await;
    portal.migrate("D-040999").await;
    let newer = portal
        .import(deals(
            rows(5..20_000, &[])
                .chain(rows(20_000..20_100, &[(C::Stage, "60")]))
                .chain(rows(50_000..50_050, &[])),
        ))
        .await;
    assert_eq!(counts(&newer), [50, 100, 19_994, 1, 5 + 41_000 - 20_100 - 1]);
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn of_two_imports_at_once_one_is_taken_in(db: PgPool) {
    let portal = Portal::new(db).await;
    let export = portal.export(super::support::ACCOUNTS.as_bytes(), super::support::USERS.as_bytes(), three().as_bytes());
    let taken = futures_util::future::join_all((0..4).map(|_| portal.take_in(export.clone()))).await;
    let imports: Vec<_> = taken.iter().flatten().collect();
    assert!(!imports.is_empty());
    assert!(taken.iter().all(|taken| matches!(taken, Ok(_) | Err(ImportError::Live))), "{taken:?}");
    assert_eq!(portal.count("select count(*) from psc_imports").await, imports.len() as i64);
    assert_eq!(portal.count("select count(*) from psc_remaining_deals").await, 3);
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn one_import_at_a_time_and_none_beside_a_run(db: PgPool) {
    let portal = Portal::new(db).await;
    let import = portal.import(three()).await;
    let again = portal.export(b"", b"", b"");
    let becomes = "update psc_imports set state = $1 where import_id = $2";
    sqlx::query(becomes)
        .bind("reading")
        .bind(import.id)
        .execute(&portal.db)
        .await
        .unwrap();
    assert!(matches!(portal.take_in(again.clone()).await.unwrap_err(), ImportError::Live));
    sqlx::query(becomes)
        .bind("done")
        .bind(import.id)
        .execute(&portal.db)
        .await
        .unwrap();
    sqlx::query(
        "insert into migration_runs (run_id, organisation_id, rehearsal, state, started_at, due_at, total, readiness)
        values ($1, $2, true, 'queued', now(), now(), 3, '{}')",
    )
    .bind(Uuid::now_v7())
    .bind(portal.organisation.0)
    .execute(&portal.db)
    .await
    .unwrap();
    assert!(matches!(portal.take_in(again).await.unwrap_err(), ImportError::RunLive));
    assert_eq!(service::list(&portal.db, portal.organisation).await.unwrap().len(), 1);
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
    service::take_in(
        &portal.db,
        &portal.clock,
        other,
        None,
        partner_portal::psc::import::Export::in_folder(portal.folder()),
    )
    .await
    .unwrap();
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
