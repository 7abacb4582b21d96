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
    ("crates/baton/src/cli/export.rs", 1, "words that are not exported"),
    ("crates/baton/src/cli/export/fact.rs", 2, "facts by subject, the rest in another match"),
    ("crates/baton/src/web/status.rs", 1, "status codes of HTTP, which are not ours"),
    ("crates/engine/src/explain/text.rs", 2, "codes that need no words of their own"),
    ("crates/engine/src/view/handoff.rs", 1, "facts that no page of a handoff shows"),
    ("crates/rehearsal/src/history/tally.rs", 2, "facts that a rehearsal does not count"),
    ("crates/rules/src/expression.rs", 1, "pieces of expressions that a question does not concern"),
    ("crates/rules/src/routing/proof.rs", 1, "pieces of expressions that say nothing of a field"),
    ("crates/store/src/memory/write.rs", 1, "facts that change no row"),
    ("crates/store/src/sealed.rs", 4, "facts without a sealed part"),
    ("crates/store/src/sqlite/append.rs", 1, "facts that change no row"),
    ("crates/store/src/sqlite/doctor/known.rs", 1, "facts that change no row"),
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
