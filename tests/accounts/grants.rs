//! Giving and taking roles.

use axum::http::StatusCode;
use partner_portal::{
    accounts::service::{By, ChangeError, grants, people},
    auth::{Actor, Role, store},
    db::Pool,
    ids::UserId,
};
use sqlx::PgPool;

use super::world::{ACCOUNT, GLOBAL, JUNE, MPN, PEOPLE, World, grant, refused, remove, says, user_path};

#[sqlx::test(migrations = false)]
async fn a_role_holds_with_the_next_request_and_is_lost_with_the_next(db: PgPool) {
    let world = World::new(db).await;
    let mut june = world.client(JUNE).await;
    assert_eq!(june.get("/deals").await.status, StatusCode::FORBIDDEN);
    let mut admin = world.client(ACCOUNT).await;
    let answer = grant(&mut admin, world.june, Role::ReferralsAdmin, &["whole"]).await;
    says(&mut admin, &answer, "The role is given.").await;
    assert_eq!(june.get("/deals").await.status, StatusCode::OK, "in the session that was there");
    let answer = remove(&mut admin, world.june, Role::ReferralsAdmin, "").await;
    says(&mut admin, &answer, "The role is removed.").await;
    assert_eq!(june.get("/deals").await.status, StatusCode::FORBIDDEN);
}

#[sqlx::test(migrations = false)]
async fn doing_it_twice_changes_nothing_and_says_so(db: PgPool) {
    let world = World::new(db).await;
    let mut admin = world.client(ACCOUNT).await;
    let place = world.seoul.to_string();
    for words in ["The role is given.", "It was so already; nothing changed."] {
        let answer = grant(&mut admin, world.june, Role::ReferralsUser, &[&place]).await;
        says(&mut admin, &answer, words).await;
    }
    assert_eq!(world.roles(world.june).await, ["referrals-user @ 4512346"]);
    for words in ["The role is removed.", "It was so already; nothing changed."] {
        let answer = remove(&mut admin, world.june, Role::ReferralsUser, &place).await;
        says(&mut admin, &answer, words).await;
    }
    assert_eq!(world.roles(world.june).await, Vec::<String>::new());
    assert_eq!(world.log().await, ["role-granted", "role-removed"]);
    assert_eq!(
        world
            .app
            .count("select count(*) from notifications where event = 'role-granted'")
            .await,
        1,
        "told once"
    );
}

#[sqlx::test(migrations = false)]
async fn a_role_holds_for_some_locations_or_for_the_whole_never_for_both(db: PgPool) {
    let world = World::new(db).await;
    let mut admin = world.client(GLOBAL).await;
    let (seoul, busan) = (world.seoul.to_string(), world.busan.to_string());
    grant(&mut admin, world.june, Role::ReferralsAdmin, &[&seoul]).await;
    grant(&mut admin, world.june, Role::ReferralsAdmin, &[&seoul, &busan]).await;
    assert_eq!(world.roles(world.june).await, ["referrals-admin @ 4512346", "referrals-admin @ 4512347"]);
    grant(&mut admin, world.june, Role::ReferralsAdmin, &["whole", &busan]).await;
    assert_eq!(world.roles(world.june).await, ["referrals-admin"]);
    let answer = grant(&mut admin, world.june, Role::ReferralsAdmin, &[&seoul]).await;
    refused(&answer, "The role holds for the whole organisation already");
    assert_eq!(answer.attributes("#role option[selected]", "value"), ["referrals-admin"], "as typed");
    let answer = grant(&mut admin, world.june, Role::ReferralsUser, &[]).await;
    refused(&answer, "Choose the whole organisation, or the locations");
    let answer = grant(&mut admin, world.june, Role::AccountAdmin, &[&seoul]).await;
    refused(&answer, "This role holds for the whole organisation only.");
    assert_eq!(world.roles(world.june).await, ["referrals-admin"]);
    let page = admin.get("/account/users?q=june").await;
    assert_eq!(page.texts("tbody td:last-child"), ["Referrals admin: Whole organisation"]);
}

