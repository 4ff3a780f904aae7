//! Which way the arrows point: pure rules know nothing, plumbing knows no feature, features meet in services.

use super::{
    nothing,
    tree::{self, File},
    uses,
};

/// Files, or folders, of rules and values: no SQL, no HTTP, no templates, no clock.
const PURE: [&str; 24] = [
    "status",
    "rules",
    "policy",
    "mapping",
    "checks",
    "missing",
    "role",
    "roles",
    "matching",
    "columns",
    "row",
    "kind",
    "cursor",
    "filter",
    "history",
    "incentive",
    "actor",
    "ids",
    "run",
    "command",
    "reason",
    "stage",
    "raw",
    "words",
];
/// Rooms of plumbing: they know no feature.
const PLUMBING: [&str; 5] = ["web", "auth", "jobs", "db", "config"];
/// What puts everything together, and may know every feature.
const ASSEMBLY: [&str; 6] =
    ["src/app.rs", "src/main.rs", "src/lib.rs", "src/jobs/registry.rs", "src/commands/", "src/commands.rs"];

fn assembles(file: &File) -> bool {
    ASSEMBLY.iter().any(|path| file.path.starts_with(path))
}

fn is_pure(file: &File) -> bool {
    let module = file.module();
    let shown_or_stored = ["views", "web", "store"].iter().any(|part| module[1..].contains(part));
    // The actor is taken out of a request, and says itself how.
    !shown_or_stored && module.iter().skip(1).any(|part| PURE.contains(part)) && !file.path.ends_with("/actor.rs")
}

/// Every folder of `src` that is not plumbing.
fn features(files: &[File]) -> Vec<String> {
    let mut rooms: Vec<String> = files
        .iter()
        .filter(|file| !assembles(file) && file.path.matches('/').count() > 1)
        .map(|file| file.module()[0].to_owned())
        .filter(|room| !PLUMBING.contains(&room.as_str()))
        .collect();
    rooms.sort();
    rooms.dedup();
    rooms
}

fn impure(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| is_pure(file)) {
        // A value may say how it is stored; it may not store itself.
        let code = file.code().replace("sqlx::Type", "").replace("#[sqlx(", "");
        for word in ["sqlx", "axum", "askama", "riverqueue", "Clock", ".await", "::now(", "fluent"] {
            if code.contains(word) {
                found.push(format!("{} is pure, and names {word}", file.path));
            }
        }
    }
    found
}

fn plumbing_that_knows_features(files: &[File], features: &[String]) -> Vec<String> {
    let plumbing = files
        .iter()
        .filter(|file| !assembles(file) && (PLUMBING.contains(&file.module()[0]) || file.path.matches('/').count() == 1));
    let known = |file: &File| {
        let paths = uses::paths(file).into_iter();
        paths
            .filter(|path| features.contains(&path[0]))
            .map(|path| format!("{} knows {}", file.path, path.join("::")))
            .collect::<Vec<_>>()
    };
    plumbing.flat_map(known).collect()
}

/// A feature asks another one's service, and may share its pure rules and values; nothing else of it.
fn features_past_the_service(files: &[File], features: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !assembles(file)) {
        let own = file.module()[0].to_owned();
        for path in uses::paths(file) {
            let other = features.contains(&own) && features.contains(&path[0]) && path[0] != own;
            let open = |part: &String| part == "service" || PURE.contains(&part.as_str());
            let allowed = match path.as_slice() {
                // The room itself is named: what is taken of it stands further down.
                [room] => taken_of(&file.code(), room).iter().all(open),
                path => path.iter().skip(1).any(open),
            };
            if other && !allowed {
                found.push(format!("{} reaches into {}", file.path, path.join("::")));
            }
        }
    }
    found
}

