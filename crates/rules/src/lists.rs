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

/// Lists of domains that stand beside those of the world: what the strategy adds, and what it takes out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailLists {
    /// `lists/free_mail.csv`: providers where anybody has an address.
    pub free: Option<Arc<List>>,
    /// `lists/disposable_mail.csv`: addresses made to be thrown away.
    pub disposable: Option<Arc<List>>,
    /// `lists/shared_domains.csv`: domains that many companies use.
    pub shared: Option<Arc<List>>,
    /// `lists/business_domains.csv`: domains of companies, whatever another list says.
    pub business: Option<Arc<List>>,
}

/// The names of lists of domains.
const DOMAIN_LISTS: [&str; 4] =
    ["free_mail", "disposable_mail", "shared_domains", "business_domains"];

impl MailLists {
    /// Those that a folder has.
    pub fn of(lists: &Lists) -> Self {
        let [free, disposable, shared, business] =
            DOMAIN_LISTS.map(|name| lists.get(name).cloned());
        Self { free, disposable, shared, business }
    }

    /// Whether the folder has none of them.
    pub const fn is_empty(&self) -> bool {
        self.free.is_none()
            && self.disposable.is_none()
            && self.shared.is_none()
            && self.business.is_none()
    }
}

/// A cell of a list of domains: lower case, without an `@` or `www.` before it.
fn domain_of(cell: &str) -> String {
    let lower = cell.trim().trim_start_matches('@').to_lowercase();
    lower.strip_prefix("www.").unwrap_or(&lower).trim_end_matches('.').to_owned()
}

/// Tells of cells that are no domain: they are in no list.
fn check_domains(cells: &[&notation::Cell], out: &mut Diagnostics) {
    for cell in cells {
        let domain = domain_of(&cell.text);
        let odd = |c: char| c.is_whitespace() || "@/:,;".contains(c);
        if !domain.contains('.') || domain.contains(odd) || domain.starts_with('.') {
            let says = format!("`{}` is no domain, so this line does nothing", cell.text);
            let help = "write the domain alone, as in `example.com`";
            out.push(Diagnostic::warning("list-no-domain", cell.span, says).help(help));
        }
    }
}

/// Makes a list of a file's first column.
pub fn read(name: &str, csv: &Csv, file: FileId, out: &mut Diagnostics) -> List {
    let cells = csv.rows.iter().filter_map(|row| row.first());
    let cells: Vec<_> = cells.filter(|cell| !cell.text.is_empty()).collect();
    let texts: Vec<String> = if DOMAIN_LISTS.contains(&name) {
        out.mark_used("list", name);
        check_domains(&cells, out);
        cells.iter().map(|cell| domain_of(&cell.text)).collect()
    } else {
        cells.iter().map(|cell| cell.text.clone()).collect()
    };
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
