use axum::http::StatusCode;
use partner_portal::{auth::Role, migration::run::State, migration::users::service::Choice};
use serde_json::json;
use sqlx::PgPool;

use super::seed::{ADMIN, Fabrikam};
use crate::support::Answer;

fn figures(page: &Answer) -> [String; 4] {
    ["ready", "migrated", "errors", "has-role"].map(|count| page.select(&format!("[data-count={count}]")))
}

fn mails(page: &Answer) -> Vec<String> {
    let cells = page.texts("[data-table=users] tbody td:nth-child(2)").into_iter();
    cells
        .map(|cell| cell.split(' ').next().unwrap_or_default().to_owned())
        .collect()
}

/// The whole walk without JavaScript: table, pick, preview, confirm, result, nothing left; and then the person's own deals.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_migrated_seller_sees_exactly_their_deals(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    let jane = "jane@fabrikam.example";
    let team = json!({"team_first_names": ["J"], "team_last_names": ["D"], "team_phones": [""], "team_mails": [jane]});
    it.psc_deal("Seoul of Jane", "PA-1", "4512346", team.clone()).await;
    it.psc_deal("Seoul assigned to Jane", "PA-1", "4512346", json!({"assigned_seller": jane}))
        .await;
    it.psc_deal("Seoul of others", "PA-1", "4512346", json!({})).await;
    it.psc_deal("Busan of Jane", "PA-2", "4512347", team).await;
    it.account(jane).await;
    it.psc_user("jane", jane, "PA-1", "seller").await;
    it.account("boss@fabrikam.example").await;
    it.psc_user("boss", "boss@fabrikam.example", "PA-0", "admin").await;
    it.account("busan@fabrikam.example").await;
    it.psc_user("busan", "busan@fabrikam.example", "PA-2", "deal-manager").await;
    assert_eq!(it.app.sign_in(jane).await.get("/deals").await.status, StatusCode::FORBIDDEN);

    let mut client = it.app.sign_in(ADMIN).await;
    let page = client.get("/migration/users").await;
    assert_eq!(figures(&page), ["3", "0", "0", "0"]);
    assert_eq!(mails(&page), ["boss@fabrikam.example", "busan@fabrikam.example", jane]);
    assert!(
        page.select("[data-user=boss]")
            .contains("PA-0 Admin Whole organisation MPN 4512345 Referrals admin fabrikam.example Not migrated")
    );
    assert_eq!(page.attributes("input[name=user]", "value"), ["boss", "busan", "jane"]);
    let preview = client.get("/migration/users/preview?user=jane").await;
    let row = preview.select("[data-table=people] tbody");
    assert!(row.contains("Referrals user · Seoul") && row.ends_with("1 0"), "{row}");
    assert_eq!(preview.select("form button.primary"), "Give 1 person the roles");

    let all = page.attributes("form.stack a.button", "href").remove(0);
    let preview = client.get(&all).await;
    assert_eq!(preview.texts("[data-table=groups] tbody tr").len(), 3);
    let seen = preview.attributes("input[name=seen]", "value").pop().unwrap();
    let started = client.post("/migration/users/runs", &[("seen", &seen), ("all", "1")]).await;
    let waiting = client.follow(&started).await;
    assert!(waiting.select("#progress").starts_with("Waiting to begin: 3 PSC users."));
    let again = client.post("/migration/users/runs", &[("seen", &seen), ("all", "1")]).await;
    let told = client.follow(&again).await;
    assert!(told.select(".banner.good").contains("running already"));
    assert!(!told.has("input[name=user]") && !told.has("button.primary"), "one at a time");
    it.app.run_jobs().await;
    let result = client.get(&waiting.path).await;
    assert!(
        result
            .select("#progress")
            .starts_with("Completed: 3 PSC users migrated, 0 had a role already. Started by admin")
    );
    assert_eq!(result.texts("[data-table=result] .tag"), ["Migrated"; 3]);
    assert_eq!(figures(&client.get("/migration/users").await), ["0", "3", "0", "0"]);

    it.migrate_deals().await;
    for (mail, deals) in [
        (jane, vec!["Seoul assigned to Jane", "Seoul of Jane"]),
        ("busan@fabrikam.example", vec!["Busan of Jane"]),
        (
            "boss@fabrikam.example",
            vec!["Busan of Jane", "Seoul assigned to Jane", "Seoul of Jane", "Seoul of others"],
        ),
    ] {
        let page = it.app.sign_in(mail).await.get("/deals?tab=outbound").await;
        let mut names = page.texts(".list li b");
        names.sort();
        assert_eq!(names, deals, "{mail}");
    }
}

