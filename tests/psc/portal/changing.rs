//! Making, editing and closing deals while PSC is open.

use axum::http::StatusCode;
use partner_portal::ids::ImportId;
use sqlx::PgPool;

use super::world::{ADMIN, MANAGER, SELLER, World, form, with};

#[sqlx::test(migrations = false)]
async fn a_form_sent_back_as_it_is_changes_nothing(pool: PgPool) {
    let world = World::new(pool).await;
    let mut client = world.sign_in(ADMIN).await;
    for id in ["D-1", "D-2"] {
        let path = format!("/psc/deals/{id}/edit");
        let digest = world.deal(id, "digest").await;
        let page = client.get(&path).await;
        let fields = form(&page, &path);
        let answer = client.post(&path, &with(&fields, &[])).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{id}");
        assert!(client.follow(&answer).await.text().contains("nothing changed"));
        assert_eq!(world.deal(id, "digest").await, digest);
    }
    assert_eq!(
        world
            .app
            .count("select count(*) from psc_deals where edited_at is not null")
            .await,
        0
    );
}

#[sqlx::test(migrations = false)]
async fn an_edit_is_kept_told_apart_and_in_the_audit_log(pool: PgPool) {
    let world = World::new(pool).await;
    let mut client = world.sign_in(ADMIN).await;
    let path = "/psc/deals/D-2/edit";
    let fields = form(&client.get(path).await, path);
    let changes = [
        ("customer", "한빛물류 주식회사"),
        ("line1", "서울특별시 중구 세종대로 110"),
        ("city", "서울"),
        ("country", "KR"),
        ("close", "2027-01-31"),
        ("value", "0990.50"),
        ("currency", "usd"),
        ("team", "Jane, Doe, +82 10 0000 0002, jane@fabrikam.example\n서연,이,+82 10 1,s@fabrikam.example\n"),
        ("notes", "=HYPERLINK(\"x\")\r\nsecond line"),
    ];
    let answer = client.post(path, &with(&fields, &changes)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.select(".problems"));
    let page = client.follow(&answer).await;
    assert!(page.text().contains("changed here on") && !page.has("#missing"));
    for (column, text) in [
        ("missing", "0"),
        ("value", "990.5000"),
        ("currency", "USD"),
        ("close_date", "2027-01-31"),
        ("cardinality(team_mails)", "2"),
        ("customer_match_key <> ''", "true"),
        ("modified_at = '2026-11-22T09:00:00Z'", "true"),
    ] {
        assert_eq!(world.deal("D-2", column).await.as_deref(), Some(text), "{column}");
    }
    let (before, after): (serde_json::Value, serde_json::Value) =
        sqlx::query_as("select before, after from audit_log where action = 'psc-deal-changed' and subject = 'D-2'")
            .fetch_one(world.app.db())
            .await
            .unwrap();
    assert_eq!(before["Estimated Close Date"], "soon");
    assert_eq!(after["Estimated Close Date"], "01/31/2027");
    assert_eq!(after.get("Sales Stage"), None, "only what changed");
}

#[sqlx::test(migrations = false)]
async fn what_cannot_be_read_is_said_at_its_field_and_stays_typed(pool: PgPool) {
    let world = World::new(pool).await;
    let mut client = world.sign_in(ADMIN).await;
    let path = "/psc/deals/D-1/edit";
    let fields = form(&client.get(path).await, path);
    let before = world.app.everything().await;
    let changes = [("value", "1,250"), ("currency", "Won"), ("close", "31.01.2027"), ("team", "Jane Doe")];
    let answer = client.post(path, &with(&fields, &changes)).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for (field, typed) in [("value", "1,250"), ("currency", "Won"), ("close", "31.01.2027")] {
        assert_eq!(answer.attributes(&format!("#{field}"), "value"), [typed]);
        assert!(
            answer.has(&format!("#{field}-problem")) && answer.has(&format!(".problems a[href='#{field}']")),
            "{field}"
        );
    }
    assert!(answer.has("#team-problem"));
    assert_eq!(world.app.everything().await, before);
}

