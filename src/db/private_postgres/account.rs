//! As whom the private PostgreSQL runs, and which folders that account can use.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
};

use nix::unistd::{Gid, Uid, User, chown, geteuid};

use super::{ClusterError, Result, short_hash};

/// This process's own account, or for root the one that PostgreSQL is handed to.
#[derive(Clone, Copy, Debug)]
pub struct Account {
    uid: Uid,
    gid: Gid,
    dropped: bool,
}

impl Account {
    /// `None` for root on a system without `postgres` and `nobody`.
    pub fn choose() -> Option<Self> {
        let own = geteuid();
        if !own.is_root() {
            return Some(Self { uid: own, gid: nix::unistd::getegid(), dropped: false });
        }
        let user = ["postgres", "nobody"].into_iter().find_map(|name| User::from_name(name).ok().flatten())?;
        Some(Self { uid: user.uid, gid: user.gid, dropped: true })
    }

    pub fn uid(&self) -> u32 {
        self.uid.as_raw()
    }

    /// The ids that a command must change to.
    pub fn drop_to(&self) -> Option<(u32, u32)> {
        self.dropped.then(|| (self.uid.as_raw(), self.gid.as_raw()))
    }

    /// Hands a folder to the account.
    pub fn give(&self, path: &Path) -> Result<()> {
        if self.dropped {
            chown(path, Some(self.uid), Some(self.gid)).map_err(|e| ClusterError::Folder(path.to_owned(), e.into()))?;
        }
        Ok(())
    }

    /// A folder of the account's own, closed to others.
    pub fn own_folder(&self, path: &Path) -> Result<()> {
        let failed = |e| ClusterError::Folder(path.to_owned(), e);
        fs::create_dir_all(path).map_err(failed)?;
        self.give(path)?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(failed)
    }

    /// The folder itself when the account can enter all that lies above it, else one under /var/lib made for it.
    pub fn reachable(&self, path: &Path) -> Result<PathBuf> {
        let open = !self.dropped || path.ancestors().skip(1).all(|parent| self.can_enter(parent));
        if open {
            fs::create_dir_all(path).map_err(|e| ClusterError::Folder(path.to_owned(), e))?;
            if !self.dropped || self.can_enter(path) {
                return Ok(path.to_owned());
            }
        }
        let other = Path::new("/var/lib/partner-portal").join(short_hash(path));
        tracing::warn!(wanted = %path.display(), used = %other.display(), "PostgreSQL's account cannot enter the data folder");
        fs::create_dir_all(&other).map_err(|e| ClusterError::Folder(other.clone(), e))?;
        Ok(other)
    }

    fn can_enter(&self, folder: &Path) -> bool {
        // What is not there yet will be made by us, open to all.
        let Ok(found) = fs::metadata(folder) else { return true };
        let bit = match () {
            () if found.uid() == self.uid.as_raw() => 0o100,
            () if found.gid() == self.gid.as_raw() => 0o010,
            () => 0o001,
        };
        found.mode() & bit != 0
    }
}
