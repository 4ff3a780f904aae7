//! Rows in the database's COPY text format.

use std::fmt::Write as _;

/// Lines of tab-separated fields, as `COPY ... FROM STDIN` takes them.
#[derive(Debug, Default)]
pub struct Lines {
    text: String,
    in_line: bool,
    pub rows: usize,
}

impl Lines {
    /// Room for so many bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), ..Self::default() }
    }

    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// The FNV-1a hash of what was written from `start` on: 64 bits that stay the same from release to release, as they are stored.
    pub fn digest(&self, start: usize) -> i64 {
        let bytes = self.text.as_bytes().get(start..).unwrap_or_default();
        let hash = bytes
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
        hash.cast_signed()
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }

    pub fn text(&mut self, value: &str) -> &mut Self {
        self.separate();
        escape(&mut self.text, value);
        self
    }

    /// Anything whose text has no backslash and no control character: numbers, dates, identifiers.
    pub fn plain(&mut self, value: impl std::fmt::Display) -> &mut Self {
        self.separate();
        // Writing into a String does not fail.
        let _ = write!(self.text, "{value}");
        self
    }

    pub fn optional(&mut self, value: Option<impl std::fmt::Display>) -> &mut Self {
        match value {
            Some(value) => self.plain(value),
            None => self.plain("\\N"),
        }
    }

    pub fn texts<'a>(&mut self, values: impl IntoIterator<Item = &'a str>) -> &mut Self {
        self.array(values, |out, value| {
            out.push('"');
            for part in value.split_inclusive(['"', '\\']) {
                let (before, special) = match part.chars().next_back() {
                    Some(special @ ('"' | '\\')) => (part.get(..part.len() - 1).unwrap_or_default(), Some(special)),
                    _ => (part, None),
                };
                escape(out, before);
                match special {
                    Some('"') => out.push_str("\\\\\""),
                    Some(_) => out.push_str("\\\\\\\\"),
                    None => {}
                }
            }
            out.push('"');
        })
    }

    pub fn numbers<T: std::fmt::Display>(&mut self, values: impl IntoIterator<Item = Option<T>>) -> &mut Self {
        self.array(values, |out, value| match value {
            Some(value) => {
                let _ = write!(out, "{value}");
            }
            None => out.push_str("NULL"),
        })
    }

    pub fn end(&mut self) {
        self.text.push('\n');
        self.in_line = false;
        self.rows += 1;
    }

    fn array<T>(&mut self, values: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut String, T)) -> &mut Self {
        self.separate();
        self.text.push('{');
        for (index, value) in values.into_iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            write(&mut self.text, value);
        }
        self.text.push('}');
        self
    }

    fn separate(&mut self) {
        if self.in_line {
            self.text.push('\t');
        }
        self.in_line = true;
    }
}

fn escape(out: &mut String, value: &str) {
    let mut rest = value;
    // By bytes: all four are ASCII.
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'\\' | b'\n' | b'\r' | b'\t')) {
        let (before, special) = rest.split_at(at);
        out.push_str(before);
        out.push_str(match special.as_bytes().first() {
            Some(b'\n') => "\\n",
            Some(b'\r') => "\\r",
            Some(b'\t') => "\\t",
            _ => "\\\\",
        });
        rest = special.get(1..).unwrap_or_default();
    }
    out.push_str(rest);
}
