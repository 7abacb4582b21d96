//! As much of a `Cargo.toml` as the rules need.

use toml::{Table, Value};

use crate::tree::Tree;
use crate::violation::Violation;

/// The tables of a manifest that name dependencies.
const SECTIONS: &[&str] = &["dependencies", "dev-dependencies", "build-dependencies"];

/// One dependency of a crate.
#[derive(Clone, Debug)]
pub struct Dependency {
    /// As the manifest names it.
    pub name: String,
    /// Whether only its tests lean on it.
    pub for_tests: bool,
}

/// The path of a crate's manifest.
pub fn path(name: &str) -> String {
    format!("crates/{name}/Cargo.toml")
}

/// What a manifest depends on.
pub fn dependencies(tree: &Tree, path: &str) -> Result<Vec<Dependency>, Violation> {
    let manifest = read(tree, path)?;
    let mut found = Vec::new();
    for section in SECTIONS {
        let Some(Value::Table(named)) = manifest.get(*section) else { continue };
        let for_tests = *section == "dev-dependencies";
        found.extend(named.keys().map(|name| Dependency { name: name.clone(), for_tests }));
    }
    Ok(found)
}

/// A TOML file of the tree.
pub fn read(tree: &Tree, path: &str) -> Result<Table, Violation> {
    let text = tree.text(path).unwrap_or_default();
    text.parse().map_err(|_| Violation::of_file(path, "this is no TOML"))
}
