//! No file is too long to be read in one go, and none knows the machine it was written on.

use super::{
    nothing,
    tree::{self, File},
};

const LONGEST: usize = 400;

fn too_long(files: &[File]) -> Vec<String> {
    files
        .iter()
        .filter(|file| !file.path.starts_with("static/vendor/") && !file.path.ends_with("Cargo.lock"))
        .filter(|file| file.text.lines().count() > LONGEST)
        .map(|file| format!("{}: {} lines", file.path, file.text.lines().count()))
        .collect()
}

#[test]
fn no_file_is_over_400_lines() {
    let files = tree::files(&["src", "templates", "static", "migrations", "locales", "tests", "benches"]);
    assert!(files.len() > 50);
    nothing(&too_long(&files));
    assert_eq!(too_long(&[File::sample("src/long.rs", &"x\n".repeat(401))]).len(), 1);
}

/// Folders of somebody's machine. In halves, so that this file does not find itself.
fn machine_paths(files: &[File]) -> Vec<String> {
    let private = [["/wo", "rk/"], ["/ro", "ot/"], ["/ho", "me/"], ["/tm", "p/"], ["/Use", "rs/"]].map(|halves| halves.concat());
    let lines = files.iter().flat_map(|file| file.text.lines().map(move |line| (file, line)));
    lines
        // Where PostgreSQL's socket goes when the data folder's path is too long for one: a folder of every machine.
        .filter(|(file, _)| file.path != "src/db/private_postgres/place.rs")
        .filter(|(_, line)| private.iter().any(|path| line.contains(path)))
        .map(|(file, line)| format!("{}: {line}", file.path))
        .collect()
}

#[test]
fn no_file_names_a_folder_of_somebodys_machine() {
    let mut files = tree::files(&["."]);
    files.retain(|file| !file.path.starts_with("static/vendor/") && file.path != "Cargo.lock");
    nothing(&machine_paths(&files));
    assert_eq!(machine_paths(&[File::sample("a", &["see /ho", "me/anna/notes"].concat())]).len(), 1);
}

#[test]
fn tests_are_not_in_the_source() {
    for file in tree::rust() {
        assert!(!file.text.contains("#[cfg(test)]"), "{}: tests live in tests/", file.path);
    }
}
