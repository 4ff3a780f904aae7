//! The demo's export, taken in: what it is there to show can be seen.

use std::collections::BTreeMap;

use partner_portal::{
    accounts::service::find_by_domain,
    clock::Clock,
    db::{Pool, schema::MIGRATOR},
    demo,
    psc::import::service::{Export, take_in},
};

#[sqlx::test(migrator = "MIGRATOR")]
async fn its_export_shows_rejections_warnings_every_standing_and_every_gap(pool: Pool) {
    let clock = Clock::fixed("2026-11-22T09:00:00Z".parse().unwrap());
    demo::load(&pool, &clock, "a password").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    demo::write_export(folder.path(), clock.now().date_naive()).unwrap();
    let fabrikam = find_by_domain(&pool, "fabrikam.example").await.unwrap().unwrap();
    take_in(&pool, &clock, fabrikam.id, None, Export::in_folder(folder.path()))
        .await
        .unwrap();

    let problems: Vec<(bool, String, i64)> =
        sqlx::query_as("select rejected, code, count(*) from psc_import_problems group by 1, 2 order by 1, 2")
            .fetch_all(&pool)
            .await
            .unwrap();
    let expected = [
        (false, "unknown-currency", 3),
        (false, "unreadable-close-date", 3),
        (false, "unreadable-value", 4),
        (true, "duplicate-id", 1),
        (true, "no-id", 1),
        (true, "unknown-business", 1),
        (true, "unknown-status", 1),
        (true, "unreadable-created", 2),
    ];
    assert_eq!(problems, expected.map(|(rejected, code, count)| (rejected, code.to_owned(), count)));

    let standings: Vec<(String, i64)> = sqlx::query_as("select standing, count(*) from psc_deal_standings group by 1")
        .fetch_all(&pool)
        .await
        .unwrap();
    let standings: BTreeMap<String, i64> = standings.into_iter().collect();
    assert_eq!(standings.values().sum::<i64>(), 1_994);
    let kinds: Vec<&str> = standings.keys().map(String::as_str).collect();
    assert_eq!(kinds, ["business", "closed", "created_too_early", "eligible", "invalid_mpn", "won"]);
    assert!(standings["eligible"] > 1_200 && standings.values().all(|count| *count > 10), "{standings:?}");

    let gaps: i32 = sqlx::query_scalar("select bit_or(missing) from psc_deal_standings where standing = 'eligible'")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(gaps, 0b11_1111, "every detail but the name is missing somewhere");
}
