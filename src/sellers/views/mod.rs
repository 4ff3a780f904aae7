//! View models of the sellers' pages: words, flags and links, ready to print.

mod acts;
mod queue;
mod request;
mod sending;
mod settings;

use askama::Template;

pub use acts::{HandOverPage, accept, details, end};
pub use queue::QueueView;
pub use request::RequestView;
pub use sending::{CheckPage, FindPage, SendPage};
pub use settings::SettingsPage;

use crate::web::{Page, fields::Problem};

#[derive(Template)]
#[template(path = "sellers/queue.html")]
pub struct QueuePage {
    pub page: Page,
    pub view: QueueView,
}

#[derive(Template)]
#[template(path = "sellers/request.html")]
pub struct RequestPage {
    pub page: Page,
    pub view: RequestView,
    /// Why something asked for was not done.
    pub problems: Vec<Problem>,
    /// A note as typed, and whether it was to be shared.
    pub note: String,
    pub shared: bool,
}
