//! Page plumbing.

mod answers;
mod assets;
mod download;
pub mod faults;
mod flash;
mod hostile;
mod l10n;
mod leaving;
mod rolling;
mod slow;
