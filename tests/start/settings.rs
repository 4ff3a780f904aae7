//! Settings: where they come from, which wins, and what is refused.

use std::{ffi::OsString, fs, path::Path};

use partner_portal::config::{LogFormat, SETTINGS, Settings, SettingsError};

fn load(environment: &[(&str, &str)], folder: &Path) -> Result<Settings, SettingsError> {
    Settings::from_sources(
        environment
            .iter()
            .map(|(name, text)| (OsString::from(name), OsString::from(text))),
        folder,
    )
}

fn from_file(text: &str) -> Result<Settings, SettingsError> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("portal.toml"), text).unwrap();
    load(&[], folder.path())
}

#[test]
fn nothing_configured_gives_the_documented_defaults() {
    let folder = tempfile::tempdir().unwrap();
    let none = load(&[("HOME", "/nowhere"), ("PORTAL_METRICS_LISTEN", "")], folder.path()).unwrap();
    assert_eq!(none, Settings::default());
    let documented: Vec<_> = SETTINGS
        .iter()
        .filter(|s| !s.default.is_empty())
        .map(|s| (s.name, s.default))
        .collect();
    let documented: Vec<_> = documented.into_iter().filter(|(name, _)| *name != "PORTAL_CONFIG").collect();
    assert_eq!(load(&documented, folder.path()).unwrap(), Settings::default());
    assert_eq!(documented.len(), 19);
}

#[test]
fn the_environment_wins_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = "listen = \"0.0.0.0:80\"\nsign_in_failures = 3\nsecure_cookies = true\npsc_closed_from = 2026-12-12\nlog_format = 'json'\n";
    fs::write(folder.path().join("portal.toml"), file).unwrap();
    let settings = load(&[("PORTAL_LISTEN", "127.0.0.1:4000")], folder.path()).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:4000");
    assert_eq!(settings.sign_in_failures, 3);
    assert!(settings.secure_cookies);
    assert_eq!(settings.psc_closed_from.to_rfc3339(), "2026-12-12T00:00:00+00:00");
    assert_eq!(settings.log_format, LogFormat::Json);
}

#[test]
fn a_named_file_is_read_and_must_be_there() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("other.toml"), "database_connections = 33").unwrap();
    assert_eq!(
        load(&[("PORTAL_CONFIG", "other.toml")], folder.path())
            .unwrap()
            .database_connections,
        33
    );
    let missing = load(&[("PORTAL_CONFIG", "none.toml")], folder.path()).unwrap_err();
    assert_eq!(missing.name, "PORTAL_CONFIG");
    assert!(missing.place.ends_with("none.toml"), "{missing}");
}

#[test]
fn an_unknown_setting_is_named_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let error = load(&[("PORTAL_LISTN", "127.0.0.1:1")], folder.path()).unwrap_err();
    assert_eq!((error.name.as_str(), error.place.as_str()), ("PORTAL_LISTN", "environment"));
    let error = from_file("# comment\nlisten = \"127.0.0.1:1\"\nlistn = 1\n").unwrap_err();
    assert_eq!(error.name, "listn");
    assert!(error.place.ends_with("portal.toml, line 3"), "{error}");
    assert_eq!(from_file("config = 'other.toml'").unwrap_err().name, "config");
    assert_eq!(from_file("[server]\nlisten = 1").unwrap_err().name, "server");
}

#[test]
fn a_wrong_value_is_named_with_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text, says) in [
        ("PORTAL_LISTEN", "localhost", "127.0.0.1:3000"),
        ("PORTAL_LOG_FORMAT", "xml", "neither text nor json"),
        ("PORTAL_LOG", "info,=", "not a log filter"),
        ("PORTAL_SECURE_COOKIES", "yes", "neither true nor false"),
        ("PORTAL_TRUSTED_PROXIES", "proxy.example", "10.0.0.0/8"),
        ("PORTAL_TRUSTED_PROXIES", "127.0.0.1,", "\"\" is neither"),
        ("PORTAL_TRUSTED_PROXIES", "10.0.0.5/8", "\"10.0.0.5/8\" is neither"),
        ("PORTAL_DATABASE_CONNECTIONS", "0", "from 4 to 1000"),
        ("PORTAL_MIGRATION_SLICE", "-1", "from 1 to 100000"),
        ("PORTAL_UPLOAD_LIMIT_MB", "1.5", "whole number"),
        ("PORTAL_PSC_CLOSED_FROM", "tomorrow", "2021-04-01"),
        ("PORTAL_PSC_CLOSED_FROM", "2021-03-01", "before PORTAL_PSC_READ_ONLY_FROM"),
        ("PORTAL_DEMO_PASSWORD", "short", "8 characters"),
        ("PORTAL_PUBLIC_URL", "portal.example", "https://portal.example"),
        ("PORTAL_SMTP_URL", "http://u:secret@h", "smtps://user:password@mail.example"),
        ("PORTAL_MAIL_FROM", "nobody", "not a mail address"),
        ("DATABASE_URL", "mysql://u:secret@h/d", "postgres://"),
        ("DATABASE_URL", "postgres://u:secret@h:port/d", "not a database address"),
    ] {
        let error = load(&[(name, text)], folder.path()).unwrap_err();
        assert_eq!(error.name, name);
        assert!(error.problem.contains(says), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    let error = load(&[("PORTAL_SMTP_URL", "smtp://mail.example")], folder.path()).unwrap_err();
    assert_eq!(error.name, "PORTAL_MAIL_FROM");
    let error = from_file("listen = 'x'").unwrap_err();
    assert!(error.place.ends_with("line 1") && error.problem.contains("\"x\""), "{error}");
    assert!(from_file("listen = [1]").unwrap_err().problem.contains("single value"));
    assert!(from_file("a b").unwrap_err().problem.contains("not TOML"));
}

#[test]
fn secrets_are_not_printed() {
    let folder = tempfile::tempdir().unwrap();
    let given = [
        ("DATABASE_URL", "postgres://u:secret-one@h/d"),
        ("PORTAL_DEMO_PASSWORD", "secret-two"),
        ("PORTAL_SMTP_URL", "smtps://u:secret-three@h"),
        ("PORTAL_MAIL_FROM", "portal@mail.example"),
    ];
    let printed = format!("{:?}", load(&given, folder.path()).unwrap());
    assert!(printed.contains("(set)") && !printed.contains("secret-"), "{printed}");
}

#[test]
fn the_example_file_shows_every_setting_with_a_good_value() {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/portal.example.toml")).unwrap();
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter(|line| line.contains(" = "));
    let file = lines.collect::<Vec<_>>().join("\n");
    let settings = from_file(&file).unwrap();
    assert!(settings.database_url.is_some() && settings.demo_password.is_some());
    for key in SETTINGS.iter().filter_map(partner_portal::config::Setting::key) {
        assert!(file.lines().any(|line| line.starts_with(&format!("{key} = "))), "{key} is not in the example");
    }
}
