//! Settings: from the environment, else from a file, else as they come. An unknown or wrong one is an error that names it.

use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf};

use chrono::{DateTime, NaiveDate, Utc};

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// Every setting, checked.
#[derive(Clone)]
pub struct Settings {
    pub database_url: Option<String>,
    pub pg_bindir: Option<PathBuf>,
    pub listen: SocketAddr,
    pub metrics_listen: Option<SocketAddr>,
    pub data_dir: PathBuf,
    pub log: String,
    pub log_format: LogFormat,
    pub secure_cookies: bool,
    pub database_connections: u32,
    pub session_idle_minutes: u32,
    pub session_absolute_hours: u32,
    pub sign_in_failures: u32,
    pub sign_in_window_minutes: u32,
    pub upload_limit_mb: u64,
    /// PSC deals of one slice of a migration.
    pub migration_slice: i64,
    /// Lines of one slice of an import.
    pub import_slice: i64,
    pub psc_eligible_from: DateTime<Utc>,
    pub psc_read_only_from: DateTime<Utc>,
    pub psc_closed_from: DateTime<Utc>,
    pub demo_password: Option<String>,
}

/// A setting as the documentation lists it: name, what it is when it is not set, what it does.
pub struct Described {
    pub name: &'static str,
    pub default: &'static str,
    pub meaning: &'static str,
}

const fn describe(name: &'static str, default: &'static str, meaning: &'static str) -> Described {
    Described { name, default, meaning }
}

/// All settings of the environment. In the file a setting has the same name without `PORTAL_`, in lower case.
pub const SETTINGS: [Described; 20] = [
    describe("DATABASE_URL", "", "the PostgreSQL database; without it a private one is started in the data folder and the demo is loaded"),
    describe("PG_BINDIR", "", "the folder of PostgreSQL's programs, for the private database"),
    describe("PORTAL_LISTEN", "127.0.0.1:3000", "the address of the web server"),
    describe("PORTAL_METRICS_LISTEN", "", "an address for Prometheus metrics (`/metrics`); none without it"),
    describe("PORTAL_DATA_DIR", "./.data", "where the private database keeps its data"),
    describe("PORTAL_LOG", "info", "what is logged, as a tracing filter"),
    describe("PORTAL_LOG_FORMAT", "text", "`text` or `json`"),
    describe("PORTAL_SECURE_COOKIES", "false", "`true` when the portal is reached by HTTPS: browsers then never send its cookies without"),
    describe("PORTAL_DATABASE_CONNECTIONS", "10", "connections to the database per process"),
    describe("PORTAL_SESSION_IDLE_MINUTES", "60", "a session ends when it was not used for so long"),
    describe("PORTAL_SESSION_ABSOLUTE_HOURS", "12", "a session ends so long after sign-in at the latest"),
    describe("PORTAL_SIGN_IN_FAILURES", "10", "failed sign-ins of one mail until it must wait"),
    describe("PORTAL_SIGN_IN_WINDOW_MINUTES", "15", "the time within which they count"),
    describe("PORTAL_UPLOAD_LIMIT_MB", "1024", "the largest PSC export that the page takes, in MB"),
    describe("PORTAL_MIGRATION_SLICE", "2000", "PSC deals that one transaction of a migration looks at"),
    describe("PORTAL_IMPORT_SLICE", "10000", "lines that one transaction of an import merges"),
    describe("PORTAL_PSC_ELIGIBLE_FROM", "2020-01-01", "deals created from then on are eligible (for new organisations)"),
    describe("PORTAL_PSC_READ_ONLY_FROM", "2021-04-01", "PSC is read-only from then on (for new organisations)"),
    describe("PORTAL_PSC_CLOSED_FROM", "2021-05-01", "PSC is closed from then on (for new organisations)"),
    describe("PORTAL_DEMO_PASSWORD", "", "the password of the demo's people; without it one is made up and printed"),
];

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("setting {name} ({origin}): {problem}")]
pub struct SettingError {
    pub name: String,
    pub origin: String,
    pub problem: String,
}

