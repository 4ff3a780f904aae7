//! Who sees which lead: as with deals.

use axum::http::StatusCode;
use partner_portal::auth::Role;
use sqlx::PgPool;

use super::flow::send;
use crate::sellers::world::{World, seen};

#[sqlx::test(migrations = false)]
async fn leads_are_seen_within_ones_scope_only(db: PgPool) {
    let world = World::new(db).await;
    let scene = &world.scene;
    let lead = send(&world, |_| {}).await;
    let whole = send(&world, |sending| {
        sending.location = None;
        sending.details.name = "For the company".into();
    })
    .await;
    let local = scene
        .person("seoul@fabrikam.example", &[(Role::ReferralsAdmin, Some(scene.seoul))])
        .await;
    let busan = scene
        .person("busan@fabrikam.example", &[(Role::ReferralsAdmin, Some(scene.busan))])
        .await;
    let user = scene.person("user@fabrikam.example", &[(Role::ReferralsUser, None)]).await;
    for (actor, sees) in
        [(&scene.admin, vec![lead, whole]), (&local, vec![lead]), (&busan, vec![]), (&user, vec![]), (&scene.other, vec![])]
    {
        let mut client = world.sign_in(actor).await;
        let list = client.get("/leads?tab=qualified").await;
        assert_eq!(list.texts(".tabs .count")[1], sees.len().to_string(), "{}", actor.mail);
        for one in [lead, whole] {
            let expected = if sees.contains(&one) { StatusCode::OK } else { StatusCode::NOT_FOUND };
            assert_eq!(client.get(&format!("/leads/{one}")).await.status, expected, "{}", actor.mail);
            if !sees.contains(&one) {
                let fields = [("seen", "1.1"), ("name", "x"), ("reason", "1"), ("on", "yes")];
                for what in ["acceptance", "decline", "win", "lose", "team", "favourite"] {
                    let answer = client.post(&format!("/leads/{one}/{what}"), &fields).await;
                    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{} {what}", actor.mail);
                }
            }
        }
    }
    let nobody = scene.person("accounts@fabrikam.example", &[(Role::AccountAdmin, None)]).await;
    for actor in [&nobody, &scene.sellers[0]] {
        assert_eq!(world.sign_in(actor).await.get("/leads").await.status, StatusCode::FORBIDDEN);
    }
}

#[sqlx::test(migrations = false)]
async fn a_referrals_user_sees_a_lead_once_on_its_team(db: PgPool) {
    let world = World::new(db).await;
    let lead = send(&world, |_| {}).await;
    let user = world
        .scene
        .person("user@fabrikam.example", &[(Role::ReferralsUser, Some(world.scene.seoul))])
        .await;
    let mut admin = world.sign_in(&world.scene.admin).await;
    let form = admin.get(&format!("/leads/{lead}/acceptance")).await;
    admin
        .post(&format!("/leads/{lead}/acceptance"), &[("seen", &seen(&form)), ("name", "Ours")])
        .await;
    let path = format!("/leads/{lead}/team");
    let wrong = admin
        .post(&path, &[("team-1-first_name", "Jo"), ("team-1-mail", "nobody")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.attributes("[id='team-1-first_name']", "value"), ["Jo"]);
    let member = [
        ("team-1-first_name", "민준"),
        ("team-1-last_name", "김"),
        ("team-1-phone", "+82 2 555 0100"),
        ("team-1-mail", "User@Fabrikam.example"),
    ];
    for _ in 0..2 {
        let page = admin.post(&path, &member).await;
        assert_eq!(admin.follow(&page).await.texts(".team li").len(), 1, "once");
    }
    let mut client = world.sign_in(&user).await;
    let list = client.get("/leads?tab=qualified").await;
    assert_eq!(list.attributes(".list a", "href"), [format!("/leads/{lead}")]);
    assert!(list.select(".list b").starts_with("Ours"));
    let page = client.get(&format!("/leads/{lead}")).await;
    assert_eq!(page.status, StatusCode::OK);
    let hearted = client.post(&format!("/leads/{lead}/favourite"), &[("on", "yes")]).await;
    assert!(client.follow(&hearted).await.has("button[aria-pressed=true]"));
    assert_eq!(client.get("/leads?tab=favourites").await.texts(".tabs .count"), ["0", "1", "1"]);
    assert_eq!(admin.get("/leads?tab=favourites").await.texts(".tabs .count")[2], "0", "favourites are one's own");
}

#[sqlx::test(migrations = false)]
async fn inquiries_of_customers_stand_in_the_marketplace_tab(db: PgPool) {
    let world = World::new(db).await;
    send(&world, |_| {}).await;
    let direct = send(&world, |sending| sending.details.name = "Wrote to us".into()).await;
    sqlx::query(
        "update engagements e set qualification = 'direct' from referrals r where r.engagement_id = e.engagement_id and r.referral_id = $1",
    )
    .bind(direct)
    .execute(world.app.db())
    .await
    .unwrap();
    let mut client = world.sign_in(&world.scene.admin).await;
    let page = client.get("/leads").await;
    assert_eq!(page.texts(".tabs .count"), ["1", "1", "0"]);
    assert!(page.select(".list b").starts_with("Wrote to us"));
    assert_eq!(client.get("/leads?q=wrote+ADATUM").await.texts(".list li").len(), 1);
    assert_eq!(client.get("/leads?q=%25").await.texts(".list li").len(), 0);
}
