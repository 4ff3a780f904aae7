//! Whom an event concerns: by role, scope, location and team; sellers by assignment or country; never whoever did it.

use chrono::TimeDelta;
use partner_portal::{
    auth::Role,
    db::schema::MIGRATOR,
    ids::ReferralId,
    referrals::{reason::Reason, service, status::Action},
};
use serde_json::json;
use sqlx::PgPool;

use super::support::{Scene, at, event, event_with, fan_out, set, told, told_to};
use crate::referrals::scene::{BEGIN, ask};

/// Adds somebody to a deal's team.
async fn join(db: &PgPool, deal: ReferralId, position: i16, mail: &str) {
    sqlx::query("insert into referral_team values ($1, $2, 'A', 'B', '', $3)")
        .bind(deal)
        .bind(position)
        .bind(mail)
        .execute(db)
        .await
        .unwrap();
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn admins_in_scope_and_the_team_are_told(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(|_| {}).await;
    let users = Role::ReferralsUser;
    let people = [
        ("admin-seoul@fabrikam.example", Role::ReferralsAdmin, Some(scene.seoul), false),
        ("admin-busan@fabrikam.example", Role::ReferralsAdmin, Some(scene.busan), true),
        ("user-team@fabrikam.example", users, None, true),
        ("user-team-seoul@fabrikam.example", users, Some(scene.seoul), true),
        ("user-team-busan@fabrikam.example", users, Some(scene.busan), true),
        ("user-no-team@fabrikam.example", users, None, false),
        ("accounts@fabrikam.example", Role::AccountAdmin, None, true),
    ];
    for (position, (mail, role, location, on_team)) in (10..).zip(people) {
        scene.person(mail, &[(role, location)]).await;
        if on_team {
            join(&db, deal, position, &mail.to_uppercase()).await;
        }
    }
    let gone = scene.person("gone@fabrikam.example", &[(Role::ReferralsAdmin, None)]).await;
    set(&db, gone.user, "disabled_at = now()").await;
    // Another organisation's person with the same mail on the team is nobody of this deal.
    join(&db, deal, 60, &scene.other.mail).await;
    sqlx::query("delete from outbox").execute(&db).await.unwrap();
    event(&db, "note", deal).await;
    fan_out(&db).await;
    assert_eq!(
        told(&db).await,
        [
            "admin-seoul@fabrikam.example",
            "admin@fabrikam.example",
            "user-team-seoul@fabrikam.example",
            "user-team@fabrikam.example"
        ]
    );
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_deal_without_location_reaches_whole_organisation_roles_only(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(|_| {}).await;
    sqlx::query("update referrals set location_id = null")
        .execute(&db)
        .await
        .unwrap();
    sqlx::query("delete from outbox").execute(&db).await.unwrap();
    scene
        .person("seoul@fabrikam.example", &[(Role::ReferralsAdmin, Some(scene.seoul))])
        .await;
    event(&db, "note", deal).await;
    fan_out(&db).await;
    assert_eq!(told(&db).await, ["admin@fabrikam.example"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn somebody_with_two_roles_is_told_once_and_whoever_did_it_not_at_all(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(|_| {}).await;
    sqlx::query("delete from outbox").execute(&db).await.unwrap();
    let roles = [(Role::ReferralsAdmin, None), (Role::ReferralsAdmin, Some(scene.seoul)), (Role::ReferralsUser, None)];
    let both = scene.person("both@fabrikam.example", &roles).await;
    join(&db, deal, 10, "both@fabrikam.example").await;
    join(&db, deal, 11, "BOTH@fabrikam.example").await;
    event_with(&db, "note", deal, Some(scene.admin.user), json!({})).await;
    fan_out(&db).await;
    assert_eq!(told_to(&db, both.user).await, ["note"]);
    assert_eq!(told(&db).await, ["both@fabrikam.example"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_assigned_seller_is_told_else_the_sellers_of_the_country(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(ask).await;
    let request = scene.referral_of(deal, scene.vendor).await.unwrap();
    sqlx::query("delete from outbox").execute(&db).await.unwrap();
    let abroad = scene.sellers[1].user;
    sqlx::query("update seller_countries set country = 'JP' where user_id = $1")
        .bind(abroad)
        .execute(&db)
        .await
        .unwrap();
    sqlx::query("update referrals set seller_id = null where referral_id = $1")
        .bind(request)
        .execute(&db)
        .await
        .unwrap();
    event(&db, "received", request).await;
    fan_out(&db).await;
    assert_eq!(told(&db).await, ["one@microsoft.example"], "of the country");
    sqlx::query("update referrals set seller_id = $2 where referral_id = $1")
        .bind(request)
        .bind(abroad)
        .execute(&db)
        .await
        .unwrap();
    event(&db, "assigned", request).await;
    fan_out(&db).await;
    assert_eq!(told_to(&db, abroad).await, ["assigned"], "the assigned one, wherever they are");
    assert_eq!(told(&db).await.len(), 2);
    sqlx::query("delete from role_assignments where user_id = $1")
        .bind(abroad)
        .execute(&db)
        .await
        .unwrap();
    event(&db, "note", request).await;
    fan_out(&db).await;
    assert_eq!(told(&db).await.len(), 2, "who is no seller any more hears nothing");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_services_events_reach_the_other_side(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(ask).await;
    let request = scene.referral_of(deal, scene.vendor).await.unwrap();
    fan_out(&db).await;
    let (seller, _) = scene.sellers_of(request).await;
    assert_eq!(told_to(&db, seller.user).await, ["received"]);
    assert_eq!(told_to(&db, scene.admin.user).await, Vec::<String>::new(), "the admin did it");
    let later = at(BEGIN) + TimeDelta::hours(1);
    let reason = Reason::of(Action::Decline).next().unwrap();
    service::decline(&scene.by(seller, later), request, None, reason, "")
        .await
        .unwrap();
    fan_out(&db).await;
    assert_eq!(told_to(&db, scene.admin.user).await, ["declined"]);
    assert_eq!(told_to(&db, scene.other.user).await, Vec::<String>::new(), "another partner hears nothing");
}
