//! A stage of the engine looks only upstream.

use crate::source;
use crate::tree::{Tree, has_extension};
use crate::violation::Violation;

use super::arrows::is_test;

/// In the order that a lead travels.
const STAGES: &[&str] = &[
    "ingest",
    "resolve",
    "contract",
    "context",
    "score",
    "decide",
    "route",
    "brief",
    "deliver",
    "follow_up",
];

const FOLDER: &str = "stages";

/// Stages that name a later one.
pub fn violations(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, text) in tree.below("crates/engine/src/stages/") {
        if !has_extension(path, "rs") || is_test(path) {
            continue;
        }
        let module = source::module_of(path.trim_start_matches("crates/engine/src/"));
        let Some((here, stage)) = module.get(1).and_then(|stage| place(stage)) else { continue };
        for named in source::paths(text) {
            let Some(full) = source::resolve(&named.segments, &module) else { continue };
            let there = full.first().filter(|first| *first == FOLDER).and(full.get(1));
            if let Some((later, downstream)) = there.and_then(|stage| place(stage))
                && later > here
            {
                let says = format!(
                    "`{stage}` looks downstream at `{downstream}`; a stage knows only those before it"
                );
                found.push(Violation::at(path, named.line, says));
            }
        }
    }
    found
}

fn place(stage: &str) -> Option<(usize, &'static str)> {
    STAGES.iter().enumerate().find(|(_, known)| **known == stage).map(|(at, known)| (at, *known))
}