/// Account admins and global admins have the link; everybody else is told who they are.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn only_account_admins_may(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(1).await;
    let seed = it.app.seed();
    seed.user(it.id, "global@fabrikam.example")
        .role(Role::GlobalAdmin)
        .role(Role::ReferralsUser)
        .create()
        .await;
    seed.user(it.id, "referrals@fabrikam.example")
        .role(Role::ReferralsAdmin)
        .role(Role::UserManagementAdmin)
        .create()
        .await;
    let mut global = it.app.sign_in("global@fabrikam.example").await;
    assert_eq!(global.get("/migration/users").await.status, StatusCode::OK);
    let deals = global.get("/deals").await;
    assert!(deals.attributes("nav a", "href").contains(&"/migration/users".to_owned()));
    assert!(deals.texts("main .row a.button").contains(&"Migrate PSC users".to_owned()));

    let mut client = it.app.sign_in("referrals@fabrikam.example").await;
    let page = client.get("/migration/users").await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(page.select("main").contains("Only an account admin can migrate the PSC users."));
    assert!(page.select("main").contains(ADMIN), "who may");
    let deals = client.get("/deals").await;
    assert!(!deals.text().contains("\"/migration/users\""), "neither in the navigation nor on the page");
    for (path, fields) in
        [("/migration/users/runs", vec![("all", "1")]), ("/migration/users/accounts/U-000", vec![("mail", ADMIN)])]
    {
        assert_eq!(client.post(path, &fields).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(it.app.count("select count(*) from user_migration_runs").await, 0);
}

/// Another organisation's runs and people are not there, by any address.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn another_organisations_run_is_not_found(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(2).await;
    let run = it.start_all().await;
    let seed = it.app.seed();
    let other = seed.partner("Contoso", "4600001").await;
    seed.user(other, "admin@contoso.example")
        .role(Role::AccountAdmin)
        .create()
        .await;
    let mut client = it.app.sign_in("admin@contoso.example").await;
    for end in ["", "/progress", "/result.csv"] {
        let answer = client.get(&format!("/migration/users/runs/{run}{end}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{end}");
    }
    let cancelled = client.post(&format!("/migration/users/runs/{run}/cancellation"), &[]).await;
    assert_eq!(cancelled.status, StatusCode::NOT_FOUND);
    assert_eq!(it.find(run).await.state, State::Queued);
    assert_eq!(client.get("/migration/users/accounts/U-000").await.status, StatusCode::NOT_FOUND);
    for path in ["/migration/users", "/migration/users/preview?user=U-000", "/migration/users/list.csv"] {
        assert!(!client.get(path).await.text().contains("seller000"), "{path}");
    }
    let failed = client.get(&format!("/migration/users/preview?failed={run}")).await;
    assert!(failed.select("main").contains("Nobody of these is ready"));
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn the_table_is_filtered_searched_and_paged(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(120).await;
    it.psc_user("n1", "zoe@fabrikam.example", "PA-1", "seller").await;
    it.psc_user("n2", "zoe@fabrikam.example", "PA-9", "seller").await;
    it.psc_user("g", "=zoe@gmail.com", "PA-2", "admin").await;
    let mut client = it.app.sign_in(ADMIN).await;
    let mut found = Vec::new();
    let mut path = Some("/migration/users".to_owned());
    while let Some(next) = path {
        let page = client.get(&next).await;
        found.extend(page.attributes("[data-user]", "data-user"));
        path = page.attributes("p.after a", "href").pop();
    }
    assert_eq!(found.len(), 123, "each once");
    assert_eq!(&found[..2], ["g", "U-000"], "in the order of their mails");
    let ids = |page: Answer| page.attributes("[data-user]", "data-user");
    assert_eq!(ids(client.get("/migration/users?status=error").await), ["g", "n1", "n2"]);
    assert_eq!(ids(client.get("/migration/users?status=&error=no-account&q=").await), ["n1", "n2"]);
    assert_eq!(ids(client.get("/migration/users?status=error&q=GMAIL").await), ["g"]);
    assert_eq!(ids(client.get("/migration/users?q=jane+doe&error=consumer-mail").await), ["g"]);
    assert_eq!(ids(client.get("/migration/users?q=PA-9").await), ["n2"]);
    assert!(ids(client.get("/migration/users?status=migrated").await).is_empty());
    let filtered = client.get("/migration/users?status=error").await;
    assert_eq!(filtered.texts("#status option[selected]"), ["Error (3)"]);
    assert!(filtered.texts("#error option").contains(&"No account (2)".to_owned()));
    for path in ["/migration/users?status=everything", "/migration/users?error=ready"] {
        assert_eq!(client.get(path).await.status, StatusCode::NOT_FOUND);
    }
    let csv = client.get(&filtered.attributes("a.push", "href")[0]).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let text = csv.text();
    assert_eq!(text.lines().count(), 4, "{text}");
    assert!(text.contains("'=zoe@gmail.com,,Jane Doe,g,PA-2,PA-2,4512347,Admin,Busan,Referrals admin,fabrikam.example ("));
    let all = client.get("/migration/users/list.csv").await.text();
    assert_eq!(all.lines().count(), 124);
}

/// The fragment asks for itself while the run is live, and for the whole page when it is over.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn progress_renews_itself_until_the_end(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(4).await;
    let run = it.start_all().await;
    it.slice(run, 1).await;
    let mut client = it.app.sign_in(ADMIN).await.with_header("accept-language", "ko");
    let path = format!("/migration/users/runs/{run}/progress");
    let fragment = client.get(&path).await;
    assert_eq!(fragment.attributes("#progress", "hx-get"), std::slice::from_ref(&path));
    assert_eq!(fragment.attributes("progress", "value"), ["1"]);
    assert!(fragment.select("#progress").starts_with("역할 할당 중: PSC 사용자 4명 중 1명."));
    assert!(fragment.headers.get("hx-refresh").is_none());
    let cancelled = client.post(&format!("/migration/users/runs/{run}/cancellation"), &[]).await;
    assert!(
        client
            .follow(&cancelled)
            .await
            .select("#progress")
            .starts_with("취소됨: PSC 사용자 4명 중 1명을")
    );
    let over = client.get(&path).await;
    assert_eq!(over.header("hx-refresh"), "true");
    assert!(over.attributes("#progress", "hx-get").is_empty());
}

/// What changed after the preview was seen is shown before it is confirmed again.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_stale_preview_is_shown_anew(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(1).await;
    let mut client = it.app.sign_in(ADMIN).await;
    let preview = client.get("/migration/users/preview?all=1").await;
    let seen = preview.attributes("input[name=seen]", "value").pop().unwrap();
    it.psc_user("more", "more@fabrikam.example", "PA-0", "admin").await;
    it.account("more@fabrikam.example").await;
    let answer = client
        .post("/migration/users/runs", &[("seen", &seen), ("all", "1"), ("q", "")])
        .await;
    let again = client.follow(&answer).await;
    assert!(
        again
            .select("[role=status]")
            .contains("Something has changed since you saw the preview")
    );
    assert_eq!(again.texts("[data-table=people] tbody tr").len(), 2);
    let nobody = client.post("/migration/users/runs", &[("seen", "")]).await;
    assert!(
        client
            .follow(&nobody)
            .await
            .select("[role=status]")
            .contains("nothing was started")
    );
    assert_eq!(it.app.count("select count(*) from user_migration_runs").await, 0);
}

