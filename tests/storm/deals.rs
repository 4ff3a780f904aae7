//! The migration of deals.
//!
//! Seen to fail: without `slice::mark` (src/migration/deals/service/slices.rs) none was marked; with an update of one referral that had
//! been there before in each slice, "referrals: Some((1, 2750)), not Some((0, 2750))". With the slice's cursor and count committed before
//! its rows, the neighbour's run had counted 80 deals as migrated, not 66.

use partner_portal::migration::run::State;
use serde_json::json;
use sqlx::PgPool;

use super::{
    bounds,
    outside::Before,
    rage::{Progress, Work, rage},
};
use crate::migration::seed::Fabrikam;

/// Deals in three currencies, with one to three solutions and one or two people; one in forty stays behind for each reason there is.
pub async fn deals(it: &Fabrikam, count: u32) {
    it.deal("TEMPLATE", json!({"own_mpn_id": it.mpn_id})).await;
    sqlx::query(
        "insert into psc_deals
         select made.* from psc_deals d cross join generate_series(1, $1) n
         cross join lateral jsonb_populate_record(d, jsonb_build_object('psc_deal_id', 'D-' || lpad(n::text, 8, '0'), 'name', 'Deal ' || n,
             'status', case n % 40 when 0 then 'won' when 1 then 'lost' when 2 then 'closed-duplicate' else 'open' end,
             'business', case n % 40 when 3 then 'solution-assessment' when 4 then 'oem-licensing' else 'co-sell' end,
             'created_at', case n % 40 when 5 then '2024-12-31T23:59:59Z' else '2026-05-01T09:00:00Z' end,
             'own_mpn_id', case n % 40 when 6 then '9999999' else d.own_mpn_id end,
             'co_sell', n % 3 > 0, 'value', n, 'currency', (array['KRW', 'USD', 'EUR'])[1 + n % 3],
             'solution_ids', (array['SOL-1', 'SOL-2', 'SOL-3'])[:1 + n % 3],
             'solution_quantities', (array[1, null, 2.5])[:1 + n % 3], 'solution_prices', (array[null, 10, 20])[:1 + n % 3],
             'team_first_names', (array['Ann', 'Bob'])[:1 + n % 2], 'team_last_names', (array['A', 'B'])[:1 + n % 2],
             'team_phones', (array['1', '2'])[:1 + n % 2],
             'team_mails', (array['ann@fabrikam.example', 'bob@fabrikam.example'])[:1 + n % 2],
             'contact_mail', n || '@customer.example')) made
         where d.psc_deal_id = 'TEMPLATE'",
    )
    .bind(i32::try_from(count).unwrap())
    .execute(it.app.db())
    .await
    .unwrap();
    it.app
        .sql(
            // Workers take over the dates of the settings, where a partner has none of its own.
            "delete from psc_deals where psc_deal_id = 'TEMPLATE'; update psc_settings set own_dates = true; analyze",
        )
        .await;
}

/// A partner that is at it as well: deals of the same IDs, some migrated and worked on, some not.
async fn neighbour(it: &Fabrikam) -> i64 {
    let neighbour = it.beside().await;
    deals(&neighbour, 80).await;
    let ended = neighbour.run(false, 50).await;
    assert_eq!((ended.state, ended.migrated), (State::Completed, 66));
    // Deadlines are by the tests' clock; workers go by the real one, and would expire them some day.
    it.app
        .sql("update referrals set expires_at = now() + interval '14 days' where expires_at is not null")
        .await;
    for n in 0..20 {
        neighbour
            .deal(&format!("D-9{n:07}"), json!({"own_mpn_id": neighbour.mpn_id}))
            .await;
    }
    ended.migrated.into()
}

