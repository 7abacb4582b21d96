//! Whatever is built in may be given on: the locked packages' licences are permissive.

use serde_json::Value;

use crate::violation::Violation;

/// Licences that ask for no more than their text to be kept.
const PERMISSIVE: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "BlueOak-1.0.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "OpenSSL",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "Zlib",
];

/// Packages under another licence, each with the reason why it may stay.
const LISTED: &[(&str, &str)] = &[];

/// Packages in the answer of `cargo metadata` whose licence is not permissive.
pub fn violations(metadata: &str) -> Vec<Violation> {
    let Ok(metadata) = serde_json::from_str::<Value>(metadata) else {
        return vec![Violation::of_file("Cargo.lock", "the list of packages could not be read")];
    };
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    packages
        .iter()
        .filter_map(|package| {
            let name = package["name"].as_str().unwrap_or("?");
            let licence = package["license"].as_str().unwrap_or("none named");
            let listed = LISTED.iter().any(|(known, _)| *known == name);
            let says = format!("the licence of `{name}` is not permissive: {licence}");
            (!listed && !is_permissive(licence)).then(|| Violation::of_file("Cargo.lock", says))
        })
        .collect()
}

/// Whether one can choose permissive licences alone. `/` is an old way to write OR.
pub fn is_permissive(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    either(&mut rest) && rest.is_empty()
}

fn either(words: &mut &[&str]) -> bool {
    let mut any = both(words);
    while words.first() == Some(&"OR") {
        *words = &words[1..];
        any |= both(words);
    }
    any
}

fn both(words: &mut &[&str]) -> bool {
    let mut all = one(words);
    while words.first() == Some(&"AND") {
        *words = &words[1..];
        all &= one(words);
    }
    all
}

fn one(words: &mut &[&str]) -> bool {
    let Some((first, rest)) = words.split_first() else { return false };
    *words = rest;
    if *first == "(" {
        let inner = either(words);
        let closed = words.first() == Some(&")");
        *words = words.get(1..).unwrap_or_default();
        return inner && closed;
    }
    if let ["WITH", exception, rest @ ..] = *words {
        *words = rest;
        return PERMISSIVE.contains(&format!("{first} WITH {exception}").as_str());
    }
    PERMISSIVE.contains(first)
}
