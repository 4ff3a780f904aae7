//! The migration of deals.

use partner_portal::migration::run::State;
use serde_json::json;
use sqlx::PgPool;

use super::{Progress, bounds, rage};
use crate::migration::seed::Fabrikam;

/// Deals of every standing in three currencies; four of five are eligible.
pub async fn deals(it: &Fabrikam, count: u32) {
    it.deal("TEMPLATE", json!({})).await;
    sqlx::query(
        "insert into psc_deals
         select made.* from psc_deals d cross join generate_series(1, $1) n
         cross join lateral jsonb_populate_record(d, jsonb_build_object('psc_deal_id', 'D-' || lpad(n::text, 8, '0'), 'name', 'Deal ' || n,
             'status', case n % 10 when 0 then 'won' else 'open' end, 'own_mpn_id', case n % 10 when 1 then '9999999' else '4512346' end,
             'co_sell', n % 3 > 0, 'value', n, 'currency', (array['KRW', 'USD', 'EUR'])[1 + n % 3])) made
         where d.psc_deal_id = 'TEMPLATE'",
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
    let (count, kills) = bounds(4_000, 6);
    deals(&it, count).await;
    let eligible = it
        .app
        .count("select count(*) from psc_remaining_deals where standing = 'eligible'")
        .await;
    // Digests: a document of all of them has no room for a million.
    let others = "select to_jsonb(md5(string_agg(md5(d::text), '' order by psc_deal_id))) from psc_deals d
                  where status = 'won' or own_mpn_id = '9999999'";
    let untouched = it.value(others).await;
    let run = it.start(false).await.unwrap();
    rage(&it.app, eligible, kills, async || {
        let run = it.find(run).await;
        Progress { done: run.done().into(), over: !run.state.is_live() }
    })
    .await;
    let ended = it.find(run).await;
    assert_eq!((ended.state, i64::from(ended.migrated), ended.errors), (State::Completed, eligible, 0));
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
