//! Each person is told of each event once, whatever the number of workers; of what was rolled back, nobody is.

use partner_portal::{
    db::{self, schema::MIGRATOR},
    notifications::{
        jobs,
        service::{self, Event, Told},
    },
    referrals::service as referrals,
};
use serde_json::json;
use sqlx::PgPool;

use super::support::{NOW, Scene, at, event, fan_out, post, told, told_to};

#[sqlx::test(migrator = "MIGRATOR")]
async fn the_outbox_is_taken_in_order_and_once(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(|_| {}).await;
    sqlx::query("delete from outbox").execute(&db).await.unwrap();
    for name in ["note", "accepted", "won"] {
        event(&db, name, deal).await;
    }
    let zones = ["UTC".to_owned()];
    assert_eq!(service::fan_out_batch(&db, at(NOW), &zones, 2).await.unwrap(), Told { taken: 2, written: 2 });
    assert_eq!(told_to(&db, scene.admin.user).await, ["note", "accepted"]);
    assert_eq!(fan_out(&db).await, Told { taken: 1, written: 1 });
    assert_eq!(fan_out(&db).await, Told::default());
    assert_eq!(told_to(&db, scene.admin.user).await, ["note", "accepted", "won"]);
}

/// Five workers on 2,000 events for two people who each want one mail a day and one at once.
#[sqlx::test(migrator = "MIGRATOR")]
async fn workers_beside_each_other_tell_nobody_twice(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    scene
        .person("second@fabrikam.example", &[(partner_portal::auth::Role::ReferralsAdmin, None)])
        .await;
    let deal = scene.deal(|_| {}).await;
    sqlx::query("delete from outbox").execute(&db).await.unwrap();
    sqlx::query(
        "insert into outbox (event, referral_id, at)
         select case when n % 2 = 0 then 'note' else 'declined' end, $1, $2 from generate_series(1, 2000) as n",
    )
    .bind(deal)
    .bind(at(NOW))
    .execute(&db)
    .await
    .unwrap();
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..5 {
        let db = db.clone();
        workers.spawn(async move {
            let (mut all, zones) = (Told::default(), ["UTC".to_owned()]);
            loop {
                let told = service::fan_out_batch(&db, at(NOW), &zones, 50).await.unwrap();
                if told.taken == 0 {
                    return all;
                }
                all.taken += told.taken;
                all.written += told.written;
            }
        });
    }
    let done = workers.join_all().await;
    assert_eq!(
        (done.iter().map(|t| t.taken).sum::<i64>(), done.iter().map(|t| t.written).sum::<i64>()),
        (2000, 4000)
    );
    assert_eq!(told(&db).await.len(), 4000);
    let mails: Vec<(bool, i64)> = sqlx::query_as(
        "select daily, count(n) from mails m left join notifications n using (mail_id) group by m.mail_id, daily order by m.mail_id",
    )
    .fetch_all(&db)
    .await
    .unwrap();
    assert_eq!(mails.len(), 4, "one mail at once and one a day for each of them: {mails:?}");
    assert!(mails.iter().all(|(_, told)| *told == 1000), "{mails:?}");
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn a_change_that_was_rolled_back_tells_nobody(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(|_| {}).await;
    sqlx::query("delete from outbox").execute(&db).await.unwrap();
    let mut tx = db::begin(&db).await.unwrap();
    sqlx::query("insert into outbox (event, referral_id, at) values ('won', $1, now())")
        .bind(deal)
        .execute(&mut *tx)
        .await
        .unwrap();
    service::tell_user(&mut tx, scene.admin.user, Event::RoleGranted, &json!({"role": "seller"}), at(NOW))
        .await
        .unwrap();
    // Another worker comes by meanwhile.
    assert_eq!(fan_out(&db).await, Told::default());
    tx.rollback().await.unwrap();
    assert_eq!(fan_out(&db).await, Told::default());
    let refused = referrals::accept(&scene.by(&scene.admin, at(NOW)), deal, None, crate::referrals::scene::details()).await;
    assert!(refused.is_err(), "it is accepted already");
    assert_eq!(fan_out(&db).await, Told::default());
    assert_eq!(told(&db).await, Vec::<String>::new());
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(post(&db, NOW, folder.path()).send_next().await.unwrap(), None);
}

/// A worker dies in the middle: the batch is whole in the outbox again.
#[sqlx::test(migrator = "MIGRATOR")]
async fn a_batch_that_fails_is_told_later_and_whole(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(|_| {}).await;
    sqlx::query("delete from outbox").execute(&db).await.unwrap();
    event(&db, "note", deal).await;
    event(&db, "won", deal).await;
    sqlx::raw_sql(
        "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$;
         create trigger refuse before insert on notifications for each row when (new.event = 'won') execute function refuse();",
    )
    .execute(&db)
    .await
    .unwrap();
    assert!(service::fan_out_batch(&db, at(NOW), &[], 10).await.is_err());
    assert_eq!(told(&db).await.len(), 0);
    sqlx::query("drop trigger refuse on notifications").execute(&db).await.unwrap();
    assert_eq!(fan_out(&db).await, Told { taken: 2, written: 2 });
    assert_eq!(told_to(&db, scene.admin.user).await, ["note", "won"]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn only_what_words_need_is_kept_of_the_detail(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(|_| {}).await;
    sqlx::query("delete from outbox").execute(&db).await.unwrap();
    let detail = json!({"side": "other", "seller_name": "Sam Seller", "seller": {"mail": "sam@microsoft.example"}});
    super::support::event_with(&db, "expired", deal, None, detail).await;
    super::support::event_with(&db, "expired", deal, None, json!({"side": "sam@microsoft.example"})).await;
    fan_out(&db).await;
    let kept: Vec<serde_json::Value> = sqlx::query_scalar("select detail from notifications order by outbox_id")
        .fetch_all(&db)
        .await
        .unwrap();
    assert_eq!(kept, [json!({"side": "other"}), json!({})]);
}

#[sqlx::test(migrator = "MIGRATOR")]
async fn twenty_thousand_events_make_one_mail(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(|_| {}).await;
    sqlx::query("delete from outbox").execute(&db).await.unwrap();
    sqlx::query("insert into outbox (event, referral_id, at) select 'expired', $1, $2 from generate_series(1, 20000)")
        .bind(deal)
        .bind(at(NOW))
        .execute(&db)
        .await
        .unwrap();
    assert_eq!(fan_out(&db).await, Told { taken: 20_000, written: 20_000 });
    let mails: i64 = sqlx::query_scalar("select count(*) from mails").fetch_one(&db).await.unwrap();
    assert_eq!(mails, 1, "one daily mail for the admin, not one per deal");
}

/// The worker's own jobs, as they run beside the pages.
#[sqlx::test(migrator = "MIGRATOR")]
async fn the_worker_tells_sends_and_reminds(db: PgPool) {
    let scene = Scene::new(db.clone()).await;
    let deal = scene.deal(crate::referrals::scene::ask).await;
    let request = scene.referral_of(deal, scene.vendor).await.unwrap();
    let seller = scene.sellers_of(request).await.0.user;
    let folder = tempfile::tempdir().unwrap();
    let app = crate::support::TestApp::new(db.clone()).await.at("2026-03-15T10:00:00Z");
    let app = app.with(|settings| settings.mail_folder = Some(folder.path().to_owned()));
    // One job after the other, as the schedule would bring them.
    app.app.queue.insert(jobs::Remind {}).await.unwrap();
    app.run_jobs().await;
    app.app.queue.insert(jobs::TellPeople {}).await.unwrap();
    app.run_jobs().await;
    app.app.queue.insert(jobs::SendMails {}).await.unwrap();
    app.run_jobs().await;
    assert_eq!(told_to(&db, seller).await, ["received", "expiring-1"]);
    // One mail tells of both, or each has one where a turn of the worker's own schedule came in between; none is sent twice.
    let mails = std::fs::read_dir(folder.path()).unwrap().count();
    assert!((1..=2).contains(&mails), "{mails} mails");
    let sent: i64 = sqlx::query_scalar("select count(distinct mail_id) from notifications")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(i64::try_from(mails).unwrap(), sent);
}