/// Every page of the wizard, with every kind of row, in every language: complete words, sound markup.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn every_page_speaks_every_language(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.sellers(60).await;
    it.psc_user("consumer", "jane@gmail.com", "PA-9", "admin").await;
    it.psc_user("outside", "jane@contoso.example", "PA-404", "seller").await;
    it.psc_user("no-account", "new@fabrikam.example", "PA-2", "deal-manager").await;
    let seed = it.app.seed();
    seed.user(it.id, "gone@fabrikam.example").disabled().create().await;
    it.psc_user("disabled", "gone@fabrikam.example", "PA-0", "admin").await;
    it.psc_user("no-location", ADMIN, "PA-9", "admin").await;
    seed.user(it.id, "has@fabrikam.example")
        .role_at(Role::ReferralsAdmin, it.seoul)
        .role(Role::ReferralsUser)
        .create()
        .await;
    it.psc_user("has", "has@fabrikam.example", "PA-0", "seller").await;
    let first = it.start(&Choice::Rows(vec!["U-001".into()])).await.unwrap();
    it.finish(first, 1).await;
    let run = it.start(&Choice::Ready("seller".into())).await.unwrap();
    it.app
        .sql("update users set disabled_at = now() where mail = 'seller000@fabrikam.example'")
        .await;
    let live = format!("/migration/users/runs/{run}");
    let pages = [
        "/migration/users",
        "/migration/users?status=error",
        "/migration/users?q=nobody-at-all",
        "/migration/users/preview",
        "/migration/users/preview?all=1",
        "/migration/users/preview?user=consumer",
        "/migration/users/accounts/consumer",
    ];
    let mut faults = Vec::new();
    for over in [false, true] {
        if over {
            it.finish(run, 100).await;
        }
        for lang in partner_portal::web::Lang::ALL {
            let mut client = it.app.sign_in(ADMIN).await.with_header("accept-language", lang.code());
            for path in pages.into_iter().chain([live.as_str()]) {
                let page = client.get(path).await;
                assert_eq!(page.status, StatusCode::OK, "{path}");
                faults.extend(crate::pages::faults(&page, lang));
            }
            let refused = client.post("/migration/users/accounts/consumer", &[("mail", "x")]).await;
            faults.extend(crate::pages::faults(&refused, lang));
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}