/// How many migrated deals are not what they were in PSC, or not whole.
const DIFFER: &str = "
    select count(*) from psc_migrated_deals m join psc_deals d using (import_id, psc_deal_id)
    join engagements e on e.engagement_id = m.engagement_id join referrals r on r.referral_id = m.referral_id
    where r.deal_id <> d.psc_deal_id or r.engagement_id <> m.engagement_id or r.organisation_id <> m.organisation_id
       or (r.name, r.value, r.currency, r.customer_name) is distinct from (d.name, d.value, d.currency, d.customer_name)
       or (e.contact_first_name, e.contact_last_name, e.contact_phone, e.contact_mail)
          <> (d.contact_first_name, d.contact_last_name, d.contact_phone, d.contact_mail)
       or (select array_agg(solution_id order by position) from engagement_solutions s where s.engagement_id = m.engagement_id) <> d.solution_ids
       or (select array_agg(mail order by position) from referral_team t where t.referral_id = m.referral_id) <> d.team_mails
       or (select count(*) from referral_history h where h.engagement_id = m.engagement_id) <> 1
       or (select count(*) from referrals v join organisations o using (organisation_id)
           where v.engagement_id = m.engagement_id and o.kind = 'vendor') <> d.co_sell::int";

#[sqlx::test(migrations = false)]
async fn three_processes_killed_again_and_again_migrate_each_deal_once(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    let (count, kills) = bounds(20_000, 20);
    let others = neighbour(&it).await;
    deals(&it, count).await;
    let run = it.start(false).await.unwrap();
    let before = Before::note(&it.app).await;
    sqlx::query(
        "create table storm.eligible as select psc_deal_id, co_sell, cardinality(solution_ids) as solutions, cardinality(team_mails) as people
         from psc_remaining_deals join psc_deals d using (import_id, psc_deal_id, co_sell) where organisation_id = $1 and standing = 'eligible'",
    )
    .bind(it.id)
    .execute(it.app.db())
    .await
    .unwrap();
    let (eligible, co_sell, solutions, people): (i64, i64, i64, i64) = sqlx::query_as(
        "select count(*), count(*) filter (where co_sell), sum(solutions)::bigint, sum(people)::bigint from storm.eligible",
    )
    .fetch_one(it.app.db())
    .await
    .unwrap();
    assert_eq!(eligible, i64::from(count) * 33 / 40);
    rage(&it.app, Work { total: eligible, kills, written: "engagements" }, async || {
        let run = it.find(run).await;
        Progress { done: run.done().into(), over: !run.state.is_live() }
    })
    .await;
    let ended = it.find(run).await;
    assert_eq!((ended.state, i64::from(ended.migrated), ended.errors), (State::Completed, eligible, 0));
    it.assert_whole(eligible + others).await;
    let migrated = "with migrated as (select psc_deal_id from psc_migrated_deals m join organisations o using (organisation_id)
                                      where o.mpn_id = '4512345'), wanted as (select psc_deal_id from storm.eligible)
        select (select count(*) from (select * from migrated except all select * from wanted) d)
             + (select count(*) from (select * from wanted except all select * from migrated) d)";
    assert_eq!(it.app.count(migrated).await, 0, "what has migrated is what was eligible");
    assert_eq!(it.app.count(DIFFER).await, 0, "as it was in PSC");
    // Nothing that was there is another one now, but for the run itself and what was counted.
    let mut changes = before.changes().await;
    for (table, expected) in [
        ("migration_runs", Some((1, 0))),
        ("migration_outcomes", Some((0, eligible))),
        ("psc_migrated_deals", Some((0, eligible))),
        ("engagements", Some((0, eligible))),
        ("engagement_solutions", Some((0, solutions))),
        ("referrals", Some((0, eligible + co_sell))),
        ("referral_team", Some((0, people))),
        ("referral_history", Some((0, eligible))),
        ("notifications", Some((0, 1))),
        ("mails", None),
        ("migration_sums", None),
        ("migration_readiness", None),
    ] {
        let change = changes.remove(table);
        assert!(expected.is_none() || change == expected, "{table}: {change:?}, not {expected:?}");
    }
    assert!(changes.is_empty(), "nothing else: {changes:?}");
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
