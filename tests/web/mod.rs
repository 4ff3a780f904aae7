//! Page plumbing.

mod answers;
mod assets;
mod download;
mod faults;
mod flash;
mod l10n;
mod slow;
