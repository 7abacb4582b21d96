//! Lists that conditions use: `lists/*.csv`, the first column of each.

use std::collections::BTreeMap;
use std::sync::Arc;

use notation::{Csv, Diagnostic, Diagnostics, FileId, Span};

/// A list: its texts, each once.
#[derive(Debug, PartialEq, Eq)]
pub struct List {
    /// The name in conditions: that of the file.
    pub name: String,
    /// What stands in its first column, in order, each once.
    pub texts: Vec<String>,
    sorted: Vec<String>,
}

impl List {
    /// A list of these texts.
    pub fn new(name: &str, mut texts: Vec<String>) -> Self {
        let mut sorted = texts.clone();
        sorted.sort_unstable();
        sorted.dedup();
        if sorted.len() < texts.len() {
            let mut seen = std::collections::BTreeSet::new();
            texts.retain(|text| seen.insert(text.clone()));
        }
        Self { name: name.to_owned(), texts, sorted }
    }

    /// Whether the text stands in it, to the letter.
    pub fn contains(&self, text: &str) -> bool {
        self.sorted.binary_search_by(|known| known.as_str().cmp(text)).is_ok()
    }
}

/// The lists of a folder by name.
pub type Lists = BTreeMap<String, Arc<List>>;

/// Makes a list of a file's first column.
pub fn read(name: &str, csv: &Csv, file: FileId, out: &mut Diagnostics) -> List {
    let cells = csv.rows.iter().filter_map(|row| row.first());
    let texts: Vec<String> =
        cells.map(|cell| cell.text.clone()).filter(|text| !text.is_empty()).collect();
    if texts.is_empty() {
        let says = format!("the list `{name}` is empty, so nothing is in it");
        out.push(Diagnostic::warning("list-empty", Span::top(file), says));
    }
    if let Some(head) = csv.header.first()
        && looks_like(&head.text, &texts)
    {
        let says = "the first line is the name of the column, and this looks like one of the list";
        let help = "begin the file with a line such as `name`";
        out.push(Diagnostic::warning("list-headless", head.span, says).help(help));
    }
    List::new(name, texts)
}

/// Whether a text is of the shape that all of a list have and names of columns do not: capitals
/// alone, as in `DE`, or something with a point, as in `acme.com`.
fn looks_like(text: &str, texts: &[String]) -> bool {
    let capitals = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_uppercase());
    let pointed = |text: &str| text.contains('.');
    let all = |shape: &dyn Fn(&str) -> bool| shape(text) && texts.iter().all(|text| shape(text));
    !texts.is_empty() && (all(&capitals) || all(&pointed))
}
