//! The migration of people.

use partner_portal::{auth::Role, migration::run::State};
use sqlx::PgPool;

use super::{
    bounds,
    outside::Before,
    rage::{Progress, Work, rage},
};
use crate::migration::users::{many::people, seed::Fabrikam};

/// A partner with people of the same PSC IDs: some have roles, none has migrated.
async fn neighbour(it: &Fabrikam) {
    let seed = it.app.seed();
    let id = seed.partner("Northwind", "4700001").await;
    for n in 0..20 {
        let user = seed.user(id, &format!("p{n}@northwind.example"));
        if n % 2 == 0 { user.role(Role::ReferralsUser) } else { user }.create().await;
    }
    for sql in [
        "insert into tenant_domains (domain, organisation_id) values ('northwind.example', $1)",
        "insert into psc_imports (import_id, organisation_id, state, started_at) values (gen_random_uuid(), $1, 'done', now())",
        "insert into psc_settings (organisation_id, eligible_from, read_only_from, closed_from, current_import_id)
         select $1, '2025-01-01', '2026-11-12', '2026-12-12', import_id from psc_imports where organisation_id = $1",
        "insert into psc_accounts (import_id, psc_account_id, name, mpn_id, country)
         select current_import_id, 'PA-0', 'PA-0', '4700001', 'KR' from psc_settings where organisation_id = $1",
        "insert into psc_users (import_id, psc_user_id, first_name, last_name, mail, psc_account_id, psc_account_name, role)
         select current_import_id, 'P-' || n, 'P', n::text, 'p' || n || '@northwind.example', 'PA-0', '', 'seller'
         from psc_settings, generate_series(0, 19) n where organisation_id = $1",
    ] {
        sqlx::query(sql).bind(id).execute(it.app.db()).await.unwrap();
    }
}

#[sqlx::test(migrations = false)]
async fn three_processes_killed_again_and_again_give_each_role_once(pool: PgPool) {
    partner_portal::db::schema::migrate(&pool).await.unwrap();
    let it = Fabrikam::new(pool).await;
    let (count, kills) = bounds(4_000, 8);
    neighbour(&it).await;
    it.app.sql("update psc_settings set own_dates = true").await;
    people(&it, 1, count.try_into().unwrap()).await;
    let run = it.start_all().await;
    let total = i64::from(it.find(run).await.total);
    let before = Before::note(&it.app).await;
    rage(&it.app, Work { total, kills, written: "role_assignments" }, async || {
        let run = it.find(run).await;
        Progress { done: run.done().into(), over: !run.state.is_live() }
    })
    .await;
    let ended = it.find(run).await;
    assert_eq!((ended.state, i64::from(ended.migrated), ended.errors), (State::Completed, total, 0));
    it.assert_whole(total).await;
    let twice = "select count(*) from (select from role_assignments group by user_id, role, location_id having count(*) > 1) t";
    assert_eq!(it.app.count(twice).await, 0, "no role twice");
    let without = "select count(*) from users u where u.mail like 'p%@fabrikam.example'
        and not exists (select from role_assignments r where r.user_id = u.user_id)";
    assert_eq!(it.app.count(without).await, 0, "everybody has one");
    let given = it
        .app
        .count("select count(*) from (select distinct user_id, role, location_id from psc_migrated_users) m")
        .await;
    let mut changes = before.changes().await;
    for (table, expected) in [
        ("user_migration_runs", Some((1, 0))),
        // Each was there when the run was confirmed, and says what became of it.
        ("user_migration_outcomes", Some((total, 0))),
        ("psc_migrated_users", Some((0, total))),
        ("role_assignments", Some((0, given))),
        ("audit_log", None),
        ("notifications", None),
        ("mails", None),
    ] {
        let change = changes.remove(table);
        assert!(expected.is_none() || change == expected, "{table}: {change:?}, not {expected:?}");
    }
    assert!(changes.is_empty(), "nothing else: {changes:?}");
}
