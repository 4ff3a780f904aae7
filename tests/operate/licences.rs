//! Whose code is in the binary, and on which terms: none that ask for more than to be named.

use std::process::Command;

use serde_json::Value;

/// MPL-2.0 asks for changes to the crate's own files, of which there are none.
const TERMS: [&str; 15] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Of each part that holds, one way to take it is ours. `/` is how `OR` was once written.
fn taken(expression: &str) -> bool {
    expression.split(" AND ").all(|part| {
        let part = part.trim_matches(['(', ')']).replace('/', " OR ");
        part.split(" OR ").any(|one| TERMS.contains(&one.trim()))
    })
}

#[test]
fn all_crates_may_be_used() {
    let host = Command::new("rustc").arg("-vV").output().unwrap().stdout;
    let host = String::from_utf8(host).unwrap();
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let told = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--offline", "--format-version", "1", "--filter-platform", host])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told: Value = serde_json::from_slice(&told.stdout).unwrap();
    let crates = told["packages"].as_array().unwrap();
    assert!(crates.len() > 300, "{}", crates.len());
    let refused: Vec<_> = crates
        .iter()
        .filter(|one| !one["license"].as_str().is_some_and(taken))
        .map(|one| format!("{}: {}", one["name"], one["license"]))
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
}
