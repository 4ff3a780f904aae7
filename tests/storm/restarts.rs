//! PostgreSQL is stopped and started while people write.
//!
//! Seen to fail: with `synchronous_commit` off in `db::open`, fifteen acknowledged notes were lost in two crashes.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::http::StatusCode;
use partner_portal::{config::Settings, db, demo};

use super::{BACK_WITHIN, cluster::Database};
use crate::support::{
    PASSWORD, TestApp,
    notes::{Deal, Writers},
};

const ADMIN: &str = "referrals-admin@contoso-consulting.example";

/// Stopped in order and as a crash, in turn: what was acknowledged is there once, and who comes meanwhile is told to come again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_restarts_and_crashes() {
    let folder = tempfile::tempdir().unwrap();
    let mut database = Database::start(folder.path());
    let app = TestApp::new(db::open(&database.url(), 4).await.unwrap()).await;
    let app = app.with(|settings| settings.patience = Settings::default().patience);
    demo::load(app.db(), &app.app.clock, PASSWORD).await.unwrap();
    let deal = Arc::new(Deal::of(app.db(), ADMIN).await);
    let mut client = app.sign_in(ADMIN).await;
    let mut sum = Vec::new();
    let mut put_off = 0;
    for turn in 0..4 {
        let mut clients = Vec::new();
        for _ in 0..4 {
            clients.push(app.sign_in(ADMIN).await);
        }
        let writers = Writers::start(&deal, &format!("{turn}"), clients);
        writers.go_on().await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        if turn % 2 == 0 {
            database.stop();
        } else {
            database.kill();
        }
        let answer = client.get("/deals").await;
        assert!(answer.status == StatusCode::SERVICE_UNAVAILABLE && answer.is_page(), "{}", answer.status);
        database.start_again();
        let began = Instant::now();
        while client.get("/deals").await.status != StatusCode::OK {
            assert!(began.elapsed() < BACK_WITHIN, "not back");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let took = began.elapsed();
        assert!(took < BACK_WITHIN, "back after {took:?} only");
        tokio::time::sleep(Duration::from_millis(500)).await;
        let written = writers.end().await;
        println!("pages back after {took:?}, {} notes put off", written.put_off);
        assert!(written.put_off > 0, "nobody wrote while it was away");
        sum.extend(written.acknowledged);
        put_off += written.put_off;
    }
    assert!(!sum.is_empty() && put_off > 0, "{} acknowledged", sum.len());
    deal.assert_whole(app.db(), &sum, true).await;
    app.db().close().await;
}
