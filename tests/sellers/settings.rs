//! What sellers say of themselves.

use axum::http::StatusCode;
use sqlx::PgPool;

use super::world::World;

#[sqlx::test(migrations = false)]
async fn countries_and_phone_are_kept_and_requests_follow_them(db: PgPool) {
    let world = World::new(db).await;
    let [one, two] = &world.scene.sellers;
    let (_, before) = world.request(|_| {}).await;
    let mut client = world.sign_in(one).await;
    let form = client.get("/requests/settings").await;
    assert_eq!(form.attributes("input[name=countries]", "value"), ["KR"]);
    let saved = client
        .post("/requests/settings", &[("phone", " +82 2 555 0199 "), ("add", "FR")])
        .await;
    let page = client.follow(&saved).await;
    assert_eq!(page.attributes("input[name=countries]", "value"), ["FR"], "Korea was unticked");
    assert_eq!(page.attributes("#phone", "value"), ["+82 2 555 0199"]);
    let (_, french) = world.request(|new| new.customer.country = "FR".into()).await;
    assert_eq!(world.scene.sellers_of(french).await.0.user, one.user);
    for _ in 0..2 {
        let (_, korean) = world.request(|_| {}).await;
        assert_eq!(world.scene.sellers_of(korean).await.0.user, two.user);
    }
    let owner = world.scene.sellers_of(before).await.0.user;
    let phone: String = sqlx::query_scalar("select seller_phone from referrals where referral_id = $1")
        .bind(before)
        .fetch_one(world.app.db())
        .await
        .unwrap();
    assert_eq!(phone, if owner == one.user { "+82 2 555 0199" } else { "" }, "what is under way has the new number");

    for fields in [[("phone", "+82"), ("add", "XX")], [("phone", "+82"), ("countries", "<b>")]] {
        let refused = client.post("/requests/settings", &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.attributes("#phone", "value"), ["+82"]);
    }
}