fn problem(name: &str, origin: &str, problem: impl Into<String>) -> SettingError {
    SettingError { name: name.to_owned(), origin: origin.to_owned(), problem: problem.into() }
}

/// Values by their environment name, with where each stands.
type Values = BTreeMap<String, (String, String)>;

impl Settings {
    /// From this process's environment and the file that it names (`PORTAL_CONFIG`), else `./portal.toml` when it is there.
    ///
    /// # Errors
    /// When a setting is unknown or wrong, or the file cannot be read.
    pub fn load() -> Result<Self, SettingError> {
        let environment: Vec<(String, String)> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
            .collect();
        let named = environment.iter().find(|(name, _)| name == "PORTAL_CONFIG").map(|(_, path)| path.clone());
        let path = named.clone().unwrap_or_else(|| "portal.toml".into());
        let file = match std::fs::read_to_string(&path) {
            Ok(text) => Some((path, text)),
            Err(_) if named.is_none() => None,
            Err(error) => return Err(problem("PORTAL_CONFIG", "environment", format!("{path} cannot be read: {error}"))),
        };
        Self::from(environment, file)
    }

    /// From an environment and a file (its path and text).
    ///
    /// # Errors
    /// When a setting is unknown or wrong.
    pub fn from(environment: impl IntoIterator<Item = (String, String)>, file: Option<(String, String)>) -> Result<Self, SettingError> {
        let mut values = Values::new();
        if let Some((path, text)) = file {
            read_file(&path, &text, &mut values)?;
        }
        for (name, value) in environment {
            let known = SETTINGS.iter().any(|setting| setting.name == name);
            if name.starts_with("PORTAL_") && !known && name != "PORTAL_CONFIG" && name != "PORTAL_BROWSER" {
                return Err(problem(&name, "environment", "there is no such setting; the README lists them all"));
            }
            if known && !value.is_empty() {
                values.insert(name, (value, "environment".into()));
            }
        }
        Self::checked(&values)
    }

    fn checked(values: &Values) -> Result<Self, SettingError> {
        let text = |name: &str| values.get(name).map(|(value, _)| value.clone());
        Ok(Self {
            database_url: text("DATABASE_URL"),
            pg_bindir: text("PG_BINDIR").map(PathBuf::from),
            listen: value(values, "PORTAL_LISTEN", "an address with a port, such as 127.0.0.1:3000", |v| v.parse().ok())?,
            metrics_listen: optional(values, "PORTAL_METRICS_LISTEN", "an address with a port, such as 127.0.0.1:9100", |v| v.parse().ok())?,
            data_dir: value(values, "PORTAL_DATA_DIR", "a folder", |v| Some(PathBuf::from(v)))?,
            log: value(values, "PORTAL_LOG", "a tracing filter, such as info or partner_portal=debug", |v| {
                v.parse::<tracing_subscriber::EnvFilter>().ok().map(|_| v.to_owned())
            })?,
            log_format: value(values, "PORTAL_LOG_FORMAT", "text or json", |v| match v {
                "text" => Some(LogFormat::Text),
                "json" => Some(LogFormat::Json),
                _ => None,
            })?,
            secure_cookies: value(values, "PORTAL_SECURE_COOKIES", "true or false", |v| v.parse().ok())?,
            database_connections: value(values, "PORTAL_DATABASE_CONNECTIONS", "a number from 1 to 1000", within(1, 1000))?,
            session_idle_minutes: value(values, "PORTAL_SESSION_IDLE_MINUTES", "a number from 1 to 10080", within(1, 10_080))?,
            session_absolute_hours: value(values, "PORTAL_SESSION_ABSOLUTE_HOURS", "a number from 1 to 720", within(1, 720))?,
            sign_in_failures: value(values, "PORTAL_SIGN_IN_FAILURES", "a number from 1 to 1000", within(1, 1000))?,
            sign_in_window_minutes: value(values, "PORTAL_SIGN_IN_WINDOW_MINUTES", "a number from 1 to 1440", within(1, 1440))?,
            upload_limit_mb: value(values, "PORTAL_UPLOAD_LIMIT_MB", "a number from 1 to 100000", within(1, 100_000))?.into(),
            migration_slice: value(values, "PORTAL_MIGRATION_SLICE", "a number from 1 to 100000", within(1, 100_000))?.into(),
            import_slice: value(values, "PORTAL_IMPORT_SLICE", "a number from 1 to 100000", within(1, 100_000))?.into(),
            psc_eligible_from: value(values, "PORTAL_PSC_ELIGIBLE_FROM", DATE, moment)?,
            psc_read_only_from: value(values, "PORTAL_PSC_READ_ONLY_FROM", DATE, moment)?,
            psc_closed_from: value(values, "PORTAL_PSC_CLOSED_FROM", DATE, moment)?,
            demo_password: optional(values, "PORTAL_DEMO_PASSWORD", "at least 8 characters", |v| {
                (v.chars().count() >= 8).then(|| v.to_owned())
            })?,
        })
    }
}

