//! Leads: from a seller's form to their end, and who sees them.

mod flow;
mod scope;
