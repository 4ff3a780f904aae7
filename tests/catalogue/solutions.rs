//! Solutions, looked up as deals name them.

use partner_portal::{
    catalogue::{incentive::Incentive, service::solutions_by_id},
    clock::Clock,
    db::{Pool, schema::MIGRATOR},
    demo,
};

#[sqlx::test(migrator = "MIGRATOR")]
async fn solutions_come_with_their_owner_and_unknown_ids_do_not_come(pool: Pool) {
    demo::load(&pool, &Clock::System, "a password").await.unwrap();
    let ids = ["SOL-99001-P3P", "SOL-55310-LAB", "MS-AZURE", "MS-AZURE", "SOL-00000-NIL"].map(str::to_owned);
    let found = solutions_by_id(&pool, &ids).await.unwrap();
    let facts: Vec<_> = found
        .iter()
        .map(|s| (s.id.as_str(), s.organisation_name.as_str(), s.vendor, s.co_sell_ready, s.incentive))
        .collect();
    assert_eq!(
        facts,
        [
            ("MS-AZURE", "Microsoft", true, false, None),
            ("SOL-55310-LAB", "Fabrikam", false, false, None),
            ("SOL-99001-P3P", "Contoso Consulting", false, true, Some(Incentive::BizAppsPremium)),
        ]
    );
}

/// Two legal entities of one name stay two, and each keeps a key of its own.
#[sqlx::test(migrator = "MIGRATOR")]
async fn the_directory_tells_two_entities_of_one_name_apart(pool: Pool) {
    demo::load(&pool, &Clock::System, "a password").await.unwrap();
    let contosos: Vec<(String, String)> =
        sqlx::query_as("select city, match_key from businesses where legal_name = 'Contoso Corporation' order by city")
            .fetch_all(&pool)
            .await
            .unwrap();
    let expected =
        [("Boston", "us|contosocorporation|88harborstreet|02110"), ("Redmond", "us|contosocorporation|onecontosoway|98052")];
    assert_eq!(contosos, expected.map(|(city, key)| (city.to_owned(), key.to_owned())));
    let shared: i64 = sqlx::query_scalar("select count(*) - count(distinct match_key) from businesses")
        .fetch_one(&pool)
        .await
        .unwrap();
    assert_eq!(shared, 0);
}
