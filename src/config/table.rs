//! One table of all settings: the reader, the documentation and their tests are made from it.

use std::{fmt::Display, net::IpAddr, ops::RangeInclusive, str::FromStr, time::Duration};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use ipnet::IpNet;
use tracing_subscriber::EnvFilter;

use super::{LogFormat, Settings};

/// One setting.
pub struct Setting {
    /// The environment variable.
    pub name: &'static str,
    /// What stands in the documentation as its default; empty: not set.
    pub default: &'static str,
    /// One sentence for operators.
    pub doc: &'static str,
    pub(super) apply: Apply,
}

/// Sets the field; `Err`: what is wrong with the value, without the value where it is a secret.
pub(super) type Apply = fn(&mut Settings, &str) -> Result<(), String>;

/// Names the settings file, and so cannot stand in it.
pub(super) const CONFIG: &str = "PORTAL_CONFIG";

impl Setting {
    /// Its name in the settings file: `listen` for `PORTAL_LISTEN`. None: environment only.
    pub fn key(&self) -> Option<String> {
        (self.name != CONFIG).then(|| self.name.strip_prefix("PORTAL_").unwrap_or(self.name).to_lowercase())
    }
}

/// Every setting, in the order of the documentation.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "DATABASE_URL",
        default: "",
        doc: "The PostgreSQL database (15 or newer) to use, `postgres://user:password@host:5432/name`. Not set: a private cluster under `PORTAL_DATA_DIR`.",
        apply: |to, text| database_url(text).map(|()| to.database_url = Some(text.to_owned())),
    },
    Setting {
        name: "PG_BINDIR",
        default: "",
        doc: "The folder with PostgreSQL's programs (`initdb`, `pg_ctl`, `postgres`) for the private cluster. Not set: they are searched for.",
        apply: |to, text| {
            to.pg_bindir = Some(text.into());
            Ok(())
        },
    },
    Setting {
        name: CONFIG,
        default: "./portal.toml, when it is there",
        doc: "The settings file. Environment only.",
        apply: |_, _| Ok(()),
    },
    Setting {
        name: "PORTAL_LISTEN",
        default: "127.0.0.1:3000",
        doc: "Where the portal answers.",
        apply: |to, text| address(text).map(|value| to.listen = value),
    },
    Setting {
        name: "PORTAL_DATA_DIR",
        default: "./.data",
        doc: "Where the private cluster keeps its data.",
        apply: |to, text| {
            to.data_dir = text.into();
            Ok(())
        },
    },
    Setting {
        name: "PORTAL_METRICS_LISTEN",
        default: "",
        doc: "Where metrics are served for Prometheus. Not set: nowhere.",
        apply: |to, text| address(text).map(|value| to.metrics_listen = Some(value)),
    },
    Setting {
        name: "PORTAL_LOG_FORMAT",
        default: "text",
        doc: "`text` or `json`; logs go to standard error.",
        apply: |to, text| {
            to.log_format = match text {
                "text" => LogFormat::Text,
                "json" => LogFormat::Json,
                _ => return Err(format!("{text:?} is neither text nor json")),
            };
            Ok(())
        },
    },
    Setting {
        name: "PORTAL_LOG",
        default: "info",
        doc: "What is logged: a level, or levels by module such as `info,sqlx=warn`.",
        apply: |to, text| match EnvFilter::builder().parse(text) {
            Ok(_) => {
                text.clone_into(&mut to.log);
                Ok(())
            }
            Err(error) => Err(format!("{text:?} is not a log filter: {error}")),
        },
    },
    Setting {
        name: "PORTAL_SECURE_COOKIES",
        default: "false",
        doc: "Cookies over TLS only. Set it to `true` wherever browsers reach the portal by https.",
        apply: |to, text| yes_or_no(text).map(|value| to.secure_cookies = value),
    },
    Setting {
        name: "PORTAL_TRUSTED_PROXIES",
        default: "",
        doc: "Addresses or networks of the proxies in front (`10.0.0.5, fd00::/8`): a request from one of them comes from where its `X-Forwarded-For` says. Not set: no header is believed.",
        apply: |to, text| networks(text).map(|value| to.trusted_proxies = value),
    },
    Setting {
        name: "PORTAL_DATABASE_CONNECTIONS",
        default: "10",
        doc: "Database connections of one process.",
        apply: |to, text| number(text, 4..=1_000).map(|value| to.database_connections = value),
    },
    Setting {
        name: "PORTAL_SESSION_IDLE_MINUTES",
        default: "60",
        doc: "After how many minutes without a request a session ends.",
        apply: |to, text| number(text, 1..=10_080).map(|value| to.session_idle_minutes = value),
    },
    Setting {
        name: "PORTAL_SESSION_ABSOLUTE_HOURS",
        default: "12",
        doc: "After how many hours a session ends in any case.",
        apply: |to, text| number(text, 1..=720).map(|value| to.session_absolute_hours = value),
    },
    Setting {
        name: "PORTAL_SIGN_IN_FAILURES",
        default: "10",
        doc: "How many failed sign-ins are allowed within the window.",
        apply: |to, text| number(text, 1..=1_000).map(|value| to.sign_in_failures = value),
    },
    Setting {
        name: "PORTAL_SIGN_IN_WINDOW_MINUTES",
        default: "15",
        doc: "The length of that window in minutes.",
        apply: |to, text| number(text, 1..=1_440).map(|value| to.sign_in_window_minutes = value),
    },
    Setting {
        name: "PORTAL_UPLOAD_LIMIT_MB",
        default: "1024",
        doc: "The largest PSC export that can be uploaded, its three files together, in MB.",
        apply: |to, text| number(text, 1..=1_048_576).map(|value| to.upload_limit_mb = value),
    },
    Setting {
        name: "PORTAL_MIGRATION_SLICE",
        default: "200",
        doc: "How many deals one transaction migrates.",
        apply: |to, text| number(text, 1..=100_000).map(|value| to.migration_slice = value),
    },
    Setting {
        name: "PORTAL_PATIENCE_SECONDS",
        default: "5",
        doc: "How long an answer may take to begin before it is given up with 503; uploads and long reports excepted.",
        apply: |to, text| number(text, 1..=600).map(|value| to.patience = Duration::from_secs(value)),
    },
    Setting {
        name: "PORTAL_DRAIN_SECONDS",
        default: "0",
        doc: "How long the portal goes on serving when it is told to stop, while `/readyz` says 503: longer than a balancer takes to notice.",
        apply: |to, text| number(text, 0..=60).map(|value| to.drain = Duration::from_secs(value)),
    },
    Setting {
        name: "PORTAL_REFERRAL_EXPIRY_DAYS",
        default: "14",
        doc: "How many days a referral waits for an answer; changing it does not touch those under way.",
        apply: |to, text| number(text, 1..=365).map(|value| to.referral_expiry_days = value),
    },
    Setting {
        name: "PORTAL_PSC_ELIGIBLE_FROM",
        default: "2020-01-01",
        doc: "PSC deals created before this day (UTC, or a time in RFC 3339) do not migrate.",
        apply: |to, text| time(text).map(|value| to.psc_eligible_from = value),
    },
    Setting {
        name: "PORTAL_PSC_READ_ONLY_FROM",
        default: "2021-04-01",
        doc: "From when on PSC can only be read.",
        apply: |to, text| time(text).map(|value| to.psc_read_only_from = value),
    },
    Setting {
        name: "PORTAL_PSC_CLOSED_FROM",
        default: "2021-05-01",
        doc: "From when on PSC is closed.",
        apply: |to, text| time(text).map(|value| to.psc_closed_from = value),
    },
    Setting {
        name: "PORTAL_PUBLIC_URL",
        default: "http://127.0.0.1:3000",
        doc: "Where browsers reach the portal; links in mails and calendars begin with it.",
        apply: |to, text| web_address(text).map(|()| text.trim_end_matches('/').clone_into(&mut to.public_url)),
    },
    Setting {
        name: "PORTAL_SMTP_URL",
        default: "",
        doc: "The mail server, `smtps://user:password@mail.example`, or `smtp://…?tls=required` for STARTTLS. Needs `PORTAL_MAIL_FROM`. Not set: mails go to `PORTAL_MAIL_FOLDER`.",
        apply: |to, text| mail_server(text).map(|()| to.smtp_url = Some(text.to_owned())),
    },
    Setting {
        name: "PORTAL_MAIL_FROM",
        default: "",
        doc: "Whom mails come from: an address, or `Partner Center <portal@example.com>`.",
        apply: |to, text| match text.parse::<lettre::message::Mailbox>() {
            Ok(_) => {
                to.mail_from = Some(text.to_owned());
                Ok(())
            }
            Err(_) => Err(format!("{text:?} is not a mail address")),
        },
    },
    Setting {
        name: "PORTAL_MAIL_FOLDER",
        default: "",
        doc: "Without a mail server: the folder where mails are kept as `.eml` files. Not set: they are only noted in the log.",
        apply: |to, text| {
            to.mail_folder = Some(text.into());
            Ok(())
        },
    },
    Setting {
        name: "PORTAL_DEMO_PASSWORD",
        default: "",
        doc: "The password of the demo's people, at least 8 characters. Not set: made at random and printed.",
        apply: |to, text| {
            if text.chars().count() < 8 {
                return Err("is shorter than 8 characters".to_owned());
            }
            to.demo_password = Some(text.to_owned());
            Ok(())
        },
    },
];

