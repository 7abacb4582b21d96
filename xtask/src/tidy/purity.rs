//! Pure crates open nothing, wait for nothing and look at no clock.

use crate::manifest;
use crate::source;
use crate::tree::{Tree, has_extension};
use crate::violation::Violation;

use super::arrows::is_test;

/// The crates whose answers depend on their arguments alone.
const PURE: &[&str] = &["domain", "notation", "rules", "engine", "connectors", "pages", "counts"];

/// Packages that bring sockets, files, clocks, chance or waiting with them.
const PACKAGES: &[&str] = &[
    "async-std",
    "axum",
    "chrono",
    "crossbeam-channel",
    "fs4",
    "futures",
    "getrandom",
    "hyper",
    "hyper-util",
    "mimalloc",
    "postgres",
    "rand",
    "rayon",
    "reqwest",
    "rusqlite",
    "smol",
    "sqlx",
    "tempfile",
    "tokio",
    "tokio-postgres",
    "tower",
    "tower-http",
    "ureq",
    "uuid",
];

/// What the standard library offers of the same, by path. Addresses are values and may stay.
const PATHS: &[&str] = &[
    "std::env",
    "std::fs",
    "std::net::TcpListener",
    "std::net::TcpStream",
    "std::net::ToSocketAddrs",
    "std::net::UdpSocket",
    "std::os",
    "std::process",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
    "std::io::stdin",
    "std::io::stdout",
    "std::io::stderr",
    "Instant::now",
    "SystemTime::now",
    "Timestamp::now",
    "Zoned::now",
];

/// Dependencies and paths of a pure crate that would let it reach outside.
pub fn violations(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for name in PURE {
        let path = manifest::path(name);
        if tree.text(&path).is_some() {
            match manifest::dependencies(tree, &path) {
                Ok(all) => found.extend(
                    all.iter()
                        .filter(|one| !one.for_tests && PACKAGES.contains(&one.name.as_str()))
                        .map(|one| says(&path, None, name, &one.name)),
                ),
                Err(violation) => found.push(violation),
            }
        }
        for (path, text) in tree.below(&format!("crates/{name}/src/")) {
            if has_extension(path, "rs") && !is_test(path) {
                found.extend(reaches(path, name, text));
            }
        }
    }
    found
}

fn reaches(path: &str, name: &str, text: &str) -> Vec<Violation> {
    let mut found: Vec<_> = source::paths(text)
        .into_iter()
        .filter_map(|named| {
            let written = named.segments.join("::");
            let hit = PATHS.iter().any(|banned| begins(&written, banned))
                || PACKAGES.iter().any(|banned| begins(&written, &banned.replace('-', "_")));
            hit.then(|| says(path, Some(named.line), name, &written))
        })
        .collect();
    for (at, line) in source::code(text).lines().enumerate() {
        if line.contains("async fn") || line.contains(".await") || line.contains("async move") {
            found.push(says(path, Some(at + 1), name, "async"));
        }
    }
    found
}

fn begins(written: &str, banned: &str) -> bool {
    written.strip_prefix(banned).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

fn says(path: &str, line: Option<usize>, name: &str, what: &str) -> Violation {
    let says = format!("`{name}` is pure and names `{what}`; let it arrive as an argument");
    Violation { path: path.to_owned(), line, says }
}
