//! Which signals may start a handoff. All others are folded and scored, and a later one that may start
//! finds what they came to.

use notation::{Diagnostic, Diagnostics, Node, Spanned};

use crate::begins::is_meant;

/// Kinds in the list.
const KINDS_MAX: usize = 100;
/// Characters of a kind.
const KIND_MAX: usize = 100;

/// The kinds of signals that may start a handoff.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Starts {
    /// Each is one kind, as `lead.created`, or all that begin alike, as `form.*`.
    kinds: Vec<Spanned<String>>,
}

impl Starts {
    /// Whether a signal of a kind may start a handoff.
    pub fn has(&self, kind: &str) -> bool {
        self.kinds.iter().any(|known| is_meant(&known.value, kind))
    }

    /// What is written, and where it stands.
    pub(crate) fn written(&self) -> &[Spanned<String>] {
        &self.kinds
    }

    pub(super) fn read(node: &Node, out: &mut Diagnostics) -> Option<Self> {
        let nodes = node.list(out)?;
        if nodes.is_empty() || nodes.len() > KINDS_MAX {
            let says = format!("`starts` has 1 to {KINDS_MAX} kinds of signals");
            let help = "write the kinds that may start a handoff, as in `[form.*, lead.created]`";
            out.push(Diagnostic::error("list-empty", node.span, says).help(help));
            return None;
        }
        let kinds: Vec<Spanned<String>> = nodes.iter().filter_map(|node| kind(node, out)).collect();
        (kinds.len() == nodes.len()).then_some(Self { kinds })
    }
}

fn kind(node: &Node, out: &mut Diagnostics) -> Option<Spanned<String>> {
    if let notation::Data::Map(_) = node.data {
        let says = "for whom a signal of a company starts a handoff cannot be said yet";
        let help = "name kinds of signals of people alone";
        out.push(Diagnostic::error("not-yet", node.span, says).help(help));
        return None;
    }
    let word = node.text(out)?;
    let begin = word.strip_suffix('*');
    let (begin, all) = (begin.unwrap_or(word), begin.is_some());
    let usable = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | ':');
    let fits = (1..=KIND_MAX).contains(&begin.len()) && begin.chars().all(usable);
    if !fits || all && !begin.ends_with('.') {
        let says = "this is no kind of signals";
        let help = "write a kind, as in `lead.created`, or all that begin alike, as in `form.*`";
        out.push(Diagnostic::error("kind-unreadable", node.span, says).help(help));
        return None;
    }
    Some(Spanned::new(word.to_owned(), node.span))
}
