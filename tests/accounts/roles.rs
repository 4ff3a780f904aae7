//! What a role is called in the database and in both languages.

use std::{collections::BTreeSet, path::Path};

use partner_portal::{
    auth::Role,
    db::{Pool, schema::MIGRATOR},
};

/// The keys of a locale file; an empty text is no key.
fn keys(language: &str, file: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(language).join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter_map(|line| line.split_once(" = "));
    lines
        .filter(|(_, words)| !words.trim().is_empty())
        .map(|(key, _)| key.to_owned())
        .collect()
}

#[test]
fn every_role_has_a_name_and_says_what_it_may_in_both_languages() {
    for language in ["en", "ko"] {
        let keys = keys(language, "accounts.ftl");
        for role in Role::ALL {
            assert!(keys.contains(&format!("role-{}", role.code())), "{language}: name of {role:?}");
            assert!(keys.contains(&format!("role-{}-may", role.code())), "{language}: what {role:?} may");
        }
    }
    assert_eq!(keys("en", "accounts.ftl"), keys("ko", "accounts.ftl"));
}

/// What the database's check allows is exactly what the code knows.
#[sqlx::test(migrator = "MIGRATOR")]
async fn the_database_knows_the_same_roles(pool: Pool) {
    let check: String = sqlx::query_scalar(
        "select pg_get_constraintdef(oid) from pg_constraint
         where conrelid = 'role_assignments'::regclass and contype = 'c'",
    )
    .fetch_one(&pool)
    .await
    .unwrap();
    let theirs: BTreeSet<&str> = check.split('\'').skip(1).step_by(2).collect();
    let ours: BTreeSet<&str> = Role::ALL.into_iter().map(Role::code).collect();
    assert_eq!(theirs, ours);
}
