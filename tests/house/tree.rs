//! The files of the project.

use std::{fs, path::Path};

/// A file: its path from the project's folder, and its text.
pub struct File {
    pub path: String,
    pub text: String,
}

impl File {
    pub fn sample(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    pub fn is(&self, ending: &str) -> bool {
        self.path.ends_with(ending)
    }

    /// Rust without comments that stand on their own lines.
    pub fn code(&self) -> String {
        let lines = self.text.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Folders and the file's stem: `src/psc/import/row.rs` is `psc`, `import`, `row`.
    pub fn module(&self) -> Vec<&str> {
        let inner = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        inner.split('/').filter(|part| *part != "mod").collect()
    }
}

/// Everything under the folders, or the file itself; text files only.
pub fn files(under: &[&str]) -> Vec<File> {
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").into());
    let root = Path::new(&root);
    let mut found = Vec::new();
    for name in under {
        collect(root, &root.join(name), &mut found);
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

pub fn rust() -> Vec<File> {
    files(&["src"]).into_iter().filter(|file| file.is(".rs")).collect()
}

fn collect(root: &Path, path: &Path, found: &mut Vec<File>) {
    // `.git` is a file where several working trees share one repository.
    if ["target", ".data", ".git"].iter().any(|name| path.ends_with(name)) {
        return;
    }
    if path.is_dir() {
        for entry in fs::read_dir(path).unwrap() {
            collect(root, &entry.unwrap().path(), found);
        }
    } else if let Ok(text) = fs::read_to_string(path) {
        let path = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        found.push(File { path, text });
    }
}
