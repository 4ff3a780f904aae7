//! What the program says when it cannot start: one message, exit code 1, no panic.

use std::{
    net::TcpListener,
    path::Path,
    process::{Command, Output},
};

use partner_portal::{
    db::{Pool, schema::SchemaError},
    start::{StartError, listen},
};

fn portal(folder: &Path, environment: &[(&str, &str)], command: &str) -> Output {
    let mut run = Command::new(env!("CARGO_BIN_EXE_partner-portal"));
    run.current_dir(folder)
        .env_remove("DATABASE_URL")
        .env("RUST_BACKTRACE", "1")
        .arg(command);
    run.envs(environment.iter().copied()).output().unwrap()
}

/// The one message of a start that failed.
fn refusal(environment: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = portal(folder.path(), environment, "migrate-schema");
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty(), "standard output is for results");
    let words = String::from_utf8(output.stderr).unwrap();
    assert!(words.starts_with("partner-portal: "), "{words}");
    assert!(!words.contains("panicked") && !words.contains("backtrace"), "{words}");
    words
}

#[test]
fn a_wrong_setting_a_wrong_folder_and_an_absent_database_are_told() {
    assert!(refusal(&[("PORTAL_LISTEN", "here")]).contains("PORTAL_LISTEN (environment)"));
    assert!(refusal(&[("PG_BINDIR", "/nowhere")]).contains("PG_BINDIR names /nowhere"));
    assert!(refusal(&[("PORTAL_DATA_DIR", "/dev/null/data")]).contains("PORTAL_DATA_DIR"));
    let words = refusal(&[("DATABASE_URL", "postgres://u:hidden-word@127.0.0.1:1/deals")]);
    assert!(words.contains("\"deals\" at 127.0.0.1:1 cannot be reached: Connection refused"), "{words}");
    assert!(!words.contains("hidden-word"), "{words}");
}

#[test]
fn a_taken_address_names_itself_and_its_setting() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap();
    let error = listen(address, "PORTAL_LISTEN").unwrap_err();
    assert!(matches!(error, StartError::AddressTaken { .. }));
    let words = error.to_string();
    assert!(words.contains(&address.to_string()) && words.contains("PORTAL_LISTEN"), "{words}");
    drop(other);
    assert_eq!(listen(address, "PORTAL_LISTEN").unwrap().local_addr().unwrap(), address);
}

#[sqlx::test(migrations = false)]
async fn a_schema_of_a_newer_version_is_left_alone(pool: Pool) {
    partner_portal::db::schema::migrate(&pool).await.unwrap();
    let mark = "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (99991231000000, 'later', true, '', 0)";
    sqlx::query(mark).execute(&pool).await.unwrap();
    let error = StartError::from(partner_portal::db::schema::migrate(&pool).await.unwrap_err());
    assert!(matches!(error, StartError::Schema(SchemaError::Newer(99_991_231_000_000))));
    assert!(error.to_string().contains("install the newer version"));
}
