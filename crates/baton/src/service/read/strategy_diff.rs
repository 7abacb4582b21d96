//! The parts that two strategies are compared by: values by their keys in YAML, cells by row and column in
//! CSV, lines in anything else.

use std::collections::{BTreeMap, BTreeSet};

use notation::{Data, Diagnostics, Node, Sources, parse, parse_csv};
use rules::Files;
use serde::Serialize;

/// Keys whose value names an item of a list.
const NAMING: [&str; 9] =
    ["route", "step", "name", "id", "fence", "signal", "when", "at", "column"];

/// What happened to a part.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It is in the second alone.
    Added,
    /// It is in the first alone.
    Removed,
    /// It has another value.
    Changed,
    /// The same items stand in another order.
    Moved,
}

/// A part that differs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Difference {
    /// In which file.
    pub file: String,
    /// Which row or key; empty for the whole file.
    pub at: String,
    /// What happened to it.
    pub change: Change,
    /// What the first says.
    pub from: Option<String>,
    /// What the second says.
    pub to: Option<String>,
}

impl Difference {
    /// As a sentence without its file.
    pub fn in_words(&self) -> String {
        let Self { at, change, from, to, .. } = self;
        let at = if at.is_empty() { String::new() } else { format!("{at}: ") };
        let (from, to) = (from.as_deref().unwrap_or("nothing"), to.as_deref().unwrap_or("nothing"));
        match change {
            Change::Added => format!("{at}`{to}` was added"),
            Change::Removed => format!("{at}`{from}` was removed"),
            Change::Changed => format!("{at}`{from}` became `{to}`"),
            Change::Moved => format!("{at}the order was `{from}` and is `{to}`"),
        }
    }
}

/// All differences, in the order of the files and of what stands in them.
pub fn differences(one: &Files, other: &Files) -> Vec<Difference> {
    let names: BTreeSet<&String> = one.0.keys().chain(other.0.keys()).collect();
    let mut found = Vec::new();
    for name in names {
        match (one.0.get(name), other.0.get(name)) {
            (Some(before), Some(after)) if before == after => {}
            (Some(before), Some(after)) => compare(name, before, after, &mut found),
            (before, after) => {
                let whole = |bytes: Option<&Vec<u8>>| {
                    bytes.map(|bytes| format!("a file of {} bytes", bytes.len()))
                };
                let change = if before.is_none() { Change::Added } else { Change::Removed };
                let (from, to) = (whole(before), whole(after));
                found.push(Difference { file: name.clone(), at: String::new(), change, from, to });
            }
        }
    }
    found
}

fn compare(name: &str, before: &[u8], after: &[u8], found: &mut Vec<Difference>) {
    let (before, after) = (Parts::of(name, before), Parts::of(name, after));
    let mut push = |at: &str, change, from: Option<String>, to: Option<String>| {
        found.push(Difference { file: name.to_owned(), at: at.to_owned(), change, from, to });
    };
    for (at, from) in &before.values {
        match after.values.get(at) {
            Some(to) if to == from => {}
            Some(to) => push(at, Change::Changed, Some(from.clone()), Some(to.clone())),
            None => push(at, Change::Removed, Some(from.clone()), None),
        }
    }
    for (at, to) in after.values.iter().filter(|(at, _)| !before.values.contains_key(*at)) {
        push(at, Change::Added, None, Some(to.clone()));
    }
    let none = Vec::new();
    let lists: BTreeSet<&String> = before.lists.keys().chain(after.lists.keys()).collect();
    for at in lists {
        let (from, to) =
            (before.lists.get(at).unwrap_or(&none), after.lists.get(at).unwrap_or(&none));
        for gone in without(from, to) {
            push(at, Change::Removed, Some(gone), None);
        }
        for new in without(to, from) {
            push(at, Change::Added, None, Some(new));
        }
        let (stayed, stays) = (within(from, to), within(to, from));
        if stayed != stays {
            push(at, Change::Moved, Some(stayed.join("; ")), Some(stays.join("; ")));
        }
    }
}

/// The items that are not among others, each as often as it is missing there.
fn without(items: &[String], others: &[String]) -> Vec<String> {
    let mut left = counted(others);
    items.iter().filter(|item| !take(&mut left, item)).cloned().collect()
}

/// The items that are among others, too.
fn within(items: &[String], others: &[String]) -> Vec<String> {
    let mut left = counted(others);
    items.iter().filter(|item| take(&mut left, item)).cloned().collect()
}

