//! Which paths of this crate a file names, in `use` trees and inline.

use super::tree::File;

/// Every path that begins with `crate::` or `super::`, from the crate's root: `["web", "Page"]`.
pub fn paths(file: &File) -> Vec<Vec<String>> {
    let code = file.code();
    let mut found = Vec::new();
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            let before = code[..at].chars().next_back().unwrap_or(' ');
            if before == ':' || before == '_' || before.is_alphanumeric() {
                continue;
            }
            expand(&mut Vec::new(), &code[at..], &mut |path| found.push(from_root(file, path)));
        }
    }
    found
}

/// Walks one tree such as `crate::{web::{Page, Ctx}, db}`; returns what follows it.
fn expand<'a>(prefix: &mut Vec<&'a str>, text: &'a str, found: &mut impl FnMut(&[&str])) -> &'a str {
    let depth = prefix.len();
    let mut text = text;
    loop {
        let end = text
            .find(|c: char| !c.is_alphanumeric() && c != '_' && c != '*')
            .unwrap_or(text.len());
        prefix.push(&text[..end]);
        text = &text[end..];
        if let Some(rest) = text.strip_prefix("::{") {
            text = rest.trim_start();
            while !text.is_empty() && !text.starts_with('}') {
                text = expand(prefix, text, found).trim_start();
                if let Some(alias) = text.strip_prefix("as ") {
                    text = alias.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').trim_start();
                }
                text = text.strip_prefix(',').unwrap_or(text).trim_start();
                if !text.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '*' || c == '}') {
                    break;
                }
            }
            prefix.truncate(depth);
            return text.strip_prefix('}').unwrap_or(text);
        }
        match text.strip_prefix("::") {
            Some(rest) if rest.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '*') => text = rest,
            _ => break,
        }
    }
    found(prefix);
    prefix.truncate(depth);
    text
}

fn from_root(file: &File, path: &[&str]) -> Vec<String> {
    let mut base: Vec<&str> = file.module();
    let mut rest = path;
    if rest.first() == Some(&"crate") {
        base.clear();
        rest = &rest[1..];
    }
    while rest.first() == Some(&"super") {
        base.pop();
        rest = &rest[1..];
    }
    base.iter().chain(rest).map(|part| (*part).to_owned()).collect()
}

#[test]
fn trees_are_expanded_and_super_is_resolved() {
    let text = "use crate::{\n    app::App,\n    deals::{service::{self, open}, views as v},\n};\nuse super::{store, super::x};\n\
                // crate::comment::is_none\nfn f() { crate::psc::store::read(super::super::accounts::web::y()); }";
    let found: Vec<String> = paths(&File::sample("src/migration/deals/web.rs", text))
        .iter()
        .map(|path| path.join("::"))
        .collect();
    for path in [
        "app::App",
        "deals::service::self",
        "deals::service::open",
        "deals::views",
        "migration::deals::store",
        "psc::store::read",
        "migration::accounts::web::y",
    ] {
        assert!(found.iter().any(|f| f == path), "{path} in {found:?}");
    }
    assert!(!found.iter().any(|f| f.contains("comment")));
}
