//! SQL of the import.

mod compare;
mod imports;
mod rows;
mod sweep;

pub use compare::{Comparison, compare, current, range};
pub use imports::{Begun, Import, State, advance, begin, bury, fail, find, list, problems, refuse, turn};
pub use rows::copy;
pub use sweep::{chunk as sweep_chunk, finish as finish_sweep, unswept};
