//! A process that is told to stop ends well, and within half a minute, whatever it is at.
//!
//! Seen to fail, on the program as it was before: with a database that says nothing it had not ended after two minutes.
//! With 15 seconds of draining before it (`PORTAL_DRAIN_SECONDS`), the slow upload kept it for 35.4 s.

use std::time::Duration;

use partner_portal::web::csrf;
use sqlx::PgPool;
use tokio::{io::AsyncWriteExt, net::TcpStream};

use super::{Portal, ask, url};
use crate::{
    migration::seed::{ADMIN, Fabrikam},
    storm::deals::deals,
    web::faults::line::{Line, Proxy},
};

const WITHIN: Duration = Duration::from_secs(30);

async fn stops(portal: &mut Portal, at: &str) {
    portal.tell("-TERM");
    let (status, took) = portal.ended().await;
    println!("ended after {took:?}, with {at}");
    assert!(status.success(), "{status}: {}", portal.log());
    assert!(took < WITHIN, "{took:?}: {}", portal.log());
}

/// Sends an upload that comes fast enough, and does not end.
async fn drip(portal: &Portal, session: &str) {
    let mut stream = TcpStream::connect(portal.address).await.unwrap();
    let head = format!(
        "POST /psc/imports?csrf={} HTTP/1.1\r\nhost: localhost\r\ncookie: portal_session={session}\r\n\
         content-type: multipart/form-data; boundary=b\r\ntransfer-encoding: chunked\r\n\r\n",
        csrf::token(session)
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let field = "--b\r\ncontent-disposition: form-data; name=\"deals\"; filename=\"deals.csv\"\r\n\r\n";
    let chunk = "x".repeat(16_384);
    let chunked = |text: &str| format!("{:x}\r\n{text}\r\n", text.len());
    stream.write_all(chunked(field).as_bytes()).await.unwrap();
    tokio::spawn(async move {
        while stream.write_all(chunked(&chunk).as_bytes()).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    });
}

#[sqlx::test(migrations = false)]
async fn with_a_slow_upload_and_a_slice_that_runs(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    deals(&it, 3_000).await;
    // Each slice takes three seconds and more.
    it.app
        .sql(
            "create function slowly() returns trigger language plpgsql as 'begin perform pg_sleep(3); return null; end';
             create trigger t after insert on engagements for each statement execute function slowly()",
        )
        .await;
    let run = it.start(false).await.unwrap();
    let session = it.app.sign_in(ADMIN).await.cookie("portal_session").unwrap().to_owned();
    let mut portal = Portal::start("serve", &url(it.app.db()).await, &[("PORTAL_MIGRATION_SLICE", "50")])
        .up()
        .await;
    drip(&portal, &session).await;
    // One slice is done, and the next has begun.
    while it.find(run).await.migrated == 0 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    stops(&mut portal, "a slow upload and a slice that runs").await;
    let ended = it.find(run).await;
    assert!(ended.state.is_live() && ended.migrated > 0, "others go on");
    it.assert_whole(ended.migrated.into()).await;
    let left = "select count(*) from river_job where kind = 'migrate_deals' and state = 'running'";
    assert_eq!(it.app.count(left).await, 0, "the job was given back");
}

#[sqlx::test(migrations = false)]
async fn with_a_database_that_says_nothing(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    deals(&it, 3_000).await;
    it.start(false).await.unwrap();
    let session = it.app.sign_in(ADMIN).await;
    let cookie = format!("cookie: portal_session={}\r\n", session.cookie("portal_session").unwrap());
    let proxy = Proxy::new(it.app.db()).await;
    let mut portal = Portal::start("serve", &proxy.url, &[]).up().await;
    while it.app.count("select count(*) from psc_migrated_deals").await == 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    proxy.set(Line::Silent);
    let address = portal.address;
    let waits = tokio::spawn(async move { ask(address, "GET /deals", &cookie, b"").await });
    tokio::time::sleep(Duration::from_secs(1)).await;
    stops(&mut portal, "a database that says nothing").await;
    assert_eq!(waits.await.unwrap().unwrap().status, 503, "who waited was told");
}
