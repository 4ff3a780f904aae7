//! Rows of exports that do not count any more go; those of migrated deals stay.

use partner_portal::psc::import::DealColumn as C;
use sqlx::PgPool;

use super::support::{ACCOUNTS, Portal, USERS, deal, deals};

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn old_exports_are_swept_but_for_migrated_deals(db: PgPool) {
    let portal = Portal::new(db).await;
    portal
        .import(deals([deal("D-1", &[(C::MpnId, "")]), deal("D-2", &[]), deal("D-3", &[])]))
        .await;
    portal.migrate("D-1").await;
    portal
        .import(deals([deal("D-1", &[(C::Name, "renamed")]), deal("D-2", &[(C::Name, "second")])]))
        .await;
    portal.migrate("D-2").await;
    portal
        .import(deals([deal("D-2", &[(C::Name, "third")]), deal("D-4", &[])]))
        .await;
    for _ in 0..2 {
        portal.tend().await;
        assert_eq!(portal.stray().await, 0);
        // Each migrated deal as it was when it migrated, and the newest export whole.
        assert_eq!(portal.count("select count(*) from psc_deals").await, 4);
        assert_eq!(portal.deal("D-1", "name").await.unwrap(), "Data platform renewal");
        assert_eq!(portal.deal("D-1", "mpn_id").await.unwrap(), "4512346", "by its account of then");
        assert_eq!(portal.deal("D-2", "name").await.unwrap(), "second");
        assert_eq!(
            portal
                .count("select count(*) from psc_deal_standings where standing = 'migrated'")
                .await,
            2
        );
        assert_eq!(portal.count("select count(*) from psc_deal_standings").await, 3);
        assert_eq!(portal.count("select count(*) from psc_users").await, 1);
        assert_eq!(portal.count("select count(*) from psc_imports where swept_at is null").await, 1);
    }
}

/// Longer than one chunk, and with time for no more than one at a time.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_long_export_is_swept_in_turns(db: PgPool) {
    let portal = Portal::new(db).await;
    portal.import(deals((0..25_000).map(|n| deal(&format!("D-{n:06}"), &[])))).await;
    portal.migrate("D-012345").await;
    portal.import(deals([deal("E-1", &[])])).await;
    let rows = "select count(*) from psc_deals where psc_deal_id like 'D-%'";
    let within = std::time::Duration::ZERO;
    partner_portal::psc::import::service::tend(&portal.db, &portal.clock, within)
        .await
        .unwrap();
    assert_eq!(portal.count(rows).await, 25_000, "no time, nothing done");
    portal.tend().await;
    assert_eq!(portal.count(rows).await, 1);
    assert_eq!(
        portal.count("select count(*) from psc_accounts").await,
        4,
        "the accounts of the migrated deal's export stay"
    );
}

/// An export that is just being read, and the one that counts, are left alone.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn nothing_that_is_needed_is_swept(db: PgPool) {
    let portal = Portal::new(db).await;
    let first = portal.import(deals([deal("D-1", &[])])).await;
    portal.tend().await;
    assert_eq!(portal.count("select count(*) from psc_deals").await, 1);
    let export = portal.export(ACCOUNTS.as_bytes(), USERS.as_bytes(), deals([deal("D-2", &[])]).as_bytes());
    portal.take_in(export).await.unwrap();
    sqlx::query("update psc_imports set state = 'reading' where import_id = $1")
        .bind(first.id)
        .execute(&portal.db)
        .await
        .unwrap();
    portal.tend().await;
    assert_eq!(portal.count("select count(*) from psc_deals").await, 2);
}
