//! All SQL of referrals. Every read takes the actor's scope.

mod detail;
mod favourites;
pub mod list;
mod lookup;
pub mod places;
pub mod scope;
pub mod write;

pub use detail::{Deal, Member, Opened, Side, Solution, Told, opened};
pub use favourites::{add_favourite, remove_favourite};
pub use list::terms::refresh;
pub use lookup::{Alike, Found, LastChange, is_deal, last_change, likely, likely_beyond, recent_members};
