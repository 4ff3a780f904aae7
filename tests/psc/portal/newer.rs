//! What was changed here, when a newer export comes: it goes on where the export knows nothing of it, and is replaced where the export
//! says something newer. Nothing is changed while an export comes in or deals migrate.

use axum::http::StatusCode;
use partner_portal::psc::import::DealColumn as C;
use sqlx::PgPool;

use super::{
    super::support::deal,
    world::{ADMIN, World, three},
};

#[sqlx::test(migrations = false)]
async fn changes_go_on_where_the_newer_export_knows_nothing_of_them(pool: PgPool) {
    let world = World::new(pool).await;
    let mut rows = three();
    rows.push(deal("D-4", &[]));
    rows.push(deal("D-5", &[]));
    world.import(rows.clone()).await;
    let mut client = world.sign_in(ADMIN).await;
    for id in ["D-1", "D-2", "D-4", "D-5"] {
        for name in ["Once", "Edited here"] {
            let digest = world.deal(id, "digest").await.unwrap();
            let path = format!("/psc/deals/{id}/edit");
            assert_eq!(client.post(&path, &[("seen", &digest), ("name", name)]).await.status, StatusCode::SEE_OTHER);
        }
    }
    let made = [("account", "PA-1001"), ("name", "Made here"), ("business", "Co-sell"), ("co-sell", "Yes")];
    assert_eq!(client.post("/psc/deals/new", &made).await.status, StatusCode::SEE_OTHER);

    // D-1 as before; D-2 was changed in the meantime elsewhere; D-4 is gone; D-5 says what was said here.
    let mut newer = rows;
    newer[1][C::Notes as usize] = "changed elsewhere".to_owned();
    newer.remove(3);
    let told = world.deal("D-5", "name").await.unwrap();
    newer[3][C::Name as usize] = told;
    newer[3][C::Modified as usize] = "2026-11-22T09:00:00Z".to_owned();
    for _ in 0..2 {
        let import = world.import(newer.clone()).await;
        // The second time the replaced one is no change of ours any more.
        let replaced = i32::from(import.edits_replaced == 1);
        assert_eq!((import.edits_kept, import.edits_replaced), (2, replaced), "D-1 and the one made here");
        for (id, name) in [("D-1", Some("Edited here")), ("D-2", Some("=1+1")), ("D-4", None), ("D-5", Some("Edited here"))] {
            assert_eq!(world.deal(id, "name").await.as_deref(), name, "{id}");
        }
        assert_eq!(
            world
                .app
                .count("select count(*) from psc_remaining_deals where name = 'Made here'")
                .await,
            1
        );
    }
}

#[sqlx::test(migrations = false)]
async fn nothing_is_changed_while_an_export_comes_in_or_deals_migrate(pool: PgPool) {
    let world = World::new(pool).await;
    let mut client = world.sign_in(ADMIN).await;
    let digest = world.deal("D-2", "digest").await.unwrap();
    for (begin, end, words) in [
        (
            "insert into psc_imports (import_id, organisation_id, state, started_at)
             select gen_random_uuid(), organisation_id, 'reading', now() from psc_settings",
            "update psc_imports set state = 'failed' where state = 'reading'",
            "being taken in",
        ),
        (
            "insert into migration_runs (run_id, organisation_id, import_id, rehearsal, state, started_at, due_at, total, readiness)
             select gen_random_uuid(), organisation_id, current_import_id, false, 'running', now(), now(), 1, '{}' from psc_settings",
            "update migration_runs set state = 'cancelled'",
            "being migrated",
        ),
    ] {
        world.app.sql(begin).await;
        let before = world.app.everything().await;
        for (path, extra) in [
            ("/psc/deals/D-2/edit", vec![("name", "Typed"), ("seen", digest.as_str())]),
            ("/psc/deals/D-2/closing", vec![("status", "won"), ("seen", digest.as_str())]),
            ("/psc/deals/new", vec![("account", "PA-1001"), ("name", "Typed"), ("business", "Co-sell"), ("co-sell", "Yes")]),
        ] {
            let answer = client.post(path, &extra).await;
            assert_eq!(answer.status, StatusCode::CONFLICT, "{path}");
            assert!(answer.select(".problems").contains(words), "{path}");
        }
        let sheet = [("detail", "close_date"), ("id-1", "D-2"), ("seen-1", digest.as_str()), ("close-1", "2027-01-31")];
        let answer = client.post("/psc/clean-up", &sheet).await;
        assert!(answer.select(".problems").contains(words));
        assert_eq!(answer.attributes("[data-table=sheet] input.input", "value"), ["2027-01-31"], "nothing typed is lost");
        let file = b"Opportunity ID,Estimated Close Date\r\nD-2,01/31/2027\r\n";
        let answer = client.upload("/psc/clean-up/uploads", &[("details", "d.csv", file)]).await;
        assert!(answer.select(".problems").contains(words));
        assert_eq!(world.app.everything().await, before);
        world.app.sql(end).await;
    }
    let answer = client.post("/psc/deals/D-2/edit", &[("seen", &digest), ("name", "Now")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

/// A change and an export that begin at once: one waits for the other, and the change is in what counts afterwards or was refused.
#[sqlx::test(migrations = false)]
async fn a_change_and_an_export_exclude_each_other(pool: PgPool) {
    let world = World::new(pool).await;
    let (mut kept, mut refused) = (0, 0);
    for n in 0..12 {
        let digest = world.deal("D-1", "digest").await.unwrap();
        let name = format!("Change {n}");
        let mut client = world.sign_in(ADMIN).await;
        let changing = async {
            // Now before, now behind the beginning of the export.
            tokio::time::sleep(std::time::Duration::from_millis(n * 3)).await;
            client
                .post("/psc/deals/D-1/edit", &[("seen", &digest), ("name", &name)])
                .await
                .status
        };
        let (status, import) = tokio::join!(changing, world.import(three()));
        assert_eq!(import.deals, 3);
        let is_there = world.deal("D-1", "name").await.as_deref() == Some(name.as_str());
        match status {
            StatusCode::SEE_OTHER => kept += 1,
            StatusCode::CONFLICT => refused += 1,
            other => panic!("{other}"),
        }
        assert_eq!(is_there, status == StatusCode::SEE_OTHER, "{n}");
    }
    assert_eq!(kept + refused, 12);
}
