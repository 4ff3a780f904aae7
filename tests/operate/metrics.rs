//! Each metric, asked from a real process, with a cause that is known.
//!
//! Seen to fail, on the program as it was before: a request that the entrance refused was in no series, and histograms were summaries, which
//! cannot be added over replicas; while the database was away `/metrics` answered 503 and nothing else.

use std::time::{Duration, Instant};

use sqlx::PgPool;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::{Portal, url};
use crate::{
    migration::seed::{ADMIN, Fabrikam},
    web::faults::line::{Line, Proxy},
};

/// A request to Microsoft that nobody answered until five minutes ago.
const DUE: &str = "
    with made as (
        insert into engagements (engagement_id, deal_type, customer_name, customer_country, created_at)
        values (gen_random_uuid(), 'co-sell', 'Customer', 'KR', now()) returning engagement_id)
    insert into referrals (referral_id, engagement_id, organisation_id, direction, name, customer_name, status, status_at, sent_at,
        expires_at, created_at, updated_at)
    select gen_random_uuid(), engagement_id, organisation_id, 'inbound', 'Deal', 'Customer', 'pending', now(), now() - interval '14 days',
        now() - interval '5 minutes', now(), now()
    from made, organisations where kind = 'vendor'";

/// A mail that is due, and one that was given up, of somebody at Northwind: what happens at Fabrikam is no news to them.
const MAILS: &str = "
    insert into mails (user_id, daily, not_before, done_at, outcome)
    select user_id, done, now() - interval '1 minute', case when done then now() end, case when done then 'failed' end
    from users, (values (false), (true)) as d (done) where mail = 'referrals-admin@northwind.example'";

/// The value of a metric, named with its labels; `None`: it is absent.
fn value(text: &str, name: &str) -> Option<f64> {
    text.lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
}

fn requests(text: &str, method: &str, route: &str, status: &str) -> Option<f64> {
    value(
        text,
        &format!("portal_request_seconds_count{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}}"),
    )
}

fn close_to(found: Option<f64>, expected: f64) {
    let found = found.unwrap();
    // So much may pass until it is asked.
    assert!((expected..expected + 60.0).contains(&found), "{found} is not {expected}");
}

#[sqlx::test(migrations = false)]
async fn each_says_what_was_brought_about(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.beside().await;
    it.deals(3).await;
    it.start(false).await.unwrap();
    // Nobody works, so each stays.
    for done in [
        "update migration_runs set due_at = now() - interval '1 hour'",
        "update river_job set scheduled_at = now() - interval '90 seconds'",
        DUE,
        MAILS,
    ] {
        it.app.sql(done).await;
    }
    let portal = Portal::start("web", &url(it.app.db()).await, &[]).up().await;
    for _ in 0..3 {
        assert_eq!(portal.ask("GET /sign-in", "").await.status, 200);
    }
    assert_eq!(portal.post("/sign-in", "", &[("mail", "x")]).await.status, 403);
    assert_eq!(portal.ask("GET /nothing/of/that/name", "").await.status, 404);
    for method in ["BREW", "STEEP"] {
        portal.ask(&format!("{method} /sign-in"), "").await;
    }
    let text = portal.metrics().await;
    assert_eq!(requests(&text, "GET", "/sign-in", "200"), Some(3.0), "{text}");
    assert_eq!(requests(&text, "POST", "/sign-in", "403"), Some(1.0), "refused by the entrance: {text}");
    assert_eq!(requests(&text, "GET", "none", "404"), Some(1.0), "{text}");
    assert_eq!(requests(&text, "other", "/sign-in", "403"), Some(2.0), "{text}");
    assert!(!text.contains("BREW"), "a visitor made a series: {text}");
    let bucket = r#"portal_request_seconds_bucket{method="GET",route="/sign-in",status="200",le="+Inf"}"#;
    assert_eq!(value(&text, bucket), Some(3.0), "{text}");
    assert_eq!(value(&text, "portal_database_up"), Some(1.0));
    let pool = value(&text, "portal_database_connections").unwrap();
    assert!((1.0..=6.0).contains(&pool), "{pool}");
    assert!(value(&text, "portal_database_connections_idle").unwrap() <= pool);
    close_to(value(&text, "portal_job_age_seconds"), 90.0);
    close_to(value(&text, "portal_expiry_lag_seconds"), 300.0);
    assert_eq!(value(&text, "portal_migration_runs_live"), Some(1.0));
    assert_eq!(value(&text, "portal_migration_runs_overdue"), Some(1.0));
    assert_eq!(value(&text, "portal_mails_due"), Some(1.0));
    assert_eq!(value(&text, "portal_mails_failed"), Some(1.0));
    // One that failed, and whose time to come back has passed: without a worker nobody makes it available.
    it.app.sql("update river_job set state = 'retryable'").await;
    close_to(value(&portal.metrics().await, "portal_job_age_seconds"), 90.0);
}

