//! Bulk changes: what is forecast happens, a deal that refuses stops nothing, and nobody reaches beyond their scope.

use axum::http::StatusCode;
use partner_portal::{
    auth::{Actor, Role},
    deals::bulk::{
        run::{Change, Outcome, Selection, State},
        service::{self, Progress},
    },
    ids::{BulkId, ReferralId},
    referrals::{command::Person, filter::Kind, service as referrals},
};
use sqlx::PgPool;

use super::seed::World;
use crate::support::TestApp;

fn person(mail: &str) -> Person {
    Person { first_name: "민준".into(), last_name: "김".into(), phone: "+82 2 1".into(), mail: mail.into() }
}

fn changes() -> Vec<Change> {
    vec![
        Change::Favourite { on: true },
        Change::Favourite { on: false },
        Change::AddMember { person: person("new@fabrikam.example") },
        Change::AddMember { person: person("Someone@Fabrikam.example") },
        Change::SetStage { stage: 20 },
        Change::SetStage { stage: 80 },
        Change::Lose { reason: 2, note: String::new() },
    ]
}

/// Deals of every status, with and without gaps, of both kinds of stages, with full teams.
async fn deals(world: &World) -> Vec<ReferralId> {
    let mut ids = Vec::new();
    for status in ["pending", "received", "accepted", "won", "lost", "declined", "expired", "error"] {
        for kind in ["co-sell", "solution-assessment", "private"] {
            for missing in [0, 32] {
                let mut deal = world.deal(&format!("{status} {kind} {missing}"));
                (deal.status, deal.kind, deal.missing) = (status, kind, missing);
                deal.expires = Some(super::seed::at("2026-12-24T00:00:00Z"));
                if kind == "private" {
                    deal.team = vec!["someone@fabrikam.example"; if missing == 0 { 1 } else { 50 }];
                }
                ids.push(world.insert(deal).await);
            }
        }
    }
    sqlx::query("update referrals set stage = 20 where name like 'accepted co-sell%'")
        .execute(&world.db)
        .await
        .unwrap();
    ids
}

async fn begin(app: &TestApp, actor: &Actor, selection: Selection, change: Change) -> BulkId {
    service::start(&app.app.by(actor), &app.app.queue, Kind::Deal, selection, change)
        .await
        .unwrap()
}

#[sqlx::test(migrations = false)]
async fn what_is_forecast_is_what_happens(db: PgPool) {
    let app = TestApp::new(db).await;
    let world = World::new(app.db().clone()).await;
    let admin = world.admin().await;
    for change in changes() {
        let mut ids = deals(&world).await;
        referrals::set_favourite(app.db(), &admin.scope(), ids[3], true).await.unwrap();
        ids.push(ReferralId::new());
        let now = app.app.clock.now();
        let selection = Selection::Picked(ids.clone());
        let preview = service::preview(app.db(), &admin, Kind::Deal, &selection, &change, now)
            .await
            .unwrap();
        let id = begin(&app, &admin, selection, change.clone()).await;
        let run = service::find(app.db(), admin.user, id).await.unwrap();
        assert_eq!((run.state, run.done()), (State::Completed, 49), "{change:?}");
        let forecast = preview.forecast;
        let refused: i64 = forecast.refused.iter().map(|it| it.1).sum();
        assert_eq!((run.changed, run.same, run.refused), (forecast.changed, forecast.same, refused), "{change:?}");
        let outcomes = service::outcomes(app.db(), &run, true, None).await.unwrap();
        let mut reasons: Vec<_> = forecast
            .refused
            .iter()
            .map(|(key, count)| ((*key).to_owned(), *count))
            .collect();
        let mut happened = outcomes.reasons.clone();
        reasons.sort();
        happened.sort();
        assert_eq!(happened, reasons, "{change:?}");
        assert_eq!(outcomes.rows.len(), usize::try_from(refused).unwrap());
    }
}

/// The whole organisation, by a job: each deal once, whoever works the slices and however often.
#[sqlx::test(migrations = false)]
async fn everything_that_matches_is_changed_by_a_job_and_each_deal_once(db: PgPool) {
    let app = TestApp::new(db).await;
    let world = World::new(app.db().clone()).await;
    let admin = world.admin().await;
    for n in 0..260 {
        let mut deal = world.deal(&format!("deal {n}"));
        deal.status = if n % 10 == 0 { "won" } else { "accepted" };
        world.insert(deal).await;
    }
    let query = "tab=outbound&q=deal&sort=updated";
    let now = app.app.clock.now();
    let change = Change::Lose { reason: 8, note: "The market is gone.".into() };
    let selection = Selection::Matching(query.into());
    let preview = service::preview(app.db(), &admin, Kind::Deal, &selection, &change, now)
        .await
        .unwrap();
    assert_eq!((preview.looked_at, preview.more, preview.forecast.changed), (260, false, 234));
    let id = begin(&app, &admin, selection, change.clone()).await;
    assert_eq!(service::find(app.db(), admin.user, id).await.unwrap().state, State::Queued, "left to a worker");
    let expires = chrono::TimeDelta::days(14);
    // Somebody works two slices beside the job.
    for _ in 0..2 {
        assert_eq!(service::work_slice(app.db(), now, expires, id).await.unwrap(), Progress::More);
    }
    app.run_jobs().await;
    let run = service::find(app.db(), admin.user, id).await.unwrap();
    assert_eq!((run.state, run.changed, run.same, run.refused), (State::Completed, 234, 0, 26));
    assert_eq!(service::work_slice(app.db(), now, expires, id).await.unwrap(), Progress::Over);
    let lost = "select count(*) from referral_history where event = 'lose'";
    assert_eq!(app.count(lost).await, 234);
    assert_eq!(app.count("select count(*) from bulk_outcomes").await, 260);
    assert_eq!(
        app.count("select count(*) from referrals where status = 'lost' and reason = 8")
            .await,
        234
    );
    // The same again: nothing is left to lose, and nothing is lost twice.
    let again = begin(&app, &admin, Selection::Matching(query.into()), change).await;
    app.run_jobs().await;
    let run = service::find(app.db(), admin.user, again).await.unwrap();
    assert_eq!((run.changed, run.same, run.refused), (0, 234, 26));
    assert_eq!(app.count(lost).await, 234);
}

