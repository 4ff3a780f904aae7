//! Every word that code and templates ask for is there, in both languages, with the arguments that it gets; none is left over.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    nothing,
    tree::{self, File},
};

/// A language's messages: key to the names of its arguments.
type Messages = BTreeMap<String, BTreeSet<String>>;

/// Reads Fluent files; a key that stands twice is a finding.
fn messages(files: &[File], findings: &mut Vec<String>) -> Messages {
    let mut all = Messages::new();
    for file in files {
        let mut current: Option<String> = None;
        for line in file.text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((key, _)) = line
                .split_once('=')
                .filter(|_| line.starts_with(|c: char| c.is_ascii_lowercase()))
            {
                let key = key.trim().to_owned();
                if all.insert(key.clone(), BTreeSet::new()).is_some() {
                    findings.push(format!("{}: {key} stands twice", file.path));
                }
                current = Some(key);
            }
            if let Some(arguments) = current.as_ref().and_then(|key| all.get_mut(key)) {
                arguments.extend(line.split('$').skip(1).map(|rest| word(rest).to_owned()));
            }
        }
    }
    all
}

fn word(text: &str) -> &str {
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_'))
        .unwrap_or(text.len());
    &text[..end]
}

fn differences(en: &Messages, ko: &Messages) -> Vec<String> {
    let keys: BTreeSet<&String> = en.keys().chain(ko.keys()).collect();
    keys.into_iter()
        .filter_map(|key| match (en.get(key), ko.get(key)) {
            (Some(_), None) => Some(format!("{key} is missing in ko")),
            (None, Some(_)) => Some(format!("{key} is missing in en")),
            (a, b) if a != b => Some(format!("{key} has other arguments in ko: {a:?} and {b:?}")),
            _ => None,
        })
        .collect()
}

/// A call that names a key, and what it gives.
struct Asked {
    key: String,
    /// `None`: cannot be told.
    arguments: Option<BTreeSet<String>>,
}

/// The keys that a file's code names outright.
fn asked(file: &File) -> Vec<Asked> {
    let code = if file.is(".rs") { file.code() } else { file.text.clone() };
    let mut found = Vec::new();
    let calls =
        ["t(", "count(", "t1(", "with(", "Flash::new(", "Flash::counting(", "BadRequest(", "Conflict(", "Forbidden(", "refusal:"];
    for call in calls {
        for (at, _) in code.match_indices(call) {
            let before = code[..at].chars().next_back().unwrap_or(' ');
            if before.is_alphanumeric() || before == '_' {
                continue;
            }
            let Some(rest) = code[at + call.len()..].trim_start().strip_prefix('"') else { continue };
            let key = word(rest);
            if key.is_empty() || !rest[key.len()..].starts_with('"') || !key.starts_with(|c: char| c.is_ascii_lowercase()) {
                continue;
            }
            let after = &rest[key.len() + 1..];
            let given = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect());
            let arguments = match call {
                "count(" | "Flash::counting(" => given(&["count"]),
                "t1(" => after.split('"').nth(1).and_then(|name| given(&[name])),
                "with(" => after
                    .split_once("])")
                    .map(|(list, _)| list.split("(\"").skip(1).map(|part| word(part).to_owned()).collect()),
                _ => given(&[]),
            };
            if ["BadRequest(", "Conflict("].contains(&call) {
                found.push(Asked { key: format!("{key}-advice"), arguments: given(&[]) });
            }
            found.push(Asked { key: key.to_owned(), arguments });
        }
    }
    found
}

fn unanswered(files: &[File], known: &Messages) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        for asked in asked(file) {
            match (known.get(&asked.key), asked.arguments) {
                (None, _) => found.push(format!("{} asks for {}, which is not in locales/", file.path, asked.key)),
                (Some(needs), Some(given)) if !needs.is_subset(&given) => {
                    found.push(format!("{} gives {} only {given:?} of {needs:?}", file.path, asked.key));
                }
                _ => {}
            }
        }
    }
    found
}

