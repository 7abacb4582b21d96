//! No file of a crate is in a circle. A file that lists its members, or hands their names on with
//! `pub use`, does not lean on them; one that names another file by its path does, and a name that is
//! handed on leads to the file that defines it.

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
    let files: Files<'_> = tree
        .files()
        .filter(|(path, _)| path.starts_with(&root) && has_extension(path, "rs") && !is_test(path))
        .map(|(path, text)| (source::module_of(&path[root.len()..]), File::of(path, text)))
        .collect();
    let mut graph = Graph::new();
    for (module, file) in files.iter().filter(|(module, _)| !module.is_empty()) {
        for named in &file.leans {
            let Some(to) = leads_to(&files, &named.segments, module) else { continue };
            let Some(to) = defined(&files, to, HOPS_MAX) else { continue };
            if !to.is_empty() && to != *module {
                let leans = graph.entry(module.join("::")).or_default();
                leans.entry(to.join("::")).or_insert((file.path, named.line));
            }
        }
    }
    graph
}

/// How often a name is handed on before it is defined.
const HOPS_MAX: usize = 8;

type Files<'a> = BTreeMap<Vec<String>, File<'a>>;

/// A file, with what it leans on and what it hands on.
struct File<'a> {
    path: &'a str,
    leans: Vec<source::Path>,
    /// What `pub use` names, by the name under which it is handed on; `*` for all of a module.
    hands_on: Vec<(String, Vec<String>)>,
}

impl<'a> File<'a> {
    fn of(path: &'a str, text: &str) -> Self {
        let hands_on = source::handed_on(text);
        let is_handed =
            |path: &source::Path| hands_on.iter().any(|(_, handed)| *handed == path.segments);
        // A name that is handed on, and used here too, leans as well: it is named again below.
        let handed_once = |at: usize, paths: &[source::Path]| {
            is_handed(&paths[at])
                && paths[..at].iter().all(|earlier| earlier.segments != paths[at].segments)
        };
        let paths = source::paths(text);
        let leans = (0..paths.len()).filter(|at| !handed_once(*at, &paths));
        let leans = leans.map(|at| paths[at].clone()).collect();
        Self { path, leans, hands_on }
    }
}

/// The path from the root of the crate; a path may begin with a module that lies below.
fn leads_to(files: &Files<'_>, path: &[String], module: &[String]) -> Option<Vec<String>> {
    let below = || {
        let child = [module, &path[..1]].concat();
        files.contains_key(&child).then(|| [module, path].concat())
    };
    source::resolve(path, module).or_else(below)
}

/// The module that a path leads to: the file that defines the name, not one that hands it on.
fn defined(files: &Files<'_>, path: Vec<String>, hops: usize) -> Option<Vec<String>> {
    let mut module = path.clone();
    while !files.contains_key(&module) {
        module.pop()?;
    }
    let rest = &path[module.len()..];
    let (Some(name), Some(file)) = (rest.first(), files.get(&module)) else { return Some(module) };
    if hops == 0 {
        return Some(module);
    }
    let next = |handed: &[String]| leads_to(files, handed, &module);
    let named = file.hands_on.iter().find(|(known, _)| known == name);
    if let Some((_, handed)) = named {
        let mut to = next(handed)?;
        to.extend_from_slice(&rest[1..]);
        return defined(files, to, hops - 1);
    }
    // All of a module is handed on: the name is looked for where that one hands it on, or stands.
    let all = file.hands_on.iter().filter(|(known, _)| known == "*");
    for (_, handed) in all {
        let mut to = next(handed)?;
        to.extend_from_slice(rest);
        if let Some(found) = defined(files, to, hops - 1).filter(|found| *found != module) {
            return Some(found);
        }
    }
    Some(module)
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
