//! Pages read on one connection, and give it back: nothing waits for a second one, and none goes missing.

use axum::http::StatusCode;
use sqlx::PgPool;

use super::desk::{ADMIN, Desk};

/// Seen to fail: with the connection kept while a deal is noted as received ("deals/... is received"), and while the deals that wait
/// in PSC are counted ("/deals: 503").
#[sqlx::test(migrations = false)]
async fn one_connection_is_enough_for_pages_that_hold_it(db: PgPool) {
    let desk = Desk::new(db).await;
    let deal = desk.deal(&mut desk.admin().await, "Ours").await;
    let beside = format!("/deals?tab=inbound&deal={}", deal.trim_start_matches("/deals/"));
    let few = desk.app.on(1).await;
    let mut admin = few.sign_in(ADMIN).await;
    // Opening what waits for an answer writes that it was received, and what was never counted is counted: on connections of their own.
    let waits = "update referrals set status = 'pending', direction = 'inbound', expires_at = '2026-11-30T09:00:00Z';
                 delete from migration_readiness";
    for (path, received) in [(deal.as_str(), 1), (&beside, 1), ("/deals?tab=inbound", 0)] {
        desk.app.sql(waits).await;
        let answer = admin.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        let found = desk.app.count("select count(*) from referrals where status = 'received'").await;
        assert_eq!(found, received, "{path} is received");
    }
    // More often than connections could go missing unseen; and where nothing is found, or nobody may look.
    desk.app.seed().user(desk.fabrikam, "nobody@fabrikam.example").create().await;
    let mut nobody = few.sign_in("nobody@fabrikam.example").await;
    for _ in 0..5 {
        for path in ["/deals", &deal, "/deals/views", "/notifications"] {
            assert_eq!(admin.get(path).await.status, StatusCode::OK, "{path}");
        }
        for path in ["/deals/nothing", "/deals/019ab000-0000-7000-8000-000000000000", "/deals?deal=nothing", "/no/such/page"] {
            assert_eq!(admin.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        for path in ["/deals", &deal] {
            assert_eq!(nobody.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
        }
    }
}