#[sqlx::test(migrations = false)]
async fn the_second_of_two_is_told_and_loses_nothing(pool: PgPool) {
    let world = World::new(pool).await;
    let (mut first, mut second) = (world.sign_in(ADMIN).await, world.sign_in(MANAGER).await);
    let path = "/psc/deals/D-1/edit";
    let fields = form(&first.get(path).await, path);
    let theirs = form(&second.get(path).await, path);
    first.post(path, &with(&fields, &[("name", "First")])).await;
    let answer = second.post(path, &with(&theirs, &[("name", "Second")])).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert_eq!(world.deal("D-1", "name").await.as_deref(), Some("First"));
    assert_eq!(answer.attributes("#name", "value"), ["Second"]);
    let again = form(&answer, path);
    assert_eq!(second.post(path, &with(&again, &[])).await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.deal("D-1", "name").await.as_deref(), Some("Second"));
}

#[sqlx::test(migrations = false)]
async fn of_many_at_once_each_lands_or_is_told(pool: PgPool) {
    let world = World::new(pool).await;
    let digest = world.deal("D-1", "digest").await.unwrap();
    let mut tasks = Vec::new();
    for n in 0..16 {
        let mut client = world.sign_in(ADMIN).await;
        let digest = digest.clone();
        tasks.push(tokio::spawn(async move {
            let name = format!("Number {n}");
            client
                .post("/psc/deals/D-1/edit", &[("seen", &digest), ("name", &name)])
                .await
                .status
        }));
    }
    let mut statuses = Vec::new();
    for task in tasks {
        statuses.push(task.await.unwrap());
    }
    let landed = statuses.iter().filter(|status| **status == StatusCode::SEE_OTHER).count();
    assert_eq!((landed, statuses.iter().filter(|s| **s == StatusCode::CONFLICT).count()), (1, 15));
    assert_eq!(
        world
            .app
            .count("select count(*) from audit_log where action = 'psc-deal-changed'")
            .await,
        1
    );
    assert_eq!(world.app.count("select edits from psc_settings where edits > 0").await, 1);
}

