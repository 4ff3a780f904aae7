//! View models of the user migration's pages.

mod account;
mod list;
mod preview;
mod run;
mod words;

pub use account::AccountPage;
pub use list::{Found, ListPage};
pub use preview::PreviewPage;
pub use run::{ProgressFragment, RunPage, RunView};
pub use words::{outcome, place, psc_role, reason, role};
