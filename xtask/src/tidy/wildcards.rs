//! A match over our own kinds names each of them, so that a new one is forgotten nowhere. Clippy's lint
//! holds it; here stand the places that lift it, and there may only be fewer.

use crate::source;
use crate::tree::Tree;
use crate::violation::Violation;

use super::arrows::is_test;

/// The lint, as an attribute names it.
const LINT: &str = "clippy::wildcard_enum_match_arm";

/// The files that lift the lint, how often at most, and why.
const LIFTED: &[(&str, usize, &str)] = &[
    ("crates/baton/src/faces/cli/export/fact.rs", 2, "facts by subject, the rest in another match"),
    ("crates/engine/src/explain/text.rs", 2, "codes that need no words of their own"),
    ("crates/engine/src/view/handoff.rs", 1, "facts that no page of a handoff shows"),
    ("crates/rules/src/expression.rs", 1, "pieces of expressions that a question does not concern"),
    ("crates/rules/src/routing/proof.rs", 1, "pieces of expressions that say nothing of a field"),
    ("crates/store/src/sealed.rs", 4, "facts without a sealed part"),
];

/// Files that lift the lint and are not in the list, or lift it more often.
pub fn violations(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, text) in tree.below("crates/") {
        let lifts = source::code(text).matches(LINT).count();
        if lifts == 0 || is_test(path) || !crate::tree::has_extension(path, "rs") {
            continue;
        }
        let most = LIFTED.iter().find(|(known, ..)| *known == path).map_or(0, |(_, most, _)| *most);
        if lifts > most {
            let says = format!(
                "lifts `{LINT}` {lifts} times and may {most}: name each kind, so that a new one is \
                 forgotten nowhere"
            );
            found.push(Violation::of_file(path, says));
        }
    }
    found
}
