//! Co-sell opportunities: who sees which deals, in which order, and what their pages say.

mod acts;
mod bulk;
mod conflict;
mod counts;
mod desk;
mod directory;
mod edit;
mod favourites;
mod filters;
mod held;
mod lists;
mod new;
mod pages;
mod rows;
mod rules;
mod scope;
mod search;
mod seed;
mod views;
