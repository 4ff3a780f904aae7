//! Page plumbing.

mod answers;
mod assets;
mod download;
mod flash;
mod l10n;
