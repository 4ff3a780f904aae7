//! Co-sell opportunities: who sees which deals, in which order, and what their pages say.

mod favourites;
mod lists;
mod pages;
mod rules;
mod scope;
mod search;
mod seed;