/// Says what is wrong with the address, and never the address: it may hold a password.
fn database_url(text: &str) -> Result<(), String> {
    if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
        return Err("is not a database address: it must begin with postgres://".to_owned());
    }
    match text.parse::<sqlx::postgres::PgConnectOptions>() {
        Ok(_) => Ok(()),
        Err(sqlx::Error::Configuration(cause)) => Err(format!("is not a database address: {cause}")),
        Err(_) => Err("is not a database address".to_owned()),
    }
}

/// Says what is wrong, and never the address: it may hold a password.
fn mail_server(text: &str) -> Result<(), String> {
    match lettre::AsyncSmtpTransport::<lettre::Tokio1Executor>::from_url(text) {
        Ok(_) => Ok(()),
        Err(_) => Err("is not a mail server's address: it must look like smtps://user:password@mail.example".to_owned()),
    }
}

fn web_address(text: &str) -> Result<(), String> {
    let known = url::Url::parse(text)
        .ok()
        .filter(|url| ["http", "https"].contains(&url.scheme()) && url.has_host());
    match known {
        Some(url) if url.query().is_none() && url.fragment().is_none() => Ok(()),
        _ => Err(format!("{text:?} is not a web address such as https://portal.example")),
    }
}

fn address(text: &str) -> Result<std::net::SocketAddr, String> {
    text.parse()
        .map_err(|_| format!("{text:?} is not an address with a port such as 127.0.0.1:3000"))
}

