//! A database of the first release, with deals in every state, is brought to rows that belong to their import.

use partner_portal::{
    clock::Clock,
    db::schema::MIGRATOR,
    ids::OrganisationId,
    psc::import::{Export, service},
};
use sqlx::PgPool;
use uuid::Uuid;

use super::support::{ACCOUNTS, USERS, deal, deals, now};

const VERSION: i64 = 20_261_123_000_100;

/// One partner with two exports done and a third in the middle of being merged; another partner whose first is being read.
const BEFORE: &str = "
    insert into organisations (organisation_id, kind, legal_name, country, tenant_id, mpn_id, created_at) values
        ('00000000-0000-0000-0000-00000000000a', 'partner', 'Fabrikam', 'KR', gen_random_uuid(), '4512345', now()),
        ('00000000-0000-0000-0000-00000000000b', 'partner', 'Contoso', 'KR', gen_random_uuid(), '4600001', now());
    insert into psc_imports (import_id, organisation_id, state, started_at) values
        ('00000000-0000-0000-0000-000000000001', '00000000-0000-0000-0000-00000000000a', 'done', now()),
        ('00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-00000000000a', 'done', now()),
        ('00000000-0000-0000-0000-000000000003', '00000000-0000-0000-0000-00000000000a', 'merging', now()),
        ('00000000-0000-0000-0000-000000000004', '00000000-0000-0000-0000-00000000000b', 'reading', now());
    insert into psc_settings (organisation_id, eligible_from, read_only_from, closed_from, current_import_id) values
        ('00000000-0000-0000-0000-00000000000a', '2020-01-01Z', '2021-04-01Z', '2021-05-01Z', '00000000-0000-0000-0000-000000000002');
    insert into psc_accounts values
        ('00000000-0000-0000-0000-00000000000a', 'PA-1', 'Fabrikam', '4512345', 'KR', '00000000-0000-0000-0000-000000000003');
    insert into psc_users values
        ('00000000-0000-0000-0000-00000000000a', 'PU-1', 'Ji', 'Kim', 'ji@fabrikam.example', 'PA-1', 'Fabrikam', 'seller',
         '00000000-0000-0000-0000-000000000003');
    insert into psc_deals
    select (jsonb_populate_record(null::psc_deals, jsonb_build_object(
        'organisation_id', '00000000-0000-0000-0000-00000000000a', 'psc_deal_id', id,
        'import_id', '00000000-0000-0000-0000-00000000000' || import, 'name', 'Deal ' || id, 'status', status, 'business', 'co-sell',
        'co_sell', true, 'inbound', false, 'psc_account_id', 'PA-1', 'psc_account_name', 'Fabrikam', 'mpn_id', '4512345',
        'customer_name', 'C', 'customer_line1', '', 'customer_line2', '', 'customer_city', '', 'customer_state', '',
        'customer_postal_code', '', 'customer_country', '', 'customer_match_key', '', 'contact_first_name', '',
        'contact_last_name', '', 'contact_phone', '', 'contact_mail', '', 'deal_role', '', 'license_program', '',
        'customer_outcome', '', 'solution_ids', '[]'::jsonb, 'solution_quantities', '[]'::jsonb, 'solution_prices', '[]'::jsonb,
        'team_first_names', '[]'::jsonb, 'team_last_names', '[]'::jsonb, 'team_phones', '[]'::jsonb, 'team_mails', '[]'::jsonb,
        'assigned_seller', '', 'microsoft_name', '', 'microsoft_mail', '', 'microsoft_phone', '', 'campaign_id', '', 'crm_id', '',
        'notes', '', 'created_at', '2021-01-02T00:00:00Z', 'missing', 0,
        'migrated_at', case when migrated then now() end, 'engagement_id', case when migrated then gen_random_uuid() end,
        'referral_id', case when migrated then gen_random_uuid() end))).*
    from (values ('MIGRATED-FIRST', 1, 'open', true), ('ABSENT', 1, 'open', false), ('MIGRATED', 2, 'open', true),
        ('OPEN', 2, 'open', false), ('WON', 2, 'won', false), ('HALF-MERGED', 3, 'open', false)) d (id, import, status, migrated)";

