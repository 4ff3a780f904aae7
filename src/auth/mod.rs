//! Who you are: roles, the actor of a request, sessions, sign-in. Knows no feature.

pub mod actor;
pub mod role;
pub mod secret;
pub mod store;
pub mod views;
pub mod web;

pub use actor::{Actor, Origin, Reach, Scope};
pub use role::{Assignment, Role};
