//! What these tests share: the outbox, what people were told, and mails as files.

use std::{collections::BTreeMap, path::Path};

use base64::Engine;
use chrono::{DateTime, Utc};
use partner_portal::{
    clock::Clock,
    config::Settings,
    ids::{ReferralId, UserId},
    notifications::service::{self, Post, Posted},
};
use serde_json::{Value, json};
use sqlx::PgPool;

pub use crate::referrals::scene::{Scene, at};

/// When these tests happen.
pub const NOW: &str = "2026-03-02T10:00:00Z";

pub async fn event_with(db: &PgPool, event: &str, referral: ReferralId, by: Option<UserId>, detail: Value) {
    sqlx::query("insert into outbox (event, referral_id, by_user, at, detail) values ($1, $2, $3, $4, $5)")
        .bind(event)
        .bind(referral)
        .bind(by)
        .bind(at(NOW))
        .bind(detail)
        .execute(db)
        .await
        .unwrap();
}

pub async fn event(db: &PgPool, event: &str, referral: ReferralId) {
    event_with(db, event, referral, None, json!({})).await;
}

pub async fn fan_out_at(db: &PgPool, now: &str) -> service::Told {
    service::fan_out(db, &Clock::fixed(at(now)), || true).await.unwrap().0
}

pub async fn fan_out(db: &PgPool) -> service::Told {
    fan_out_at(db, NOW).await
}

/// The mails of the people who were told, sorted.
pub async fn told(db: &PgPool) -> Vec<String> {
    sqlx::query_scalar("select mail from notifications n join users u using (user_id) order by mail, outbox_id")
        .fetch_all(db)
        .await
        .unwrap()
}

/// The events that somebody was told, oldest first.
pub async fn told_to(db: &PgPool, user: UserId) -> Vec<String> {
    sqlx::query_scalar("select event from notifications where user_id = $1 order by outbox_id")
        .bind(user)
        .fetch_all(db)
        .await
        .unwrap()
}

/// Sets a column of somebody's, such as `locale = 'ko'`.
pub async fn set(db: &PgPool, user: UserId, what: &'static str) {
    let sql = format!("update users set {what} where user_id = $1");
    sqlx::query(sqlx::AssertSqlSafe(sql)).bind(user).execute(db).await.unwrap();
}

pub async fn prefer(db: &PgPool, user: UserId, topic: &str, delivery: &str) {
    sqlx::query("insert into notification_preferences values ($1, $2, $3)")
        .bind(user)
        .bind(topic)
        .bind(delivery)
        .execute(db)
        .await
        .unwrap();
}

/// Mails into a folder.
pub fn post(db: &PgPool, now: &str, folder: &Path) -> Post {
    let settings = Settings {
        mail_folder: Some(folder.to_owned()),
        public_url: "https://portal.example".into(),
        ..crate::support::settings()
    };
    Post::new(db.clone(), Clock::fixed(at(now)), settings.into()).unwrap()
}

/// Sends everything that is due and reads it.
pub async fn posted(db: &PgPool, now: &str) -> Vec<Mail> {
    let folder = tempfile::tempdir().unwrap();
    let post = post(db, now, folder.path());
    while let Some(posted) = post.send_next().await.unwrap() {
        assert!(matches!(posted, Posted::Sent | Posted::Dropped), "{posted:?}");
    }
    let mut mails: Vec<Mail> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| Mail::read(&std::fs::read(entry.unwrap().path()).unwrap()))
        .collect();
    mails.sort_by(|a, b| a.header("to").cmp(b.header("to")));
    mails
}

/// A mail, taken apart and decoded.
#[derive(Debug)]
pub struct Mail {
    headers: BTreeMap<String, String>,
    pub text: String,
    pub html: String,
    pub raw: String,
}

impl Mail {
    pub fn read(bytes: &[u8]) -> Self {
        let raw = String::from_utf8(bytes.to_vec()).unwrap();
        let (head, body) = raw.split_once("\r\n\r\n").unwrap();
        let headers = headers(head);
        let kind = &headers["content-type"];
        assert!(kind.starts_with("multipart/alternative"), "{kind}");
        let boundary = kind.split("boundary=\"").nth(1).unwrap().split('"').next().unwrap();
        let parts: Vec<(String, String)> = body
            .split(&format!("--{boundary}"))
            .filter_map(|part| part.trim_start().split_once("\r\n\r\n"))
            .map(|(head, body)| {
                let head = self::headers(head);
                (head["content-type"].clone(), decoded(&head["content-transfer-encoding"], body))
            })
            .collect();
        let of = |start: &str| parts.iter().find(|(kind, _)| kind.starts_with(start)).unwrap().1.clone();
        Self { text: of("text/plain"), html: of("text/html"), headers, raw: raw.clone() }
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

fn headers(head: &str) -> BTreeMap<String, String> {
    let unfolded = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let lines = unfolded.lines().filter_map(|line| line.split_once(": "));
    lines.map(|(name, value)| (name.to_lowercase(), words(value))).collect()
}

/// Encoded words (RFC 2047) as text.
fn words(value: &str) -> String {
    let mut plain = value.replace("?= =?", "?==?");
    while let Some(start) = plain.find("=?utf-8?b?") {
        let end = start + plain[start..].find("?=").unwrap();
        let bytes = base64::prelude::BASE64_STANDARD.decode(&plain[start + 10..end]).unwrap();
        plain.replace_range(start..end + 2, &String::from_utf8(bytes).unwrap());
    }
    plain
}

fn decoded(encoding: &str, body: &str) -> String {
    match encoding {
        "base64" => {
            let packed: String = body.split_whitespace().collect();
            String::from_utf8(base64::prelude::BASE64_STANDARD.decode(packed).unwrap()).unwrap()
        }
        "quoted-printable" => {
            let joined = body.replace("=\r\n", "");
            let mut bytes = Vec::new();
            let mut rest = joined.bytes();
            while let Some(byte) = rest.next() {
                if byte == b'=' {
                    let code = [rest.next().unwrap(), rest.next().unwrap()];
                    bytes.push(u8::from_str_radix(std::str::from_utf8(&code).unwrap(), 16).unwrap());
                } else {
                    bytes.push(byte);
                }
            }
            String::from_utf8(bytes).unwrap()
        }
        _ => body.to_owned(),
    }
}

pub async fn one_mail(db: &PgPool, now: &str) -> Mail {
    let mut mails = posted(db, now).await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    mails.remove(0)
}

/// The time of a moment of these tests plus minutes.
pub fn minutes_later(minutes: i64) -> String {
    let later: DateTime<Utc> = at(NOW) + chrono::TimeDelta::minutes(minutes);
    later.to_rfc3339()
}
