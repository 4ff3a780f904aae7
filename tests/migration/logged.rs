//! What both migrations leave in the audit log, and whom they tell.

use partner_portal::{auth::Origin, ids::RunId, migration::run::State};
use serde_json::{Value, json};
use sqlx::PgPool;

use super::{
    seed::{ADDRESS, ADMIN, Fabrikam},
    users::seed::{ADMIN as ACCOUNT_ADMIN, Fabrikam as People},
};
use crate::support::TestApp;

/// Action, who, from where, about what, before, after.
type Kept = (String, Option<String>, Option<String>, String, Value, Value);

async fn log(app: &TestApp) -> Vec<Kept> {
    sqlx::query_as(
        "select action, u.mail, address, subject, before, after from audit_log left join users u using (user_id) order by audit_id",
    )
    .fetch_all(app.db())
    .await
    .unwrap()
}

fn kept(action: &str, who: Option<&str>, subject: &str, before: Value, after: Value) -> Kept {
    let address = who.map(|_| ADDRESS.to_string());
    (action.into(), who.map(str::to_owned), address, subject.into(), before, after)
}

/// A command has no person and no address; a rehearsal changes nothing.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn who_migrates_deals_and_from_where_is_in_the_log(pool: PgPool) {
    use partner_portal::migration::deals::service;
    let it = Fabrikam::new(pool).await;
    it.deals(5).await;
    it.run(true, 2).await;
    let run = it.start(false).await.unwrap();
    it.slice(run, 2).await;
    let (app, clock) = (&it.app.app, &it.app.app.clock);
    assert!(service::cancel(&app.db, clock, it.id, run, it.origin()).await.unwrap());
    for resumed in [true, false] {
        let again = service::resume(&app.db, &app.queue, clock, it.id, run, Origin::default()).await;
        assert_eq!(again.unwrap(), resumed);
    }
    assert_eq!(it.finish(run, 2).await.state, State::Completed);
    assert!(!service::cancel(&app.db, clock, it.id, run, it.origin()).await.unwrap());
    let entry = |action, who, after| kept(action, who, "Fabrikam", json!({}), after);
    assert_eq!(
        log(&it.app).await,
        [
            entry("migration-started", Some(ADMIN), json!({"kind": "deals", "total": 5})),
            entry("migration-cancelled", Some(ADMIN), json!({"kind": "deals", "migrated": 2})),
            entry("migration-resumed", None, json!({"kind": "deals"})),
        ]
    );
}

/// Each role that is given: in whose name, from where, before and after. Whom the database refuses has got none.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn roles_that_come_over_are_in_the_log_and_their_people_are_told(pool: PgPool) {
    let it = People::new(pool).await;
    for (name, account, role) in [
        ("both", "PA-1", "admin"),
        ("both", "PA-2", "seller"),
        ("daily", "PA-0", "admin"),
        ("none", "PA-1", "seller"),
        ("quiet", "PA-1", "seller"),
    ] {
        let mail = format!("{name}@fabrikam.example");
        it.psc_user(&format!("{name} {account}"), &mail, account, role).await;
    }
    for name in ["both", "daily", "none", "quiet"] {
        it.account(&format!("{name}@fabrikam.example")).await;
    }
    it.app
        .sql("insert into notification_preferences (user_id, topic, delivery)
                select user_id, 'role', case when mail like 'daily%' then 'daily' else 'off' end from users where mail ~ '^(daily|quiet)';
              create function refuse() returns trigger language plpgsql as $$ begin
                if exists (select from users where user_id = new.user_id and mail like 'none%') then
                    raise exception 'refused' using errcode = '23514';
                end if;
                return new;
              end $$;
              create trigger refuse before insert on role_assignments for each row execute function refuse()")
        .await;
    let done = it.run(10).await;
    assert_eq!((done.state, done.migrated, done.errors), (State::CompletedWithErrors, 4, 1));
    it.assert_whole(4).await;
    let given = |name: &str, role: &str, place: &str| {
        let has = |places: Value| json!({"role": role, "places": places});
        kept(
            "role-granted",
            Some(ACCOUNT_ADMIN),
            &format!("{name}@fabrikam.example"),
            has(json!([])),
            has(json!([place])),
        )
    };
    let entries = log(&it.app).await;
    let after = json!({"kind": "users", "total": 5});
    assert_eq!(entries[0], kept("migration-started", Some(ACCOUNT_ADMIN), "Fabrikam", json!({}), after));
    assert_eq!(
        entries[1..],
        [
            given("both", "referrals-admin", "4512346 Seoul"),
            given("both", "referrals-user", "4512347 Busan"),
            given("daily", "referrals-admin", "whole"),
            given("quiet", "referrals-user", "4512346 Seoul"),
        ]
    );
    let told = "select jsonb_agg(jsonb_build_array(split_part(u.mail, '@', 1), n.detail ->> 'role', m.daily) order by outbox_id)
                from notifications n join users u using (user_id) left join mails m using (mail_id)";
    assert_eq!(
        it.value(told).await,
        json!([
            ["both", "referrals-admin", false],
            ["both", "referrals-user", false],
            ["daily", "referrals-admin", true],
            ["quiet", "referrals-user", null],
        ])
    );
    // Nothing is said of what was there before.
    let again = it.run(10).await;
    assert_eq!((again.migrated, again.errors), (0, 1));
    it.assert_whole(4).await;
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn the_log_tells_of_migrations_in_words(pool: PgPool) {
    let it = People::new(pool).await;
    it.sellers(3).await;
    let run: RunId = it.start_all().await;
    let mut admin = it.app.sign_in(ACCOUNT_ADMIN).await;
    admin.post(&format!("/migration/users/runs/{run}/cancellation"), &[]).await;
    let rows = |page: &crate::support::Answer| page.texts("tbody td:nth-child(3), tbody td:nth-child(5)");
    assert_eq!(
        rows(&admin.get("/account/audit").await),
        [
            "Migration cancelled Fabrikam",
            "Kind: users Migrated so far: 0",
            "Migration started Fabrikam",
            "Kind: users To migrate: 3",
        ]
    );
    admin.post("/language", &[("lang", "ko"), ("next", "/")]).await;
    assert_eq!(
        rows(&admin.get("/account/audit").await)[2..],
        ["마이그레이션 시작 Fabrikam", "구분: 사용자 대상: 3"]
    );
}
