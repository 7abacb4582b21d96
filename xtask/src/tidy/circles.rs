//! No circle between the top-level modules of a crate.

use std::collections::{BTreeMap, BTreeSet};

use crate::source;
use crate::tree::{Tree, has_extension};
use crate::violation::Violation;

use super::arrows::is_test;

/// Circles that are known, by the crate and the modules in order, each with its reason.
const KNOWN: &[(&str, &[&str], &str)] = &[];

/// Who names whom: a module to the modules that its code names, each with the place of the first.
type Graph<'a> = BTreeMap<String, BTreeMap<String, (&'a str, usize)>>;

/// The circles of each crate, one violation a circle.
pub fn violations(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for name in tree.crates() {
        let graph = graph(tree, name);
        for circle in circles(&graph) {
            let known = KNOWN.iter().any(|(of, modules, _)| of == &name && circle == *modules);
            if !known {
                found.push(tell(name, &graph, &circle));
            }
        }
    }
    found
}

fn graph<'a>(tree: &'a Tree, name: &str) -> Graph<'a> {
    let root = format!("crates/{name}/src/");
    let files: Vec<_> = tree
        .files()
        .filter(|(path, _)| path.starts_with(&root) && has_extension(path, "rs") && !is_test(path))
        .map(|(path, text)| (path, text, source::module_of(&path[root.len()..])))
        .collect();
    let modules: BTreeSet<&String> =
        files.iter().filter_map(|(.., module)| module.first()).collect();
    let mut graph = Graph::new();
    for (path, text, module) in &files {
        let Some(from) = module.first() else { continue };
        for named in source::paths(text) {
            let Some(to) =
                source::resolve(&named.segments, module).and_then(|full| full.into_iter().next())
            else {
                continue;
            };
            if to != *from && modules.contains(&to) {
                graph.entry(from.clone()).or_default().entry(to).or_insert((path, named.line));
            }
        }
    }
    graph
}

/// Sets of modules that reach one another, each in the order of the names.
fn circles(graph: &Graph<'_>) -> Vec<Vec<String>> {
    let reached: BTreeMap<&String, BTreeSet<&String>> =
        graph.keys().map(|from| (from, reach(graph, from))).collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for (from, to) in &reached {
        if seen.contains(from) || !to.contains(from) {
            continue;
        }
        let back = |other: &&&String| reached.get(**other).is_some_and(|all| all.contains(from));
        let circle: Vec<&String> = to.iter().filter(back).copied().collect();
        seen.extend(circle.iter().copied());
        found.push(circle.into_iter().cloned().collect());
    }
    found
}

fn reach<'a>(graph: &'a Graph<'_>, from: &String) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&String> = graph.get(from).into_iter().flat_map(BTreeMap::keys).collect();
    while let Some(next) = open.pop() {
        if reached.insert(next) {
            open.extend(graph.get(next).into_iter().flat_map(BTreeMap::keys));
        }
    }
    reached
}

fn tell(name: &str, graph: &Graph<'_>, circle: &[String]) -> Violation {
    let arrows: Vec<String> = circle
        .iter()
        .flat_map(|from| {
            graph[from]
                .iter()
                .filter(|(to, _)| circle.contains(to))
                .map(move |(to, (path, line))| format!("{from} names {to} at {path}:{line}"))
        })
        .collect();
    let says = format!("modules in a circle: {}", arrows.join("; "));
    Violation::of_file(&format!("crates/{name}/src/lib.rs"), says)
}
