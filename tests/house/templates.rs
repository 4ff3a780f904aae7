//! Templates only print: nothing unescaped, nothing inline (the policy would forbid it anyway), no words of their own.

use super::{
    nothing,
    tree::{self, File},
};

/// Names that are the same in every language.
const NAMES: [&str; 8] = ["MPN", "PSC", "CSV", "XLSX", "Microsoft", "ID", "UTC", "D-U-N-S"];

/// The template with what askama replaces cut out: comments, statements, expressions.
fn markup(text: &str) -> String {
    let mut plain = text.to_owned();
    for (open, close) in [("{#", "#}"), ("{%", "%}"), ("{{", "}}")] {
        while let Some(at) = plain.find(open) {
            let end = plain[at..].find(close).map_or(plain.len(), |end| at + end + 2);
            plain.replace_range(at..end, "");
        }
    }
    plain
}

/// Tags (with their attributes) and the text between them.
fn tags_and_text(markup: &str) -> (Vec<&str>, String) {
    let (mut tags, mut text) = (Vec::new(), String::new());
    let mut rest = markup;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        text.push('\n');
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        tags.push(&rest[at..end]);
        rest = &rest[end..];
    }
    text.push_str(rest);
    (tags, text)
}

fn has_words(text: &str) -> bool {
    let mut plain = text.to_owned();
    while let Some(at) = plain.find('&') {
        let end = plain[at..].find(';').map_or(at + 1, |end| at + end + 1);
        plain.replace_range(at..end, " ");
    }
    for name in NAMES {
        plain = plain.replace(name, "");
    }
    let mut run = 0;
    plain.chars().any(|c| {
        run = if c.is_alphabetic() { run + 1 } else { 0 };
        run > 1 || ('\u{ac00}'..='\u{d7a3}').contains(&c)
    })
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let at = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    tag[at..].split('"').next()
}

fn faults(file: &File) -> Vec<String> {
    let mut found = Vec::new();
    let mut check = |bad: bool, what: &str| {
        if bad {
            found.push(format!("{}: {what}", file.path));
        }
    };
    let squeezed: String = file
        .text
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace(" |", "|")
        .replace("| ", "|");
    check(squeezed.contains("|safe"), "unescaped");
    let markup = markup(&file.text);
    let (tags, text) = tags_and_text(&markup);
    for tag in tags {
        let lower = tag.to_lowercase();
        check(lower.contains(" style="), "style=");
        check(lower.starts_with("<style"), "<style>");
        check(lower.starts_with("<script") && !lower.contains(" src="), "inline script");
        check(lower.contains("javascript:"), "javascript:");
        let handler = lower
            .split_whitespace()
            .any(|part| part.starts_with("on") && part.contains('=') && !part.starts_with("on="));
        check(handler || lower.contains("hx-on"), "handler in an attribute");
        for name in ["aria-label", "placeholder", "title", "alt"] {
            check(attribute(tag, name).is_some_and(has_words), &format!("words in {name}"));
        }
        check(
            lower.starts_with("<form") && lower.contains("method=\"post\"") && !file.text.contains("csrf"),
            "a form without its token",
        );
    }
    check(
        has_words(&text),
        &format!("words that are not in locales/: {}", text.split_whitespace().collect::<Vec<_>>().join(" ")),
    );
    found
}

#[test]
fn templates_only_print() {
    let files = tree::files(&["templates"]);
    assert!(files.len() > 4);
    nothing(&files.iter().flat_map(faults).collect::<Vec<_>>());
}

#[test]
fn what_templates_must_not_have_is_found() {
    for (sample, fault) in [
        ("{{ words | safe }}", "unescaped"),
        ("{{ words|safe }}", "unescaped"),
        ("<p style=\"x\"></p>", "style="),
        ("<script>1</script>", "inline script"),
        ("<button onclick=\"x()\"></button>", "handler"),
        ("<button hx-on:click=\"x()\"></button>", "handler"),
        ("<a href=\"javascript:x\"></a>", "javascript:"),
        ("<p>Hello {{ name }}</p>", "words that"),
        ("<p>안녕</p>", "words that"),
        ("<img alt=\"A cat\">", "words in alt"),
        ("<form method=\"post\"></form>", "token"),
    ] {
        let found = faults(&File::sample("bad.html", sample));
        assert!(found.iter().any(|f| f.contains(fault)), "{sample}: {found:?}");
    }
    let fine = "{# a note #}{% if x %}<p class=\"{{ a }}\" title=\"{{ page.t(\"k\") }}\">{{ page.t(\"hello\") }} &nbsp;· MPN {{ mpn }}</p>{% endif %}\
                <script src=\"{{ s }}\" defer></script>";
    assert_eq!(faults(&File::sample("fine.html", fine)), Vec::<String>::new());
}

#[test]
fn scripts_and_styles_bring_nothing_from_elsewhere() {
    for file in tree::files(&["static/js", "static/css", "templates"]) {
        for foreign in ["http://", "https://", "@import", "eval(", "innerHTML"] {
            assert!(!file.text.contains(foreign), "{}: {foreign}", file.path);
        }
    }
}
