use partner_portal::migration::users::{
    forms::{Looking, Pick},
    service::{self, Choice, StartError},
};
use sqlx::PgPool;

use super::seed::Fabrikam;

/// Those that were picked, and of them only those that are ready.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn only_the_picked_are_migrated(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(4).await;
    it.psc_user("later", "later@fabrikam.example", "PA-1", "seller").await;
    let choice = Choice::Rows(vec!["U-001".into(), "U-003".into(), "later".into(), "nobody".into()]);
    let preview = service::preview(it.app.db(), it.id, &choice, "", 50).await.unwrap();
    assert_eq!((preview.digest.rows, preview.digest.people, preview.left_out), (2, 2, 1));
    let run = it.start(&choice).await.unwrap();
    it.finish(run, 10).await;
    it.assert_whole(2).await;
    assert!(it.roles("seller000@fabrikam.example").await.is_empty());
    assert_eq!(it.roles("seller003@fabrikam.example").await, ["referrals-user @ Seoul"]);
}

/// "All that are ready" of a search are those that it finds.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_search_narrows_who_is_migrated(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(12).await;
    let run = it.start(&Choice::Ready("SELLER01".into())).await.unwrap();
    assert_eq!(it.finish(run, 10).await.migrated, 2);
    it.assert_whole(2).await;
}

/// Between the preview and the confirmation something changed: nothing is started, and nothing is written.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn what_was_not_seen_is_not_confirmed(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(2).await;
    let choice = Choice::Ready(String::new());
    let seen = it.seen(&choice).await;
    it.psc_user("more", "more@fabrikam.example", "PA-0", "admin").await;
    it.account("more@fabrikam.example").await;
    let before = it.app.everything().await;
    assert!(matches!(it.confirm(&choice, &seen).await, Err(StartError::Changed)));
    assert_eq!(it.app.everything().await, before);
    assert_eq!(it.run(10).await.migrated, 3);
}

#[test]
fn a_choice_goes_through_an_address_and_comes_back() {
    for query in ["user=a%26b&user=%EA%B9%80", "all=1&q=kim+%26+lee", "all=1", "failed=01935c1e-7c4b-7000-8000-000000000001"] {
        let pick = Pick::parse(query).unwrap();
        let path = pick.path("last@fabrikam.example");
        let again = Pick::parse(path.split_once('?').unwrap().1).unwrap();
        assert_eq!(again.choice, pick.choice, "{query}");
        assert_eq!(again.after, "last@fabrikam.example");
    }
    assert_eq!(Pick::parse("").unwrap().choice, Choice::Rows(Vec::new()), "nothing picked is nobody");
    assert!(Pick::parse("failed=everything").is_err());
}

#[test]
fn a_filter_goes_through_an_address_and_comes_back() {
    let looking = Looking::parse("status=error&error=no-account&q=%EA%B9%80%26&after=a%40b.example&id=U-1").unwrap();
    assert_eq!(Looking::parse(&looking.query()).unwrap().query(), looking.query());
    assert_eq!(looking.filter().standings.unwrap().len(), 1, "the error says more than its status");
    assert_eq!(looking.after, ("a@b.example".to_owned(), "U-1".to_owned()));
    assert!(Looking::parse("status=&error=&q=").unwrap().is_everything());
    assert!(Looking::parse("status=ready").is_err());
    assert!(Looking::parse("error=migrated").is_err());
}
