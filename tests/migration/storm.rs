//! Three real processes on one database, killed again and again (`kill -9`, SIGTERM, SIGSTOP and SIGCONT) while they migrate.
//!
//! `STORM_DEALS=1000000 STORM_KILLS=100 cargo nextest run storm` is the long run.
//!
//! Seen: before orphaned jobs were looked for every five seconds, nothing went on for 61.7 s after a kill.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use partner_portal::migration::run::State;
use rand::{Rng, SeedableRng, rngs::StdRng};
use serde_json::json;
use sqlx::PgPool;

use super::seed::Fabrikam;

/// When to give up: what a standstill really was is printed. On a machine with nothing else to do it is below a minute.
const STANDSTILL: Duration = Duration::from_mins(5);

fn number(name: &str, usual: u32) -> u32 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// A worker process.
struct Process(Child);

impl Process {
    fn start(url: &str) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_partner-portal"))
            .arg("worker")
            .env("DATABASE_URL", url)
            .env("PORTAL_LOG", "error")
            .env("PORTAL_DATABASE_CONNECTIONS", "5")
            .env("PORTAL_MIGRATION_SLICE", "50")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.0.id().to_string()]).status().unwrap();
        assert!(sent.success(), "{signal}");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Deals of every standing in three currencies; four of five are eligible.
async fn deals(it: &Fabrikam, count: u32) {
    it.deal("TEMPLATE", json!({})).await;
    sqlx::query(
        "insert into psc_deals
         select (jsonb_populate_record(d, jsonb_build_object('psc_deal_id', 'D-' || lpad(n::text, 8, '0'), 'name', 'Deal ' || n,
             'status', case n % 10 when 0 then 'won' else 'open' end, 'own_mpn_id', case n % 10 when 1 then '9999999' else '4512346' end,
             'co_sell', n % 3 > 0, 'value', n, 'currency', (array['KRW', 'USD', 'EUR'])[1 + n % 3]))).*
         from psc_deals d, generate_series(1, $1) n where d.psc_deal_id = 'TEMPLATE'",
    )
    .bind(i32::try_from(count).unwrap())
    .execute(it.app.db())
    .await
    .unwrap();
    it.app.sql("delete from psc_deals where psc_deal_id = 'TEMPLATE'").await;
    it.app.sql("analyze").await;
}

#[sqlx::test(migrations = false)]
async fn three_processes_killed_again_and_again_migrate_each_deal_once(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    let (count, kills) = (number("STORM_DEALS", 4_000), number("STORM_KILLS", 6));
    deals(&it, count).await;
    let eligible = it
        .app
        .count("select count(*) from psc_remaining_deals where standing = 'eligible'")
        .await;
    let others = "select coalesce(jsonb_agg(to_jsonb(d) order by psc_deal_id), '[]') from psc_deals d
                  where status = 'won' or own_mpn_id = '9999999'";
    let untouched = it.value(others).await;
    let name: String = sqlx::query_scalar("select current_database()::text")
        .fetch_one(it.app.db())
        .await
        .unwrap();
    let mut url: url::Url = std::env::var("DATABASE_URL").unwrap().parse().unwrap();
    url.set_path(&name);
    let run = it.start(false).await.unwrap();
    let mut processes: Vec<Process> = (0..3).map(|_| Process::start(url.as_str())).collect();
    let mut leaving = Vec::new();
    let mut random = StdRng::seed_from_u64(11);
    let (mut done, mut moved, mut longest, mut killed) = (0, Instant::now(), Duration::ZERO, 0);
    // A kill when so much has been done since the last one: spread over the whole run.
    let step = (eligible / i64::from(kills + 1)).max(1);
    loop {
        let state = it.find(run).await;
        let now = i64::from(state.done());
        if now > done {
            longest = longest.max(moved.elapsed());
            (done, moved) = (now, Instant::now());
        }
        assert!(moved.elapsed() < STANDSTILL, "nothing goes on after {done} deals");
        if !state.state.is_live() {
            break;
        }
        if killed < kills && now >= step * i64::from(killed + 1) {
            killed += 1;
            let victim = random.random_range(0..processes.len());
            let process = &mut processes[victim];
            match killed % 6 {
                // Longer than a job may take: when it is woken below, another one has its job.
                2 => process.signal("-STOP"),
                4 => process.signal("-TERM"),
                _ => process.signal("-KILL"),
            }
            leaving.push(std::mem::replace(process, Process::start(url.as_str())));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Those that were stopped wake up, and find that there is nothing left to do.
    for process in &mut leaving {
        if process.0.try_wait().unwrap().is_none() {
            process.signal("-CONT");
        }
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    println!("{count} deals, {killed} kills, longest standstill {longest:?}");
    let ended = it.find(run).await;
    assert_eq!(
        (ended.state, i64::from(ended.migrated), ended.errors, killed),
        (State::Completed, eligible, 0, kills)
    );
    it.assert_whole(eligible).await;
    assert_eq!(it.value(others).await, untouched, "nothing outside of what is eligible");
    // Sums by currency: what stood in PSC is what stands in Partner Center.
    let sums = it
        .value(
            "select jsonb_agg(to_jsonb(s)) from (
                 select d.currency, sum(d.value) as psc, sum(r.value) as partner_center, count(*) as deals, count(distinct r.referral_id) as referrals
                 from psc_migrated_deals m join psc_deals d using (import_id, psc_deal_id) join referrals r using (referral_id)
                 group by 1 order by 1) s",
        )
        .await;
    assert_eq!(sums.as_array().unwrap().len(), 3);
    for sum in sums.as_array().unwrap() {
        assert_eq!((&sum["psc"], &sum["deals"]), (&sum["partner_center"], &sum["referrals"]), "{sum}");
    }
}