#[sqlx::test(migrations = false)]
async fn each_gives_the_roles_of_the_matrix_and_no_other(db: PgPool) {
    let world = World::new(db).await;
    let by_account_admins =
        [Role::AccountAdmin, Role::MpnPartnerAdmin, Role::ReferralsAdmin, Role::ReferralsUser, Role::BusinessProfileAdmin];
    for (mail, allowed) in [
        (GLOBAL, Role::ALL.into_iter().filter(|role| !role.is_vendor()).collect()),
        (ACCOUNT, by_account_admins.to_vec()),
        (PEOPLE, Vec::new()),
        (MPN, Vec::new()),
        (JUNE, Vec::new()),
    ] {
        let mut client = world.client(mail).await;
        let page = client.get(&user_path(world.june)).await;
        let offered: Vec<String> = page
            .attributes("#role option", "value")
            .into_iter()
            .filter(|v| !v.is_empty())
            .collect();
        assert_eq!(offered, allowed.iter().map(|role| role.code()).collect::<Vec<_>>(), "offered to {mail}");
        for role in Role::ALL {
            let answer = grant(&mut client, world.june, role, &["whole"]).await;
            let expected = if allowed.contains(&role) { StatusCode::SEE_OTHER } else { StatusCode::FORBIDDEN };
            assert_eq!(answer.status, expected, "{mail} gives {role:?}");
        }
        assert_eq!(world.roles(world.june).await.len(), allowed.len());
        for role in Role::ALL {
            let answer = remove(&mut client, world.june, role, "").await;
            let expected = if allowed.contains(&role) { StatusCode::SEE_OTHER } else { StatusCode::FORBIDDEN };
            assert_eq!(answer.status, expected, "{mail} takes {role:?}");
        }
        assert_eq!(world.roles(world.june).await, Vec::<String>::new());
    }
}

