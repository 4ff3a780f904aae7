//! Where PostgreSQL's programs are, and how to get them when they are nowhere.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The folder with `initdb`: the given one, what `pg_config` says, the usual folders (newest version first), the search path.
pub fn find_programs(given: Option<&Path>) -> Option<PathBuf> {
    if let Some(given) = given {
        return has_programs(given).then(|| given.to_owned());
    }
    let told = Command::new("pg_config").arg("--bindir").output().ok().map(|o| PathBuf::from(String::from_utf8_lossy(&o.stdout).trim()));
    let path = std::env::var_os("PATH").unwrap_or_default();
    told.into_iter().chain(usual_folders()).chain(std::env::split_paths(&path)).find(|folder| has_programs(folder))
}

fn has_programs(folder: &Path) -> bool {
    ["initdb", "pg_ctl", "postgres"].iter().all(|program| folder.join(program).exists())
}

fn usual_folders() -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for (parent, prefix, below) in [
        ("/usr/lib/postgresql", "", "bin"),
        ("/usr", "pgsql-", "bin"),
        ("/opt/homebrew/opt", "postgresql@", "bin"),
        ("/usr/local/opt", "postgresql@", "bin"),
    ] {
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if let Some(version) = name.strip_prefix(prefix).and_then(|v| v.parse().ok()) {
                found.push((version, entry.path().join(below)));
            }
        }
    }
    found.sort_by(|a, b| b.0.cmp(&a.0));
    let fixed = ["/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql/bin", "/usr/libexec/postgresql"].map(PathBuf::from);
    found.into_iter().map(|(_, path)| path).chain(fixed).collect()
}

/// How to install PostgreSQL on the system that this `/etc/os-release` describes.
pub fn advice(os_release: &str) -> String {
    let value = |key: &str| os_release.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('=')).unwrap_or("").replace('"', "");
    let systems = format!("{} {}", value("ID"), value("ID_LIKE"));
    let known = |names: &[&str]| systems.split_whitespace().any(|system| names.contains(&system));
    let command = if known(&["debian", "ubuntu"]) {
        "apt-get install postgresql"
    } else if known(&["fedora", "rhel", "centos", "amzn"]) {
        "dnf install postgresql-server postgresql-contrib"
    } else if known(&["alpine"]) {
        "apk add postgresql postgresql-contrib"
    } else if known(&["arch"]) {
        "pacman -S postgresql"
    } else if known(&["suse", "opensuse"]) {
        "zypper install postgresql-server postgresql-contrib"
    } else if cfg!(target_os = "macos") {
        "brew install postgresql@17"
    } else {
        "the package postgresql of your system"
    };
    format!("Install it with: {command}. Or set PG_BINDIR to the folder of its programs, or DATABASE_URL to a database of your own.")
}
