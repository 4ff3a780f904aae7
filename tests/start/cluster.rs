//! The private cluster: made, joined, stopped by the last, kept, and refused where it must be.
//! As root these run PostgreSQL as `postgres` or `nobody`, else as the user who tests.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use nix::unistd::{Uid, User, geteuid};
use partner_portal::db::private_postgres::{Cluster, ClusterError, Places};
use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

/// A folder that everybody may enter; `name` is part of its path.
fn folder(name: &str) -> TempDir {
    let folder = tempfile::Builder::new().prefix(name).tempdir().unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn start(data_dir: &Path) -> Result<Cluster, ClusterError> {
    Cluster::start_in(data_dir, &data_dir.join("unused"), &Places::of_this_machine(None))
}

fn runs(cluster_folder: &Path) -> bool {
    cluster_folder.join("data/postmaster.pid").exists()
}

async fn ask(cluster: &Cluster, sql: &'static str) -> i64 {
    let mut connection = PgConnection::connect(&cluster.url()).await.unwrap();
    sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap()
}

#[tokio::test]
async fn the_last_user_stops_it_and_a_restart_keeps_the_data() {
    // Characters that a shell or an address would read.
    let dir = folder("it's $HOME & 100% ");
    let first = start(dir.path()).unwrap();
    assert!(!first.joined());
    let mode = |path: &str| fs::metadata(first.folder().join(path)).unwrap().mode() & 0o777;
    assert_eq!((mode("."), mode("socket"), mode("data")), (0o700, 0o700, 0o700));
    assert_eq!(ask(&first, "with kept as (select 1) select count(*) from kept").await, 1);
    let mut connection = PgConnection::connect(&first.url()).await.unwrap();
    sqlx::raw_sql("create table kept (number bigint); insert into kept values (42)")
        .execute(&mut connection)
        .await
        .unwrap();
    let durable: String = sqlx::query_scalar("select current_setting('fsync')")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(durable, "on");
    let letters: bool = sqlx::query_scalar("select '한글' ~ '^\\w+$'")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert!(letters, "Korean letters are letters");
    drop(connection);

    let second = start(dir.path()).unwrap();
    assert!(second.joined());
    assert_eq!(ask(&second, "select number from kept").await, 42);
    let at = first.folder().to_path_buf();
    assert!(!first.release().unwrap(), "somebody else is there still");
    assert!(runs(&at));
    assert!(second.release().unwrap());
    assert!(!runs(&at));

    // A computer that lost power leaves a process number, which another program may have by now.
    let stale = format!("{}\n{}\n1\n5432\n\n\n  1 1\nready\n", std::process::id(), at.join("data").display());
    fs::write(at.join("data/postmaster.pid"), stale).unwrap();
    let third = start(dir.path()).unwrap();
    assert!(!third.joined());
    assert_eq!(ask(&third, "select number from kept").await, 42);
    assert!(third.release().unwrap());
}

#[tokio::test]
async fn two_that_start_at_once_share_one_and_a_half_made_one_is_made_anew() {
    let dir = folder("portal-at-once-");
    // What a process killed during initdb leaves behind.
    let left = dir.path().join("pg/data.new.1");
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("PG_VERSION"), "15\n").unwrap();
    let other = dir.path().to_path_buf();
    let other = thread::spawn(move || start(&other).unwrap());
    let one = start(dir.path()).unwrap();
    let two = other.join().unwrap();
    assert!(one.joined() != two.joined(), "one made it, the other joined");
    assert_eq!(one.url(), two.url());
    assert!(!left.exists());
    assert_eq!(ask(&two, "select count(*) from pg_database where datname = 'portal'").await, 1);
    assert!(!one.release().unwrap());
    assert!(two.release().unwrap());
}

#[tokio::test]
async fn after_a_kill_of_its_starter_it_is_joined_or_started_and_whole() {
    let dir = folder("portal-kill-");
    let data_dir = dir.path().join("data");
    let mut starter = Command::new(env!("CARGO_BIN_EXE_partner-portal"))
        .arg("migrate-schema")
        .env_remove("DATABASE_URL")
        .env("PORTAL_DATA_DIR", &data_dir)
        .current_dir(dir.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Kill it while it starts the server, or migrates.
    while !runs(&data_dir.join("pg")) && starter.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_millis(5));
    }
    starter.kill().unwrap();
    starter.wait().unwrap();
    let next = start(&data_dir).unwrap();
    assert_eq!(ask(&next, "select count(*) from pg_database where datname = 'portal'").await, 1);
    assert!(next.release().unwrap());
}

