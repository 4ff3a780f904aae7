//! Fifty organisations at once over few connections: whatever is asked, in whatever order, nobody ever sees a row of another's.
//!
//! Seen to fail: without the organisation in `within` (src/referrals/store/scope.rs), "/deals/... shows zq00xj to zq04xj" within seconds.
//!
//! `MIXED_REQUESTS=100000 cargo nextest run fifty_organisations` is the long run.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use axum::http::StatusCode;
use partner_portal::{auth::Role, ids::OrganisationId};
use rand::{Rng, SeedableRng, rngs::StdRng};
use sqlx::PgPool;
use uuid::Uuid;

use crate::support::{Client, TestApp};

const ORGANISATIONS: usize = 50;
const DEALS: i32 = 8;

fn requests() -> u64 {
    std::env::var("MIXED_REQUESTS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_500)
}

/// Stands in all names of an organisation's, and in no other's.
fn mark(n: usize) -> String {
    format!("zq{n:02}xj")
}

struct Tenant {
    client: Client,
    deals: Vec<Uuid>,
    user: Uuid,
    location: Uuid,
}

async fn tenant(app: &TestApp, n: usize) -> Tenant {
    let (seed, name) = (app.seed(), mark(n));
    let organisation: OrganisationId = seed.partner(&name, &(4_800_000 + n).to_string()).await;
    let location = seed.location(organisation, &(4_900_000 + n).to_string(), &name).await;
    let mail = format!("admin@{name}.example");
    let user = seed
        .user(organisation, &mail)
        .role(Role::ReferralsAdmin)
        .role(Role::AccountAdmin)
        .create()
        .await;
    let deals: Vec<Uuid> = sqlx::query_scalar(
        "with made as (
             insert into engagements (engagement_id, deal_type, started_by, customer_name, customer_country, created_at)
             select gen_random_uuid(), 'private', $1, $2 || ' customer ' || n, 'KR', now() from generate_series(1, $3) n
             returning engagement_id, customer_name)
         insert into referrals (referral_id, engagement_id, organisation_id, deal_id, direction, name, customer_name, status, status_at,
             created_at, updated_at)
         select gen_random_uuid(), engagement_id, $1, right(engagement_id::text, 12), 'outbound', $2 || ' deal', customer_name, 'accepted',
             now(), now() - random() * interval '30 days', now() from made
         returning referral_id",
    )
    .bind(organisation)
    .bind(&name)
    .bind(DEALS)
    .fetch_all(app.db())
    .await
    .unwrap();
    Tenant { client: app.sign_in(&mail).await, deals, user: user.0, location: location.0 }
}

/// Something that somebody could ask for; `of`: whose identifier it has.
fn path(random: &mut StdRng, of: &Tenant) -> String {
    let deal = of.deals[random.random_range(0..of.deals.len())];
    match random.random_range(0..16) {
        0 => "/deals?tab=outbound".to_owned(),
        1 => "/deals?tab=outbound&sort=updated".to_owned(),
        2 => "/deals?tab=outbound&q=zq".to_owned(),
        3 => "/deals?tab=outbound&q=customer+1".to_owned(),
        4 => "/deals?tab=outbound&status=accepted&country=KR".to_owned(),
        5 => format!("/deals?tab=outbound&location={}", of.location),
        6 | 7 => format!("/deals/{deal}"),
        8 => format!("/deals/{deal}/details"),
        9 => format!("/deals/{deal}/team"),
        10 => "/account/users".to_owned(),
        11 => format!("/account/users/{}", of.user),
        12 => "/account/locations".to_owned(),
        13 => "/account/audit".to_owned(),
        14 => format!("/deals/bulk?which=picked&id={deal}"),
        _ => "/notifications".to_owned(),
    }
}

#[sqlx::test(migrations = false)]
async fn fifty_organisations_never_see_a_row_of_each_others(pool: PgPool) {
    let app = TestApp::new(pool).await;
    app.seed().vendor().await;
    // Few connections for many at once: what one leaves on a connection another could find.
    let app = app.on(3).await;
    let mut tenants = Vec::new();
    for n in 0..ORGANISATIONS {
        tenants.push(tenant(&app, n).await);
    }
    let (tenants, left) = (Arc::new(tenants), Arc::new(AtomicU64::new(requests())));
    let (shown, foreign) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let mut visitors = Vec::new();
    for visitor in 0..12 {
        let (tenants, left, shown, foreign) = (tenants.clone(), left.clone(), shown.clone(), foreign.clone());
        visitors.push(tokio::spawn(async move {
            let mut random = StdRng::seed_from_u64(visitor);
            while left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| n.checked_sub(1))
                .is_ok()
            {
                let n = random.random_range(0..ORGANISATIONS);
                let whose = if random.random_bool(0.5) { n } else { random.random_range(0..ORGANISATIONS) };
                let path = path(&mut random, &tenants[whose]);
                let answer = tenants[n].client.clone().get(&path).await;
                assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
                let (text, own) = (answer.text(), mark(n));
                for (at, _) in text.match_indices("zq") {
                    let found = text.get(at..at + own.len()).unwrap_or_default();
                    let is_mark = found.ends_with("xj");
                    assert!(!is_mark || found == own, "{path} shows {found} to {own}");
                    shown.fetch_add(u64::from(is_mark), Ordering::Relaxed);
                }
                if whose != n && path.contains(&tenants[whose].user.to_string()) {
                    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
                    foreign.fetch_add(1, Ordering::Relaxed);
                }
            }
        }));
    }
    for visitor in visitors {
        visitor.await.unwrap();
    }
    let (shown, foreign) = (shown.load(Ordering::Relaxed), foreign.load(Ordering::Relaxed));
    println!("{} requests, {shown} own names shown, {foreign} foreign people not there", requests());
    assert!(shown > requests() && foreign > 0, "the check looked at nothing");
}
