//! One's own password, and one that an admin sets.
//!
//! Seen to fail: with a new account's one-time password without an end (`people::create`), "left: 1, right: 2" have one.

use axum::http::StatusCode;
use partner_portal::auth::{secret, store};
use sqlx::PgPool;

use super::world::{GLOBAL, JUNE, World, refused, says, user_path};
use crate::support::PASSWORD;

const FRESH: &str = "seven quiet lanterns";

fn change<'a>(old: &'a str, new: &'a str, again: &'a str) -> [(&'static str, &'a str); 3] {
    [("old", old), ("new", new), ("again", again)]
}

#[sqlx::test(migrations = false)]
async fn changing_it_ends_the_other_sessions_and_keeps_this_one(db: PgPool) {
    let world = World::new(db).await;
    let (mut here, mut there) = (world.client(JUNE).await, world.client(JUNE).await);
    let answer = here.post("/account/password", &change(PASSWORD, FRESH, FRESH)).await;
    says(&mut here, &answer, "Your password is changed.").await;
    assert!(there.get("/preferences").await.location().starts_with("/sign-in"));
    let mut client = world.app.client();
    assert_eq!(
        client.post("/sign-in", &[("mail", JUNE), ("password", PASSWORD)]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(client.post("/sign-in", &[("mail", JUNE), ("password", FRESH)]).await.status, StatusCode::SEE_OTHER);
}

#[sqlx::test(migrations = false)]
async fn weak_wrong_and_mistyped_ones_are_refused_and_none_comes_back(db: PgPool) {
    let world = World::new(db).await;
    let mut client = world.client(JUNE).await;
    let long = "long words ".repeat(20);
    for (old, new, again, field) in [
        (PASSWORD, "short", "short", "new"),
        (PASSWORD, long.as_str(), long.as_str(), "new"),
        (PASSWORD, "aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "new"),
        (PASSWORD, "june@fabrikam.example", "june@fabrikam.example", "new"),
        (PASSWORD, PASSWORD, PASSWORD, "new"),
        (PASSWORD, FRESH, "seven quiet lantern", "again"),
        ("a guess of mine", FRESH, FRESH, "old"),
    ] {
        let answer = client.post("/account/password", &change(old, new, again)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{new}");
        assert_eq!(answer.attributes("[aria-invalid]", "id"), [field], "{new}");
        assert_eq!(answer.attributes(".problems a", "href"), [format!("#{field}")]);
        assert_eq!(answer.attributes("input[type=password]", "value"), ["", "", ""]);
    }
    assert_eq!(world.log().await, Vec::<String>::new());
}

#[sqlx::test(migrations = false)]
async fn guessing_the_present_one_in_a_stolen_session_is_limited_as_signing_in_is(db: PgPool) {
    let world = World::new(db).await;
    let mut client = world.client(JUNE).await;
    for _ in 0..3 {
        let answer = client.post("/account/password", &change("a guess of mine", FRESH, FRESH)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let answer = client.post("/account/password", &change(PASSWORD, FRESH, FRESH)).await;
    assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS, "even the right one waits");
}

#[sqlx::test(migrations = false)]
async fn a_one_time_password_from_an_admin_ends_all_sessions_and_must_be_changed(db: PgPool) {
    let world = World::new(db).await;
    let mut june = world.client(JUNE).await;
    let mut admin = world.client(GLOBAL).await;
    let page = admin.post(&format!("{}/password", user_path(world.june)), &[]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let password = page.select("main code");
    assert!(june.get("/preferences").await.location().starts_with("/sign-in"));
    let mut client = world.app.client();
    client.post("/sign-in", &[("mail", JUNE), ("password", &password)]).await;
    assert_eq!(client.get("/preferences").await.location(), "/account/password");
    refused(
        &admin.post(&format!("{}/password", user_path(world.global)), &[]).await,
        "Change your own password on the password page.",
    );
    let kept: String = sqlx::query_scalar("select string_agg(a::text, ' ') from audit_log a")
        .fetch_one(world.app.db())
        .await
        .unwrap();
    assert!(kept.contains("password-reset") && !kept.contains(&password), "the password itself is kept nowhere");
}

/// The slow proof of a password lies between reading its hash and beginning the session.
#[sqlx::test(migrations = false)]
async fn a_session_does_not_begin_with_a_password_that_has_changed_meanwhile(db: PgPool) {
    let world = World::new(db).await;
    let proved = store::credentials(world.app.db(), JUNE).await.unwrap().unwrap();
    world
        .client(GLOBAL)
        .await
        .post(&format!("{}/password", user_path(world.june)), &[])
        .await;
    let begin = |name: &'static str, stored: Option<String>| {
        let db = world.app.db();
        async move {
            store::create_session(db, &secret::hash("session", name), world.june, stored.as_deref(), 8)
                .await
                .unwrap()
        }
    };
    assert!(!begin("late", proved.password_hash).await);
    let now = store::credentials(world.app.db(), JUNE).await.unwrap().unwrap();
    assert!(begin("in time", now.password_hash.clone()).await);
    world
        .app
        .sql("update users set disabled_at = now() where mail = 'june@fabrikam.example'")
        .await;
    assert!(!begin("disabled", now.password_hash).await);
}

/// Of the first people of an organisation it does not end: nobody could set another one.
#[sqlx::test(migrations = false)]
async fn a_one_time_password_ends_unused_after_seven_days(db: PgPool) {
    let world = World::new(db).await;
    let mut admin = world.client(GLOBAL).await;
    let new = [("name", "Nora"), ("mail", "nora@fabrikam.example"), ("kind", "member")];
    let made = admin.post("/account/users", &new).await;
    let reset = admin.post(&format!("{}/password", user_path(world.june)), &[]).await;
    let ends = "select count(*) from users where one_time_until between now() + interval '6 days 23 hours' and now() + interval '7 days'";
    assert_eq!(world.app.count(ends).await, 2);
    world
        .app
        .sql("update users set one_time_until = now() - interval '1 second' where one_time_until is not null")
        .await;
    for (page, mail) in [(&made, "nora@fabrikam.example"), (&reset, JUNE)] {
        let password = page.select("main code");
        let answer = world
            .app
            .client()
            .post("/sign-in", &[("mail", mail), ("password", &password)])
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{mail}");
    }
    world
        .app
        .sql("update users set one_time_until = now() + interval '1 minute' where one_time_until is not null")
        .await;
    let mut june = world.app.client();
    let password = reset.select("main code");
    assert_eq!(
        june.post("/sign-in", &[("mail", JUNE), ("password", &password)]).await.status,
        StatusCode::SEE_OTHER
    );
    june.post("/account/password", &change(&password, FRESH, FRESH)).await;
    assert_eq!(
        world
            .app
            .count("select count(*) from users where one_time_until is not null")
            .await,
        1,
        "one's own has no end"
    );
}
