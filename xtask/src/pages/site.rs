//! What pages there are: found by following links, as a reader would, so that none is left out.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use anyhow::Context;

use super::browser::Browser;

/// Pages that are found for one reader, at most.
const PAGES_MAX: usize = 60;
/// Where the links of a page lead within the server.
const LINKS: &str =
    "[...new Set([...document.querySelectorAll('a[href]')].map((link) => new URL(link.href))
    .filter((to) => to.origin === location.origin).map((to) => to.pathname + to.search))]";
/// Whom a visitor of the demo can be.
const ROLES: &str = "[...document.querySelectorAll('form[action^=\"/sign-in/as/\"]')]
    .map((form) => form.getAttribute('action').split('/').pop())";

/// A page of one kind.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// What it is one of: `/h/*`, `/pulse?by&days`.
    pub(super) shape: String,
    /// Its address.
    pub(super) path: String,
}

/// Pages that no link leads to and anybody may open.
const UNLINKED: [&str; 2] = ["/styleguide", "/sign-in"];

/// All kinds of pages that whoever is signed in can come to from their first page, and those that anybody may open.
pub(super) fn explored(tab: &mut Browser) -> anyhow::Result<Vec<Found>> {
    let mut found: Vec<Found> = Vec::new();
    let mut known = Kinds::default();
    let mut to_open = VecDeque::from(["/", UNLINKED[0], UNLINKED[1]].map(str::to_owned));
    while let Some(path) = to_open.pop_front() {
        if !known.is_new(&path) || found.len() == PAGES_MAX || !is_page(tab, &path)? {
            continue;
        }
        known.note(&path);
        tab.open(&path)?;
        let path = tab.text("location.pathname + location.search")?;
        known.note(&path);
        found.push(Found { shape: shape(&path), path });
        let links: Vec<String> = serde_json::from_value(tab.run(LINKS)?).context("links")?;
        to_open.extend(links.into_iter().filter(|link| known.is_new(link)));
    }
    found.sort_by(|one, other| one.shape.cmp(&other.shape));
    found.dedup_by(|one, other| one.shape == other.shape);
    Ok(found)
}

/// Kinds of pages: ways without ids, and the names of what was asked for on each.
#[derive(Default)]
struct Kinds(BTreeMap<String, BTreeSet<String>>);

impl Kinds {
    /// Whether there was no such way, or nothing of a name was asked for on it.
    fn is_new(&self, path: &str) -> bool {
        let (way, names) = parts(path);
        let known = self.0.get(&way);
        known.is_none_or(|known| names.iter().any(|name| !known.contains(name)))
    }

    fn note(&mut self, path: &str) {
        let (way, names) = parts(path);
        self.0.entry(way).or_default().extend(names);
    }
}

/// The roles that a visitor of the demo can take, as the tour offers them.
pub(super) fn roles(tab: &mut Browser) -> anyhow::Result<Vec<String>> {
    tab.open("/tour")?;
    let roles = tab.run(ROLES)?;
    let roles: Vec<String> = serde_json::from_value(roles).context("roles")?;
    let once: BTreeSet<String> = roles.into_iter().collect();
    anyhow::ensure!(!once.is_empty(), "the tour offers no role");
    Ok(once.into_iter().collect())
}

/// Becomes one of the people of the tour by its button.
pub(super) fn become_one(tab: &mut Browser, role: &str) -> anyhow::Result<()> {
    tab.open("/tour")?;
    tab.go(&format!(
        "document.querySelector('form.role[action=\"/sign-in/as/{role}\"] button').click()"
    ))
}

/// Whether an address answers with a page. What is downloaded is none.
fn is_page(tab: &mut Browser, path: &str) -> anyhow::Result<bool> {
    let path = serde_json::to_string(path)?;
    let kind = format!(
        "fetch({path}, {{ headers: {{ accept: 'text/html' }} }}) \
         .then((answer) => answer.headers.get('content-type') ?? '')"
    );
    Ok(tab.text(&kind)?.starts_with("text/html"))
}

/// An address without what differs between pages of one kind: ids, and what is asked for.
pub(super) fn shape(path: &str) -> String {
    let (way, names) = parts(path);
    if names.is_empty() {
        return way;
    }
    format!("{way}?{}", names.into_iter().collect::<Vec<_>>().join("&"))
}

/// A way without ids, and the names of what is asked for.
fn parts(path: &str) -> (String, BTreeSet<String>) {
    let (way, query) = path.split_once('?').unwrap_or((path, ""));
    let part = |part: &str| {
        let id = part.bytes().any(|byte| byte.is_ascii_digit());
        if id { "*".to_owned() } else { part.to_owned() }
    };
    let way = way.split('/').map(part).collect::<Vec<_>>().join("/");
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let names = pairs.map(|pair| pair.split('=').next().unwrap_or_default().to_owned()).collect();
    (way, names)
}
