//! Which signals may start a handoff. All others are folded and scored, and a later one that may start
//! finds what they came to.

use notation::{Data, Diagnostic, Diagnostics, Node, Spanned, nearest};

use crate::begins::is_meant;

/// Kinds in the list.
const KINDS_MAX: usize = 100;
/// Characters of a kind.
const KIND_MAX: usize = 100;
/// For whom a signal of a company may start a handoff: the one person there who is most engaged.
const MOST_ENGAGED: &str = "most engaged";

/// The kinds of signals that may start a handoff.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Starts {
    /// Each is one kind, as `lead.created`, or all that begin alike, as `form.*`.
    kinds: Vec<Spanned<String>>,
    /// Those of them that start one also where they are said of a company alone.
    of_companies: Vec<Spanned<String>>,
}

impl Starts {
    /// Whether a signal of a kind may start a handoff.
    pub fn has(&self, kind: &str) -> bool {
        self.kinds.iter().any(|known| is_meant(&known.value, kind))
    }

    /// Whether a signal of a kind that is said of a company alone may start a handoff, of the person
    /// there who is most engaged.
    pub fn has_of_company(&self, kind: &str) -> bool {
        self.of_companies.iter().any(|known| is_meant(&known.value, kind))
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
        let mut starts = Self::default();
        for node in nodes {
            starts.take(node, out);
        }
        (starts.kinds.len() == nodes.len()).then_some(starts)
    }

    fn take(&mut self, node: &Node, out: &mut Diagnostics) {
        let Data::Map(pairs) = &node.data else {
            let word = node.text(out).map(|word| Spanned::new(word.to_owned(), node.span));
            self.kinds.extend(word.and_then(|word| kind(word, out)));
            return;
        };
        let [(word, says)] = pairs.as_slice() else {
            let says = "one kind of signals stands here, with for whom it starts a handoff";
            let help = "write `{ intent.surge: { for: most engaged } }`, each kind on its own";
            out.push(Diagnostic::error("kind-unreadable", node.span, says).help(help));
            return;
        };
        let known = kind(Spanned::new(word.text.clone(), word.span), out);
        if let (Some(known), Some(())) = (known, is_for_most_engaged(says, out)) {
            self.of_companies.push(known.clone());
            self.kinds.push(known);
        }
    }
}

fn is_for_most_engaged(node: &Node, out: &mut Diagnostics) -> Option<()> {
    let mut fields = node.map(out)?;
    let whom = fields.required("for", out);
    fields.finish(out);
    let whom = whom?;
    let word = whom.text(out)?;
    if word == MOST_ENGAGED {
        return Some(());
    }
    let says = "for whom a signal of a company starts a handoff cannot be said so";
    let help = match nearest(word, [MOST_ENGAGED]) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            format!("write `for: {MOST_ENGAGED}`: the person there with the highest engagement")
        }
    };
    out.push(Diagnostic::error("unknown-word", whom.span, says).help(help));
    None
}

fn kind(word: Spanned<String>, out: &mut Diagnostics) -> Option<Spanned<String>> {
    let begin = word.value.strip_suffix('*');
    let (begin, all) = (begin.unwrap_or(&word.value), begin.is_some());
    let usable = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | ':');
    let fits = (1..=KIND_MAX).contains(&begin.len()) && begin.chars().all(usable);
    if !fits || all && !begin.ends_with('.') {
        let says = "this is no kind of signals";
        let help = "write a kind, as in `lead.created`, or all that begin alike, as in `form.*`";
        out.push(Diagnostic::error("kind-unreadable", word.span, says).help(help));
        return None;
    }
    Some(word)
}
