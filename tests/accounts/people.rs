//! The list of users, new accounts, disabled ones.

use axum::http::StatusCode;
use partner_portal::auth::Role;
use sqlx::PgPool;

use super::world::{ACCOUNT, GLOBAL, JUNE, PEOPLE, World, refused, says, user_path};
use crate::support::PASSWORD;

const NAMES: &str = "tbody th a";

#[sqlx::test(migrations = false)]
async fn anybody_finds_the_admins_by_role_name_or_mail(db: PgPool) {
    let world = World::new(db).await;
    world
        .app
        .sql("update users set display_name = '김하늘_100%' where mail = 'june@fabrikam.example'")
        .await;
    let mut client = world.client(JUNE).await;
    let all = client.get("/account/users").await;
    assert_eq!(all.texts(NAMES).len(), 5);
    for (query, names) in [
        ("role=global-admin", vec!["global"]),
        ("role=account-admin", vec!["account"]),
        ("q=PEOPLE%40FABRIKAM", vec!["people"]),
        ("q=%EA%B9%80%ED%95%98", vec!["김하늘_100%"]),
        // The same syllables as single letters, as some systems type them.
        ("q=%E1%84%80%E1%85%B5%E1%86%B7%E1%84%92%E1%85%A1", vec!["김하늘_100%"]),
        ("q=100%25", vec!["김하늘_100%"]),
        ("q=___________________", vec![]),
        ("q=a&role=mpn-partner-admin", vec!["mpn"]),
        ("role=nonsense", vec!["account", "global", "mpn", "people", "김하늘_100%"]),
    ] {
        let page = client.get(&format!("/account/users?{query}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(page.texts(NAMES), names, "{query}");
    }
    assert!(!all.has("a[href='/account/users/new']"), "nothing to add for somebody without a role");
    let own = client.get(&user_path(world.june)).await;
    assert_eq!(own.attributes("main form", "action"), Vec::<String>::new(), "nothing to change either");
    assert!(own.has("a[href='/account/password']"));
}

#[sqlx::test(migrations = false)]
async fn pages_go_on_behind_the_last_one_shown(db: PgPool) {
    let world = World::new(db).await;
    // Names that are alike: the order is still one.
    sqlx::query(
        "insert into users (user_id, organisation_id, mail, display_name, created_at)
         select gen_random_uuid(), $1, 'twin' || n || '@fabrikam.example', 'Twin ' || n % 3, now() from generate_series(1, 120) n",
    )
    .bind(world.partner)
    .execute(world.app.db())
    .await
    .unwrap();
    let mut client = world.client(JUNE).await;
    let (mut path, mut mails, mut pages) = ("/account/users?q=twin".to_owned(), Vec::new(), 0);
    loop {
        let page = client.get(&path).await;
        mails.extend(page.texts("tbody td:nth-child(2)"));
        pages += 1;
        let Some(next) = page.attributes("a[rel=next]", "href").pop() else { break };
        path = next;
    }
    assert_eq!((pages, mails.len()), (3, 120));
    mails.sort();
    mails.dedup();
    assert_eq!(mails.len(), 120, "nobody twice, nobody left out");
}

#[sqlx::test(migrations = false)]
async fn a_new_user_must_choose_a_password_before_anything_else(db: PgPool) {
    let world = World::new(db).await;
    let mut admin = world.client(PEOPLE).await;
    let form = admin
        .get("/account/users/new?mail=sky%40fabrikam.example&first=%ED%95%98%EB%8A%98&last=%EA%B9%80")
        .await;
    assert_eq!(form.attributes("#mail, #name", "value"), ["sky@fabrikam.example", "김하늘"]);
    assert_eq!(form.attributes("#kind option", "value"), ["member"], "guests are for global admins");
    let new = [("mail", " sky@fabrikam.example "), ("name", "김하늘"), ("kind", "member")];
    let page = admin.post("/account/users", &new).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let password = page.select("main code");
    assert_eq!(password.len(), 16);
    assert!(!password.contains(['0', 'O', '1', 'l', 'I', 'i', 'o']), "{password}: look-alikes");
    refused(&admin.post("/account/users", &new).await, "There is an account with this mail address already.");

    let mut sky = world.app.client();
    let answer = sky
        .post("/sign-in", &[("mail", "sky@fabrikam.example"), ("password", &password), ("next", "/guide")])
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    for path in ["/", "/guide", "/preferences", "/account/users", "/deals"] {
        assert_eq!(sky.get(path).await.location(), "/account/password", "{path}");
    }
    let before = world.app.everything().await;
    let write = sky
        .post("/preferences", &[("locale", "ko"), ("theme", "dark"), ("time_zone", "UTC")])
        .await;
    assert_eq!(write.location(), "/account/password");
    assert_eq!(world.app.everything().await, before, "nothing is written");

    let page = sky.get("/account/password").await;
    assert!(!page.has("nav.nav a"), "there is nowhere to go");
    let change = [("old", password.as_str()), ("new", "seven quiet lanterns"), ("again", "seven quiet lanterns")];
    let answer = sky.post("/account/password", &change).await;
    says(&mut sky, &answer, "Your password is changed.").await;
    assert_eq!(sky.get("/preferences").await.status, StatusCode::OK);
    let mut again = world.app.client();
    let old = again
        .post("/sign-in", &[("mail", "sky@fabrikam.example"), ("password", &password)])
        .await;
    assert_eq!(old.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(world.log().await, ["user-created", "password-changed"]);
}

/// Every route but those that are for anyone, signing out, and the password page.
#[sqlx::test(migrations = false)]
async fn no_route_is_open_before_the_password_is_chosen(db: PgPool) {
    let world = World::new(db).await;
    world
        .app
        .sql("update users set must_change_password = true where mail = 'global@fabrikam.example'")
        .await;
    let mut client = world.client(GLOBAL).await;
    let before = world.app.everything().await;
    for route in partner_portal::app::table() {
        if matches!(route.who, partner_portal::web::Who::Anyone) || ["/sign-out", "/account/password"].contains(&route.path) {
            continue;
        }
        let june = world.june.to_string();
        let parts = route
            .path
            .split('/')
            .map(|part| if part.starts_with('{') { june.as_str() } else { part });
        let path = parts.collect::<Vec<_>>().join("/");
        let answer = if route.method.is_safe() { client.get(&path).await } else { client.post(&path, &[]).await };
        assert_eq!(answer.location(), "/account/password", "{} {}", route.method, route.path);
    }
    assert_eq!(world.app.everything().await, before);
}

#[sqlx::test(migrations = false)]
async fn members_are_of_the_tenant_and_guests_are_not(db: PgPool) {
    let world = World::new(db).await;
    let mut people = world.client(PEOPLE).await;
    let new = |mail: &'static str, kind: &'static str| [("mail", mail), ("name", "Someone"), ("kind", kind)];
    refused(
        &people.post("/account/users", &new("pdm@microsoft.example", "member")).await,
        "This mail domain is not verified for your organisation.",
    );
    let guest = people.post("/account/users", &new("pdm@microsoft.example", "guest")).await;
    assert_eq!(guest.status, StatusCode::FORBIDDEN, "user management admins add no guests");
    let mut global = world.client(GLOBAL).await;
    refused(
        &global.post("/account/users", &new("a@Fabrikam.example", "guest")).await,
        "This mail domain is your organisation's own.",
    );
    for mail in ["someone@outlook.com", "nobody", "a b@fabrikam.example", "a@b@fabrikam.example", "<a@fabrikam.example>"] {
        let answer = global.post("/account/users", &new(mail, "guest")).await;
        assert_eq!(answer.attributes("[aria-invalid]", "id"), ["mail"], "{mail}");
        assert_eq!(answer.attributes("#mail", "value"), [mail], "as typed");
    }
    let link = global.get("/account/users/new?mail=pdm%40microsoft.example&guest=1").await;
    assert_eq!(link.attributes("#kind option[selected]", "value"), ["guest"]);
    assert_eq!(
        global
            .post("/account/users", &new("pdm@microsoft.example", "guest"))
            .await
            .status,
        StatusCode::OK
    );
    assert_eq!(world.app.count("select count(*) from users where kind = 'guest'").await, 1);
    let mut account = world.client(ACCOUNT).await;
    assert_eq!(
        account.get("/account/users/new").await.status,
        StatusCode::FORBIDDEN,
        "account admins create nobody"
    );
}

#[sqlx::test(migrations = false)]
async fn disabling_ends_all_sessions_at_once_and_enabling_brings_none_back(db: PgPool) {
    let world = World::new(db).await;
    let (mut june, mut elsewhere) = (world.client(JUNE).await, world.client(JUNE).await);
    let mut admin = world.client(GLOBAL).await;
    let path = |what: &str| format!("{}/{what}", user_path(world.june));
    for words in ["The account is disabled, and its sessions have ended.", "It was so already; nothing changed."] {
        let answer = admin.post(&path("disabling"), &[]).await;
        says(&mut admin, &answer, words).await;
    }
    for client in [&mut june, &mut elsewhere] {
        assert!(client.get("/preferences").await.location().starts_with("/sign-in"));
    }
    let sign_in = [("mail", JUNE), ("password", PASSWORD)];
    assert_eq!(world.app.client().post("/sign-in", &sign_in).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["The account is enabled.", "It was so already; nothing changed."] {
        let answer = admin.post(&path("enabling"), &[]).await;
        says(&mut admin, &answer, words).await;
    }
    assert!(
        june.get("/preferences").await.location().starts_with("/sign-in"),
        "the old session is over for good"
    );
    assert_eq!(world.app.client().post("/sign-in", &sign_in).await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.log().await, ["user-disabled", "user-enabled"]);
    let mut account = world.client(ACCOUNT).await;
    for what in ["disabling", "enabling", "password"] {
        assert_eq!(account.post(&path(what), &[]).await.status, StatusCode::FORBIDDEN, "account admins do not {what}");
    }
    assert_eq!(world.roles(world.june).await, Vec::<String>::new());
    let who = world
        .app
        .seed()
        .user(world.partner, "two@fabrikam.example")
        .role(Role::GlobalAdmin)
        .create()
        .await;
    assert_eq!(admin.post(&format!("{}/disabling", user_path(who)), &[]).await.status, StatusCode::SEE_OTHER);
}