/// What follows a room's name where the code names it: `psc::service::x` takes `service`.
fn taken_of(code: &str, room: &str) -> Vec<String> {
    let start = format!("{room}::");
    code.match_indices(&start)
        .filter(|(at, _)| !code[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
        .map(|(at, _)| {
            code[at + start.len()..]
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        })
        .collect()
}

fn sql_outside_stores(files: &[File]) -> Vec<String> {
    let sql = ["query!(", "query_as!(", "query_scalar!(", "sqlx::query", "sqlx::raw_sql", "QueryBuilder", "copy_in_raw"];
    let may = |file: &File| {
        let module = file.module();
        module.contains(&"store") || ["auth", "db", "jobs"].contains(&module[0])
    };
    let mut found = Vec::new();
    for file in files.iter().filter(|file| !may(file)) {
        let code = file.code();
        found.extend(
            sql.iter()
                .filter(|word| code.contains(*word))
                .map(|word| format!("{}: {word} outside a store", file.path)),
        );
    }
    found
}

fn times_and_transactions(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        let code = file.code();
        if file.path != "src/clock.rs"
            && ["Utc::now", "Local::now", "SystemTime::now"]
                .iter()
                .any(|now| code.contains(now))
        {
            found.push(format!("{}: time comes from clock::Clock", file.path));
        }
        if file.path != "src/db/mod.rs" && (code.contains(".begin()") || code.contains("begin_postgres")) {
            found.push(format!("{}: transactions are begun by db::begin", file.path));
        }
    }
    found
}

#[test]
fn rules_are_pure() {
    nothing(&impure(&tree::rust()));
    let bad = [
        File::sample("src/deals/policy.rs", "use axum::Router;"),
        File::sample("src/migration/mapping/team.rs", "async fn f() { g().await }"),
        File::sample("src/referrals/status.rs", "#[derive(sqlx::Type)] enum Status {} fn f() { sqlx::query(\"\"); }"),
        File::sample("src/psc/checks.rs", "fn f() { Utc::now(); }"),
    ];
    assert_eq!(impure(&bad).len(), 4);
    assert_eq!(
        impure(&[File::sample("src/referrals/status.rs", "#[derive(sqlx::Type)]\n#[sqlx(rename)] enum S {}")]).len(),
        0
    );
}

#[test]
fn plumbing_knows_no_feature() {
    let files = tree::rust();
    let features = features(&files);
    assert!(features.iter().any(|f| f == "accounts") && !features.iter().any(|f| f == "web"), "{features:?}");
    nothing(&plumbing_that_knows_features(&files, &features));
    let bad = [
        File::sample("src/web/layout.rs", "use crate::{db, deals::service};"),
        File::sample("src/jobs/mod.rs", "fn f() { crate::migration::run() }"),
        File::sample("src/auth/web.rs", "use super::super::accounts::store;"),
        File::sample("src/clock.rs", "use crate::deals::status;"),
    ];
    let names = ["deals", "migration", "accounts"].map(str::to_owned);
    assert_eq!(plumbing_that_knows_features(&bad, &names).len(), 4);
    let fine = File::sample("src/jobs/registry.rs", "use crate::migration::jobs;");
    assert_eq!(plumbing_that_knows_features(&[fine], &names).len(), 0);
}

#[test]
fn features_meet_in_services() {
    let files = tree::rust();
    nothing(&features_past_the_service(&files, &features(&files)));
    let names = ["deals", "referrals", "migration"].map(str::to_owned);
    let bad = File::sample("src/deals/web.rs", "use crate::{referrals::{store, service}, migration::deals::web};");
    assert_eq!(features_past_the_service(&[bad], &names).len(), 2);
    let bad = File::sample(
        "src/deals/web.rs",
        "use crate::{app, migration};\nfn f() { migration::service::a(migration::store::b()) }",
    );
    assert_eq!(features_past_the_service(&[bad], &names).len(), 1);
    let fine = File::sample(
        "src/deals/web.rs",
        "use crate::{referrals::{status::Status, service::open}, migration::deals::service, web::Page};",
    );
    assert_eq!(features_past_the_service(&[fine], &names).len(), 0);
}

#[test]
fn sql_stands_in_stores_only() {
    nothing(&sql_outside_stores(&tree::rust()));
    let bad = ["deals/web.rs", "deals/service.rs", "app.rs"]
        .map(|path| File::sample(&format!("src/{path}"), "sqlx::query!(\"select 1\")"));
    assert!(sql_outside_stores(&bad).len() >= 3);
    let fine = ["deals/store.rs", "psc/import/store/read.rs", "auth/store.rs", "db/mod.rs"]
        .map(|path| File::sample(&format!("src/{path}"), "sqlx::query!(\"select 1\")"));
    assert_eq!(sql_outside_stores(&fine).len(), 0);
}

#[test]
fn time_and_transactions_have_one_source() {
    nothing(&times_and_transactions(&tree::rust()));
    let bad = [File::sample("src/a.rs", "Utc::now()"), File::sample("src/b/store.rs", "pool.begin().await")];
    assert_eq!(times_and_transactions(&bad).len(), 2);
}
