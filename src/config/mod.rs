//! The settings: from the environment, and from an optional TOML file. The environment wins. Nothing is ignored: a name that is
//! not a setting, and a value that cannot be one, stop the start with a message that says which and where.

mod sources;
mod table;

use std::{fmt, net::SocketAddr, path::PathBuf, time::Duration};

use chrono::{DateTime, NaiveTime, Utc};
use ipnet::IpNet;

pub use table::{SETTINGS, Setting};

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    #[default]
    Text,
    /// One JSON object per line.
    Json,
}

/// Everything that can be set. [`SETTINGS`] lists each with its name, its default and what it does.
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// `postgres://…`; none: a private cluster under `data_dir`.
    pub database_url: Option<String>,
    /// The folder with PostgreSQL's programs; none: they are searched for.
    pub pg_bindir: Option<PathBuf>,
    pub listen: SocketAddr,
    pub data_dir: PathBuf,
    pub metrics_listen: Option<SocketAddr>,
    pub log_format: LogFormat,
    /// A filter of `tracing`, such as `info,sqlx=warn`.
    pub log: String,
    pub secure_cookies: bool,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    pub database_connections: u32,
    pub session_idle_minutes: u32,
    pub session_absolute_hours: u32,
    /// Failed sign-ins within `sign_in_window_minutes` after which an account has to wait.
    pub sign_in_failures: u32,
    pub sign_in_window_minutes: u32,
    /// MB (1,000,000 bytes) of an uploaded export, its three files together.
    pub upload_limit_mb: u64,
    /// Deals per transaction of a migration run.
    pub migration_slice: i64,
    /// How long an answer may take to begin, but for those that begin late: to uploads, and a long report's.
    pub patience: Duration,
    /// How long it goes on serving when told to stop, while it says that it is not ready.
    pub drain: Duration,
    /// Days of 24 h that a referral waits for an answer; taken when it is sent.
    pub referral_expiry_days: u32,
    /// PSC deals created before this do not migrate.
    pub psc_eligible_from: DateTime<Utc>,
    pub psc_read_only_from: DateTime<Utc>,
    pub psc_closed_from: DateTime<Utc>,
    /// Where browsers reach the portal: the start of the links in mails and calendars.
    pub public_url: String,
    /// `smtp://…` or `smtps://…`; none: mails go to `mail_folder`.
    pub smtp_url: Option<String>,
    /// Whom mails come from.
    pub mail_from: Option<String>,
    /// Where mails are kept as files when there is no mail server; none: they are only noted in the log.
    pub mail_folder: Option<PathBuf>,
    /// The password of the demo's people; none: made at random and printed.
    pub demo_password: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            database_url: None,
            pg_bindir: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
            data_dir: PathBuf::from("./.data"),
            metrics_listen: None,
            log_format: LogFormat::Text,
            log: "info".to_owned(),
            secure_cookies: false,
            trusted_proxies: Vec::new(),
            database_connections: 10,
            session_idle_minutes: 60,
            session_absolute_hours: 12,
            sign_in_failures: 10,
            sign_in_window_minutes: 15,
            upload_limit_mb: 1024,
            migration_slice: 200,
            patience: Duration::from_secs(5),
            drain: Duration::ZERO,
            referral_expiry_days: 14,
            psc_eligible_from: midnight(2020, 1, 1),
            psc_read_only_from: midnight(2021, 4, 1),
            psc_closed_from: midnight(2021, 5, 1),
            public_url: "http://127.0.0.1:3000".to_owned(),
            smtp_url: None,
            mail_from: None,
            mail_folder: None,
            demo_password: None,
        }
    }
}

/// Written by hand so that no secret reaches a log.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("database_url", &self.database_url.as_ref().map(|_| "(set)"))
            .field("pg_bindir", &self.pg_bindir)
            .field("listen", &self.listen)
            .field("data_dir", &self.data_dir)
            .field("metrics_listen", &self.metrics_listen)
            .field("log_format", &self.log_format)
            .field("log", &self.log)
            .field("secure_cookies", &self.secure_cookies)
            .field("trusted_proxies", &self.trusted_proxies)
            .field("database_connections", &self.database_connections)
            .field("session_idle_minutes", &self.session_idle_minutes)
            .field("session_absolute_hours", &self.session_absolute_hours)
            .field("sign_in_failures", &self.sign_in_failures)
            .field("sign_in_window_minutes", &self.sign_in_window_minutes)
            .field("upload_limit_mb", &self.upload_limit_mb)
            .field("migration_slice", &self.migration_slice)
            .field("patience", &self.patience)
            .field("drain", &self.drain)
            .field("psc_eligible_from", &self.psc_eligible_from)
            .field("psc_read_only_from", &self.psc_read_only_from)
            .field("psc_closed_from", &self.psc_closed_from)
            .field("referral_expiry_days", &self.referral_expiry_days)
            .field("public_url", &self.public_url)
            .field("smtp_url", &self.smtp_url.as_ref().map(|_| "(set)"))
            .field("mail_from", &self.mail_from)
            .field("mail_folder", &self.mail_folder)
            .field("demo_password", &self.demo_password.as_ref().map(|_| "(set)"))
            .finish()
    }
}

/// A setting that is unknown or wrong. Its message holds no secret value.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{name} ({place}): {problem}")]
pub struct SettingsError {
    /// As it is written at that place: `PORTAL_LISTEN` or `listen`.
    pub name: String,
    pub problem: String,
    /// `environment`, or the file and the line in it.
    pub place: String,
}

/// The start of a day in UTC; a day that no calendar has is the epoch.
fn midnight(year: i32, month: u32, day: u32) -> DateTime<Utc> {
    chrono::NaiveDate::from_ymd_opt(year, month, day)
        .unwrap_or_default()
        .and_time(NaiveTime::MIN)
        .and_utc()
}
