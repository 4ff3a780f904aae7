use partner_portal::referrals::missing::Detail;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::seed::{ADMIN, Fabrikam};

/// Field by field, as the table of the export's documentation says.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_co_sell_deal_arrives_field_by_field(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.app
        .sql("insert into psc_users select 'PU-1', '도윤', '박', 'Seller@fabrikam.example', 'PA-1', 'Fabrikam', 'seller', current_import_id from psc_settings")
        .await;
    it.deal("7-000010000412", json!({
        "name": "2021 봄 클라우드 전환", "inbound": true, "business": "oem-iot", "customer_line2": "7층", "customer_state": "11",
        "value": 821_250_000.5, "solution_close_date": "2027-04-01", "stage": 60, "deal_role": "Transact", "license_program": "CSP",
        "customer_outcome": "Saved time", "solution_ids": ["SOL-1", "MS-AZURE"], "solution_quantities": [null, 33],
        "solution_prices": [null, 442_000], "assigned_seller": "seller@fabrikam.example", "microsoft_name": "Sam Seller",
        "microsoft_mail": "sam.seller@microsoft.example", "microsoft_phone": "+1 425 555 0100", "campaign_id": "BingSummer",
        "crm_id": "CRM-7", "notes": "line one\nline two", "unreadable": {"Sales Stage": "ninety"}
    }))
    .await;
    let run = it.run(false, 10).await;
    assert_eq!((run.migrated, run.errors), (1, 0));
    it.assert_whole(1).await;

    let partner = it.value("select to_jsonb(r) from referrals r where deal_id is not null").await;
    let engagement = it.value("select to_jsonb(e) from engagements e").await;
    let expected = json!({
        "deal_id": "7-000010000412", "name": "2021 봄 클라우드 전환", "customer_name": "한빛물류 주식회사", "direction": "inbound",
        "status": "accepted", "status_at": "2026-11-22T09:00:00+00:00", "stage": 60, "value": 821_250_000.5, "currency": "KRW",
        "close_date": "2027-03-01", "solution_close_date": "2027-04-01", "crm_id": "CRM-7", "campaign_id": "BingSummer",
        "notes": "line one\nline two", "created_at": "2026-05-01T09:00:00+00:00", "updated_at": "2026-06-01T09:00:00+00:00",
        "migrated_at": "2026-11-22T09:00:00+00:00", "location_id": it.seoul, "organisation_id": it.id, "expires_at": null, "version": 1
    });
    assert_fields(&partner, &expected);
    assert_fields(
        &engagement,
        &json!({
            "deal_type": "co-sell", "customer_name": "한빛물류 주식회사", "customer_line1": "세종대로 110", "customer_line2": "7층",
            "customer_city": "서울", "customer_state": "11", "customer_postal_code": "04524", "customer_country": "KR",
            "contact_first_name": "민준", "contact_last_name": "김", "contact_phone": "+82 2 1234 5678",
            "contact_mail": "contact@customer.example", "created_at": "2026-05-01T09:00:00+00:00"
        }),
    );
    let vendor = it.value("select to_jsonb(r) from referrals r where deal_id is null").await;
    assert_fields(
        &vendor,
        &json!({
            "organisation_id": it.vendor, "direction": "outbound", "status": "accepted", "seller_name": "Sam Seller",
            "seller_mail": "sam.seller@microsoft.example", "seller_phone": "+1 425 555 0100", "expires_at": null,
            "value": 821_250_000.5, "currency": "KRW", "engagement_id": partner["engagement_id"]
        }),
    );
    let solutions = it
        .value("select jsonb_agg(jsonb_build_array(solution_id, quantity, price) order by position) from engagement_solutions")
        .await;
    assert_eq!(solutions, json!([["SOL-1", null, null], ["MS-AZURE", 33.0, 442_000.0]]));
    let team = it
        .value("select jsonb_agg(jsonb_build_array(first_name, last_name, phone, mail) order by position) from referral_team")
        .await;
    assert_eq!(
        team,
        json!([["서연", "이", "+82 10 0000 0000", "seoyeon@fabrikam.example"], ["도윤", "박", "", "seller@fabrikam.example"]])
    );
    let history = it.value("select to_jsonb(h) from referral_history h").await;
    assert_fields(&history, &json!({"event": "migrated-from-psc", "user_id": it.admin}));
    assert_eq!(
        history["detail"]["notes"],
        json!({
            "deal_role": "Transact", "license_program": "CSP", "customer_outcome": "Saved time", "psc_account": "Fabrikam Seoul"
        })
    );
    assert_eq!(history["detail"]["unreadable"], json!({"Sales Stage": "ninety"}));
    assert_eq!(history["detail"]["run"], json!(run.id));
    // What is kept is named in words, not by our own codes.
    let mut admin = it.app.sign_in(ADMIN).await;
    let page = admin.get("/deals").await.text();
    for code in history["detail"]["notes"].as_object().unwrap().keys() {
        assert!(!page.contains(code.as_str()), "{code}");
    }
}