/// A worker that holds the run and is gone: others wait for its lease, then go on.
#[sqlx::test(migrations = false)]
async fn a_held_run_is_left_alone_and_a_lost_one_goes_on(db: PgPool) {
    let app = TestApp::new(db).await;
    let world = World::new(app.db().clone()).await;
    let admin = world.admin().await;
    for n in 0..210 {
        world.insert(world.deal(&format!("deal {n}"))).await;
    }
    let id = begin(&app, &admin, Selection::Matching("tab=outbound".into()), Change::Favourite { on: true }).await;
    let now = app.app.clock.now();
    let slice = || service::work_slice(app.db(), now, chrono::TimeDelta::days(14), id);
    app.sql("update bulk_runs set state = 'running', held_until = now() + interval '1 minute'")
        .await;
    assert_eq!(slice().await.unwrap(), Progress::Held);
    app.sql("update bulk_runs set held_until = now() - interval '1 second'").await;
    assert_eq!(slice().await.unwrap(), Progress::More);
    assert!(service::cancel(app.db(), admin.user, id, now).await.unwrap());
    assert_eq!(slice().await.unwrap(), Progress::Over);
    assert!(!service::cancel(app.db(), admin.user, id, now).await.unwrap(), "over already");
    let run = service::find(app.db(), admin.user, id).await.unwrap();
    assert_eq!((run.state, run.changed), (State::Cancelled, app.count("select count(*) from favourites").await));
    app.run_jobs().await;
    assert_eq!(
        service::find(app.db(), admin.user, id).await.unwrap().changed,
        run.changed,
        "a stopped run stays stopped"
    );
}

#[sqlx::test(migrations = false)]
async fn nobody_changes_what_they_cannot_see(db: PgPool) {
    let app = TestApp::new(db).await;
    let world = World::new(app.db().clone()).await;
    world.admin().await;
    let mut team = world.deal("on the team");
    team.team = vec!["person@fabrikam.example"];
    let team = world.insert(team).await;
    let mut busan = world.deal("busan");
    (busan.location, busan.team) = (Some(world.busan), vec!["person@fabrikam.example"]);
    let busan = world.insert(busan).await;
    let hidden = world.insert(world.deal("hidden")).await;
    let mut foreign = world.deal("foreign");
    (foreign.organisation, foreign.location, foreign.team) = (world.other, None, vec!["person@fabrikam.example"]);
    let foreign = world.insert(foreign).await;
    let user = world
        .person(world.fabrikam, "person@fabrikam.example", &[(Role::ReferralsUser, Some(world.seoul))])
        .await;
    for selection in [Selection::Picked(vec![team, busan, hidden, foreign]), Selection::Matching("tab=outbound".into())] {
        let picked = matches!(selection, Selection::Picked(_));
        for change in changes() {
            let now = app.app.clock.now();
            let preview = service::preview(app.db(), &user, Kind::Deal, &selection, &change, now)
                .await
                .unwrap();
            let id = begin(&app, &user, selection.clone(), change).await;
            let run = service::find(app.db(), user.user, id).await.unwrap();
            let outcomes = service::outcomes(app.db(), &run, false, None).await.unwrap();
            let unseen: Vec<_> = outcomes.rows.iter().filter(|row| row.id != team).collect();
            assert_eq!(unseen.len(), if picked { 3 } else { 0 });
            assert!(
                unseen.iter().all(|row| row.outcome == "error-not-found" && row.name.is_empty()),
                "not even its name"
            );
            let told: i64 = preview
                .forecast
                .refused
                .iter()
                .filter(|it| it.0 == "error-not-found")
                .map(|it| it.1)
                .sum();
            assert_eq!(told, if picked { 3 } else { 0 });
        }
    }
    let touched = "select count(*) from referrals where version > 1 and name = 'on the team'";
    assert_eq!(app.count(touched).await, 1, "what they see is changed");
    let touched = "select count(*) from referrals where version > 1 or status <> 'accepted'";
    assert_eq!(app.count(touched).await, 1, "and nothing else");
    let admin = world
        .person(world.fabrikam, "two@fabrikam.example", &[(Role::ReferralsAdmin, None)])
        .await;
    let run: uuid::Uuid = sqlx::query_scalar("select run_id from bulk_runs limit 1")
        .fetch_one(app.db())
        .await
        .unwrap();
    assert!(service::find(app.db(), admin.user, BulkId(run)).await.is_err(), "a run is its person's own");
}

