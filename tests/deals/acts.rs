//! What is done with a deal, by its forms: by whom, when, once, and with a reason.

use axum::http::StatusCode;
use partner_portal::auth::Role;
use sqlx::PgPool;

use super::desk::Desk;
use crate::support::{Answer, Client};

/// Every form that does something with a deal: where it is, and what it sends beside what was seen.
const ACTS: [(&str, &[(&str, &str)]); 8] = [
    ("win", &[]),
    ("loss", &[("reason", "3")]),
    ("withdrawal", &[("reason", "7")]),
    ("stage", &[("stage", "40")]),
    ("notes", &[("note", "안녕")]),
    ("visibility", &[]),
    (
        "request",
        &[
            ("help", "QuotesOrLicensing"),
            ("contact-first_name", "민준"),
            ("contact-last_name", "김"),
            ("contact-phone", "+82 2 1"),
            ("contact-mail", "kim@customer.example"),
            ("consent", "yes"),
        ],
    ),
    ("invitation", &[("partner", "4600001")]),
];

/// What the deal's pages say was seen.
async fn seen(client: &mut Client, deal: &str) -> String {
    let page = client.get(&format!("{deal}/loss")).await;
    page.attributes("input[name=seen]", "value").pop().expect("what was seen")
}

async fn act(client: &mut Client, deal: &str, place: &str, fields: &[(&str, &str)], seen: &str) -> Answer {
    let fields = [fields, &[("seen", seen)]].concat();
    client.post(&format!("{deal}/{place}"), &fields).await
}

async fn status(desk: &Desk) -> String {
    sqlx::query_scalar("select status from referrals")
        .fetch_one(desk.app.db())
        .await
        .unwrap()
}

/// Another organisation's people and people of this one who are not on the team find nothing; sellers may not come in at all.
#[sqlx::test(migrations = false)]
async fn nobody_acts_on_a_deal_out_of_their_scope(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut admin = desk.admin().await;
    let deal = desk.deal(&mut admin, "Ours").await;
    let seen = seen(&mut admin, &deal).await;
    let seed = desk.app.seed();
    let foreign = seed.partner("Adatum", "4700001").await;
    let vendor = seed.vendor().await;
    seed.user(foreign, "foreign@adatum.example")
        .role(Role::ReferralsAdmin)
        .create()
        .await;
    seed.user(desk.fabrikam, "user@fabrikam.example")
        .role(Role::ReferralsUser)
        .create()
        .await;
    seed.user(desk.fabrikam, "busan@fabrikam.example")
        .role_at(Role::ReferralsAdmin, desk.busan)
        .create()
        .await;
    seed.user(desk.fabrikam, "account@fabrikam.example")
        .role(Role::AccountAdmin)
        .create()
        .await;
    seed.user(vendor, "sam@microsoft.example").role(Role::Seller).create().await;
    for (mail, expected) in [
        ("foreign@adatum.example", StatusCode::NOT_FOUND),
        ("user@fabrikam.example", StatusCode::NOT_FOUND),
        ("busan@fabrikam.example", StatusCode::NOT_FOUND),
        ("account@fabrikam.example", StatusCode::FORBIDDEN),
        ("sam@microsoft.example", StatusCode::FORBIDDEN),
    ] {
        let mut client = desk.app.sign_in(mail).await;
        client.get("/preferences").await;
        let before = desk.app.everything().await;
        for (place, fields) in ACTS {
            let answer = act(&mut client, &deal, place, fields, &seen).await;
            assert_eq!(answer.status, expected, "{mail}: {place}");
        }
        for place in
            ["win", "loss", "withdrawal", "request", "visibility", "invitation", "details", "customer", "team", "solutions"]
        {
            assert_eq!(client.get(&format!("{deal}/{place}")).await.status, expected, "{mail}: {place}");
        }
        assert_eq!(desk.app.everything().await, before, "{mail} changed something");
    }
}

