//! What stands in `deploy/` fits the portal.
//!
//! Seen to fail: with `PORTAL_DRAIN` in place of `PORTAL_DRAIN_SECONDS` in compose.yaml, "names PORTAL_DRAIN, which is no setting".

use std::{fs, path::Path};

use partner_portal::config::SETTINGS;

/// What compose itself asks for, and hands on under another name.
const OF_COMPOSE: [&str; 1] = ["PORTAL_DATABASE_PASSWORD"];

/// Every name that begins as a setting does.
fn names(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("PORTAL_").map(|(start, _)| {
        let rest = &text[start..];
        let end = rest.find(|c: char| !(c.is_ascii_uppercase() || c == '_')).unwrap_or(rest.len());
        &rest[..end]
    })
}

#[test]
fn every_setting_that_it_names_is_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = fs::read_dir(root.join("deploy"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.extend(["docs/portal.example.toml", "docs/operations.md", "README.md"].map(|file| root.join(file)));
    let mut found = 0;
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for name in names(&text) {
            found += 1;
            let known = SETTINGS.iter().any(|setting| setting.name == name) || OF_COMPOSE.contains(&name);
            assert!(known, "{} names {name}, which is no setting", file.display());
        }
    }
    assert!(found > 30, "{found}");
}
