//! Every form that says where to go on, with places that are not ours.
//!
//! Seen to fail: without the look at each byte in `auth::web::safe_next`, "/\\evil.example" leads to another host; without that in
//! `notifications::web::back`, a line break answered "left: 500, right: 303".

use axum::http::StatusCode;
use partner_portal::auth::Role;
use sqlx::PgPool;

use crate::support::{Answer, PASSWORD, TestApp};

const ANNA: &str = "anna@fabrikam.example";
const HOSTILE: [&str; 25] = [
    "https://evil.example/",
    "https:evil.example",
    "https:/evil.example",
    "HTTPS://evil.example",
    "//evil.example",
    "///evil.example",
    "//evil.example/deals",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/deals\\evil",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    " //evil.example",
    "/\u{1}/evil.example",
    "/\u{7f}/evil.example",
    "/\u{a0}/evil.example",
    "/deals\r\nset-cookie: portal_session=x",
    "/notifications?\r\nlocation: https://evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "%2F%2Fevil.example",
    "%5Cevil.example",
    "evil.example",
];

/// A place of ours, in one line, and nothing else in the answer.
fn stays(answer: &Answer, next: &str) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{next:?}: {}", answer.text());
    let to = answer.location();
    let base = url::Url::parse("https://portal.example/somewhere").unwrap();
    assert_eq!(base.join(&to).unwrap().host_str(), Some("portal.example"), "{next:?} leads to {to:?}");
    assert!(
        to.starts_with('/') && !to.contains("evil") && to.bytes().all(|byte| byte.is_ascii_graphic()),
        "{next:?}: {to:?}"
    );
    assert_eq!(answer.headers.get_all("location").iter().count(), 1);
}

#[sqlx::test(migrations = false)]
async fn no_form_leads_to_another_site(db: PgPool) {
    let app = TestApp::new(db).await;
    let partner = app.seed().partner("Fabrikam", "4512345").await;
    app.seed()
        .user(partner, ANNA)
        .role(Role::ReferralsAdmin)
        .with_password()
        .create()
        .await;
    app.sql(
        "insert into notifications (user_id, outbox_id, event, at)
         select user_id, 7, 'role-granted', now() from users;",
    )
    .await;
    let mut anna = app.sign_in(ANNA).await;
    for next in HOSTILE {
        stays(&anna.post("/language", &[("lang", "ko"), ("next", next)]).await, next);
        stays(&app.client().post("/language", &[("lang", "ko"), ("next", next)]).await, next);
        stays(&anna.post("/notifications/7/reading", &[("read", "yes"), ("next", next)]).await, next);
        let asked: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        stays(&anna.get(&format!("/sign-in?next={asked}")).await, next);
        let form = app.client().get(&format!("/sign-in?next={asked}")).await;
        assert_eq!(form.attributes("main input[name=next]", "value"), ["/"], "{next:?}");
        // Which list the bulk actions come from, and go back to.
        let bulk = anna.get(&format!("/deals/bulk?all=1&act=decline&from={asked}")).await;
        for place in bulk
            .attributes("main a", "href")
            .into_iter()
            .chain(bulk.attributes("form", "action"))
        {
            assert!(
                place.starts_with('/') && !place.starts_with("//") && !place.contains("evil.example/"),
                "{next:?}: {place}"
            );
        }
    }
    // Each costs a hash.
    for next in ["//evil.example", "/\\evil.example", "/\t/evil.example", "https:evil.example"] {
        let answer = app
            .client()
            .post("/sign-in", &[("mail", ANNA), ("password", PASSWORD), ("next", next)])
            .await;
        stays(&answer, next);
    }
    let ours = anna
        .post("/language", &[("lang", "ko"), ("next", "/deals?q=%EC%A0%84&tab=inbound")])
        .await;
    assert_eq!(ours.location(), "/deals?q=%EC%A0%84&tab=inbound");
}
