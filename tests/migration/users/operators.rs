//! What operators do to runs of the user migration.

use partner_portal::{auth::Role, migration::run::State};
use sqlx::PgPool;

use super::seed::Fabrikam;

/// A cancelled run goes on behind its cursor, and gives nobody a role twice.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_run_is_stopped_and_goes_on(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(5).await;
    let vendor = it.app.seed().vendor().await;
    it.app
        .seed()
        .user(vendor, "operator@microsoft.example")
        .role(Role::PortalOperator)
        .create()
        .await;
    let mut operator = it.app.sign_in("operator@microsoft.example").await;
    let run = it.start_all().await;
    it.slice(run, 2).await;
    let page = operator.get("/operations/runs").await;
    assert_eq!(page.texts("tbody th, tbody td:nth-child(2)"), ["Fabrikam", "People"]);
    assert!(page.text().contains("2 of 5"), "{}", page.select("tbody"));
    let (stop, go) = (format!("/operations/runs/{run}/cancellation"), format!("/operations/runs/{run}/resumption"));
    // Not while it lives.
    let answer = operator.post(&go, &[]).await;
    assert!(operator.follow(&answer).await.select(".banner").contains("cannot go on"));
    operator.post(&stop, &[]).await;
    assert_eq!(it.find(run).await.state, State::Cancelled);
    it.app.run_jobs().await;
    it.assert_whole(2).await;
    let both = futures_util::future::join_all((0..2).map(|_| {
        let mut operator = operator.clone();
        let go = go.clone();
        async move { operator.post(&go, &[]).await.status }
    }));
    assert!(both.await.iter().all(axum::http::StatusCode::is_redirection));
    it.app.run_jobs().await;
    let done = it.find(run).await;
    assert_eq!((done.state, done.migrated), (State::Completed, 5));
    it.assert_whole(5).await;
}
