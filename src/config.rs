//! placeholder until the start branch lands
use chrono::{DateTime, Utc};
#[derive(Clone, Debug)]
pub struct Settings {
    pub database_connections: u32,
    pub listen: std::net::SocketAddr,
    pub metrics_listen: Option<std::net::SocketAddr>,
    pub secure_cookies: bool,
    pub session_idle_minutes: u32,
    pub session_absolute_hours: u32,
    pub sign_in_failures: u32,
    pub sign_in_window_minutes: u32,
    pub upload_limit_mb: u64,
    pub migration_slice: i64,
    pub import_slice: i64,
    pub psc_eligible_from: DateTime<Utc>,
    pub psc_read_only_from: DateTime<Utc>,
    pub psc_closed_from: DateTime<Utc>,
    pub data_dir: std::path::PathBuf,
    pub demo_password: Option<String>,
}
