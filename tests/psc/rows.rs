//! What a row means: every rejection, every warning, every gap.

use partner_portal::{
    psc::import::{Column, DealColumn as C, State},
    referrals::missing::{Detail, Missing},
};
use sqlx::PgPool;

use super::support::{ACCOUNTS, Portal, USERS, deal, deals};

type Found = (i32, String, String, String, String);

fn found(line: i32, column: &str, code: &str, value: &str, id: &str) -> Found {
    (line, column.to_owned(), code.to_owned(), value.to_owned(), id.to_owned())
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn rows_that_cannot_be_told_apart_or_judged_are_rejected_and_the_others_go_in(db: PgPool) {
    let portal = Portal::new(db).await;
    let mut short = deal("D-short", &[]);
    short.pop();
    let long_id = "D".repeat(201);
    let import = portal
        .import(deals([
            deal("D-1", &[(C::Name, "the first stays")]),
            deal("  ", &[]),
            deal(" D-1 ", &[(C::Name, "the second goes")]),
            deal("D-2", &[(C::Status, "Maybe")]),
            deal("D-3", &[(C::Business, "Retail")]),
            deal("D-4", &[(C::CoSell, "")]),
            deal("D-5", &[(C::Source, "Somebody")]),
            deal("D-6", &[(C::Created, "last week")]),
            deal("D-7", &[(C::Created, "")]),
            short,
            deal("D-8", &[(C::Notes, "a\0b")]),
            deal(&long_id, &[]),
            deal("D-9", &[(C::Status, "OPEN"), (C::Business, "oem iot"), (C::CoSell, "no"), (C::Source, "MICROSOFT")]),
        ]))
        .await;
    assert_eq!((import.state, import.deals, import.rejected, import.warnings), (State::Done, 2, 11, 0));
    assert_eq!(
        portal.rejected(import.id).await,
        [
            found(3, "Opportunity ID", "no-id", "", ""),
            found(4, "Opportunity ID", "duplicate-id", "2", "D-1"),
            found(5, "Status", "unknown-status", "Maybe", "D-2"),
            found(6, "Business Type", "unknown-business", "Retail", "D-3"),
            found(7, "Co-sell", "unknown-co-sell", "", "D-4"),
            found(8, "Source", "unknown-source", "Somebody", "D-5"),
            found(9, "Created Date", "unreadable-created", "last week", "D-6"),
            found(10, "Created Date", "unreadable-created", "", "D-7"),
            found(11, "", "field-count", "38 / 39", "D-short"),
            found(12, "Notes", "nul", "a\u{2400}b", "D-8"),
            found(13, "Opportunity ID", "too-long", &long_id[..200], &long_id[..200]),
        ]
    );
    assert_eq!(portal.deal("D-1", "name").await.unwrap(), "the first stays");
    assert_eq!(portal.deal("D-9", "(status, business, co_sell, inbound)").await.unwrap(), "(open,oem-iot,f,t)");
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn an_id_whose_first_row_was_rejected_is_free_for_the_next(db: PgPool) {
    let portal = Portal::new(db).await;
    let import = portal.import(deals([deal("D-1", &[(C::Status, "?")]), deal("D-1", &[])])).await;
    assert_eq!((import.deals, import.rejected), (1, 1));
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn accounts_and_users_are_judged_too(db: PgPool) {
    let portal = Portal::new(db).await;
    let accounts = format!("{ACCOUNTS}PA-1000,again,1,KR\r\n,nameless,1,KR\r\nPA-1002,short\r\n");
    let long = "m".repeat(321);
    let users = format!(
        "{USERS}PU-2,a,b,c@d.example,PA-1,x,Boss\r\nPU-1,a,b,c@d.example,PA-1,x,Seller\r\nPU-3,a,b,{long},PA-1,x,admin\r\n"
    );
    let export = portal.export(accounts.as_bytes(), users.as_bytes(), deals([]).as_bytes());
    let import = portal.take_in(export).await.unwrap();
    assert_eq!(
        portal.rejected(import).await,
        [
            found(4, "PSC Account ID", "duplicate-id", "2", "PA-1000"),
            found(5, "PSC Account ID", "no-id", "", ""),
            found(6, "", "field-count", "2 / 4", "PA-1002"),
            found(3, "PSC Role", "unknown-role", "Boss", "PU-2"),
            found(4, "PSC User ID", "duplicate-id", "2", "PU-1"),
            found(5, "Email", "too-long", &long[..200], "PU-3"),
        ]
    );
    let import = portal.find(import).await;
    assert_eq!((import.state, import.accounts, import.users, import.deals), (State::Done, 2, 1, 0));
    assert_eq!(
        portal
            .count("select count(*) from psc_users where role = 'deal-manager' and mail = 'person1@fabrikam.example'")
            .await,
        1
    );
}

/// Imports one deal of OEM IoT with one detail as given; answers warnings, the bits missing, and what `unreadable` holds.
async fn one(portal: &Portal, column: C, text: &str) -> (Vec<Found>, Missing, Option<String>) {
    let import = portal
        .import(deals([deal("D-1", &[(C::Business, "OEM IoT"), (column, text)])]))
        .await;
    assert_eq!((import.deals, import.rejected), (1, 0), "{text}");
    let missing = portal.deal("D-1", "missing").await.unwrap().parse().unwrap();
    let unreadable = portal.deal("D-1", &format!("unreadable ->> '{}'", column.name())).await;
    let warnings = portal.warnings(import.id).await;
    assert_eq!(import.warnings as usize, warnings.len());
    (warnings, Missing(missing), unreadable)
}

fn gap(detail: Detail) -> Missing {
    Missing::default().with(detail, true)
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn an_unreadable_detail_is_missing_with_a_warning_and_kept(db: PgPool) {
    let portal = Portal::new(db).await;
    let none = Missing::default();
    let long_mail = format!("Jane,Doe,+1,{}", "m".repeat(321));
    for (column, text, code, missing) in [
        (C::Value, "1,250", "unreadable-value", gap(Detail::Value)),
        (C::Value, "-5", "unreadable-value", gap(Detail::Value)),
        (C::Value, "+5", "unreadable-value", gap(Detail::Value)),
        (C::Value, "1e6", "unreadable-value", gap(Detail::Value)),
        (C::Value, "5.", "unreadable-value", gap(Detail::Value)),
        (C::Value, "1.23456", "unreadable-value", gap(Detail::Value)),
        (C::Value, "123456789012345", "unreadable-value", gap(Detail::Value)),
        (C::Value, "１２", "unreadable-value", gap(Detail::Value)),
        (C::Currency, "WON", "unknown-currency", gap(Detail::Value)),
        (C::CloseDate, "31/07/2021", "unreadable-close-date", gap(Detail::CloseDate)),
        (C::CloseDate, "02/30/2021", "unreadable-close-date", gap(Detail::CloseDate)),
        (C::CloseDate, "7/1/21", "unreadable-close-date", gap(Detail::CloseDate)),
        (C::CloseDate, "0007-01-01", "unreadable-close-date", gap(Detail::CloseDate)),
        (C::SolutionCloseDate, "soon", "unreadable-solution-close-date", none),
        (C::Stage, "30", "unreadable-stage", none),
        (C::Stage, "+20", "unreadable-stage", none),
        (C::Modified, "yesterday", "unreadable-modified", none),
        (C::CustomerCountry, "Korea", "unknown-country", gap(Detail::Customer)),
        (C::Products, "MS-AZURE|a dozen|5", "unreadable-quantity", none),
        (C::Products, "MS-AZURE|12|1,5", "unreadable-price", none),
        (C::Products, "MS-AZURE|12|5|6", "unreadable-product", none),
        (C::Products, "|12|5", "unreadable-product", gap(Detail::Solution)),
        (C::Team, "Jane,Doe", "unreadable-member", gap(Detail::Team)),
        (C::Team, "Jane,Doe,+1,j@x.example,extra", "unreadable-member", none),
        (C::Team, long_mail.as_str(), "unreadable-member", gap(Detail::Team)),
    ] {
        let (warnings, bits, kept) = one(&portal, column, text).await;
        let shown: String = text.chars().take(200).collect();
        assert_eq!(warnings, [found(2, column.name(), code, &shown, "D-1")]);
        assert_eq!(bits, missing, "{text}");
        assert_eq!(kept.as_deref(), Some(text));
    }
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn what_is_readable_in_a_detail_with_a_flaw_stays(db: PgPool) {
    let portal = Portal::new(db).await;
    one(&portal, C::Products, "A; MS-B | x | 5 ;;|1;C|2").await;
    assert_eq!(
        portal
            .deal("D-1", "(solution_ids, solution_quantities, solution_prices)")
            .await
            .unwrap(),
        "(\"{A,MS-B,C}\",\"{NULL,NULL,2.0000}\",\"{NULL,5.0000,NULL}\")"
    );
    one(&portal, C::Team, "Jane,Doe; Li , Wei , +1 , li@x.example ;").await;
    assert_eq!(
        portal
            .deal("D-1", "(team_first_names, team_last_names, team_phones, team_mails)")
            .await
            .unwrap(),
        "(\"{Jane,Li}\",\"{Doe,Wei}\",\"{\"\"\"\",+1}\",\"{\"\"\"\",li@x.example}\")"
    );
    one(&portal, C::Currency, "WON").await;
    assert_eq!(portal.deal("D-1", "(value, currency)").await.unwrap(), "(1250.5000,)");
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn every_documented_spelling_is_read_without_warning(db: PgPool) {
    let portal = Portal::new(db).await;
    for (column, text, stored, expected) in [
        (C::Value, "0", "value", "0.0000"),
        (C::Value, "12345678901234.5678", "value", "12345678901234.5678"),
        (C::Currency, "usd", "currency", "USD"),
        (C::CloseDate, "7/1/2021", "close_date", "2021-07-01"),
        (C::CloseDate, "2021-07-31", "close_date", "2021-07-31"),
        (C::SolutionCloseDate, "08/31/2021", "solution_close_date", "2021-08-31"),
        (C::Stage, "100", "stage", "100"),
        (C::CustomerCountry, "kr", "customer_country", "KR"),
        (C::Created, "2021-01-02T09:00:00+09:00", "created_at at time zone 'UTC'", "2021-01-02 00:00:00"),
        (C::Created, "2021-01-02T09:00:00.25Z", "created_at at time zone 'UTC'", "2021-01-02 09:00:00.25"),
        (C::Created, "2021-01-02T09:00:00", "created_at at time zone 'UTC'", "2021-01-02 09:00:00"),
        (C::Created, "2021-01-02", "created_at at time zone 'UTC'", "2021-01-02 00:00:00"),
        (C::Created, "1/2/2021", "created_at at time zone 'UTC'", "2021-01-02 00:00:00"),
        (C::Modified, "2021-04-10", "modified_at at time zone 'UTC'", "2021-04-10 00:00:00"),
    ] {
        let (warnings, missing, kept) = one(&portal, column, text).await;
        assert_eq!((warnings, missing, kept), (Vec::new(), Missing::default(), None), "{text}");
        assert_eq!(portal.deal("D-1", stored).await.as_deref(), Some(expected), "{text}");
    }
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn what_is_empty_is_missing_without_a_warning(db: PgPool) {
    let portal = Portal::new(db).await;
    let cases: Vec<(&[(C, &str)], Missing)> = vec![
        (&[], Missing::default()),
        (&[(C::CustomerName, "")], gap(Detail::Customer)),
        (&[(C::CustomerLine1, "")], gap(Detail::Customer)),
        (&[(C::CustomerCity, "")], gap(Detail::Customer)),
        (&[(C::CustomerCountry, "")], gap(Detail::Customer)),
        (&[(C::CustomerPostalCode, "")], Missing::default()),
        (&[(C::ContactFirstName, "")], gap(Detail::Contact)),
        (&[(C::ContactLastName, "")], gap(Detail::Contact)),
        (&[(C::ContactPhone, "")], gap(Detail::Contact)),
        (&[(C::ContactMail, "")], gap(Detail::Contact)),
        (&[(C::ContactMail, ""), (C::CoSell, "No")], Missing::default()),
        (&[(C::Products, "")], gap(Detail::Solution)),
        // The assigned seller alone is no team.
        (&[(C::Team, "")], gap(Detail::Team)),
        (&[(C::Team, "Jane,Doe,,jane@x.example")], gap(Detail::Team)),
        (&[(C::Value, "")], gap(Detail::Value)),
        (&[(C::Currency, "")], gap(Detail::Value)),
        (&[(C::CloseDate, "")], gap(Detail::CloseDate)),
        (&[(C::Name, "")], gap(Detail::Name)),
        (&[(C::Stage, ""), (C::Modified, "")], Missing::default()),
        // Of OEM IoT deals only; of others it is dropped, readable or not.
        (&[(C::SolutionCloseDate, "soon")], Missing::default()),
    ];
    let rows = cases
        .iter()
        .enumerate()
        .map(|(n, (changes, _))| deal(&format!("D-{n}"), changes));
    let import = portal.import(deals(rows)).await;
    assert_eq!((import.deals as usize, import.rejected, import.warnings), (cases.len(), 0, 0));
    for (n, (changes, missing)) in cases.iter().enumerate() {
        assert_eq!(portal.deal(&format!("D-{n}"), "missing").await.unwrap(), missing.0.to_string(), "{changes:?}");
    }
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn every_other_field_goes_where_it_belongs(db: PgPool) {
    let portal = Portal::new(db).await;
    let plain = [
        (C::Name, "name"),
        (C::AccountId, "psc_account_id"),
        (C::AccountName, "psc_account_name"),
        (C::MpnId, "mpn_id"),
        (C::CustomerName, "customer_name"),
        (C::CustomerLine1, "customer_line1"),
        (C::CustomerLine2, "customer_line2"),
        (C::CustomerCity, "customer_city"),
        (C::CustomerState, "customer_state"),
        (C::CustomerPostalCode, "customer_postal_code"),
        (C::ContactFirstName, "contact_first_name"),
        (C::ContactLastName, "contact_last_name"),
        (C::ContactPhone, "contact_phone"),
        (C::ContactMail, "contact_mail"),
        (C::DealRole, "deal_role"),
        (C::LicenseProgram, "license_program"),
        (C::CustomerOutcome, "customer_outcome"),
        (C::AssignedSeller, "assigned_seller"),
        (C::MicrosoftName, "microsoft_name"),
        (C::MicrosoftMail, "microsoft_mail"),
        (C::MicrosoftPhone, "microsoft_phone"),
        (C::CampaignId, "campaign_id"),
        (C::CrmId, "crm_id"),
        (C::Notes, "notes"),
    ];
    let changes: Vec<(C, &str)> = plain.iter().map(|(column, _)| (*column, column.name())).collect();
    portal.import(deals([deal("D-1", &changes)])).await;
    for (column, stored) in plain {
        assert_eq!(portal.deal("D-1", stored).await.as_deref(), Some(column.name()));
    }
    assert_ne!(portal.deal("D-1", "customer_match_key").await.unwrap(), "");
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_deal_without_mpn_id_takes_its_accounts(db: PgPool) {
    let portal = Portal::new(db).await;
    portal
        .import(deals([
            deal("D-1", &[(C::MpnId, "")]),
            deal("D-2", &[(C::MpnId, "9999999")]),
            deal("D-3", &[(C::MpnId, ""), (C::AccountId, "PA-unknown")]),
        ]))
        .await;
    for (id, mpn) in [("D-1", "4512346"), ("D-2", "9999999"), ("D-3", "")] {
        assert_eq!(portal.deal(id, "mpn_id").await.unwrap(), mpn);
    }
    assert_eq!(
        portal
            .count("select count(*) from psc_deal_standings where standing = 'invalid_mpn'")
            .await,
        2
    );
}
