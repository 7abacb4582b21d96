//! No file of a crate is in a circle. A file that lists its members does not lean on them; one that
//! names another file by its path does.

use std::collections::{BTreeMap, BTreeSet};

use crate::source;
use crate::tree::{Tree, has_extension};
use crate::violation::Violation;

use super::arrows::is_test;

/// Who names whom: a module to the modules that its code names, each with the place of the first.
type Graph<'a> = BTreeMap<String, BTreeMap<String, (&'a str, usize)>>;

/// The circles of each crate, one violation a circle.
pub fn violations(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for name in tree.crates() {
        let graph = graph(tree, name);
        found.extend(circles(&graph).iter().map(|circle| tell(name, &graph, circle)));
    }
    found
}

fn graph<'a>(tree: &'a Tree, name: &str) -> Graph<'a> {
    let root = format!("crates/{name}/src/");
    let files: BTreeMap<Vec<String>, (&str, &str)> = tree
        .files()
        .filter(|(path, _)| path.starts_with(&root) && has_extension(path, "rs") && !is_test(path))
        .map(|(path, text)| (source::module_of(&path[root.len()..]), (path, text)))
        .filter(|(module, _)| !module.is_empty())
        .collect();
    let mut graph = Graph::new();
    for (module, (path, text)) in &files {
        for named in source::paths(text) {
            let Some(mut to) = source::resolve(&named.segments, module) else { continue };
            while !to.is_empty() && !files.contains_key(&to) {
                to.pop();
            }
            if !to.is_empty() && to != *module {
                let leans = graph.entry(module.join("::")).or_default();
                leans.entry(to.join("::")).or_insert((path, named.line));
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
    let at = arrows.first().and_then(|arrow| arrow.rsplit_once(" at ")).map(|(_, at)| at);
    let path = at.and_then(|at| at.split(':').next()).unwrap_or(name);
    Violation::of_file(path, format!("files in a circle: {}", arrows.join("; ")))
}