/// As everything comes; for tests and benchmarks.
impl Default for Settings {
    #[allow(clippy::expect_used, reason = "a test loads the defaults")]
    fn default() -> Self {
        Self::checked(&Values::new()).expect("the defaults are right")
    }
}

/// Secrets stay out of logs.
impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("listen", &self.listen).field("data_dir", &self.data_dir).finish_non_exhaustive()
    }
}

const DATE: &str = "a date (2021-04-01) or a moment (2021-04-01T00:00:00Z)";

fn moment(text: &str) -> Option<DateTime<Utc>> {
    let day = || text.parse::<NaiveDate>().ok()?.and_hms_opt(0, 0, 0).map(|day| day.and_utc());
    text.parse().ok().or_else(day)
}

fn within(least: u32, most: u32) -> impl Fn(&str) -> Option<u32> {
    move |text| text.parse().ok().filter(|number| (least..=most).contains(number))
}

fn optional<T>(values: &Values, name: &str, wanted: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, SettingError> {
    let Some((text, origin)) = values.get(name) else { return Ok(None) };
    match read(text) {
        Some(value) => Ok(Some(value)),
        // What stands there may be a secret.
        None if name.contains("PASSWORD") => Err(problem(name, origin, format!("must be {wanted}"))),
        None => Err(problem(name, origin, format!("{text:?} is not {wanted}"))),
    }
}

fn value<T>(values: &Values, name: &str, wanted: &str, read: impl Fn(&str) -> Option<T>) -> Result<T, SettingError> {
    if let Some(value) = optional(values, name, wanted, &read)? {
        return Ok(value);
    }
    let default = SETTINGS.iter().find(|setting| setting.name == name).map_or("", |setting| setting.default);
    read(default).ok_or_else(|| problem(name, "default", format!("{default:?} is not {wanted}")))
}

/// Reads a file of `name = value` lines (TOML) into the names of the environment.
fn read_file(path: &str, text: &str, values: &mut Values) -> Result<(), SettingError> {
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| problem("PORTAL_CONFIG", path, e.message().to_owned()))?;
    for (key, value) in table {
        let upper = key.to_uppercase();
        let name = SETTINGS
            .iter()
            .map(|setting| setting.name)
            .find(|name| *name == upper || name.strip_prefix("PORTAL_") == Some(upper.as_str()))
            .ok_or_else(|| problem(&key, path, "there is no such setting; the README lists them all"))?;
        let text = match value {
            toml::Value::String(text) => text,
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(flag) => flag.to_string(),
            toml::Value::Datetime(at) => at.to_string(),
            _ => return Err(problem(&key, path, "must be a text, a number, a date, true or false")),
        };
        values.insert(name.to_owned(), (text, path.to_owned()));
    }
    Ok(())
}