async fn standings(db: &PgPool) -> Vec<(String, String)> {
    sqlx::query_as("select psc_deal_id, standing from psc_deal_standings order by 1")
        .fetch_all(db)
        .await
        .unwrap()
}

#[sqlx::test(migrations = false)]
async fn deals_marks_and_the_export_that_counts_are_kept(db: PgPool) {
    for migration in MIGRATOR.iter().filter(|migration| migration.version < VERSION) {
        sqlx::raw_sql(migration.sql.clone()).execute(&db).await.unwrap();
    }
    sqlx::raw_sql(BEFORE).execute(&db).await.unwrap();
    let marks = "select jsonb_agg(jsonb_build_array(psc_deal_id, engagement_id, referral_id, migrated_at) order by psc_deal_id)";
    let marks_of = |from: &str| sqlx::query_scalar::<_, serde_json::Value>(sqlx::AssertSqlSafe(format!("{marks} {from}")));
    let before = marks_of("from psc_deals where migrated_at is not null")
        .fetch_one(&db)
        .await
        .unwrap();

    let upgrade = MIGRATOR.iter().find(|migration| migration.version == VERSION).unwrap();
    sqlx::raw_sql(upgrade.sql.clone()).execute(&db).await.unwrap();

    assert_eq!(marks_of("from psc_migrated_deals").fetch_one(&db).await.unwrap(), before);
    let expected = [
        // Taken over by an import that was not finished: it stays, as no deal may be lost.
        ("HALF-MERGED", "eligible"),
        ("MIGRATED", "migrated"),
        ("MIGRATED-FIRST", "migrated"),
        ("OPEN", "eligible"),
        ("WON", "won"),
    ];
    let expected = expected.map(|(id, standing)| (id.to_owned(), standing.to_owned()));
    assert_eq!(standings(&db).await, expected);
    let count = |sql: &'static str| {
        let db = db.clone();
        async move { sqlx::query_scalar::<_, i64>(sql).fetch_one(&db).await.unwrap() }
    };
    assert_eq!(count("select count(*) from psc_imports where state = 'failed' and failure is not null").await, 2);
    let of_current = "select count(*) from psc_accounts join psc_users using (import_id)
        join psc_settings on current_import_id = import_id";
    assert_eq!(count(of_current).await, 1);

    // Sweeping leaves what counts; and life goes on, with all that came later.
    for migration in MIGRATOR.iter().filter(|migration| migration.version > VERSION) {
        sqlx::raw_sql(migration.sql.clone()).execute(&db).await.unwrap();
    }
    let clock = Clock::fixed(now());
    let within = std::time::Duration::from_mins(1);
    service::tend(&db, &clock, within).await.unwrap();
    assert_eq!(standings(&db).await, expected);
    assert_eq!(count("select count(*) from psc_deals where psc_deal_id = 'ABSENT'").await, 0);
    let folder = tempfile::tempdir().unwrap();
    let newer = deals([deal("OPEN", &[]), deal("MIGRATED", &[]), deal("NEW", &[])]);
    for (name, text) in [("accounts.csv", ACCOUNTS), ("users.csv", USERS), ("deals.csv", &newer)] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let fabrikam = OrganisationId(Uuid::from_u128(10));
    let import = service::take_in(&db, &clock, fabrikam, None, Export::in_folder(folder.path()))
        .await
        .unwrap();
    service::tend(&db, &clock, within).await.unwrap();
    let import = service::find(&db, fabrikam, import).await.unwrap().unwrap();
    assert_eq!(
        [import.deals_new, import.deals_changed, import.deals_unchanged, import.deals_migrated, import.deals_absent],
        [1, 1, 0, 1, 2]
    );
    assert_eq!(
        count("select count(*) from psc_deal_standings where standing = 'migrated' and name like 'Deal M%'").await,
        2
    );
}