/// Addresses, and networks without bits behind their prefix: `10.0.0.5/8` is more than it looks.
fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    let network = |part: &str| {
        let known = part.parse::<IpAddr>().map(IpNet::from).or_else(|_| part.parse::<IpNet>());
        let exact = known.ok().filter(|network| network.addr() == network.network());
        exact.ok_or_else(|| format!("{part:?} is neither an address nor a network such as 10.0.0.0/8"))
    };
    text.split(',').map(|part| network(part.trim())).collect()
}

fn yes_or_no(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| format!("{text:?} is neither true nor false"))
}

fn number<N: FromStr + PartialOrd + Display>(text: &str, allowed: RangeInclusive<N>) -> Result<N, String> {
    text.parse()
        .ok()
        .filter(|value| allowed.contains(value))
        .ok_or_else(|| format!("{text:?} is not a whole number from {} to {}", allowed.start(), allowed.end()))
}

fn time(text: &str) -> Result<DateTime<Utc>, String> {
    let day = text.parse::<NaiveDate>().map(|day| day.and_time(NaiveTime::MIN).and_utc());
    day.or_else(|_| DateTime::parse_from_rfc3339(text).map(|at| at.to_utc()))
        .map_err(|_| format!("{text:?} is neither a day such as 2021-04-01 nor a time such as 2021-04-01T00:00:00Z"))
}