#[sqlx::test(migrations = false)]
async fn a_worker_counts_what_it_does(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.beside().await;
    it.deals(5).await;
    it.start(false).await.unwrap();
    it.app.sql(DUE).await;
    it.app.sql(MAILS).await;
    let worker = Portal::start("worker", &url(it.app.db()).await, &[("PORTAL_MIGRATION_SLICE", "2")])
        .up()
        .await;
    let began = Instant::now();
    loop {
        let text = worker.metrics().await;
        let all = [
            // Three slices with deals; the one that finds nothing left is none.
            value(&text, "portal_migrated_deals_total") == Some(5.0),
            value(&text, "portal_migration_slice_seconds_count") == Some(3.0),
            // With nothing to say.
            value(&text, r#"portal_mails_total{outcome="dropped"}"#) == Some(1.0),
            value(&text, "portal_mails_due") == Some(0.0),
            value(&text, "portal_expiry_lag_seconds") == Some(0.0),
            value(&text, "portal_migration_runs_live") == Some(0.0),
        ];
        if all == [true; 6] {
            break;
        }
        assert!(began.elapsed() < Duration::from_mins(2), "{all:?} {text}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[sqlx::test(migrations = false)]
async fn they_answer_while_the_database_does_not(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    let session = it.app.sign_in(ADMIN).await;
    let cookie = format!("portal_session={}", session.cookie("portal_session").unwrap());
    let proxy = Proxy::new(it.app.db()).await;
    let portal = Portal::start("web", &proxy.url, &[("PORTAL_LOG_FORMAT", "json")]).up().await;
    assert_eq!(portal.ask("GET /deals", &cookie).await.status, 200);
    assert_eq!(value(&portal.metrics().await, "portal_expiry_lag_seconds"), Some(0.0));

    proxy.set(Line::Cut);
    let refused = portal.ask("GET /deals", &cookie).await;
    assert_eq!(refused.status, 503);
    let text = portal.metrics().await;
    assert_eq!(value(&text, "portal_database_up"), Some(0.0), "{text}");
    assert_eq!(requests(&text, "GET", "/deals", "503"), Some(1.0), "ended in the entrance: {text}");
    for unknown in ["portal_expiry_lag", "portal_job_age", "portal_migration_runs", "portal_mails_due"] {
        assert!(!text.contains(unknown), "{unknown} is not known: {text}");
    }
    let logged = portal.log();
    let line = logged
        .lines()
        .find(|line| line.contains("\"answered\"") && line.contains(&refused.id()));
    assert!(line.is_some_and(|line| line.contains("503")), "{logged}");

    proxy.set(Line::Silent);
    let began = Instant::now();
    assert_eq!(value(&portal.metrics().await, "portal_database_up"), Some(0.0));
    assert!(began.elapsed() < Duration::from_secs(9), "whoever collects them has gone: {:?}", began.elapsed());
    // Somebody does not wait for the answer.
    let mut stream = TcpStream::connect(portal.address).await.unwrap();
    let head = format!("GET /deals HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    drop(stream);
    let began = Instant::now();
    while requests(&portal.metrics().await, "GET", "/deals", "gone") != Some(1.0) {
        assert!(began.elapsed() < Duration::from_secs(30), "who went away is not counted");
    }

    proxy.set(Line::Good);
    let began = Instant::now();
    while value(&portal.metrics().await, "portal_database_up") != Some(1.0) {
        assert!(began.elapsed() < Duration::from_mins(1), "not back");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
