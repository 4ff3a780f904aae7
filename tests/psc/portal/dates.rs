//! What PSC allows one second before and after each of its dates, wherever the reader is.

use axum::http::StatusCode;
use sqlx::PgPool;

use super::world::{ADMIN, World, form, with};

/// What somebody can do now: make, edit, close, complete; look.
async fn can(world: &World, n: usize) -> [bool; 5] {
    let mut client = world.sign_in(ADMIN).await;
    let done = |status: StatusCode| match status {
        StatusCode::SEE_OTHER => true,
        StatusCode::CONFLICT | StatusCode::GONE => false,
        other => panic!("{other}"),
    };
    let seen = |id: &'static str| async move { world.deal(id, "digest").await.unwrap() };
    let name = format!("Made {n}");
    let made = client
        .post(
            "/psc/deals/new",
            &[("account", "PA-1001"), ("name", &name), ("business", "Co-sell"), ("co-sell", "Yes")],
        )
        .await;
    let edited = client
        .post("/psc/deals/D-1/edit", &[("seen", &seen("D-1").await), ("name", &name)])
        .await;
    let phone = format!("+82 10 0000 {n:04}");
    let completed = client
        .post(
            "/psc/clean-up",
            &[
                ("detail", "team"),
                ("id-1", "D-2"),
                ("seen-1", &seen("D-2").await),
                ("member-first-1", "A"),
                ("member-last-1", "B"),
                // Without a mail the team stays incomplete, and can be completed again.
                ("member-phone-1", &phone),
            ],
        )
        .await;
    // Closing needs a deal that is open: one more each time.
    let id: Option<String> = sqlx::query_scalar(
        "select psc_deal_id from psc_deals where status = 'open' and psc_deal_id like 'X-%' order by 1 limit 1",
    )
    .fetch_optional(world.app.db())
    .await
    .unwrap();
    let id = id.expect("an open deal");
    let digest = world.deal(&id, "digest").await.unwrap();
    let closed = client
        .post(&format!("/psc/deals/{id}/closing"), &[("seen", &digest), ("status", "lost")])
        .await;
    let looked = client.get("/psc/deals").await;
    [done(made.status), done(edited.status), done(closed.status), done(completed.status), looked.status == StatusCode::OK]
}

#[sqlx::test(migrations = false)]
async fn one_second_before_and_after_each_date(pool: PgPool) {
    let world = World::new(pool).await;
    let mut rows = super::world::three();
    rows.extend((0..9).map(|n| super::super::support::deal(&format!("X-{n}"), &[])));
    world.import(rows).await;
    let open = [true; 5];
    let read_only = [false, false, false, true, true];
    let closed = [false; 5];
    let mut n = 0;
    for zone in ["UTC", "Asia/Seoul", "America/Los_Angeles"] {
        sqlx::query("update users set time_zone = $1")
            .bind(zone)
            .execute(world.app.db())
            .await
            .unwrap();
        for (time, expected) in [
            ("2026-11-30T23:59:59Z", open),
            ("2026-12-01T00:00:00Z", read_only),
            ("2026-12-01T00:00:01Z", read_only),
            ("2026-12-30T23:59:59Z", read_only),
            ("2026-12-31T00:00:00Z", closed),
            ("2026-12-31T00:00:01Z", closed),
        ] {
            n += 1;
            world.app.app.clock.set(time.parse().unwrap());
            assert_eq!(can(&world, n).await, expected, "{time} {zone}");
        }
    }
}

/// The dates are said in the reader's own time.
#[sqlx::test(migrations = false)]
async fn the_dates_are_told_in_the_readers_time(pool: PgPool) {
    let world = World::new(pool).await;
    let mut client = world.sign_in(ADMIN).await;
    for (zone, said) in [("UTC", "1 December"), ("Asia/Seoul", "1 December"), ("America/Los_Angeles", "30 November")] {
        sqlx::query("update users set time_zone = $1")
            .bind(zone)
            .execute(world.app.db())
            .await
            .unwrap();
        let banner = client.get("/psc/home").await.select(".banner");
        assert!(banner.contains(said), "{zone}: {banner}");
    }
}

#[sqlx::test(migrations = false)]
async fn when_closed_a_page_says_so_and_leads_on(pool: PgPool) {
    let world = World::new(pool).await;
    let mut client = world.sign_in(super::world::REFERRALS).await;
    world.app.app.clock.set("2026-12-31T00:00:00Z".parse().unwrap());
    for path in ["/psc/home", "/psc/deals", "/psc/deals/D-1", "/psc/clean-up", "/psc/export/deals.csv", "/psc/users"] {
        let page = client.get(path).await;
        assert_eq!(page.status, StatusCode::GONE, "{path}");
        assert_eq!(
            page.attributes("main li a", "href"),
            ["/deals", "/migration/deals", "/guide", "/account/users?role=account-admin"]
        );
    }
    // Migrating stays possible (domain.md section 5).
    assert!(client.get("/migration/deals").await.has("form[action='/migration/deals/runs']"));
}

/// After the switch PSC takes no new deals, from no one; those that are there are worked on.
#[sqlx::test(migrations = false)]
async fn after_the_switch_no_deal_is_made_here(pool: PgPool) {
    let world = World::new(pool).await;
    let mut client = world.sign_in(ADMIN).await;
    let page = client.get("/psc/deals/new").await;
    let fields = form(&page, "/psc/deals/new");
    // It is set while the form is open.
    world
        .app
        .sql("update psc_settings set switched_at = '2026-11-22T09:00:00Z'")
        .await;
    let answer = client.post("/psc/deals/new", &with(&fields, &[("name", "Too late")])).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.select(".problems").contains("new deals in Partner Center"), "{}", answer.select(".problems"));
    assert_eq!(answer.attributes("#name", "value"), ["Too late"]);
    let grid = client.get("/psc/deals").await;
    assert!(grid.has("button[disabled][aria-describedby=no-new]") && !grid.has("a[href='/psc/deals/new']"));
    let digest = world.deal("D-1", "digest").await.unwrap();
    let edited = client
        .post("/psc/deals/D-1/edit", &[("seen", &digest), ("name", "Worked on")])
        .await;
    assert_eq!(edited.status, StatusCode::SEE_OTHER);
    assert_eq!(world.deal("D-1", "name").await.as_deref(), Some("Worked on"));
}
