//! The audit log.

use std::net::SocketAddr;

use axum::{
    body::Body,
    extract::ConnectInfo,
    http::{Request, StatusCode},
};
use partner_portal::{
    audit::service::{self, Action, Entry},
    auth::{Role, secret},
    db,
    web::{cookies, csrf},
};
use serde_json::{Value, json};
use sqlx::PgPool;
use tower::ServiceExt;
use uuid::Uuid;

use crate::accounts::world::{ACCOUNT, GLOBAL, JUNE, MPN, World, grant, user_path};

/// Who, from where, about what, its name, before, after.
type Kept = (Option<Uuid>, Option<String>, Uuid, String, Value, Value);

#[sqlx::test(migrations = false)]
async fn it_only_grows(db: PgPool) {
    let world = World::new(db).await;
    grant(&mut world.client(GLOBAL).await, world.june, Role::ReferralsUser, &["whole"]).await;
    for sql in ["update audit_log set subject = 'x'", "delete from audit_log", "truncate audit_log"] {
        let error = sqlx::query(sql).execute(world.app.db()).await.unwrap_err().to_string();
        assert!(error.contains("append-only"), "{sql}: {error}");
    }
    assert_eq!(world.log().await.len(), 1);
}

#[sqlx::test(migrations = false)]
async fn who_from_where_before_and_after_are_kept(db: PgPool) {
    let world = World::new(db).await;
    let mut admin = world.client(ACCOUNT).await;
    grant(&mut admin, world.june, Role::ReferralsAdmin, &[&world.seoul.to_string()]).await;
    // As the server hears it: with the address of the connection.
    let session = secret::random();
    sqlx::query("insert into sessions (session_hash, user_id, expires_at) values ($1, $2, now() + interval '1 hour')")
        .bind(secret::hash("session", &session))
        .bind(world.account)
        .execute(world.app.db())
        .await
        .unwrap();
    let form = format!("csrf={}&role=referrals-admin&places=whole", csrf::token(&session));
    let peer: SocketAddr = "[::ffff:203.0.113.7]:4711".parse().unwrap();
    let request = Request::post(format!("{}/roles", user_path(world.june)))
        .header("cookie", format!("{}={session}", cookies::SESSION))
        .header("content-type", "application/x-www-form-urlencoded")
        .extension(ConnectInfo(peer))
        .body(Body::from(form))
        .unwrap();
    assert_eq!(world.app.app.router().oneshot(request).await.unwrap().status(), StatusCode::SEE_OTHER);
    let kept: Vec<Kept> =
        sqlx::query_as("select user_id, address, subject_id, subject, before, after from audit_log order by audit_id")
            .fetch_all(world.app.db())
            .await
            .unwrap();
    let at = |places: Value| json!({"role": "referrals-admin", "places": places});
    let entry = |address: Option<&str>, before, after| {
        (
            Some(world.account.0),
            address.map(str::to_owned),
            world.june.0,
            JUNE.to_owned(),
            at(before),
            at(after),
        )
    };
    assert_eq!(
        kept,
        [
            entry(None, json!([]), json!(["4512346 Seoul"])),
            entry(Some("203.0.113.7"), json!(["4512346 Seoul"]), json!(["whole"]))
        ]
    );
    let page = admin.get(&format!("/account/audit?about={}", world.june)).await;
    let newest = page.texts("tbody tr:first-child td");
    assert_eq!(newest[1], "account account@fabrikam.example 203.0.113.7");
    assert_eq!(newest[2], "Role given june@fabrikam.example");
    assert_eq!(newest[3], "Where: 4512346 Seoul Role: Referrals admin");
    assert_eq!(newest[4], "Where: whole organisation Role: Referrals admin");
}

#[sqlx::test(migrations = false)]
async fn nothing_is_kept_of_what_was_refused(db: PgPool) {
    let world = World::new(db).await;
    let mut admin = world.client(GLOBAL).await;
    admin.post(&format!("{}/disabling", user_path(world.account)), &[]).await;
    grant(&mut admin, world.june, Role::Seller, &[]).await;
    grant(&mut admin, world.june, Role::ReferralsUser, &[]).await;
    assert_eq!(world.log().await, Vec::<String>::new());
}

#[sqlx::test(migrations = false)]
async fn admins_read_their_own_organisations_log_page_by_page(db: PgPool) {
    let world = World::new(db).await;
    let other = world.app.seed().partner("Contoso", "4600001").await;
    let mut tx = db::begin(world.app.db()).await.unwrap();
    let entries: Vec<Entry<'_>> = (0..120)
        .map(|n| Entry {
            organisation: if n % 12 == 0 { other } else { world.partner },
            by: None,
            address: None,
            at: world.app.app.clock.now(),
            action: Action::RoleGranted,
            subject: Uuid::from_u128(n % 2),
            name: if n % 12 == 0 { "theirs" } else { "ours" },
            before: json!({}),
            after: json!({"role": "no-such-role", "something": [1, true]}),
        })
        .collect();
    service::record_all(&mut tx, &entries).await.unwrap();
    tx.commit().await.unwrap();
    let mut admin = world.client(ACCOUNT).await;
    let (mut path, mut seen) = ("/account/audit".to_owned(), Vec::new());
    loop {
        let page = admin.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        seen.push(page.texts("tbody tr").len());
        assert!(!page.text().contains("theirs"));
        let Some(next) = page.attributes("a[rel=next]", "href").pop() else { break };
        path = next;
    }
    assert_eq!(seen, [50, 50, 10]);
    let narrow = admin.get(&format!("/account/audit?about={}", Uuid::from_u128(1))).await;
    assert_eq!(narrow.texts("tbody tr").len(), 50);
    assert_eq!(narrow.texts("tbody tr:first-child td:last-child"), ["Role: no-such-role something: 1, yes"]);
    for mail in [JUNE, MPN] {
        assert_eq!(world.client(mail).await.get("/account/audit").await.status, StatusCode::FORBIDDEN, "{mail}");
    }
}

#[test]
fn actions_have_a_code_each() {
    for action in Action::ALL {
        assert_eq!(Action::from_code(action.code()), Some(action));
    }
    assert_eq!(Action::from_code("no-such-action"), None);
}
