//! SQL of the import.

mod carry;
mod compare;
mod imports;
mod rows;
mod sweep;

pub use carry::{Carried, carry, edited_range};
pub use compare::{Comparison, compare, current, range};
pub use imports::{Begun, Import, State, advance, begin, bury, fail, find, list, problems, refuse, turn};
pub use rows::{copy, put_deals};
pub use sweep::{chunk as sweep_chunk, finish as finish_sweep, unswept};
