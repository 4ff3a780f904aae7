//! What the demo loads, and that it does so once.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use partner_portal::{
    accounts::service::{account_admins, find_by_domain},
    auth::secret,
    clock::Clock,
    db::{Pool, schema::MIGRATOR},
    demo::{self, Loaded},
};

const PASSWORD: &str = "shown at the start";

fn clock() -> Clock {
    Clock::fixed("2026-11-22T15:30:00Z".parse().unwrap())
}

async fn load(pool: &Pool) -> Loaded {
    demo::load(pool, &clock(), PASSWORD).await.unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn everybody_of_the_domains_table_is_there_with_the_right_role_and_scope(pool: Pool) {
    let loaded = load(&pool).await;
    assert!(loaded.loaded_now);
    let roles: BTreeMap<&str, &str> = loaded.people.iter().map(|p| (p.mail.as_str(), p.role.as_str())).collect();
    let expected = BTreeMap::from([
        ("global-admin@fabrikam.example", "global-admin"),
        ("user-management-admin@fabrikam.example", "user-management-admin"),
        ("account-admin@fabrikam.example", "account-admin"),
        ("mpn-partner-admin@fabrikam.example", "mpn-partner-admin"),
        ("referrals-admin@fabrikam.example", "referrals-admin"),
        ("referrals-user@fabrikam.example", "referrals-user"),
        ("business-profile-admin@fabrikam.example", "business-profile-admin"),
        ("seoul-referrals-admin@fabrikam.example", "referrals-admin of Fabrikam Seoul"),
        ("newcomer@fabrikam.example", "no role"),
        ("partner-manager@microsoft.example", "partner development manager"),
        ("seller@microsoft.example", "seller"),
        ("korea-seller@microsoft.example", "seller"),
        ("europe-seller@microsoft.example", "seller"),
        ("reviewer@microsoft.example", "deal-reviewer"),
        ("operator@microsoft.example", "portal-operator"),
        ("account-admin@contoso-consulting.example", "account-admin"),
        ("referrals-admin@contoso-consulting.example", "referrals-admin"),
    ]);
    assert_eq!(roles, expected);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_second_load_changes_nothing(pool: Pool) {
    let first = load(&pool).await;
    let before = counts(&pool).await;
    let second = demo::load(&pool, &clock(), "another password").await.unwrap();
    assert!(!second.loaded_now);
    assert_eq!(second.people, first.people);
    assert_eq!(counts(&pool).await, before);
    let hash = hash(&pool, "referrals-admin@fabrikam.example").await;
    assert!(secret::verify_password(PASSWORD.to_owned(), hash).await, "the first password still holds");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn two_loads_at_once_load_once(pool: Pool) {
    let (clock, other) = (clock(), clock());
    let (one, two) = tokio::join!(demo::load(&pool, &clock, PASSWORD), demo::load(&pool, &other, PASSWORD));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert!(one.loaded_now != two.loaded_now, "exactly one of them loaded it");
    assert_eq!(one.people, two.people);
}

async fn counts(pool: &Pool) -> Vec<i64> {
    sqlx::query_scalar(
        "select count(*) from organisations union all select count(*) from users union all select count(*) from role_assignments
         union all select count(*) from locations union all select count(*) from solutions union all select count(*) from businesses",
    )
    .fetch_all(pool)
    .await
    .unwrap()
}

async fn hash(pool: &Pool, mail: &str) -> Option<String> {
    sqlx::query_scalar("select password_hash from users where mail = $1")
        .bind(mail)
        .fetch_one(pool)
        .await
        .unwrap()
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn fabrikam_is_as_described_and_sees_only_its_own_admins(pool: Pool) {
    load(&pool).await;
    let fabrikam = find_by_domain(&pool, "fabrikam.example").await.unwrap().unwrap();
    assert_eq!(fabrikam.mpn_id.as_deref(), Some("4512345"));
    assert!(fabrikam.isv_connect);
    let locations: Vec<(String, String)> =
        sqlx::query_as("select mpn_id, name from locations where organisation_id = $1 order by 1")
            .bind(fabrikam.id)
            .fetch_all(&pool)
            .await
            .unwrap();
    let expected = [
        ("4512346", "Fabrikam Seoul"),
        ("4512347", "Fabrikam Busan"),
        ("4512348", "Fabrikam Redmond"),
        ("4512349", "Fabrikam München"),
    ];
    assert_eq!(locations, expected.map(|(mpn_id, name)| (mpn_id.to_owned(), name.to_owned())));
    let admins: Vec<String> = account_admins(&pool, fabrikam.id)
        .await
        .unwrap()
        .into_iter()
        .map(|p| p.mail)
        .collect();
    assert_eq!(admins, ["account-admin@fabrikam.example", "global-admin@fabrikam.example"]);

    let odd: Vec<String> = sqlx::query_scalar("select mail from users where kind <> 'member' or locale is not null")
        .fetch_all(&pool)
        .await
        .unwrap();
    assert_eq!(
        odd,
        ["partner-manager@microsoft.example"],
        "the others are members, and everybody's browser decides on the language"
    );
    let korean: (String, String) =
        sqlx::query_as("select display_name, time_zone from users where mail = 'referrals-admin@fabrikam.example'")
            .fetch_one(&pool)
            .await
            .unwrap();
    assert_eq!(korean, ("이서연".to_owned(), "Asia/Seoul".to_owned()));
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn psc_is_read_only_since_ten_days_ago(pool: Pool) {
    load(&pool).await;
    let dates: Vec<(DateTime<Utc>, DateTime<Utc>, DateTime<Utc>)> =
        sqlx::query_as("select distinct eligible_from, read_only_from, closed_from from psc_settings")
            .fetch_all(&pool)
            .await
            .unwrap();
    let day = |text: &str| format!("{text}T00:00:00Z").parse::<DateTime<Utc>>().unwrap();
    assert_eq!(dates, [(day("2025-01-01"), day("2026-11-12"), day("2026-12-12"))]);
}

/// Autovacuum keeps statistics, and a backup is restored, without a search path: whatever an index or a column calls is named with its
/// schema. Without statistics lists look through everything.
#[sqlx::test(migrator = "MIGRATOR")]
async fn statistics_are_kept_without_a_search_path(pool: Pool) {
    load(&pool).await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select quote_ident(relname) from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert!(tables.iter().any(|table| table == "referrals"));
    let mut connection = pool.acquire().await.unwrap();
    sqlx::raw_sql("set search_path = ''").execute(&mut *connection).await.unwrap();
    for table in tables {
        let statements = format!("analyze public.{table}; reindex table public.{table}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(statements))
            .execute(&mut *connection)
            .await
            .expect(&table);
    }
}