#[sqlx::test(migrations = false)]
async fn a_closed_deal_stays_behind_and_is_closed_for_good(pool: PgPool) {
    let world = World::new(pool).await;
    let mut client = world.sign_in(ADMIN).await;
    let eligible = |page: &crate::support::Answer| page.select("[data-count=eligible]");
    let mut admin = world.sign_in(super::world::REFERRALS).await;
    assert_eq!(eligible(&admin.get("/migration/deals").await), "2");
    let path = "/psc/deals/D-1/closing";
    let fields = form(&client.get(path).await, path);
    assert_eq!(client.post(path, &with(&fields, &[])).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(client.post(path, &with(&fields, &[("status", "duplicate")])).await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.deal("D-1", "status").await.as_deref(), Some("closed-duplicate"));
    assert_eq!(eligible(&admin.get("/migration/deals").await), "1", "counted anew");
    // By no way.
    let digest = world.deal("D-1", "digest").await.unwrap();
    let before = world.app.everything().await;
    for (path, extra) in [
        ("/psc/deals/D-1/edit", ("name", "x")),
        ("/psc/deals/D-1/closing", ("status", "won")),
        ("/psc/deals/D-1/products", ("product", "SOL-1")),
    ] {
        assert_eq!(client.post(path, &[("seen", digest.as_str()), extra]).await.status, StatusCode::CONFLICT, "{path}");
        if !path.ends_with("products") {
            assert_eq!(client.get(path).await.status, StatusCode::SEE_OTHER, "{path}");
        }
    }
    let sheet = [("detail", "name"), ("id-1", "D-1"), ("seen-1", &digest), ("name-1", "x")];
    assert_eq!(client.post("/psc/clean-up", &sheet).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(world.app.everything().await, before);
}

#[sqlx::test(migrations = false)]
async fn a_seller_makes_deals_that_are_their_own(pool: PgPool) {
    let world = World::new(pool).await;
    let mut client = world.sign_in(SELLER).await;
    let fields = form(&client.get("/psc/deals/new").await, "/psc/deals/new");
    assert!(fields.contains(&("account".to_owned(), "PA-1000".to_owned())), "{fields:?}");
    let foreign = with(&fields, &[("name", "N"), ("account", "PA-1001")]);
    assert_eq!(client.post("/psc/deals/new", &foreign).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let unassigned = with(&fields, &[("name", "N"), ("assigned", "mina@fabrikam.example")]);
    let answer = client.post("/psc/deals/new", &unassigned).await;
    assert!(answer.has("#assigned-problem"), "{}", answer.text());
    assert_eq!(client.post("/psc/deals/new", &with(&fields, &[])).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(world.app.count("select count(*) from psc_deals").await, 3);

    let answer = client
        .post("/psc/deals/new", &with(&fields, &[("name", "Neu"), ("products", "MS-AZURE|2|9.5")]))
        .await;
    let page = client.follow(&answer).await;
    assert_eq!((page.status, page.select("h1")), (StatusCode::OK, "Neu".to_owned()));
    let id = page.path.rsplit('/').next().unwrap().to_owned();
    for (column, text) in [
        ("status", "open"),
        ("inbound", "false"),
        ("mpn_id", "4512345"),
        ("solution_quantities[1]", "2.0000"),
        ("created_at = '2026-11-22T09:00:00Z'", "true"),
    ] {
        assert_eq!(world.deal(&id, column).await.as_deref(), Some(text), "{column}");
    }
    let import: Option<ImportId> = sqlx::query_scalar("select import_id from psc_deals where psc_deal_id = $1")
        .bind(&id)
        .fetch_optional(world.app.db())
        .await
        .unwrap();
    assert!(import.is_some());
    assert_eq!(
        world
            .app
            .count("select count(*) from audit_log where action = 'psc-deal-created'")
            .await,
        1
    );
}

#[sqlx::test(migrations = false)]
async fn products_go_in_and_out_one_by_one(pool: PgPool) {
    let world = World::new(pool).await;
    let mut client = world.sign_in(ADMIN).await;
    let path = "/psc/deals/D-1/products";
    let ids = async || world.deal("D-1", "array_to_string(solution_ids, ' ')").await.unwrap();
    for (act, product, quantity, price, after) in [
        ("add", "SOL-1", "3", "12.5", "SOL-34104-EBB MS-AZURE SOL-1"),
        ("add", "MS-M365", "", "", "SOL-34104-EBB MS-AZURE SOL-1 MS-M365"),
        ("remove", "MS-AZURE", "", "", "SOL-34104-EBB SOL-1 MS-M365"),
    ] {
        let page = client.get(path).await;
        let seen = page.attributes("input[name=seen]", "value")[0].clone();
        let sent = [("seen", seen.as_str()), ("act", act), ("product", product), ("quantity", quantity), ("price", price)];
        assert_eq!(client.post(path, &sent).await.status, StatusCode::SEE_OTHER, "{product}");
        assert_eq!(ids().await, after);
    }
    let seen = world.deal("D-1", "digest").await.unwrap();
    for (product, quantity) in [("", ""), ("SOL-1", ""), ("A;B", ""), ("A", "many"), ("A", "1|2")] {
        let sent = [("seen", seen.as_str()), ("act", "add"), ("product", product), ("quantity", quantity)];
        let answer = client.post(path, &sent).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{product} {quantity}");
        assert!(answer.has(".problems a[href='#product']"));
        assert_eq!(answer.attributes("#quantity", "value"), [quantity]);
    }
    assert_eq!(ids().await, "SOL-34104-EBB SOL-1 MS-M365");
}
