//! PSC's own pages.

mod access;
mod changing;
mod clean_up;
mod dates;
mod exporting;
mod moving;
mod newer;
mod world;
