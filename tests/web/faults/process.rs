//! A real process behind the line, with people at its pages and a migration in its worker, while the line fails in every way.
//!
//! Seen to fail: before a worker that takes up no jobs any more began anew (src/jobs/pulse.rs), "nothing goes on" for a minute after
//! connections had gone dead, two times of two: River waited for the answer of a fetch.

use std::time::{Duration, Instant};

use sqlx::PgPool;

use super::{BACK_WITHIN, Line, Proxy, no_open_transaction};
use crate::{
    migration::seed::{ADMIN, Fabrikam},
    operate::Portal,
    storm::deals::deals,
};

/// So many of the deals are eligible.
const DEALS: u32 = 8_000;
const ELIGIBLE: i64 = 6_600;
/// Small, so that the run outlives all faults.
const SETTINGS: [(&str, &str); 2] = [("PORTAL_LOG", "error"), ("PORTAL_MIGRATION_SLICE", "20")];
/// How long nothing may go on once the line is good again.
const GOES_ON_WITHIN: Duration = Duration::from_mins(1);

/// What holds the line, and for how long: a slow one until something is done over it, others as long as they take to be noticed.
const FAULTS: [(Line, Duration); 6] = [
    (Line::Cut, Duration::from_secs(1)),
    (Line::Slow, Duration::ZERO),
    (Line::Silent, Duration::from_secs(8)),
    (Line::Dead, Duration::from_secs(1)),
    (Line::Slow, Duration::ZERO),
    (Line::Cut, Duration::from_secs(6)),
];

#[sqlx::test(migrations = false)]
async fn a_process_works_on_through_every_fault(db: PgPool) {
    let it = Fabrikam::new(db).await;
    deals(&it, DEALS).await;
    let run = it.start(false).await.unwrap();
    let session = it.app.sign_in(ADMIN).await;
    let cookie = format!("portal_session={}", session.cookie("portal_session").unwrap());
    let proxy = Proxy::new(it.app.db()).await;
    let portal = Portal::start("serve", &proxy.url, &SETTINGS).up().await;
    // From what it is now: another slice, or the end.
    let goes_on = async || {
        let (from, began) = (it.find(run).await, Instant::now());
        loop {
            let now = it.find(run).await;
            if (now.migrated, now.state) != (from.migrated, from.state) {
                return (now, began.elapsed());
            }
            assert!(began.elapsed() < GOES_ON_WITHIN, "nothing goes on: {}", portal.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let began = Instant::now();
    assert_eq!(portal.ask("GET /deals", &cookie).await.status, 200);
    let usual = began.elapsed();
    for (fault, lasts) in FAULTS {
        goes_on().await;
        proxy.set(fault);
        let page = portal.ask("GET /deals", &cookie).await;
        let told = page.status == 503 && page.head.contains("retry-after: ") && page.body.contains("<h1");
        assert!(told || (page.status == 200 && [Line::Slow, Line::Dead].contains(&fault)), "{fault:?}: {page:?}");
        tokio::time::sleep(lasts).await;
        if fault == Line::Slow {
            goes_on().await;
        }
        proxy.set(Line::Good);
        let began = Instant::now();
        while portal.ask("GET /deals", &cookie).await.status != 200 {
            assert!(began.elapsed() < BACK_WITHIN + usual * 3, "{fault:?}: not back: {}", portal.log());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let back = began.elapsed();
        let (now, on) = goes_on().await;
        assert!(now.state.is_live(), "{fault:?}: it ended before: {now:?}");
        println!("{fault:?}: a page after {back:?}, another slice {on:?} later");
    }
    while goes_on().await.0.state.is_live() {}
    println!("the worker began anew {} times", portal.log().matches("begins anew").count());
    no_open_transaction(it.app.db()).await;
    it.assert_whole(ELIGIBLE).await;
}
