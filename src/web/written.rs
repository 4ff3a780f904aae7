//! How texts of several parts are written.

/// A name in the order of its script: 김민준, Jane Doe.
pub fn person(first: &str, last: &str) -> String {
    let (first, last) = (first.trim(), last.trim());
    let east = |name: &str| {
        name.chars()
            .next()
            .is_some_and(|c| matches!(c, '\u{3040}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'))
    };
    match (east(first) && east(last), first.is_empty() || last.is_empty()) {
        (true, _) | (_, true) => format!("{last}{first}"),
        _ => format!("{first} {last}"),
    }
}

/// The parts that say something.
pub fn joined<const N: usize>(parts: [&str; N], between: &str) -> String {
    let told: Vec<&str> = parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect();
    told.join(between)
}
