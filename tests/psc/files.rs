//! Files as a whole: columns, delimiters, quotes, bounds.

use partner_portal::psc::import::{Column, DealColumn, ExportFile, ImportError, Refusal, RefusalCode, State, UnknownColumns};
use sqlx::PgPool;

use super::support::{ACCOUNTS, Portal, USERS, deal, deals, table};

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn columns_come_in_any_order_case_and_spacing_and_unknown_ones_are_reported(db: PgPool) {
    let portal = Portal::new(db).await;
    let mut header: Vec<String> = DealColumn::NAMES
        .iter()
        .rev()
        .map(|name| format!("  {} ", name.to_uppercase()))
        .collect();
    header.insert(3, "Mood".to_owned());
    header.push(String::new());
    let mut row = deal("D-1", &[(DealColumn::CrmId, "CRM-7")]);
    row.reverse();
    row.insert(3, "good".to_owned());
    row.push(String::new());
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let import = portal.import(table(&header, [row], b',')).await;
    assert_eq!((import.state, import.deals, import.rejected, import.warnings), (State::Done, 1, 0, 0));
    assert_eq!(
        import.unknown_columns.0,
        [UnknownColumns { file: ExportFile::Deals, columns: vec!["Mood".to_owned()] }]
    );
    assert_eq!(portal.deal("D-1", "crm_id").await.unwrap(), "CRM-7");
    assert_eq!(portal.deal("D-1", "value").await.unwrap(), "1250.5000");
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn semicolons_and_tabs_separate_as_well(db: PgPool) {
    let portal = Portal::new(db).await;
    for (delimiter, id) in [(b';', "D-1"), (b'\t', "D-2")] {
        let row = deal(id, &[(DealColumn::Notes, "a;b,c\td")]);
        let import = portal.import(table(DealColumn::NAMES, [row], delimiter)).await;
        assert_eq!((import.deals, import.rejected, import.warnings), (1, 0, 0));
        assert_eq!(portal.deal(id, "notes").await.unwrap(), "a;b,c\td");
        assert_eq!(portal.deal(id, "solution_ids").await.unwrap(), "{SOL-34104-EBB,MS-AZURE}");
    }
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn missing_columns_of_all_files_are_named_at_once(db: PgPool) {
    let portal = Portal::new(db).await;
    portal.import(deals([deal("D-1", &[])])).await;
    let names: Vec<&str> = DealColumn::NAMES
        .iter()
        .copied()
        .filter(|name| !["Status", "Notes"].contains(name))
        .collect();
    let export = portal.export(
        b"PSC Account ID,MPN ID\r\n",
        b"PSC User ID,First Name,Last Name,Email,PSC Account ID,PSC Account Name,psc role,EMAIL\r\n",
        table(&names, [], b',').as_bytes(),
    );
    let import = portal.take_in(export).await.unwrap();
    let import = portal.find(import).await;
    assert_eq!(import.state, State::Refused);
    let refusal = |file, code, columns: &[&str]| Refusal {
        file,
        code,
        columns: columns.iter().map(|&name| name.to_owned()).collect(),
        line: Some(1),
    };
    assert_eq!(
        import.refusals.0,
        [
            refusal(ExportFile::Accounts, RefusalCode::MissingColumns, &["Account Name", "Country"]),
            refusal(ExportFile::Users, RefusalCode::DuplicateColumns, &["EMAIL"]),
            refusal(ExportFile::Deals, RefusalCode::MissingColumns, &["Status", "Notes"]),
        ]
    );
    assert_eq!(portal.count("select count(*) from psc_deal_standings").await, 1, "the import before still counts");
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn lines_are_those_of_the_file_whatever_the_fields_hold(db: PgPool) {
    let portal = Portal::new(db).await;
    let bad = (DealColumn::Stage, "30");
    let mut text = deals([
        deal("D-1", &[(DealColumn::Notes, "one\r\ntwo\nthree \"quoted\", and a comma"), bad]),
        deal("D-2", &[(DealColumn::Notes, "=HYPERLINK(\"http://evil.example\")"), bad]),
    ]);
    text.push_str("\r\n\n");
    text.push_str(deals([deal("D-3", &[bad])]).split_once("\r\n").unwrap().1);
    let text = text.trim_end();
    let import = portal.import(text).await;
    assert_eq!((import.deals, import.rejected), (3, 0));
    let lines: Vec<(i32, String)> = portal
        .warnings(import.id)
        .await
        .into_iter()
        .map(|found| (found.0, found.4))
        .collect();
    assert_eq!(lines, [(2, "D-1".to_owned()), (5, "D-2".to_owned()), (8, "D-3".to_owned())]);
    assert_eq!(portal.deal("D-1", "notes").await.unwrap(), "one\r\ntwo\nthree \"quoted\", and a comma");
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn everything_that_copy_and_arrays_treat_specially_arrives_as_it_was(db: PgPool) {
    let portal = Portal::new(db).await;
    let odd = "\\N \\. tab\there \\\\ {a,\"b\"} NULL\r\nend";
    let row = deal(
        "D-\\1",
        &[
            (DealColumn::Name, odd),
            (DealColumn::Team, "\"Q\",back\\slash,{1},n\\ull@x.example;NULL,,,;Ärger,\u{200B},\t,x"),
            (DealColumn::Value, "1,5\\\n\"x\""),
        ],
    );
    let import = portal.import(deals([row])).await;
    assert_eq!((import.deals, import.rejected), (1, 0));
    assert_eq!(portal.deal("D-\\1", "name").await.unwrap(), odd);
    for (column, texts) in [
        ("team_first_names", ["\"Q\"", "NULL", "Ärger"]),
        ("team_last_names", ["back\\slash", "", "\u{200B}"]),
        ("team_phones", ["{1}", "", ""]),
        ("team_mails", ["n\\ull@x.example", "", "x"]),
    ] {
        let sql = format!("select {column} from psc_deals");
        let stored: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .fetch_one(&portal.db)
            .await
            .unwrap();
        assert_eq!(stored, texts);
    }
    assert_eq!(portal.deal("D-\\1", "unreadable ->> 'Deal Value'").await.unwrap(), "1,5\\\n\"x\"");
}

async fn refused(portal: &Portal, deals: &[u8]) -> (RefusalCode, Option<u32>) {
    let import = portal.import(deals).await;
    assert_eq!(import.state, State::Refused);
    assert_eq!(portal.stray().await, 0);
    (import.refusals[0].code, import.refusals[0].line)
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_quote_that_is_never_closed_refuses_the_file_with_its_line(db: PgPool) {
    let portal = Portal::new(db).await;
    let text = deals([deal("D-1", &[]), deal("D-2", &[])]) + "D-3,\"never closed\r\nD-4,x\r\n";
    assert_eq!(refused(&portal, text.as_bytes()).await, (RefusalCode::UnclosedQuote, Some(4)));
    // With more behind it than a row may have, it is not read to the end.
    let long = text + &"filler, filler\r\n".repeat(100_000);
    assert_eq!(refused(&portal, long.as_bytes()).await, (RefusalCode::RowTooLong, Some(4)));
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_row_without_end_and_one_with_countless_fields_refuse_the_file(db: PgPool) {
    let portal = Portal::new(db).await;
    let text = deals([deal("D-1", &[(DealColumn::Notes, &"x".repeat(1_100_000))])]);
    assert_eq!(refused(&portal, text.as_bytes()).await, (RefusalCode::RowTooLong, Some(2)));
    let text = deals([deal("D-1", &[])]) + &",".repeat(600);
    assert_eq!(refused(&portal, text.as_bytes()).await, (RefusalCode::TooManyColumns, Some(3)));
    let text = deals([deal("D-1", &[(DealColumn::Notes, &"x".repeat(900_000))])]);
    assert_eq!(portal.import(text).await.deals, 1, "long, but a row");
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_file_that_is_not_there_is_named(db: PgPool) {
    let portal = Portal::new(db).await;
    let export = portal.export(ACCOUNTS.as_bytes(), USERS.as_bytes(), b"");
    std::fs::remove_file(&export.deals).unwrap();
    let error = portal.take_in(export).await.unwrap_err();
    assert!(matches!(error, ImportError::Open { file: ExportFile::Deals, .. }), "{error}");
    assert_eq!(portal.count("select count(*) from psc_imports").await, 0);
}
