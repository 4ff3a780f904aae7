//! Whatever Excel saves, in Korea too, is read; what cannot be read is refused with its line.

use partner_portal::psc::import::{DealColumn, ExportFile, Refusal, RefusalCode, State};
use sqlx::PgPool;

use super::support::{ACCOUNTS, Portal, USERS, deal, deals};

fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

fn marked(mark: &[u8], text: Vec<u8>) -> Vec<u8> {
    [mark.to_vec(), text].concat()
}

fn text() -> String {
    deals([deal("D-1", &[(DealColumn::Notes, "고객이 PoC를 원함; \"빨리\"\r\n둘째 줄")])])
}

async fn is_read(db: PgPool, bytes: Vec<u8>) {
    let portal = Portal::new(db).await;
    let import = portal.import(bytes).await;
    assert_eq!((import.state, import.deals, import.rejected, import.warnings), (State::Done, 1, 0, 0));
    assert_eq!(portal.deal("D-1", "customer_name").await.unwrap(), "한빛물류 주식회사");
    assert_eq!(portal.deal("D-1", "notes").await.unwrap(), "고객이 PoC를 원함; \"빨리\"\r\n둘째 줄");
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn utf8(db: PgPool) {
    is_read(db, text().into_bytes()).await;
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn utf8_with_its_mark(db: PgPool) {
    is_read(db, marked(&[0xEF, 0xBB, 0xBF], text().into_bytes())).await;
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn utf16_little_endian(db: PgPool) {
    is_read(db, marked(&[0xFF, 0xFE], utf16(&text(), u16::to_le_bytes))).await;
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn utf16_big_endian(db: PgPool) {
    is_read(db, marked(&[0xFE, 0xFF], utf16(&text(), u16::to_be_bytes))).await;
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn utf16_little_endian_without_mark(db: PgPool) {
    is_read(db, utf16(&text(), u16::to_le_bytes)).await;
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn utf16_big_endian_without_mark(db: PgPool) {
    is_read(db, utf16(&text(), u16::to_be_bytes)).await;
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn cp949(db: PgPool) {
    is_read(db, encoding_rs::EUC_KR.encode(&text()).0.into_owned()).await;
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn cp949_beyond_euc_kr(db: PgPool) {
    let portal = Portal::new(db).await;
    // These syllables are in CP949's extension only.
    let text = deals([deal("D-1", &[(DealColumn::Name, "똠방각하 펲시")])]);
    portal.import(encoding_rs::EUC_KR.encode(&text).0.into_owned()).await;
    assert_eq!(portal.deal("D-1", "name").await.unwrap(), "똠방각하 펲시");
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn a_file_larger_than_every_buffer_is_decoded_across_their_borders(db: PgPool) {
    let portal = Portal::new(db).await;
    let rows = (0..400).map(|n| deal(&format!("D-{n}"), &[(DealColumn::Notes, &"가나다 ".repeat(n % 97))]));
    let import = portal
        .import(marked(&[0xFF, 0xFE], utf16(&deals(rows), u16::to_le_bytes)))
        .await;
    assert_eq!((import.deals, import.rejected), (400, 0));
    assert_eq!(portal.deal("D-96", "notes").await.unwrap(), "가나다 ".repeat(96).trim());
}

async fn refusals(portal: &Portal, accounts: &[u8], users: &[u8], deals: &[u8]) -> Vec<Refusal> {
    let import = portal.take_in(portal.export(accounts, users, deals)).await.unwrap();
    let import = portal.find(import).await;
    assert_eq!(import.state, State::Refused);
    assert_eq!(portal.stray().await, 0);
    import.refusals.0
}

fn refusal(file: ExportFile, code: RefusalCode, line: Option<u32>) -> Refusal {
    Refusal { file, code, columns: Vec::new(), line }
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn what_is_in_no_known_encoding_is_refused_with_its_line(db: PgPool) {
    let portal = Portal::new(db).await;
    let mut bytes = text().into_bytes();
    // No byte 0xFF in UTF-8 or CP949.
    bytes.extend(b"D-2,\xFF\xFF");
    let found = refusals(&portal, ACCOUNTS.as_bytes(), USERS.as_bytes(), &bytes).await;
    assert_eq!(found, [refusal(ExportFile::Deals, RefusalCode::Encoding, Some(4))]);
    // Half a character at the end of UTF-16.
    let cut = marked(&[0xFF, 0xFE], [utf16(USERS, u16::to_le_bytes), vec![0x41]].concat());
    let found = refusals(&portal, ACCOUNTS.as_bytes(), &cut, text().as_bytes()).await;
    assert_eq!(found, [refusal(ExportFile::Users, RefusalCode::Encoding, Some(3))]);
    // Who says UTF-8 must write it.
    let marked = marked(&[0xEF, 0xBB, 0xBF], encoding_rs::EUC_KR.encode(&text()).0.into_owned());
    let found = refusals(&portal, ACCOUNTS.as_bytes(), USERS.as_bytes(), &marked).await;
    assert_eq!(found, [refusal(ExportFile::Deals, RefusalCode::Encoding, Some(2))]);
}

#[sqlx::test(migrator = "partner_portal::db::schema::MIGRATOR")]
async fn workbooks_and_empty_files_are_refused_by_name(db: PgPool) {
    let portal = Portal::new(db).await;
    let found = refusals(&portal, b"PK\x03\x04rest of a workbook", b"", b"\r\n\r\n").await;
    assert_eq!(
        found,
        [
            refusal(ExportFile::Accounts, RefusalCode::Workbook, None),
            refusal(ExportFile::Users, RefusalCode::Empty, None),
            refusal(ExportFile::Deals, RefusalCode::Empty, None),
        ]
    );
}
