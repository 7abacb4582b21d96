//! The tree of files that the rules look at: the real one, or one that a test plants.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fs, io};

/// What is larger is data, not something that people write.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// How deep the walk goes.
const DEPTH_MAX: usize = 16;
/// Dotted folders that are ours; all others belong to tools.
const DOTTED: &[&str] = &[".ci", ".cargo"];
/// Folders that are made, not written.
const MADE: &[&str] = &["target", "baton-data", "node_modules"];

/// Files by their path from the root, with `/` between the parts.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    texts: BTreeMap<String, String>,
    others: BTreeSet<String>,
}

impl Tree {
    /// Reads the files below a folder. What is no UTF-8 text, or too large, is known by name alone.
    pub fn read(root: &Path) -> io::Result<Self> {
        let mut tree = Self::default();
        tree.walk(root, "", 0)?;
        Ok(tree)
    }

    /// The same tree with one more file, or with another text in it.
    #[must_use]
    pub fn with(mut self, path: &str, text: &str) -> Self {
        self.texts.insert(path.to_owned(), text.to_owned());
        self
    }

    /// Every text file in the order of the paths.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.texts.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Text files below a folder, which is given with its final `/`.
    pub fn below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files().filter(move |(path, _)| path.starts_with(folder))
    }

    /// Rust files below `crates/` and `xtask/`.
    pub fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files().filter(|(path, _)| {
            has_extension(path, "rs") && (path.starts_with("crates/") || path.starts_with("xtask/"))
        })
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(String::as_str)
    }

    /// Whether there is such a file or folder.
    pub fn exists(&self, path: &str) -> bool {
        let path = path.trim_end_matches('/');
        let folder = format!("{path}/");
        self.texts.contains_key(path)
            || self.others.contains(path)
            || self
                .texts
                .range(folder.clone()..)
                .next()
                .is_some_and(|(p, _)| p.starts_with(&folder))
            || self.others.range(folder.clone()..).next().is_some_and(|p| p.starts_with(&folder))
    }

    /// Our crates by the name of their folder below `crates/`.
    pub fn crates(&self) -> Vec<&str> {
        self.below("crates/")
            .filter_map(|(path, _)| {
                let name = path.strip_prefix("crates/")?.strip_suffix("/Cargo.toml")?;
                (!name.contains('/')).then_some(name)
            })
            .collect()
    }

    fn walk(&mut self, folder: &Path, prefix: &str, depth: usize) -> io::Result<()> {
        if depth > DEPTH_MAX {
            return Ok(());
        }
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            let kind = entry.file_type()?;
            let path = format!("{prefix}{name}");
            if kind.is_dir() {
                let dotted = name.starts_with('.') && !DOTTED.contains(&name.as_str());
                if !dotted && !MADE.contains(&name.as_str()) {
                    self.walk(&entry.path(), &format!("{path}/"), depth + 1)?;
                }
            } else if kind.is_file() {
                self.take(&entry, path)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, entry: &fs::DirEntry, path: String) -> io::Result<()> {
        let bytes = match entry.metadata() {
            Ok(about) if about.len() <= FILE_BYTES_MAX => fs::read(entry.path())?,
            Ok(_) => Vec::from([0xff]),
            // It went away between the listing and the look.
            Err(gone) if gone.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        match String::from_utf8(bytes) {
            Ok(text) => {
                self.texts.insert(path, text);
            }
            Err(_) => {
                self.others.insert(path);
            }
        }
        Ok(())
    }
}

/// Whether a path ends in `.extension`.
pub fn has_extension(path: &str, extension: &str) -> bool {
    extension_of(path) == Some(extension)
}

/// What stands after the last dot of the file's name.
pub fn extension_of(path: &str) -> Option<&str> {
    let (stem, extension) = file_name(path).rsplit_once('.')?;
    (!stem.is_empty()).then_some(extension)
}

/// What stands after the last `/`.
pub fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
