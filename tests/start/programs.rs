//! Finding PostgreSQL's programs, and the words when they are not there.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use partner_portal::db::private_postgres::{ClusterError, Places, install_command};

/// A folder that looks like an installation of one version.
fn install(folder: &Path, version: &str) {
    fs::create_dir_all(folder).unwrap();
    for program in ["initdb", "pg_ctl", "postgres"] {
        let path = folder.join(program);
        fs::write(&path, format!("#!/bin/sh\necho 'postgres (PostgreSQL) {version} (Some 1.2-3)'\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

fn places(root: &Path) -> Places {
    Places { chosen: None, told: None, root: root.to_path_buf(), path: None, os_release: Some("ID=debian\n".to_owned()) }
}

#[test]
fn the_newest_of_the_usual_folders_is_taken_and_others_only_when_asked() {
    let root = tempfile::tempdir().unwrap();
    let at = |folder: &str| root.path().join(folder);
    let mut places = places(root.path());
    install(&at("usr/lib/postgresql/9/bin"), "9.6");
    install(&at("usr/lib/postgresql/15/bin"), "15.14");
    install(&at("usr/lib/postgresql/17/bin"), "17.1");
    fs::create_dir_all(at("usr/lib/postgresql/18/bin")).unwrap();
    assert_eq!(places.find(None).unwrap(), at("usr/lib/postgresql/17/bin"));
    let data = PathBuf::from("data");
    assert_eq!(
        places.find(Some((&data, 15))).unwrap(),
        at("usr/lib/postgresql/15/bin"),
        "data stay with their version"
    );
    let other = places.find(Some((&data, 16))).unwrap_err();
    assert!(matches!(other, ClusterError::OtherVersion { needed: 16, found: 17, .. }), "{other}");

    install(&at("own"), "16.0");
    places.path = Some(at("own").into());
    assert_eq!(places.find(Some((&data, 16))).unwrap(), at("own"), "PATH comes last");
    places.told = Some(at("own"));
    assert_eq!(places.find(None).unwrap(), at("own"), "what pg_config says comes before the usual folders");
    places.chosen = Some(at("usr/lib/postgresql/15/bin"));
    assert_eq!(places.find(None).unwrap(), at("usr/lib/postgresql/15/bin"), "PG_BINDIR comes first");
    places.chosen = Some(at("usr"));
    assert!(matches!(places.find(None), Err(ClusterError::NotInBindir(_))), "and nothing else is tried then");
}

#[test]
fn nothing_found_names_the_command_and_both_ways_out() {
    let root = tempfile::tempdir().unwrap();
    let words = places(root.path()).find(None).unwrap_err().to_string();
    for part in ["apt-get install postgresql", "DATABASE_URL", "PG_BINDIR"] {
        assert!(words.contains(part), "{words}");
    }
    install(&root.path().join("usr/pgsql-13/bin"), "13.2");
    let old = places(root.path()).find(None).unwrap_err();
    assert!(matches!(old, ClusterError::TooOld { found: 13, .. }), "{old}");
}

#[test]
fn every_system_gets_its_own_command() {
    for (os_release, command) in [
        ("NAME=\"Debian GNU/Linux\"\nID=debian\n", "apt-get install postgresql"),
        ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", "apt-get install postgresql"),
        ("ID=fedora\n", "dnf install postgresql-server"),
        ("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", "dnf install postgresql-server"),
        ("ID=alpine\n", "apk add postgresql"),
        ("ID=arch\n", "pacman -S postgresql"),
        ("ID=plan9\n", "your system's package of the PostgreSQL server"),
    ] {
        assert_eq!(install_command(Some(os_release)), command);
    }
    assert!(install_command(None).contains("brew install postgresql@17"));
}