/// Text of every string literal, roughly: what stands between quotes on one line.
fn literals(file: &File) -> impl Iterator<Item = &str> {
    file.text.lines().flat_map(|line| line.split('"'))
}

/// Keys that neither stand in a literal nor fit a literal with a hole, such as `role-{}`.
fn left_over<'a>(files: &[File], known: &'a Messages) -> Vec<&'a String> {
    let all: BTreeSet<&str> = files.iter().flat_map(literals).collect();
    let holes: Vec<(&str, &str)> = all
        .iter()
        .filter_map(|literal| {
            let (start, rest) = literal.split_once('{')?;
            let end = rest.rsplit_once('}')?.1;
            let plain = |part: &str| {
                part.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_')
            };
            (plain(start) && plain(end) && (start.len() > 2 || end.len() > 2)).then_some((start, end))
        })
        .collect();
    // A key put together of two holes: its first part is a literal of the same file.
    let two_holes: Vec<&File> = files
        .iter()
        .filter(|file| literals(file).any(|text| text.starts_with('{') && text.contains("}-{")))
        .collect();
    let composed = |key: &str| {
        let parts: Vec<&str> = key.match_indices('-').map(|(at, _)| &key[..at]).collect();
        two_holes.iter().any(|file| literals(file).any(|text| parts.contains(&text)))
    };
    let used = |key: &str| {
        all.contains(key)
            || composed(key)
            || key.strip_suffix("-advice").is_some_and(|key| all.contains(key))
            || holes
                .iter()
                .any(|(start, end)| key.starts_with(start) && key.ends_with(end) && (*start, *end) != ("", "-advice"))
    };
    known.keys().filter(|key| !used(key)).collect()
}

fn language(code: &str, findings: &mut Vec<String>) -> Messages {
    messages(&tree::files(&[&format!("locales/{code}")]), findings)
}

#[test]
fn both_languages_are_complete() {
    let mut findings = Vec::new();
    let (en, ko) = (language("en", &mut findings), language("ko", &mut findings));
    assert!(en.len() > 40);
    findings.extend(differences(&en, &ko));
    nothing(&findings);
}

#[test]
fn every_word_that_is_asked_for_is_there_and_none_is_left_over() {
    let known = language("en", &mut Vec::new());
    let files = tree::files(&["src", "templates"]);
    let mut findings = unanswered(&files, &known);
    findings.extend(
        left_over(&files, &known)
            .into_iter()
            .map(|key| format!("{key} is never asked for")),
    );
    nothing(&findings);
}

#[test]
fn faults_of_words_are_found() {
    let mut findings = Vec::new();
    let ftl = |text: &str| [File::sample("x.ftl", text)];
    let en = messages(
        &ftl("one = 1\ntwo = { $a } and\n    { $b ->\n    [one] x\n   *[other] { $b }\n }\ntwo = again\n"),
        &mut findings,
    );
    assert_eq!(findings, ["x.ftl: two stands twice"]);
    let en_good = messages(
        &ftl("one = 1\ntwo = { $a } and\n    { $b }\nthree-advice = 3\nrole-x = X\nlost = 1\n"),
        &mut Vec::new(),
    );
    let ko = messages(&ftl("one = { $c }\nthree-advice = 3\nrole-x = X\nlost = 1\nfour = 4\n"), &mut Vec::new());
    assert_eq!(en.len(), 2);
    assert_eq!(differences(&en_good, &ko).len(), 3);
    let code = "l.t(\"one\"); l.t(\"none\"); l.count(\"two\", 1); l.with(\"two\", &[(\"a\", x), (\"b\", y)]); l.t1(\"two\", \"a\", z);\
                Err(AppError::Conflict(\"three\")); format!(\"role-{}\", r); let t = insert(\"nothing-to-do-with-words\");";
    let files = [File::sample("src/x.rs", code)];
    let found = unanswered(&files, &en_good);
    assert_eq!(found.len(), 4, "none, three, and two for too few arguments of two: {found:?}");
    assert_eq!(left_over(&files, &en_good), ["lost"]);
}