/// Roles count as they are when a deal's turn comes.
#[sqlx::test(migrations = false)]
async fn a_lost_role_stops_the_rest(db: PgPool) {
    let app = TestApp::new(db).await;
    let world = World::new(app.db().clone()).await;
    let admin = world.admin().await;
    for n in 0..230 {
        world.insert(world.deal(&format!("deal {n}"))).await;
    }
    let change = Change::SetStage { stage: 40 };
    let first = begin(&app, &admin, Selection::Matching("tab=outbound".into()), change.clone()).await;
    let now = app.app.clock.now();
    service::work_slice(app.db(), now, chrono::TimeDelta::days(14), first)
        .await
        .unwrap();
    app.sql("delete from role_assignments").await;
    app.run_jobs().await;
    let run = service::find(app.db(), admin.user, first).await.unwrap();
    assert_eq!((run.state, run.changed), (State::Completed, 25));
    let second = begin(&app, &admin, Selection::Matching("tab=outbound".into()), change).await;
    app.sql("update users set disabled_at = now()").await;
    app.run_jobs().await;
    assert_eq!(service::find(app.db(), admin.user, second).await.unwrap().state, State::Cancelled);
    assert_eq!(app.count("select count(*) from referrals where stage = 40").await, 25);
}

#[sqlx::test(migrations = false)]
async fn the_pages_lead_from_picking_to_the_result(db: PgPool) {
    let app = TestApp::new(db).await;
    let world = World::new(app.db().clone()).await;
    let admin = world.admin().await;
    let open = world.insert(world.deal("Open <deal>")).await.to_string();
    let mut won = world.deal("won");
    won.status = "won";
    let won = world.insert(won).await.to_string();
    let mut client = app.sign_in(&admin.mail).await;
    let list = client.get("/deals?tab=outbound&country=KR").await;
    assert_eq!(list.attributes("input[form=bulk]", "value").len(), 2);
    assert_eq!(list.attributes("#bulk input[name=from]", "value"), ["tab=outbound&country=KR"]);

    let none = client.get("/deals/bulk?from=tab%3Doutbound&which=picked").await;
    assert_eq!(none.select(".empty h2"), "No deal is picked");
    let picked = format!("/deals/bulk?from=tab%3Doutbound&which=picked&id={open}&id={won}");
    let choose = client.get(&picked).await;
    assert_eq!(
        (choose.texts("input[type=radio]").len(), choose.attributes("input[name=id]", "value").len()),
        (5, 2)
    );
    for (fields, field) in [
        ("&change=lose", "#reason"),
        ("&change=stage&stage=30", "#stage"),
        ("&change=member&member-mail=x", "#member-first_name"),
    ] {
        let refused = client.get(&format!("{picked}{fields}")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.attributes(".problems a", "href")[0], field);
    }
    let preview = client
        .get(&format!("{picked}&change=lose&reason=8&note=%EC%8B%9C%EC%9E%A5"))
        .await;
    assert_eq!(preview.select(".forecast"), "1 deal will change.");
    assert_eq!(
        preview.texts("main .people li"),
        ["1 deal will not: This deal is closed. It can be neither edited nor reopened."]
    );
    assert!(preview.select(".banner.bad").contains("closed for good"));

    let fields =
        [("which", "picked"), ("id", open.as_str()), ("id", won.as_str()), ("change", "lose"), ("reason", "8"), ("note", "시장")];
    let begun = client.post("/deals/bulk", &fields).await;
    let result = client.follow(&begun).await;
    assert!(
        result.select("#progress").contains("1 changed, 0 as they were, 1 refused."),
        "{}",
        result.select("#progress")
    );
    assert_eq!(result.texts("tbody tr").len(), 2);
    let refused = client.get(&format!("{}?only=refused", begun.location())).await;
    assert_eq!(refused.texts("tbody tr td:first-child"), ["won"]);
    let fragment = client.get(&format!("{}/progress", begun.location())).await;
    assert_eq!(fragment.header("hx-refresh"), "true");
    assert_eq!(
        client.post("/deals/bulk", &[("change", "favourite")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let other = world
        .person(world.fabrikam, "other@fabrikam.example", &[(Role::ReferralsAdmin, None)])
        .await;
    assert_eq!(app.sign_in(&other.mail).await.get(&begun.location()).await.status, StatusCode::NOT_FOUND);
    let all = client.get("/deals/bulk?from=tab%3Doutbound&which=all&change=favourite").await;
    assert_eq!(all.select(".forecast"), "2 deals will change.");
    assert_eq!(Outcome::Changed.code(), "changed");
}
