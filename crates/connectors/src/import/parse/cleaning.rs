//! What a map mends in a cell: repairs by their names, a table of values, a default.

use std::collections::BTreeMap;

use notation::{Data, Diagnostics, Fields, Node};

use super::super::column::{Cleaning, Repair, Unreadable};
use super::words::{listed, or_tell, unknown};

/// The repairs and values of a column. The default is given back as written, since it must fit a
/// type that is known elsewhere.
pub(super) fn cleaning<'a>(
    long: &mut Fields<'a>,
    out: &mut Diagnostics,
) -> (Cleaning, Option<&'a Node>) {
    let (mut cleaning, mut default) = (Cleaning::default(), None);
    if let Some(node) = long.optional("repair") {
        for node in listed(node) {
            repair(node, &mut cleaning, &mut default, out);
        }
    }
    if let Some(node) = long.optional("values") {
        cleaning.values = values(node, out);
    }
    (cleaning, default)
}

/// What is done with a cell that cannot be read; none where the map does not say.
pub(super) fn unreadable(long: &mut Fields<'_>, out: &mut Diagnostics) -> Option<Unreadable> {
    let node = long.optional("unreadable")?;
    let name = node.text(out)?;
    let known = Unreadable::named(name);
    if known.is_none() {
        unknown("way with what is unreadable, as in", name, node.span, &Unreadable::NAMES, out);
    }
    known
}

/// One repair: its name, a prefix that goes, a table of values, or `values` and `default` by their
/// names.
fn repair<'a>(
    node: &'a Node,
    cleaning: &mut Cleaning,
    default: &mut Option<&'a Node>,
    out: &mut Diagnostics,
) {
    if let Data::Map(pairs) = &node.data {
        if let [(key, prefix)] = pairs.as_slice()
            && key.text == Repair::WITHOUT
        {
            cleaning.repair.extend(without(prefix, out));
            return;
        }
        let named = |key: &str| pairs.iter().any(|(known, _)| known.text == key);
        if !named("values") && !named("default") {
            cleaning.values = values(node, out);
            return;
        }
        let Some(mut map) = node.map(out) else { return };
        if let Some(node) = map.optional("values") {
            cleaning.values = values(node, out);
        }
        *default = map.optional("default").or(*default);
        map.finish(out);
        return;
    }
    let Some(name) = node.text(out) else { return };
    match Repair::named(name) {
        Some(repair) => cleaning.repair.push(repair),
        None => unknown("repair", name, node.span, &Repair::NAMES, out),
    }
}

/// Prefixes that go, each as a repair.
fn without(node: &Node, out: &mut Diagnostics) -> Vec<Repair> {
    let mut repairs = Vec::new();
    for node in listed(node) {
        let prefix = node.word(out).map(str::to_owned).filter(|prefix| !prefix.is_empty());
        let help = "write what goes, in quotes, as in { without: \"p:\" }";
        let prefix = or_tell(prefix, node.span, "there is no prefix", help, out);
        repairs.extend(prefix.map(Repair::Without));
    }
    repairs
}

fn values(node: &Node, out: &mut Diagnostics) -> BTreeMap<String, Option<String>> {
    let pairs = node.map(out).map(|mut map| map.rest()).unwrap_or_default();
    let mut values = BTreeMap::new();
    for (key, node) in pairs {
        if node.is_null() {
            values.insert(key.text.trim().to_owned(), None);
        } else if let Some(text) = node.word(out) {
            values.insert(key.text.trim().to_owned(), Some(text.to_owned()));
        }
    }
    values
}
