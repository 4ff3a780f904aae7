//! All SQL of referrals. Every read takes the actor's scope.

mod detail;
mod favourites;
mod list;
mod scope;

pub use detail::{Deal, Member, Solution, deal, history, solutions, team};
pub use favourites::{add_favourite, remove_favourite};
pub use list::{COUNT_CAP, Counts, Filter, Line, PAGE, Sort, Tab, counts, page};
