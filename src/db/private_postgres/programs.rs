//! Finds PostgreSQL's programs, and says how to install them where they are not.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::error::ClusterError;

/// The oldest version that the schema runs on.
const OLDEST: u32 = 15;

/// Where systems put them, newest version first: parent, beginning of the name (a version follows), folder within.
const USUAL: [(&str, &str, &str); 7] = [
    ("usr/lib/postgresql", "", "bin"),
    ("usr", "pgsql-", "bin"),
    ("usr/local", "pgsql", "bin"),
    ("usr/lib", "postgresql", "bin"),
    ("usr/libexec", "postgresql", ""),
    ("opt/homebrew/opt", "postgresql@", "bin"),
    ("usr/local/opt", "postgresql@", "bin"),
];

/// Where to look.
#[derive(Clone, Debug)]
pub struct Places {
    /// `PG_BINDIR`: nowhere else then.
    pub chosen: Option<PathBuf>,
    /// What `pg_config --bindir` says.
    pub told: Option<PathBuf>,
    /// Below which the usual folders are: `/`.
    pub root: PathBuf,
    /// The variable `PATH`.
    pub path: Option<OsString>,
    /// The text of `/etc/os-release`; none: macOS, or a system that does not say.
    pub os_release: Option<String>,
}

impl Places {
    pub fn of_this_machine(chosen: Option<&Path>) -> Self {
        let told = Command::new("pg_config").arg("--bindir").stdin(Stdio::null()).output().ok();
        Self {
            chosen: chosen.map(Path::to_path_buf),
            told: told
                .filter(|output| output.status.success())
                .map(|output| String::from_utf8_lossy(&output.stdout).trim().into()),
            root: PathBuf::from("/"),
            path: std::env::var_os("PATH"),
            os_release: fs::read_to_string("/etc/os-release").ok(),
        }
    }

    /// Every folder to look into, in order.
    fn folders(&self) -> Vec<PathBuf> {
        if let Some(chosen) = &self.chosen {
            return vec![chosen.clone()];
        }
        let mut folders: Vec<_> = self.told.iter().cloned().collect();
        for (parent, beginning, within) in USUAL {
            let mut found: Vec<(u32, PathBuf)> = fs::read_dir(self.root.join(parent))
                .into_iter()
                .flatten()
                .flatten()
                .filter_map(|entry| {
                    let version = major(entry.file_name().to_str()?.strip_prefix(beginning)?).unwrap_or(0);
                    Some((version, entry.path().join(within)))
                })
                .collect();
            found.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
            folders.extend(found.into_iter().map(|(_, folder)| folder));
        }
        folders.extend(self.path.iter().flat_map(std::env::split_paths));
        folders
    }

    /// The folder with the programs. `data`: a cluster that is there already and must fit, with its version.
    ///
    /// # Errors
    /// [`ClusterError::NotInstalled`] and its kin, with the command that installs them.
    pub fn find(&self, data: Option<(&Path, u32)>) -> Result<PathBuf, ClusterError> {
        let mut other = None;
        for folder in self.folders() {
            let Some(version) = version_in(&folder) else { continue };
            if data.map_or(version >= OLDEST, |(_, needed)| version == needed) {
                return Ok(folder);
            }
            other.get_or_insert((folder, version));
        }
        let install = install_command(self.os_release.as_deref());
        Err(match (other, data, &self.chosen) {
            (Some((_, found)), Some((data, needed)), _) => ClusterError::OtherVersion { data: data.to_path_buf(), needed, found },
            (Some((folder, found)), None, _) => ClusterError::TooOld { found, folder, install },
            (None, _, Some(chosen)) => ClusterError::NotInBindir(chosen.clone()),
            (None, _, None) => ClusterError::NotInstalled { install },
        })
    }
}

/// The version of the programs in a folder; none: they are not all there, or do not run.
fn version_in(folder: &Path) -> Option<u32> {
    if !["initdb", "pg_ctl", "postgres"]
        .iter()
        .all(|program| folder.join(program).is_file())
    {
        return None;
    }
    let output = Command::new(folder.join("postgres"))
        .arg("--version")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    // "postgres (PostgreSQL) 15.14 (Debian …)"
    String::from_utf8_lossy(&output.stdout).split_whitespace().find_map(major)
}

/// 15 of "15.14".
fn major(text: &str) -> Option<u32> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.get(..end)?.parse().ok()
}

/// The command that installs PostgreSQL's server, judged by the text of `/etc/os-release`.
pub fn install_command(os_release: Option<&str>) -> String {
    let Some(text) = os_release else {
        return "brew install postgresql@17 (macOS), or your system's package of the PostgreSQL server".to_owned();
    };
    let field = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
            .unwrap_or("")
    };
    let likes = format!("{} {}", field("ID"), field("ID_LIKE")).replace(['"', '\''], "");
    likes
        .split_whitespace()
        .find_map(|like| match like {
            "debian" | "ubuntu" => Some("apt-get install postgresql"),
            "fedora" | "rhel" | "centos" => Some("dnf install postgresql-server"),
            "alpine" => Some("apk add postgresql"),
            "arch" => Some("pacman -S postgresql"),
            "suse" | "opensuse" | "sles" => Some("zypper install postgresql-server"),
            _ => None,
        })
        .unwrap_or("your system's package of the PostgreSQL server")
        .to_owned()
}
