//! What addresses and forms of the deals' pages say, as typed values.

mod act;
pub mod bulk;
mod customer;
mod details;
mod fields;
pub mod list;
mod new;
mod sheet;
mod solutions;
mod team;
pub mod views;

pub use act::{AcceptForm, EndForm, InviteForm, NoteForm, RequestForm, SeenForm, StageForm};
pub use customer::flaws as parsed_customer;
pub use details::{DetailsTyped, currencies};
pub use fields::{Do, Fields};
pub use list::{FavouriteForm, Looking, deal_path, referral};
pub use new::{Ask, Draft, ORGANISATION, Step};
pub use sheet::{Part, Sheet, Unit, edit_path, part_path};
pub use solutions::{SolutionTyped, parse as parsed_solutions};
pub use team::maker;