#[test]
fn folders_of_others_and_links_are_refused() {
    let dir = folder("portal-refused-");
    symlink("/etc", dir.path().join("pg")).unwrap();
    let words = start(dir.path()).unwrap_err().to_string();
    assert!(words.contains("not a folder") && words.contains("PORTAL_DATA_DIR"), "{words}");
    fs::remove_file(dir.path().join("pg")).unwrap();
    fs::create_dir_all(dir.path().join("pg/data")).unwrap();
    let words = start(dir.path()).unwrap_err().to_string();
    assert!(words.contains("holds no PostgreSQL data"), "{words}");
    if !geteuid().is_root() {
        eprintln!("not root: cannot make a folder of somebody else's");
        return;
    }
    fs::remove_dir(dir.path().join("pg/data")).unwrap();
    let socket = dir.path().join("pg/socket");
    fs::create_dir(&socket).unwrap();
    chown(&socket, Some(1), Some(1)).unwrap();
    let error = start(dir.path()).unwrap_err();
    assert!(matches!(error, ClusterError::NotOurs { .. }), "{error}");
    assert!(error.to_string().contains("belongs to the user"), "{error}");
}

#[tokio::test]
async fn a_long_path_gets_its_socket_elsewhere() {
    let dir = folder("portal-long-");
    let long = dir.path().join("x".repeat(100));
    let cluster = start(&long).unwrap();
    assert!(cluster.url().contains("%2Ftmp%2Fpartner-portal-"), "{}", cluster.url());
    assert_eq!(ask(&cluster, "select 7::bigint").await, 7);
    let socket = url::Url::parse(&cluster.url()).unwrap();
    let socket = socket.query_pairs().find(|(name, _)| name == "host").unwrap().1.into_owned();
    assert_eq!(fs::metadata(&socket).unwrap().mode() & 0o777, 0o700);
    assert!(cluster.release().unwrap());
    fs::remove_dir(socket).unwrap();
}

#[tokio::test]
async fn a_data_folder_that_the_database_user_cannot_enter_is_kept_elsewhere() {
    if !geteuid().is_root() {
        eprintln!("not root: PostgreSQL runs as the user who owns the folder");
        return;
    }
    let (closed, open) = (folder("portal-closed-"), folder("portal-open-"));
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
    let at = |name: &str| Cluster::start_in(&closed.path().join(name), open.path(), &Places::of_this_machine(None));
    let cluster = at("a").unwrap();
    assert!(cluster.folder().starts_with(open.path()));
    assert_eq!(ask(&cluster, "select 7::bigint").await, 7);
    let again = at("a").unwrap();
    assert!(again.joined() && again.folder() == cluster.folder());
    assert!(!again.release().unwrap());
    assert!(cluster.release().unwrap());
    // Data that were made while the folder was open are not silently replaced by an empty cluster.
    fs::create_dir_all(closed.path().join("b/pg/data")).unwrap();
    assert!(matches!(at("b"), Err(ClusterError::NotEnterable { .. })));
}

#[test]
fn an_ordinary_user_runs_it_as_themselves() {
    if !geteuid().is_root() {
        eprintln!("not root: the other tests show it");
        return;
    }
    let Some(nobody) = User::from_name("nobody").unwrap() else { panic!("no user nobody") };
    let dir = folder("portal-user-");
    let (program, data_dir) = (dir.path().join("partner-portal"), dir.path().join("data"));
    fs::copy(env!("CARGO_BIN_EXE_partner-portal"), &program).unwrap();
    fs::create_dir(&data_dir).unwrap();
    chown(&data_dir, Some(nobody.uid.as_raw()), Some(nobody.gid.as_raw())).unwrap();
    for _ in 0..2 {
        use std::os::unix::process::CommandExt;
        let output = Command::new(&program)
            .arg("migrate-schema")
            .env_remove("DATABASE_URL")
            .env("PORTAL_DATA_DIR", &data_dir)
            .current_dir("/")
            .uid(nobody.uid.as_raw())
            .gid(nobody.gid.as_raw())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(
            String::from_utf8(output.stdout)
                .unwrap()
                .starts_with("The schema is up to date")
        );
    }
    assert_eq!(Uid::from_raw(fs::metadata(data_dir.join("pg/data/PG_VERSION")).unwrap().uid()), nobody.uid);
    assert!(!runs(&data_dir.join("pg")), "it left, and stopped it");
    // Root joins the same cluster as its owner.
    let root = start(&data_dir).unwrap();
    assert!(root.release().unwrap());
    assert_eq!(Uid::from_raw(fs::metadata(data_dir.join("pg/log")).unwrap().uid()), nobody.uid);
}