fn assert_fields(row: &Value, expected: &Value) {
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&row[field], value, "{field}");
    }
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_deal_that_is_not_co_sell_becomes_partner_led_without_a_vendor_referral(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deal("P-1", json!({"co_sell": false, "own_mpn_id": "4512345"})).await;
    it.run(false, 10).await;
    assert_eq!(it.value("select to_jsonb(deal_type) from engagements").await, json!("partner-led"));
    assert_eq!(it.app.count("select count(*) from referrals").await, 1);
    assert_eq!(
        it.value("select jsonb_build_array(direction, location_id) from referrals")
            .await,
        json!(["outbound", null])
    );
}

/// Without a Microsoft contact a seller has to be asked: pending, with 14 days from the migration.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_co_sell_deal_without_a_seller_asks_microsoft(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deal("Q-1", json!({})).await;
    it.run(false, 10).await;
    let vendor = it.value("select to_jsonb(r) from referrals r where deal_id is null").await;
    assert_fields(
        &vendor,
        &json!({"direction": "inbound", "status": "pending", "seller_name": "", "expires_at": "2026-12-06T09:00:00+00:00",
            "customer_country": "KR"}),
    );
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn the_assigned_seller_is_not_added_twice_and_needs_no_name(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.deal("S-1", json!({"assigned_seller": "SeoYeon@fabrikam.example"})).await;
    it.deal(
        "S-2",
        json!({"assigned_seller": "unknown@fabrikam.example", "team_first_names": [], "team_last_names": [], "team_phones": [],
        "team_mails": [], "missing": Detail::Team.bit()}),
    )
    .await;
    it.run(false, 10).await;
    let team = "select jsonb_agg(jsonb_build_array(r.deal_id, t.position, t.first_name, t.mail) order by r.deal_id, t.position)
                from referral_team t join referrals r using (referral_id)";
    assert_eq!(
        it.value(team).await,
        json!([["S-1", 1, "서연", "seoyeon@fabrikam.example"], ["S-2", 1, "", "unknown@fabrikam.example"]])
    );
}

/// Each gap migrates, and stays known as a gap.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn every_gap_migrates_and_stays_a_gap(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    for detail in Detail::ALL {
        it.deal(&format!("G-{}", detail.code()), json!({"missing": detail.bit()})).await;
    }
    it.deal("G-empty", json!({
        "missing": 127, "name": "", "customer_name": "", "customer_line1": "", "customer_city": "", "customer_country": "",
        "customer_match_key": "", "contact_first_name": "", "contact_last_name": "", "contact_phone": "", "contact_mail": "", "value": null,
        "currency": null, "close_date": null, "stage": null, "solution_ids": [], "solution_quantities": [], "solution_prices": [],
        "team_first_names": [], "team_last_names": [], "team_phones": [], "team_mails": []
    }))
    .await;
    let run = it.run(false, 3).await;
    assert_eq!((run.migrated, run.errors), (8, 0));
    it.assert_whole(8).await;
    for detail in Detail::ALL {
        let bits: i32 = sqlx::query_scalar("select missing from referrals where deal_id = $1")
            .bind(format!("G-{}", detail.code()))
            .fetch_one(it.app.db())
            .await
            .unwrap();
        assert_eq!(bits, detail.bit());
    }
}

/// A customer is matched when the directory has exactly one such entry, never when it has two.
#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn only_a_certain_customer_is_matched(pool: PgPool) {
    let it = Fabrikam::new(pool).await;
    it.app
        .sql("insert into businesses (business_id, duns, legal_name, address_line1, city, country, match_key)
              select gen_random_uuid(), '10000000' || n, 'Business', 'Street', 'City', 'KR', case n when 1 then 'one' else 'two' end
              from generate_series(1, 3) n")
        .await;
    it.deal("M-1", json!({"customer_match_key": "one"})).await;
    it.deal("M-2", json!({"customer_match_key": "two"})).await;
    it.deal("M-3", json!({"customer_match_key": ""})).await;
    it.run(false, 10).await;
    let matched = "select jsonb_agg(jsonb_build_array(r.deal_id, b.duns) order by r.deal_id) from referrals r
                   join engagements e using (engagement_id) left join businesses b using (business_id) where r.deal_id is not null";
    assert_eq!(it.value(matched).await, json!([["M-1", "100000001"], ["M-2", null], ["M-3", null]]));
}
