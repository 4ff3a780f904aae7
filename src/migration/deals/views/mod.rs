//! View models of the deal migration's pages.

mod list;
mod readiness;
mod run;

pub use list::ListPage;
pub use readiness::ReadinessPage;
pub use run::{ProgressFragment, RunPage, RunView, error_words, outcome_words};
