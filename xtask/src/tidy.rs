//! The rules, in the order of `docs/ARCHITECTURE.md`: between crates, inside a crate, in the text,
//! beside the code.

pub mod arrows;
pub mod circles;
pub mod purity;
pub mod upstream;

pub mod bans;
pub mod headers;
pub mod shape;
pub mod unread;
pub mod wildcards;

pub mod docs;
pub mod hygiene;
pub mod paths;

pub mod changelog;
pub mod ci;
pub mod codes;
pub mod dependencies;
pub mod licences;
pub mod migrations;

use crate::tree::Tree;
use crate::violation::Violation;

/// A rule over the tree.
pub struct Rule {
    /// The name under which it reports.
    pub name: &'static str,
    /// Everything in the tree that breaks it.
    pub check: fn(&Tree) -> Vec<Violation>,
}

/// All rules but that of the licences, which looks at the locked packages instead of the tree.
pub const RULES: &[Rule] = &[
    Rule { name: "arrows", check: arrows::violations },
    Rule { name: "purity", check: purity::violations },
    Rule { name: "stages", check: upstream::stages },
    Rule { name: "floors", check: upstream::floors },
    Rule { name: "circles", check: circles::violations },
    Rule { name: "bans", check: bans::violations },
    Rule { name: "headers", check: headers::violations },
    Rule { name: "shape", check: shape::violations },
    Rule { name: "wildcards", check: wildcards::violations },
    Rule { name: "unread", check: unread::violations },
    Rule { name: "docs", check: docs::violations },
    Rule { name: "hygiene", check: hygiene::violations },
    Rule { name: "paths", check: paths::violations },
    Rule { name: "codes", check: codes::violations },
    Rule { name: "migrations", check: migrations::violations },
    Rule { name: "dependencies", check: dependencies::violations },
    Rule { name: "changelog", check: changelog::violations },
    Rule { name: "ci", check: ci::violations },
];
