//! The transition guide.

use axum::http::StatusCode;
use partner_portal::{
    auth::Role,
    guide::content::{ANSWERS, DIFFERENCES, VIEWS},
};
use sqlx::PgPool;

use crate::support::TestApp;

#[sqlx::test(migrations = false)]
async fn whoever_is_signed_in_reads_the_guide(db: PgPool) {
    let app = TestApp::new(db).await;
    let partner = app.seed().partner("Fabrikam", "4512345").await;
    app.seed().user(partner, "new@fabrikam.example").create().await;
    let mut client = app.sign_in("new@fabrikam.example").await;
    let answers = client.get("/guide/answers").await;
    assert_eq!(answers.texts("section h2").len(), ANSWERS.len());
    assert!(answers.has("#answer-3"), "places in the portal link to answers by number");
    assert_eq!(client.get("/guide/differences").await.texts("tbody tr").len(), DIFFERENCES.len());
    let mapping = client.get("/guide/mapping").await;
    assert_eq!(mapping.texts("tbody tr").len(), VIEWS.iter().map(|view| view.parts.len()).sum::<usize>());
    assert_eq!(mapping.texts(".tag.bad").len(), 8);
    assert!(client.get("/guide/mpn").await.text().contains("4512345"));
    assert_eq!(app.client().get("/guide").await.status, StatusCode::SEE_OTHER);
}

/// The checklist says how this organisation stands.
#[sqlx::test(migrations = false)]
async fn the_checklist_follows_the_organisation(db: PgPool) {
    let app = TestApp::new(db).await;
    let partner = app.seed().partner("Fabrikam", "4512345").await;
    app.seed()
        .user(partner, "admin@fabrikam.example")
        .role(Role::ReferralsAdmin)
        .create()
        .await;
    let mut client = app.sign_in("admin@fabrikam.example").await;
    let before = client.get("/guide").await.texts(".tag");
    assert_eq!(before, ["Not yet", "Valid", "Complete", "Nothing is eligible", "Not yet"]);
    let import = uuid::Uuid::now_v7();
    sqlx::query("insert into psc_imports (import_id, organisation_id, state, started_at, finished_at) values ($1, $2, 'done', now(), now())")
        .bind(import)
        .bind(partner)
        .execute(app.db())
        .await
        .unwrap();
    sqlx::query(
        "insert into psc_settings (organisation_id, eligible_from, read_only_from, closed_from, current_import_id)
         values ($1, '2020-01-01', '2021-04-01', '2021-05-01', $2)",
    )
    .bind(partner)
    .bind(import)
    .execute(app.db())
    .await
    .unwrap();
    for (id, mpn, missing) in [("7-A", "4512345", 0), ("7-B", "4512345", 16), ("7-C", "999", 0)] {
        sqlx::query(
            "insert into psc_deals select (jsonb_populate_record(null::psc_deals, jsonb_build_object(
                 'import_id', $1::text, 'psc_deal_id', $2::text, 'own_mpn_id', $3::text, 'missing', $4::int, 'name', 'Deal', 'status', 'open',
                 'business', 'co-sell', 'co_sell', true, 'inbound', false, 'psc_account_id', '', 'psc_account_name', '', 'customer_name', '',
                 'customer_line1', '', 'customer_line2', '', 'customer_city', '', 'customer_state', '', 'customer_postal_code', '',
                 'customer_country', '', 'customer_match_key', '', 'contact_first_name', '', 'contact_last_name', '', 'contact_phone', '',
                 'contact_mail', '', 'deal_role', '', 'license_program', '', 'customer_outcome', '', 'solution_ids', '[]'::jsonb,
                 'solution_quantities', '[]'::jsonb, 'solution_prices', '[]'::jsonb, 'team_first_names', '[]'::jsonb, 'team_last_names',
                 '[]'::jsonb, 'team_phones', '[]'::jsonb, 'team_mails', '[]'::jsonb, 'assigned_seller', '', 'microsoft_name', '',
                 'microsoft_mail', '', 'microsoft_phone', '', 'campaign_id', '', 'crm_id', '', 'notes', '', 'created_at',
                 '2026-01-01T00:00:00Z'))).*",
        )
        .bind(import.to_string())
        .bind(id)
        .bind(mpn)
        .bind(missing)
        .execute(app.db())
        .await
        .unwrap();
    }
    let after = client.get("/guide").await.texts(".tag");
    assert_eq!(after, ["Done", "1 deal with an invalid MPN ID", "1 deal lacks details", "2 deals wait", "Not yet"]);
}

/// Each of the fourteen answers is linked from the page where its question arises.
#[test]
fn every_answer_is_linked_from_where_its_question_arises() {
    let mut templates = String::new();
    let mut folders = vec![std::path::PathBuf::from("templates")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("guide") {
                folders.push(path);
            } else if path.is_file() {
                templates.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let silent: Vec<usize> = (1..=14)
        .filter(|n| !templates.contains(&format!("/guide/answers#answer-{n}\">{{{{ page.t(\"guide-question-{n}\")")))
        .collect();
    assert!(silent.is_empty(), "not linked from anywhere: {silent:?}");
}
