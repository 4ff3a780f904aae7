//! Whose the private cluster is, and in which folders it lives.

use std::{
    fmt::Write,
    fs::{self, DirBuilder, File, OpenOptions},
    io,
    os::unix::{
        fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, lchown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use nix::unistd::{Uid, User, geteuid};
use sha2::{Digest, Sha256};

use super::error::ClusterError;

/// The address of a Unix socket holds 107 bytes; PostgreSQL adds this to the folder.
const SOCKET_FILE: &str = "/.s.PGSQL.5432";
const ADDRESS_BYTES: usize = 107;

/// The user that PostgreSQL runs as.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    pub(super) uid: u32,
    gid: u32,
    pub(super) name: String,
    /// We are root and must become this user: PostgreSQL refuses root.
    becomes: bool,
}

impl Owner {
    /// As root: whoever owns the cluster that is there, else `postgres`, else `nobody`. As anyone else: that user.
    fn of(folder: &Path) -> Result<Self, ClusterError> {
        let me = geteuid();
        if !me.is_root() {
            return Ok(Self { uid: me.as_raw(), gid: 0, name: name_of(me.as_raw()), becomes: false });
        }
        if let Ok(there) = fs::symlink_metadata(folder)
            && there.uid() != 0
        {
            return Ok(Self { uid: there.uid(), gid: there.gid(), name: name_of(there.uid()), becomes: true });
        }
        let user = ["postgres", "nobody"]
            .iter()
            .find_map(|name| User::from_name(name).ok().flatten());
        let user = user.ok_or(ClusterError::NoUser)?;
        Ok(Self { uid: user.uid.as_raw(), gid: user.gid.as_raw(), name: user.name, becomes: true })
    }

    /// A command that runs as this user in `folder`, free of the caller's PostgreSQL variables.
    pub(super) fn command(&self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        command.current_dir(folder).env("LC_ALL", "C").stdin(Stdio::null());
        if self.becomes {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Asked of the system itself, which knows groups and access lists.
    fn may_enter(&self, folder: &Path) -> bool {
        let mut probe = self.command(Path::new("/bin/sh"), folder);
        probe
            .args(["-c", ":"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }

    /// Makes a folder that only this user may enter, or checks that the one there is theirs.
    pub(super) fn folder(&self, path: &Path) -> Result<(), ClusterError> {
        let failed = |source| ClusterError::Folder { path: path.to_path_buf(), source };
        match DirBuilder::new().mode(0o700).create(path) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(error)),
            _ => {}
        }
        // Not following links: in a shared folder somebody else may have laid one.
        let there = fs::symlink_metadata(path).map_err(failed)?;
        if !there.is_dir() {
            return Err(ClusterError::NotAFolder(path.to_path_buf()));
        }
        if self.becomes && there.uid() == 0 {
            lchown(path, Some(self.uid), Some(self.gid)).map_err(failed)?;
        } else if there.uid() != self.uid {
            let owner = name_of(there.uid());
            return Err(ClusterError::NotOurs { folder: path.to_path_buf(), owner, user: self.name.clone() });
        }
        if there.mode() & 0o077 != 0 {
            fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o700)).map_err(failed)?;
        }
        Ok(())
    }

    /// Opens a file that is only there to be locked. Never truncated or written, so a link laid there harms nothing.
    pub(super) fn lock_file(&self, path: &Path) -> Result<File, ClusterError> {
        let failed = |source| ClusterError::Folder { path: path.to_path_buf(), source };
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
            Ok(file) => {
                if self.becomes {
                    lchown(path, Some(self.uid), Some(self.gid)).map_err(failed)?;
                }
                Ok(file)
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => File::open(path).map_err(failed),
            Err(error) => Err(failed(error)),
        }
    }
}

/// Where one cluster lives.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// Holds the data, the log and the locks.
    pub(super) folder: PathBuf,
    pub(super) owner: Owner,
}

impl Place {
    /// `<data_dir>/pg`; when the database user may not enter `data_dir`, a folder below `fallback` that is named after it.
    pub(super) fn choose(data_dir: &Path, fallback: &Path) -> Result<Self, ClusterError> {
        let failed = |source| ClusterError::Folder { path: data_dir.to_path_buf(), source };
        fs::create_dir_all(data_dir).map_err(failed)?;
        // One spelling, so that every process finds the same names for it.
        let data_dir = data_dir.canonicalize().map_err(failed)?;
        let folder = data_dir.join("pg");
        let owner = Owner::of(&folder)?;
        if !owner.becomes || owner.may_enter(&data_dir) {
            owner.folder(&folder)?;
            return Ok(Self { folder, owner });
        }
        // A cluster that is there must not be taken for an empty one elsewhere.
        if folder.join("data").exists() {
            return Err(ClusterError::NotEnterable { user: owner.name, folder });
        }
        fs::create_dir_all(fallback).map_err(|source| ClusterError::Folder { path: fallback.to_path_buf(), source })?;
        let elsewhere = fallback.join(short_hash(&data_dir));
        let owner = Owner::of(&elsewhere)?;
        if !owner.may_enter(fallback) {
            return Err(ClusterError::NotEnterable { user: owner.name, folder: fallback.to_path_buf() });
        }
        owner.folder(&elsewhere)?;
        tracing::warn!(
            folder = %elsewhere.display(), user = owner.name,
            "the database user may not enter the data folder {}: the private database is kept elsewhere", data_dir.display()
        );
        Ok(Self { folder: elsewhere, owner })
    }

    /// The folder of the server's socket, and the same as PostgreSQL is told it.
    pub(super) fn socket(&self) -> (PathBuf, String) {
        let inside = self.folder.join("socket");
        if inside.as_os_str().len() + SOCKET_FILE.len() <= ADDRESS_BYTES {
            // Relative to the data: the whole path may hold characters that a shell reads.
            return (inside, "../socket".to_owned());
        }
        let outside = format!("/tmp/partner-portal-{}", short_hash(&self.folder));
        (PathBuf::from(&outside), outside)
    }
}

/// The file that the server listens on in its socket folder.
pub(super) fn socket_file(folder: &Path) -> PathBuf {
    folder.join(SOCKET_FILE.trim_start_matches('/'))
}

/// Twelve hexadecimal digits that stand for a path.
fn short_hash(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    let digest = Sha256::digest(path.as_os_str().as_bytes());
    digest.iter().take(6).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A user's name, or its number where the system knows no name.
fn name_of(uid: u32) -> String {
    User::from_uid(Uid::from_raw(uid))
        .ok()
        .flatten()
        .map_or_else(|| uid.to_string(), |user| user.name)
}