#[sqlx::test(migrations = false)]
async fn another_organisations_people_and_places_are_not_there(db: PgPool) {
    let world = World::new(db).await;
    let seed = world.app.seed();
    let other = seed.partner("Contoso", "4600001").await;
    let theirs = seed.user(other, "kim@contoso.example").create().await;
    let osaka = seed.location(other, "4600002", "Osaka").await.to_string();
    let mut admin = world.client(GLOBAL).await;
    let before = world.app.everything().await;
    assert_eq!(admin.get(&user_path(theirs)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(grant(&mut admin, theirs, Role::ReferralsUser, &["whole"]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(grant(&mut admin, world.june, Role::ReferralsUser, &[&osaka]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(remove(&mut admin, theirs, Role::ReferralsUser, "").await.status, StatusCode::NOT_FOUND);
    for what in ["disabling", "enabling", "password"] {
        let answer = admin.post(&format!("{}/{what}", user_path(theirs)), &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{what}");
    }
    assert_eq!(world.app.everything().await, before);
    assert!(!admin.get("/account/users").await.text().contains("contoso"));
}

#[sqlx::test(migrations = false)]
async fn the_last_admin_stays(db: PgPool) {
    let world = World::new(db).await;
    let mut admin = world.client(GLOBAL).await;
    refused(&remove(&mut admin, world.global, Role::GlobalAdmin, "").await, "This is the last global admin.");
    refused(&remove(&mut admin, world.account, Role::AccountAdmin, "").await, "This is the last account admin.");
    let disabling = format!("{}/disabling", user_path(world.account));
    refused(&admin.post(&disabling, &[]).await, "This is the last account admin.");
    refused(
        &admin.post(&format!("{}/disabling", user_path(world.global)), &[]).await,
        "You cannot disable your own account.",
    );
    // Somebody disabled does not count,
    let seed = world.app.seed();
    let gone = seed
        .user(world.partner, "gone@fabrikam.example")
        .role(Role::AccountAdmin)
        .disabled()
        .create()
        .await;
    refused(&remove(&mut admin, world.account, Role::AccountAdmin, "").await, "This is the last account admin.");
    // and loses the role like any other.
    assert_eq!(remove(&mut admin, gone, Role::AccountAdmin, "").await.status, StatusCode::SEE_OTHER);
    // Nor does another organisation's.
    let other = seed.partner("Contoso", "4600001").await;
    seed.user(other, "kim@contoso.example").role(Role::AccountAdmin).create().await;
    refused(&admin.post(&disabling, &[]).await, "This is the last account admin.");
    grant(&mut admin, world.june, Role::AccountAdmin, &[]).await;
    assert_eq!(admin.post(&disabling, &[]).await.status, StatusCode::SEE_OTHER);
    refused(&remove(&mut admin, world.june, Role::AccountAdmin, "").await, "This is the last account admin.");
    assert_eq!(world.roles(world.june).await, ["account-admin"]);
}

async fn actor(db: &Pool, user: UserId) -> Actor {
    store::person(db, user).await.unwrap().unwrap()
}

/// Two admins who take the role from each other at the same time, and two who disable each other: one of each pair stays, every time.
#[sqlx::test(migrations = false)]
async fn two_admins_removing_each_other_at_the_same_time_leave_one(db: PgPool) {
    let world = World::new(db).await;
    let db = world.app.db();
    let seed = world.app.seed();
    let now = world.app.app.clock.now();
    for (round, role) in [Role::GlobalAdmin, Role::AccountAdmin].into_iter().cycle().take(20).enumerate() {
        let partner = seed.partner(&format!("Partner {round}"), &format!("47{round:05}")).await;
        let mut pair = Vec::new();
        for name in ["one", "two"] {
            let user = seed.user(partner, &format!("{name}-{round}@partner.example")).role(role);
            // Only global admins disable accounts.
            pair.push(if role == Role::GlobalAdmin { user.create().await } else { user.role(Role::GlobalAdmin).create().await });
        }
        let actors = [actor(db, pair[0]).await, actor(db, pair[1]).await];
        let by = |actor| By { db, actor, address: None, now };
        let (one, two) = (by(&actors[0]), by(&actors[1]));
        let results = if round % 4 < 2 {
            let (a, b) = tokio::join!(grants::remove(&one, pair[1], role, None), grants::remove(&two, pair[0], role, None));
            [a, b]
        } else {
            let (a, b) = tokio::join!(people::disable(&one, pair[1]), people::disable(&two, pair[0]));
            [a, b]
        };
        let done = results.iter().filter(|result| matches!(result, Ok(true))).count();
        let kept = results
            .iter()
            .filter(|result| matches!(result, Err(ChangeError::Refused(_))))
            .count();
        assert_eq!((done, kept), (1, 1), "round {round}: {results:?}");
        let left: i64 = sqlx::query_scalar(
            "select count(*) from users u join role_assignments a using (user_id)
             where u.organisation_id = $1 and u.disabled_at is null and a.role = $2",
        )
        .bind(partner)
        .bind(role.code())
        .fetch_one(db)
        .await
        .unwrap();
        assert_eq!(left, 1, "round {round}");
    }
}

#[sqlx::test(migrations = false)]
async fn the_vendors_operators_look_after_the_vendors_people(db: PgPool) {
    let world = World::new(db).await;
    let seed = world.app.seed();
    let vendor = seed.vendor().await;
    let operator = seed
        .user(vendor, "operator@microsoft.example")
        .role(Role::PortalOperator)
        .create()
        .await;
    let seller = seed.user(vendor, "seller@microsoft.example").create().await;
    let mut client = world.client("operator@microsoft.example").await;
    for role in Role::ALL {
        let answer = grant(&mut client, seller, role, &[]).await;
        let expected = match role {
            Role::Seller | Role::DealReviewer | Role::PortalOperator => StatusCode::SEE_OTHER,
            Role::ReferralsAdmin | Role::ReferralsUser => StatusCode::UNPROCESSABLE_ENTITY,
            _ => StatusCode::FORBIDDEN,
        };
        assert_eq!(answer.status, expected, "{role:?}");
    }
    remove(&mut client, seller, Role::PortalOperator, "").await;
    refused(&remove(&mut client, operator, Role::PortalOperator, "").await, "This is the last portal operator.");
    assert_eq!(client.get("/account/locations").await.status, StatusCode::FORBIDDEN);
    assert_eq!(client.get(&user_path(world.june)).await.status, StatusCode::NOT_FOUND);
}
