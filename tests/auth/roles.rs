use axum::{
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
};
use partner_portal::{
    auth::{Actor, Assignment, Reach, Role},
    ids::{LocationId, OrganisationId, UserId},
    web::{L10n, Lang, Permission, Who, cookies, entrance, headers, routes},
};
use sqlx::PgPool;

use crate::support::{Client, TestApp};

fn actor(roles: Vec<Assignment>) -> Actor {
    Actor {
        user: UserId::new(),
        organisation: OrganisationId::new(),
        organisation_name: "Fabrikam".into(),
        mpn_id: Some("4512345".into()),
        display_name: "Anna".into(),
        mail: "Anna@Fabrikam.example".into(),
        locale: None,
        theme: None,
        time_zone: "UTC".into(),
        pdm: false,
        psc_user: false,
        roles,
    }
}

static READ: Permission =
    Permission { name: "read", allows: |actor| actor.has_whole(Role::ReferralsAdmin), refusal: "no-access-no-role" };

/// A browser of somebody in front of one guarded page, `/guarded`.
async fn before_a_guarded_page(app: &TestApp, mail: &str) -> Client {
    let page = routes::get("/guarded", Who::May(&READ), || async { "inside" }).nav("", "brand");
    let mut inner = app.app.clone();
    inner.nav = routes::navigation(std::slice::from_ref(&page)).into();
    let router = routes::router(vec![page])
        .layer(from_fn_with_state(inner.clone(), entrance::enter))
        .layer(from_fn(headers::secure))
        .with_state(inner);
    let secret = app.sign_in(mail).await.cookie(cookies::SESSION).unwrap().to_owned();
    Client::new(router).with_session(&secret)
}

#[sqlx::test(migrations = false)]
async fn a_role_holds_from_the_next_request_on_and_its_loss_too(db: PgPool) {
    let app = TestApp::new(db).await;
    let partner = app.seed().partner("Fabrikam", "4512345").await;
    let anna = app.seed().user(partner, "anna@fabrikam.example").create().await;
    let mut client = before_a_guarded_page(&app, "anna@fabrikam.example").await;
    assert_eq!(client.get("/guarded").await.status, StatusCode::FORBIDDEN);
    app.seed().grant(anna, Role::ReferralsAdmin, None).await;
    assert_eq!(client.get("/guarded").await.text(), "inside");
    app.sql("delete from role_assignments").await;
    assert_eq!(client.get("/guarded").await.status, StatusCode::FORBIDDEN);
}

#[sqlx::test(migrations = false)]
async fn the_no_access_page_names_the_account_admins_of_the_own_organisation_only(db: PgPool) {
    let app = TestApp::new(db).await;
    let seed = app.seed();
    let (fabrikam, contoso) = (seed.partner("Fabrikam", "4512345").await, seed.partner("Contoso", "4600000").await);
    seed.user(fabrikam, "nobody@fabrikam.example").create().await;
    seed.user(fabrikam, "global@fabrikam.example")
        .role(Role::GlobalAdmin)
        .create()
        .await;
    seed.user(fabrikam, "both@fabrikam.example")
        .role(Role::GlobalAdmin)
        .role(Role::AccountAdmin)
        .create()
        .await;
    seed.user(fabrikam, "referrals@fabrikam.example")
        .role(Role::ReferralsAdmin)
        .create()
        .await;
    seed.user(fabrikam, "gone@fabrikam.example")
        .role(Role::AccountAdmin)
        .disabled()
        .create()
        .await;
    seed.user(contoso, "admin@contoso.example")
        .role(Role::AccountAdmin)
        .create()
        .await;
    let answer = before_a_guarded_page(&app, "nobody@fabrikam.example")
        .await
        .get("/guarded")
        .await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let named = answer.attributes("a[href^='mailto:']", "href");
    assert_eq!(
        named,
        ["mailto:both@fabrikam.example", "mailto:global@fabrikam.example"],
        "account admins first, each once"
    );
    assert!(!answer.text().contains("contoso"));
    assert!(answer.text().contains("You have no role yet."));
    assert!(!answer.has("nav a"), "no link to what one may not");
}

#[test]
fn a_scope_follows_from_the_roles() {
    let (here, there) = (LocationId::new(), LocationId::new());
    let scope = actor(vec![
        Assignment { role: Role::ReferralsUser, location: None },
        Assignment { role: Role::ReferralsAdmin, location: Some(here) },
        Assignment { role: Role::ReferralsAdmin, location: Some(there) },
    ])
    .scope();
    assert_eq!(scope.mail, "anna@fabrikam.example");
    assert_eq!((scope.all, scope.team), (Reach::Locations(vec![here, there]), Reach::Whole));
    // Somebody may see deals nowhere: an account admin, and whoever has no role.
    for roles in [vec![], vec![Assignment { role: Role::AccountAdmin, location: None }]] {
        let scope = actor(roles).scope();
        assert!(scope.all.is_nowhere() && scope.team.is_nowhere());
    }
}

#[test]
fn role_codes_go_there_and_back_and_have_words() {
    for role in Role::ALL {
        assert_eq!(Role::from_code(role.code()), Some(role));
        for lang in Lang::ALL {
            assert!(L10n { lang, ..L10n::default() }.knows(&format!("role-{}", role.code())), "{role:?} in {lang:?}");
        }
    }
    assert_eq!(Role::from_code("admin"), None);
}