fn counted(items: &[String]) -> BTreeMap<&str, usize> {
    let mut counted = BTreeMap::new();
    for item in items {
        *counted.entry(item.as_str()).or_default() += 1;
    }
    counted
}

fn take(left: &mut BTreeMap<&str, usize>, item: &str) -> bool {
    let Some(count) = left.get_mut(item).filter(|count| **count > 0) else { return false };
    *count -= 1;
    true
}

/// What a file says, by its places.
#[derive(Default)]
struct Parts {
    /// Single values.
    values: BTreeMap<String, String>,
    /// Items in an order.
    lists: BTreeMap<String, Vec<String>>,
}

impl Parts {
    fn of(name: &str, bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let mut sources = Sources::new();
        let file = sources.add(name, text.clone());
        // What cannot be read is compared line by line.
        let mut unread = Diagnostics::new();
        let mut parts = Self::default();
        let has_end = |end: &str| name.rsplit('.').next() == Some(end);
        let read = if has_end("yaml") || has_end("yml") {
            parse(&sources, file, &mut unread).map(|node| parts.node("", &node))
        } else if has_end("csv") {
            parse_csv(&sources, file, &mut unread).map(|table| parts.table(&table))
        } else {
            None
        };
        if read.is_none() {
            let lines = text.lines().map(str::to_owned).collect();
            parts.lists.insert("line".to_owned(), lines);
        }
        parts
    }

    /// The cells of a table: a row is called by its first cell, or by all of them where that is not its own.
    fn table(&mut self, table: &notation::Csv) {
        let firsts: Vec<&str> = table
            .rows
            .iter()
            .filter_map(|row| row.first())
            .map(|cell| cell.text.as_str())
            .collect();
        let distinct: BTreeSet<&str> = firsts.iter().copied().collect();
        let header: Vec<String> = table.header.iter().map(|cell| cell.text.clone()).collect();
        self.lists.insert("columns".to_owned(), header);
        if table.header.len() < 2 || distinct.len() < table.rows.len() {
            let whole = |row: &Vec<notation::Cell>| {
                row.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(", ")
            };
            self.lists.insert("row".to_owned(), table.rows.iter().map(whole).collect());
            return;
        }
        let rows = firsts.iter().map(|first| (*first).to_owned()).collect();
        self.lists.insert("rows".to_owned(), rows);
        for row in &table.rows {
            for (cell, column) in row.iter().zip(&table.header).skip(1) {
                if !cell.text.is_empty() {
                    let at = format!("{}, {}", row[0].text, column.text);
                    self.values.insert(at, cell.text.clone());
                }
            }
        }
    }

    fn node(&mut self, at: &str, node: &Node) {
        match &node.data {
            Data::Null => {}
            Data::Scalar(scalar) => {
                self.values.insert(at.to_owned(), scalar.text.clone());
            }
            Data::Map(fields) => {
                for (key, value) in fields {
                    let at =
                        if at.is_empty() { key.text.clone() } else { format!("{at}.{}", key.text) };
                    self.node(&at, value);
                }
            }
            Data::List(items) => self.list(at, items),
        }
    }

    /// Items that have names by them; others as they stand.
    fn list(&mut self, at: &str, items: &[Node]) {
        let names: Option<Vec<String>> = items.iter().map(name_of).collect();
        let named = names.filter(|names| {
            !names.is_empty() && names.iter().collect::<BTreeSet<_>>().len() == names.len()
        });
        let Some(names) = named else {
            self.lists.insert(at.to_owned(), items.iter().map(shown).collect());
            return;
        };
        for (name, item) in names.iter().zip(items) {
            self.node(&format!("{at} `{name}`"), item);
        }
        self.lists.insert(at.to_owned(), names);
    }
}

/// What an item of a list is called.
fn name_of(node: &Node) -> Option<String> {
    let Data::Map(fields) = &node.data else { return None };
    NAMING.iter().find_map(|naming| {
        let (_, value) = fields.iter().find(|(key, _)| key.text == *naming)?;
        let Data::Scalar(scalar) = &value.data else { return None };
        Some(scalar.text.clone())
    })
}

/// A piece of a document in one line.
fn shown(node: &Node) -> String {
    match &node.data {
        Data::Null => "-".to_owned(),
        Data::Scalar(scalar) => scalar.text.clone(),
        Data::List(items) => {
            format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
        Data::Map(fields) => {
            let field =
                |(key, value): &(notation::Key, Node)| format!("{}: {}", key.text, shown(value));
            format!("{{ {} }}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests;
