//! The migration of people.

use partner_portal::migration::run::State;
use sqlx::PgPool;

use super::{Progress, bounds, rage};
use crate::migration::users::{many::people, seed::Fabrikam};

#[sqlx::test(migrations = false)]
async fn three_processes_killed_again_and_again_give_each_role_once(pool: PgPool) {
    partner_portal::db::schema::migrate(&pool).await.unwrap();
    let it = Fabrikam::new(pool).await;
    let (count, kills) = bounds(2_000, 3);
    people(&it, 1, count.try_into().unwrap()).await;
    let run = it.start_all().await;
    let total = i64::from(it.find(run).await.total);
    rage(&it.app, total, kills, async || {
        let run = it.find(run).await;
        Progress { done: run.done().into(), over: !run.state.is_live() }
    })
    .await;
    let ended = it.find(run).await;
    assert_eq!((ended.state, i64::from(ended.migrated), ended.errors), (State::Completed, total, 0));
    it.assert_whole(total).await;
    let twice = "select count(*) from (select from role_assignments group by user_id, role, location_id having count(*) > 1) t";
    assert_eq!(it.app.count(twice).await, 0, "no role twice");
    let without = "select count(*) from users u where u.mail like 'p%' and not exists (select from role_assignments r where r.user_id = u.user_id)";
    assert_eq!(it.app.count(without).await, 0, "everybody has one");
}
