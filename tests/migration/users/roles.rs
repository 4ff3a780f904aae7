use partner_portal::{auth::Role, migration::run::State, migration::users::service::Choice};
use serde_json::json;
use sqlx::PgPool;

use super::seed::Fabrikam;

/// The PSC role says which role, the PSC account's MPN ID where (domain.md section 6).
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn roles_and_scopes_follow_from_psc(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    for (name, account, role) in [
        ("a", "PA-0", "admin"),
        ("b", "PA-1", "admin"),
        ("c", "PA-0", "deal-manager"),
        ("d", "PA-2", "deal-manager"),
        ("e", "PA-0", "seller"),
        ("f", "PA-1", "seller"),
    ] {
        let mail = format!("{name}@fabrikam.example");
        it.account(&mail).await;
        it.psc_user(name, &mail, account, role).await;
    }
    let run = it.run(2).await;
    assert_eq!((run.state, run.total, run.migrated), (State::Completed, 6, 6));
    for (name, role) in [
        ("a", "referrals-admin"),
        ("b", "referrals-admin @ Seoul"),
        ("c", "referrals-admin"),
        ("d", "referrals-admin @ Busan"),
        ("e", "referrals-user"),
        ("f", "referrals-user @ Seoul"),
    ] {
        assert_eq!(it.roles(&format!("{name}@fabrikam.example")).await, [role], "{name}");
    }
    it.assert_whole(6).await;
    let by = it.app.count("select count(*) from role_assignments where granted_by = (select user_id from users where mail = 'admin@fabrikam.example')");
    assert_eq!(by.await, 6, "who confirmed it gave the roles");
}

/// Whoever has a referrals role keeps exactly that.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn an_existing_role_is_neither_widened_nor_narrowed(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    let seed = it.app.seed();
    seed.user(it.id, "narrow@fabrikam.example")
        .role_at(Role::ReferralsUser, it.busan)
        .create()
        .await;
    it.psc_user("narrow", "narrow@fabrikam.example", "PA-0", "admin").await;
    seed.user(it.id, "wide@fabrikam.example")
        .role(Role::ReferralsAdmin)
        .create()
        .await;
    it.psc_user("wide", "wide@fabrikam.example", "PA-1", "seller").await;
    it.sellers(1).await;
    assert_eq!(it.run(10).await.total, 1, "they are not even asked");
    assert_eq!(it.roles("narrow@fabrikam.example").await, ["referrals-user @ Busan"]);
    assert_eq!(it.roles("wide@fabrikam.example").await, ["referrals-admin"]);
}

/// A role that somebody else gives between the confirmation and the run is kept, and no other is added.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_role_given_meanwhile_is_kept(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(2).await;
    let run = it.start_all().await;
    it.app
        .sql(
            "insert into role_assignments (assignment_id, user_id, role, granted_at)
              select gen_random_uuid(), user_id, 'referrals-admin', now() from users where mail = 'seller000@fabrikam.example'",
        )
        .await;
    let done = it.finish(run, 10).await;
    assert_eq!((done.state, done.migrated, done.unchanged, done.errors), (State::Completed, 1, 1, 0));
    assert_eq!(it.outcomes(run).await, json!({"U-000": "unchanged:has-role", "U-001": "migrated"}));
    assert_eq!(it.roles("seller000@fabrikam.example").await, ["referrals-admin"]);
    it.assert_whole(1).await;
}

/// A person with several PSC rows gets the union of them at once, however small the slices are.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_person_of_several_accounts_gets_the_union(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.account("both@fabrikam.example").await;
    it.psc_user("1", "both@fabrikam.example", "PA-1", "deal-manager").await;
    it.psc_user("2", "BOTH@fabrikam.example", "PA-2", "seller").await;
    it.psc_user("3", "both@fabrikam.example", "PA-1", "admin").await;
    it.psc_user("4", "both@fabrikam.example", "PA-9", "seller").await;
    // One row was picked: its person comes whole.
    let run = it.start(&Choice::Rows(vec!["2".into()])).await.unwrap();
    let done = it.finish(run, 1).await;
    assert_eq!((done.total, done.migrated, done.errors), (3, 3, 0));
    assert_eq!(it.roles("both@fabrikam.example").await, ["referrals-admin @ Seoul", "referrals-user @ Busan"]);
    it.assert_whole(3).await;
    // The row that had no location is not added later: the role that stands is not widened.
    it.app.seed().location(it.id, "9999999", "Osaka").await;
    assert_eq!(it.standings().await, json!({"1": "migrated", "2": "migrated", "3": "migrated", "4": "has-role"}));
}

/// What was confirmed is what is given: a row that has changed since gets nothing but an error.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn only_what_was_confirmed_is_given(pool: PgPool) {
    let mut it = Fabrikam::new(pool).await;
    it.sellers(4).await;
    let run = it.start_all().await;
    it.export().await;
    it.psc_user("U-000", "seller000@fabrikam.example", "PA-1", "admin").await;
    it.psc_user("U-001", "seller001@fabrikam.example", "PA-2", "seller").await;
    it.psc_user("U-002", "seller002@fabrikam.example", "PA-1", "seller").await;
    it.app
        .sql("update users set disabled_at = now() where mail = 'seller002@fabrikam.example'")
        .await;
    let done = it.finish(run, 1).await;
    assert_eq!((done.state, done.migrated, done.errors), (State::CompletedWithErrors, 0, 4));
    assert_eq!(
        it.outcomes(run).await,
        json!({"U-000": "error:changed", "U-001": "error:changed", "U-002": "error:disabled", "U-003": "error:changed"})
    );
    it.assert_whole(0).await;
}

/// A person whom the database refuses stops nobody, and is found whatever the size of the slices.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn one_failure_never_stops_the_others(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(7).await;
    it.app
        .sql(
            "create function refuse() returns trigger language plpgsql as $$ begin
                  if new.user_id = (select user_id from users where mail = 'seller003@fabrikam.example')
                  then raise exception 'refused' using errcode = '23514'; end if; return new; end $$;
              create trigger refuse before insert on role_assignments for each row execute function refuse()",
        )
        .await;
    let run = it.start_all().await;
    let done = it.finish(run, 7).await;
    assert_eq!((done.state, done.migrated, done.errors), (State::CompletedWithErrors, 6, 1));
    assert_eq!(it.outcomes(run).await["U-003"], "error:database:23514");
    it.assert_whole(6).await;
    it.app.sql("drop trigger refuse on role_assignments").await;
    let retried = it.start(&Choice::Failed(run)).await.unwrap();
    assert_eq!(it.finish(retried, 7).await.migrated, 1);
    it.assert_whole(7).await;
}
