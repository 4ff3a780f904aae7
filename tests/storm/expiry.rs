//! The sweep of referrals that are due.

use partner_portal::auth::Role;
use sqlx::PgPool;

use super::{
    bounds,
    outside::Before,
    rage::{Progress, Work, rage},
};
use crate::support::TestApp;

/// Co-sell requests at the vendor, sent fifteen days ago, with the partner's referral beside each; one in ten is not due.
const REQUESTS: &str = "
    with made as materialized (select gen_random_uuid() as id, n from generate_series(1, $1) n),
    engaged as (
        insert into engagements (engagement_id, deal_type, customer_name, customer_country, created_at)
        select id, 'co-sell', 'Customer ' || n, 'KR', now() - interval '15 days' from made)
    insert into referrals (referral_id, engagement_id, organisation_id, deal_id, direction, name, customer_name, status, status_at, sent_at,
        expires_at, created_at, updated_at)
    select gen_random_uuid(), id, o.organisation_id, case when partner then 'D-' || n end, case when partner then 'outbound' else 'inbound' end,
        'Deal ' || n, 'Customer ' || n, case when partner then 'accepted' else 'pending' end, now() - interval '15 days',
        case when not partner then now() - interval '15 days' end,
        case when not partner then now() + (case n % 10 when 0 then interval '10 days' else - interval '1 day' end) end,
        now() - interval '15 days', now() - interval '15 days'
    from made cross join (select organisation_id, kind = 'partner' as partner from organisations) o";

#[sqlx::test(migrations = false)]
async fn three_processes_killed_again_and_again_expire_each_once(pool: PgPool) {
    let app = TestApp::new(pool).await;
    let partner = app.seed().partner("Fabrikam", "4512345").await;
    app.seed()
        .user(partner, "referrals-admin@fabrikam.example")
        .role(Role::ReferralsAdmin)
        .create()
        .await;
    app.seed().vendor().await;
    let (count, kills) = bounds(50_000, 8);
    sqlx::query(REQUESTS)
        .bind(i32::try_from(count).unwrap())
        .execute(app.db())
        .await
        .unwrap();
    app.sql("analyze").await;
    let due = app.count("select count(*) from referrals where expires_at < now()").await;
    assert_eq!(due, i64::from(count - count / 10));
    let before = Before::note(&app).await;
    rage(&app, Work { total: due, kills, written: "referral_history" }, async || {
        let done = app.count("select count(*) from referrals where status = 'expired'").await;
        let untold = app.count("select count(*) from outbox").await;
        Progress { done, over: done == due && untold == 0 }
    })
    .await;
    for (what, sql) in [
        ("expired, changed once", "select count(*) from referrals where status = 'expired' and version = 2"),
        ("an entry each", "select count(*) from referral_history where event = 'expire'"),
        ("the admin told of each", "select count(*) from notifications where event = 'expired'"),
        ("and of as many", "select count(distinct referral_id) from notifications where event = 'expired'"),
        ("of as many", "select count(distinct referral_id) from referral_history where event = 'expire'"),
    ] {
        assert_eq!(app.count(sql).await, due, "{what}");
    }
    let mut changes = before.changes().await;
    for (table, expected) in [
        ("referrals", Some((due, 0))),
        ("referral_history", Some((0, due))),
        ("notifications", Some((0, due))),
        ("mails", None),
        // The dates of the settings, which each process takes over when it starts.
        ("psc_settings", None),
    ] {
        let change = changes.remove(table);
        assert!(expected.is_none() || change == expected, "{table}: {change:?}, not {expected:?}");
    }
    assert!(changes.is_empty(), "nothing else: {changes:?}");
}
