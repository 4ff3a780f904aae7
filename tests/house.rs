//! The rules of the house (docs/architecture.md), held against the source tree. Each has a bad sample that it must find.

mod arrows;
mod sizes;
mod templates;
mod tree;
mod uses;
mod words;

/// Fails with every finding, one a line.
fn nothing(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}", findings.join("\n"));
}
