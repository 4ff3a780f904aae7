//! Which IDs a file has shown so far, and where first.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasher, RandomState},
};

use super::super::{columns::Column, problem::Code, row::Flaw};

/// 96 bits of keyed hash instead of each ID: a million of them take some 35 MB, and two different IDs look the same with a
/// chance of about 1 in 10^17.
#[derive(Default)]
pub struct Seen {
    lines: HashMap<[u32; 3], u32>,
    keys: [RandomState; 2],
}

impl Seen {
    /// Notes an ID.
    ///
    /// # Errors
    /// The rejection, with the line where the ID stood first, when it has been there before.
    pub fn first(&mut self, column: impl Column, id: &str, line: u32) -> Result<(), Flaw> {
        let [one, other] = self.keys.each_ref().map(|key| key.hash_one(id));
        match self.lines.entry([one as u32, (one >> 32) as u32, other as u32]) {
            Entry::Vacant(entry) => {
                entry.insert(line);
                Ok(())
            }
            Entry::Occupied(entry) => Err(Flaw::new(column, Code::DuplicateId, &entry.get().to_string())),
        }
    }
}
