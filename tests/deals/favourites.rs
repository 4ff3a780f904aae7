use partner_portal::{auth::Role, referrals::service};
use sqlx::PgPool;

use super::seed::World;

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn twice_on_and_twice_off_are_as_once_and_only_one_s_own(db: PgPool) {
    let world = World::new(db).await;
    let (one, two) = (
        world.admin().await.scope(),
        world
            .person(world.fabrikam, "two@fabrikam.example", &[(Role::ReferralsAdmin, None)])
            .await
            .scope(),
    );
    let id = world.insert(world.deal("ours")).await;
    for on in [true, true, false, false] {
        service::set_favourite(&world.db, &one, id, on).await.unwrap();
        assert_eq!(service::open(&world.db, &one, id).await.unwrap().deal.favourite, on);
        assert!(!service::open(&world.db, &two, id).await.unwrap().deal.favourite);
    }
}
