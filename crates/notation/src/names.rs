//! Names that one place of a folder gives and others use, so that one wrong line is told once, where it is
//! wrong, and not at every place that leans on it.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::Span;

/// A name that is used and given nowhere.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Missing {
    /// What is called so, for a sentence: `pool`.
    pub kind: &'static str,
    /// The name.
    pub name: String,
}

/// The names of a folder, by what is called so.
#[derive(Clone, Default, Debug)]
pub(crate) struct Names {
    given: BTreeMap<(&'static str, String), Given>,
    used: BTreeSet<(&'static str, String)>,
    unread: BTreeMap<&'static str, Span>,
    /// What stands beside a name and is spelt by somebody else: a member's whole name, a calendar's zone.
    witnesses: BTreeMap<(&'static str, String), String>,
}

#[derive(Clone, Copy, Debug)]
struct Given {
    span: Span,
    /// Whether it stands where nothing looks for it.
    stray: bool,
}

/// What was probably meant by a missing name: the name that is given instead, and where.
pub(crate) struct Meant {
    pub(crate) name: String,
    pub(crate) span: Span,
    /// Whether it is known to be the one that is wrong, rather than the places that use the other.
    pub(crate) sure: bool,
}

/// Kinds of names that people copy down a column, so that a slip stands in many places.
const COPIED: [&str; 2] = ["member", "calendar"];

impl Names {
    /// Takes down what stands beside a name that is given, which tells how it is spelt.
    pub(crate) fn witness(&mut self, kind: &'static str, name: &str, says: &str) {
        self.witnesses.entry((kind, name.to_owned())).or_insert_with(|| says.to_lowercase());
    }

    pub(crate) fn give(&mut self, kind: &'static str, name: &str, span: Span, stray: bool) {
        self.given.entry((kind, name.to_owned())).or_insert(Given { span, stray });
    }

    pub(crate) fn mark_used(&mut self, kind: &'static str, name: &str) {
        let key = (kind, name.to_owned());
        if self.given.contains_key(&key) {
            self.used.insert(key);
        }
    }

    pub(crate) fn mark_unread(&mut self, kind: &'static str, span: Span) {
        self.unread.entry(kind).or_insert(span);
    }

    /// Where names of a kind could not be read, if they could not.
    pub(crate) fn unread(&self, kind: &str) -> Option<Span> {
        self.unread.get(kind).copied()
    }

    /// The name that stands where the missing one should: one that nothing uses, and that is almost it, or
    /// is the only one. A name that is missing in one place alone is wrong there.
    pub(crate) fn meant(
        &self,
        missing: &Missing,
        uses: usize,
        nearest: impl Fn(&str, &[&str]) -> Option<String>,
    ) -> Option<Meant> {
        let of_kind = self.given.iter().filter(|((kind, _), _)| *kind == missing.kind);
        let unused: Vec<(&str, Given)> = of_kind
            .filter(|(key, given)| given.stray || !self.used.contains(*key))
            .map(|((_, name), given)| (name.as_str(), *given))
            .collect();
        let found = unused.iter().find(|(name, given)| given.stray && *name == missing.name);
        let names: Vec<&str> = unused.iter().map(|(name, _)| *name).collect();
        let near = nearest(&missing.name, &names);
        let near = near.and_then(|near| unused.iter().find(|(name, _)| *name == near));
        let near = near.filter(|(_, given)| given.stray || uses > 1);
        let only = if let [only] = &unused[..] { Some(only) } else { None };
        let only = only.filter(|_| uses > 1);
        let (name, given) = found.or(near).or(only)?;
        let witness = self.witnesses.get(&(missing.kind, (*name).to_owned()));
        let speaks = |name: &str| witness.is_some_and(|witness| speaks_for(witness, name));
        let (for_given, for_missing) = (speaks(name), speaks(&missing.name));
        if for_given && !for_missing && !given.stray {
            return None;
        }
        let sure = given.stray || for_missing && !for_given || !COPIED.contains(&missing.kind);
        Some(Meant { name: (*name).to_owned(), span: given.span, sure })
    }
}

/// Whether every word of a name stands in what is beside it: `b.koch` beside `Bernd Koch`.
fn speaks_for(witness: &str, name: &str) -> bool {
    const LETTERS_MIN: usize = 3;
    let name = name.to_lowercase();
    let words = name.split(|sign: char| !sign.is_alphanumeric());
    let mut words = words.filter(|word| word.chars().count() >= LETTERS_MIN).peekable();
    words.peek().is_some() && words.all(|word| witness.contains(word))
}
