//! The names of every field, feature by feature, as source and templates have them.

use std::{collections::BTreeSet, fs, path::Path};

use partner_portal::{
    accounts, audit, auth, calendar, deals, guide, leads, migration, notifications, operators, psc, sellers, web::Route,
};

/// Rows of forms, whose names code puts together.
const ROWS: [(&str, &[&str]); 2] = [
    (
        "deals",
        &[
            "team-0-first_name",
            "team-0-mail",
            "team-0-phone",
            "solution-0-id",
            "solution-0-quantity",
            "solution-0-price",
            "do",
            "id",
            "from",
        ],
    ),
    ("psc/portal", &["id-1", "seen-1", "close-1", "value-1", "name-1", "member-first-1", "products"]),
];

/// The routes of every feature, with the folder that they are in.
pub fn features() -> Vec<(&'static str, Vec<Route>)> {
    let mut corrections = psc::corrections::web::routes();
    corrections.extend(psc::corrections::web::operations());
    let mut switch = psc::switch::web::routes();
    switch.extend(psc::switch::web::operations());
    vec![
        ("accounts", accounts::web::routes()),
        ("audit", audit::web::routes()),
        ("auth", auth::web::routes()),
        ("calendar", calendar::web::routes()),
        ("deals", deals::web::routes()),
        ("guide", guide::web::routes()),
        ("leads", leads::web::routes()),
        ("migration/deals", migration::deals::web::routes()),
        ("migration/users", migration::users::web::routes()),
        ("notifications", notifications::web::routes()),
        ("operators", operators::web::routes()),
        ("psc/corrections", corrections),
        ("psc/portal", psc::portal::web::routes()),
        ("psc/switch", switch),
        ("psc", psc::web::routes()),
        ("sellers", sellers::web::routes()),
    ]
}

fn texts(folder: &Path, ending: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            texts(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(fs::read_to_string(path).unwrap());
        }
    }
}

fn word(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))?;
    (1..40).contains(&end).then(|| &text[..end])
}

/// The names of a feature's fields: of structs that are read from forms and addresses, of pairs that code looks for, and of templates.
pub fn of(feature: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut names = BTreeSet::new();
    let mut code = Vec::new();
    texts(&root.join("src").join(feature), ".rs", &mut code);
    for text in &code {
        for body in text.split("Deserialize").skip(1) {
            let body = body
                .split_once("struct ")
                .and_then(|(_, rest)| rest.split("\n}").next())
                .unwrap_or_default();
            let fields = body.lines().map(|line| line.trim().trim_start_matches("pub "));
            names.extend(
                fields
                    .filter_map(|line| word(line).filter(|name| line[name.len()..].starts_with(": ")))
                    .map(str::to_owned),
            );
            names.extend(body.split("rename = \"").skip(1).filter_map(word).map(str::to_owned));
        }
        for before in ["=> \"", "value(&form, \"", ".text(\"", "            \"", "                \""] {
            let arms = text.split(before).skip(1);
            names.extend(
                arms.filter_map(|rest| word(rest).filter(|name| rest[name.len()..].starts_with("\" =>")))
                    .map(str::to_owned),
            );
        }
    }
    let mut pages = Vec::new();
    texts(&root.join("templates").join(feature), ".html", &mut pages);
    for text in &pages {
        names.extend(text.split(" name=\"").skip(1).filter_map(word).map(str::to_owned));
    }
    names.extend(
        ROWS.iter()
            .filter(|(of, _)| *of == feature)
            .flat_map(|(_, names)| names.iter())
            .map(|name| (*name).to_owned()),
    );
    names.remove("csrf");
    names.into_iter().collect()
}
