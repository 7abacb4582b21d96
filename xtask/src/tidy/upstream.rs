//! Folders that stand in an order look only at those before them: the stages of the engine, and the
//! floors of the program.

use crate::source;
use crate::tree::{Tree, has_extension};
use crate::violation::Violation;

use super::arrows::is_test;

/// Folders in an order.
struct Order {
    /// Where they stand.
    root: &'static str,
    /// The modules above them, from the root of the crate.
    above: &'static [&'static str],
    /// Their names, the lowest first.
    folders: &'static [&'static str],
    /// What follows the names of the two in a report.
    says: &'static str,
}

/// The stages of a lead's way, in the order that it travels.
const STAGES: Order = Order {
    root: "crates/engine/src/",
    above: &["stages"],
    folders: &[
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
    ],
    says: "a stage knows only those before it",
};

/// What the program is made of: who it serves and who may, what is done for them, the verbs over a
/// folder, the loop that owns it, and the faces over all.
const FLOORS: Order = Order {
    root: "crates/baton/src/",
    above: &[],
    folders: &["config", "auth", "service", "local", "runtime", "faces"],
    says: "a floor rests only on those below it",
};

/// Stages that name a later one.
pub fn stages(tree: &Tree) -> Vec<Violation> {
    violations(tree, &STAGES)
}

/// Floors of the program that name a higher one.
pub fn floors(tree: &Tree) -> Vec<Violation> {
    violations(tree, &FLOORS)
}

fn violations(tree: &Tree, order: &Order) -> Vec<Violation> {
    let mut found = Vec::new();
    for (path, text) in tree.below(order.root) {
        if !has_extension(path, "rs") || is_test(path) {
            continue;
        }
        let module = source::module_of(path.trim_start_matches(order.root));
        let Some((here, folder)) = order.place(&module) else { continue };
        for named in source::paths(text) {
            let Some(full) = source::resolve(&named.segments, &module) else { continue };
            if let Some((there, later)) = order.place(&full)
                && there > here
            {
                let says = format!("`{folder}` looks downstream at `{later}`; {}", order.says);
                found.push(Violation::at(path, named.line, says));
            }
        }
    }
    found
}

impl Order {
    /// Which of the folders a path leads into.
    fn place(&self, path: &[String]) -> Option<(usize, &'static str)> {
        let below = path.get(self.above.len())?;
        if !self.above.iter().zip(path).all(|(wanted, named)| wanted == named) {
            return None;
        }
        self.folders.iter().position(|known| known == below).map(|at| (at, self.folders[at]))
    }
}
