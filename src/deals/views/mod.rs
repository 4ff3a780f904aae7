//! View models of the deals' pages: words, flags and links, ready to print.

pub mod act;
mod banner;
mod bulk;
mod conflict;
mod detail;
mod edit;
mod fields;
mod filters;
mod help;
mod history;
mod keys;
mod list;
mod new;
mod part;
mod parts;
mod rows;
mod saved;
pub mod widen;

use askama::Template;

pub use act::may;
pub use banner::banner;
pub use bulk::{ChoosePage, PreviewPage, ProgressFragment, RunPage};
pub use conflict::{ConflictView, collisions};
pub use detail::DealView;
pub use edit::{EditPage, Editing, RefusedPage, Unseen, unseen};
pub use fields::{Choice, Maker};
pub use filters::{FilterPage, FilterPanel, FilterView};
pub use keys::{KeysPage, ValuesPage};
pub use list::ListView;
pub use new::{Body, CheckView, NewDealButton, StartPage, StepPage, body, places, step_path};
pub use parts::{Step, Tag};
pub use rows::Looked;
pub use saved::{ViewLink, ViewsPage, links as saved_links};
pub use widen::widens;

use crate::web::Page;

/// News above the list, such as how far the migration is.
pub struct Banner {
    /// The news itself, in a sentence.
    pub text: String,
    /// What else to know; may be empty.
    pub more: String,
    /// Empty, `good` or `bad`.
    pub tone: &'static str,
    /// Done, and of how many.
    pub progress: Option<(i64, i64)>,
    /// Label and path.
    pub link: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "deals/list.html")]
pub struct ListPage {
    pub page: Page,
    pub banner: Option<Banner>,
    pub new_deal: NewDealButton,
    /// Buttons at the top: label and path.
    pub actions: Vec<(String, String)>,
    pub view: ListView,
    pub filter: FilterView,
    /// The filter's fields, where something typed means nothing and must be seen.
    pub panel: Option<FilterPanel>,
    pub saved: Vec<ViewLink>,
    /// What the list shows, to be saved or changed as a whole.
    pub query: String,
    pub detail: Option<DealView>,
    /// A deal was chosen: where there is no room for two columns it is shown instead of the list.
    pub chosen: bool,
    /// The list without the deal.
    pub back: String,
}

#[derive(Template)]
#[template(path = "deals/deal.html")]
pub struct DealPage {
    pub page: Page,
    pub back: String,
    pub detail: DealView,
}
