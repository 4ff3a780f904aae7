//! What cargo-fuzz is given and has found (`tests/fuzz/cargo/corpus`), tried again; and the same targets with texts that it would take
//! long to come to.

use std::path::Path;

use proptest::prelude::*;
use url::form_urlencoded::Serializer;

use super::{
    bounded, odd,
    targets::{self, promptly},
};

const NAMES: [&str; 20] = [
    "q",
    "after",
    "before",
    "id",
    "user",
    "all",
    "failed",
    "seen",
    "status",
    "error",
    "which",
    "from",
    "change",
    "stage",
    "reason",
    "note",
    "member-mail",
    "tab",
    "sort",
    "expires",
];

#[test]
fn what_was_kept_is_taken_or_refused() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/cargo/corpus");
    for (name, target) in [("files", targets::files as fn(&[u8])), ("forms", targets::forms), ("lists", targets::lists)] {
        let kept: Vec<_> = std::fs::read_dir(corpus.join(name))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        assert!(!kept.is_empty(), "{name}");
        for path in kept {
            let bytes = std::fs::read(&path).unwrap();
            promptly(|| target(&bytes)).unwrap_or_else(|took| panic!("{}: {took:?}", path.display()));
        }
    }
}

fn query() -> impl Strategy<Value = String> {
    let pairs = prop::collection::vec((prop::sample::select(NAMES.to_vec()), odd()), 0..8);
    pairs.prop_map(|pairs| Serializer::new(String::new()).extend_pairs(pairs).finish())
}

proptest! {
    #![proptest_config(bounded())]

    #[test]
    fn lists_choices_and_ways_back(query in query(), next in odd()) {
        prop_assert!(promptly(|| targets::lists(query.as_bytes())).is_ok());
        let next = ["/", next.as_str()].concat();
        prop_assert!(promptly(|| targets::lists(next.as_bytes())).is_ok());
    }

    #[test]
    fn money_numbers_and_days(lines in prop::collection::vec(odd(), 0..6)) {
        prop_assert!(promptly(|| targets::forms(lines.join("\n").as_bytes())).is_ok());
    }

    #[test]
    fn files_of_details(rows in prop::collection::vec((odd(), odd()), 0..20), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut file = b"\x03Opportunity ID,Customer City\r\n".to_vec();
        for (id, city) in rows {
            file.extend(format!("\"{}\",{city}\r\n", id.replace('"', "\"\"")).into_bytes());
        }
        file.extend(bytes);
        prop_assert!(promptly(|| targets::files(&file)).is_ok());
    }
}