/// A change on top of another one is refused, and the form comes back with what is there now.
#[sqlx::test(migrations = false)]
async fn what_was_seen_must_still_be_so(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut admin = desk.admin().await;
    let deal = desk.deal(&mut admin, "Seen").await;
    let stale = seen(&mut admin, &deal).await;
    assert_eq!(act(&mut admin, &deal, "stage", &[("stage", "60")], &stale).await.status, StatusCode::SEE_OTHER);
    let before = desk.app.everything().await;
    for (place, fields) in
        [("win", &[][..]), ("loss", &[("reason", "3")][..]), ("stage", &[("stage", "80")][..]), ("visibility", &[][..])]
    {
        let refused = act(&mut admin, &deal, place, fields, &stale).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{place}");
        assert!(refused.has(".problems"), "{place} does not say why");
    }
    assert_eq!(desk.app.everything().await, before);
    // A form that says nothing of what it saw is none of ours.
    assert_eq!(admin.post(&format!("{deal}/win"), &[("seen", "x")]).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(status(&desk).await, "accepted");
}

/// Final once, and nothing follows by any form.
#[sqlx::test(migrations = false)]
async fn what_is_over_stays_as_it_is(db: PgPool) {
    for (place, fields, expected) in
        [("win", &[][..], "won"), ("loss", &[("reason", "1")][..], "lost"), ("withdrawal", &[("reason", "7")][..], "error")]
    {
        let desk = Desk::new(fresh(&db).await).await;
        let mut admin = desk.admin().await;
        let deal = desk.deal(&mut admin, "Over").await;
        let form = admin.get(&format!("{deal}/{place}")).await;
        assert!(form.has(".banner"), "{place} does not say that it is final");
        let seen = form.attributes("input[name=seen]", "value").remove(0);
        assert_eq!(act(&mut admin, &deal, place, fields, &seen).await.status, StatusCode::SEE_OTHER);
        assert_eq!(status(&desk).await, expected);
        let version: i32 = sqlx::query_scalar("select version from referrals")
            .fetch_one(desk.app.db())
            .await
            .unwrap();
        let now = seen.replacen(char::is_numeric, &version.to_string(), 1);
        let before = desk.app.everything().await;
        for (place, fields) in ACTS {
            let refused = act(&mut admin, &deal, place, fields, &now).await;
            assert!(
                refused.status != StatusCode::SEE_OTHER || place == "invitation",
                "{expected} can still {place}: {}",
                refused.status
            );
        }
        for part in ["details", "customer", "team", "solutions"] {
            let refused = admin
                .post(&format!("{deal}/{part}"), &[("seen", &now), ("name", "x"), ("do", "next")])
                .await;
            assert!(
                refused.status.is_client_error() || refused.status == StatusCode::SEE_OTHER,
                "{part}: {}",
                refused.status
            );
        }
        assert_eq!(desk.app.everything().await, before, "{expected} was changed");
        let page = admin.get(&deal).await;
        assert!(!page.has(".acts a") && !page.has("form[action$='/stage']") && !page.has("form[action$='/notes']"));
    }
}

/// A database of its own beside the test's, for the next round.
async fn fresh(db: &PgPool) -> PgPool {
    sqlx::raw_sql("drop schema public cascade; create schema public")
        .execute(db)
        .await
        .unwrap();
    db.clone()
}

#[sqlx::test(migrations = false)]
async fn a_reason_is_needed_and_other_needs_a_note(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut admin = desk.admin().await;
    let deal = desk.deal(&mut admin, "Why").await;
    let seen = seen(&mut admin, &deal).await;
    for (place, reason, note, field) in [
        ("loss", "", "", "reason"),
        ("loss", "9", "", "reason"),
        ("loss", "8", " ", "note"),
        ("withdrawal", "10", "", "reason"),
        ("withdrawal", "9", "", "note"),
    ] {
        let refused = act(&mut admin, &deal, place, &[("reason", reason), ("note", note)], &seen).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{place} {reason}");
        assert_eq!(refused.attributes("[aria-invalid]", "id"), [field], "{place} {reason}");
    }
    assert_eq!(status(&desk).await, "accepted");
    let done = act(&mut admin, &deal, "loss", &[("reason", "8"), ("note", "예산이 바뀌었습니다")], &seen).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert!(admin.get(&deal).await.text().contains("예산이 바뀌었습니다"));
}

/// Missing details keep a status as it is, and the page leads to each.
#[sqlx::test(migrations = false)]
async fn missing_details_block_and_are_led_to(db: PgPool) {
    let desk = Desk::new(db).await;
    let mut admin = desk.admin().await;
    let deal = desk.deal(&mut admin, "Gaps").await;
    let seen = seen(&mut admin, &deal).await;
    desk.app
        .sql("update referrals set value = null, currency = null, missing = 16")
        .await;
    let page = admin.get(&deal).await;
    assert_eq!(page.attributes(".gaps a", "href").len(), 1);
    assert!(!page.has("a[href$='/win']") && !page.has("a[href$='/loss']"));
    let before = desk.app.everything().await;
    for (place, fields) in [("win", &[][..]), ("loss", &[("reason", "1")][..]), ("withdrawal", &[("reason", "7")][..])] {
        let refused = act(&mut admin, &deal, place, fields, &seen).await;
        assert!(refused.status.is_client_error(), "{place}: {}", refused.status);
    }
    assert_eq!(desk.app.everything().await, before);
}
