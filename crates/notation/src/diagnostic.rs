//! What there is to say about a text: a code, a place, a sentence, and how to mend it.

use crate::names::{Meant, Missing, Names};
use crate::source::Span;

/// Places of a diagnostic that are kept beside the first; more are counted only.
const ALSO_MAX: usize = 100;

/// How many errors are kept, and how many warnings; more are counted only.
pub const KEPT_MAX: usize = 1_000;

/// How much a diagnostic weighs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// It cannot be used as it is.
    Error,
    /// It can be used, and somebody should look.
    Warning,
}

impl Severity {
    /// The word before the code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// One thing that is wrong with what somebody wrote.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// In kebab-case; `docs/errors/CODE.md` is its page.
    pub code: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// Its place in the source.
    pub span: Span,
    /// What is wrong, as a fragment without a full stop.
    pub message: String,
    /// What stands beside the carets.
    pub label: Option<String>,
    /// What stands elsewhere and has to do with it.
    pub elsewhere: Option<(Span, String)>,
    /// How to mend it.
    pub help: Option<String>,
    /// A case that shows it.
    pub example: Option<String>,
    /// The name that is given nowhere, where it is one.
    pub missing: Option<Missing>,
    /// Where else the same is wrong, or what leans on this.
    pub also: Vec<Span>,
    /// How many such places there are; more than are kept where they are very many.
    pub also_count: usize,
}

impl Diagnostic {
    /// Something that cannot be used as it is.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            span,
            message: message.into(),
            label: None,
            elsewhere: None,
            help: None,
            example: None,
            missing: None,
            also: Vec::new(),
            also_count: 0,
        }
    }

    /// Something that somebody should look at.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, span, message) }
    }

    /// The same with what stands beside the carets.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// The same about a name that is given nowhere. One that is missing in several places is told once.
    #[must_use]
    pub fn missing(mut self, kind: &'static str, name: &str) -> Self {
        self.missing = Some(Missing { kind, name: name.to_owned() });
        self
    }

    /// The same with what stands elsewhere and has to do with it.
    #[must_use]
    pub fn elsewhere(mut self, span: Span, says: impl Into<String>) -> Self {
        self.elsewhere = Some((span, says.into()));
        self
    }

    /// The same with how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with how to mend it, where that is known.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<impl Into<String>>) -> Self {
        self.help = help.map(Into::into).or(self.help);
        self
    }

    /// The same with a case that shows it, where there is one.
    #[must_use]
    pub fn maybe_example(mut self, example: Option<impl Into<String>>) -> Self {
        self.example = example.map(Into::into).or(self.example);
        self
    }

    /// The same with a case that shows it.
    #[must_use]
    pub fn example(mut self, example: impl Into<String>) -> Self {
        self.example = Some(example.into());
        self
    }

    /// Takes in another one that follows from this, or says the same of another place.
    fn take_in(&mut self, other: &Self) {
        self.also_count += 1 + other.also_count;
        let places = std::iter::once(&other.span).chain(&other.also);
        let room = ALSO_MAX.saturating_sub(self.also.len());
        self.also.extend(places.take(room));
    }
}

/// What is needed to tell each missing name once.
#[derive(Default, Debug)]
struct Books {
    names: Names,
    /// How many of those found were taken in by others.
    joined: Counts,
}

#[derive(Clone, Copy, Default, Debug)]
struct Counts {
    errors: usize,
    warnings: usize,
}

/// What was found so far. It keeps the first [`KEPT_MAX`] errors and as many warnings, and counts
/// all; the same thing found twice is told once.
#[derive(Default, Debug)]
pub struct Diagnostics {
    kept: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
    books: Box<Books>,
    /// Errors of these codes are warnings here.
    borne: &'static [&'static str],
}

impl Diagnostics {
    /// Nothing found yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, where errors of some codes are no more than warnings.
    pub fn bearing(codes: &'static [&'static str]) -> Self {
        Self { borne: codes, ..Self::default() }
    }

    /// Takes one in.
    pub fn push(&mut self, mut diagnostic: Diagnostic) {
        if self.borne.contains(&diagnostic.code) {
            diagnostic.severity = Severity::Warning;
        }
        if diagnostic.missing.is_some()
            && let Some(at) = self.kept.iter().position(|d| d.missing == diagnostic.missing)
        {
            return self.join(at, diagnostic);
        }
        let (found, joined) = match diagnostic.severity {
            Severity::Error => (&mut self.errors, self.books.joined.errors),
            Severity::Warning => (&mut self.warnings, self.books.joined.warnings),
        };
        if *found - joined >= KEPT_MAX {
            *found += 1;
        } else if !self.kept.contains(&diagnostic) {
            *found += 1;
            self.kept.push(diagnostic);
        }
    }

    /// Takes in one about a name that was told to be missing elsewhere.
    fn join(&mut self, at: usize, mut diagnostic: Diagnostic) {
        if diagnostic.severity < self.kept[at].severity {
            diagnostic.take_in(&self.kept[at]);
            self.kept[at] = diagnostic;
            self.errors += 1;
            self.books.joined.warnings += 1;
        } else if diagnostic.span != self.kept[at].span {
            self.kept[at].take_in(&diagnostic);
            match diagnostic.severity {
                Severity::Error => {
                    self.errors += 1;
                    self.books.joined.errors += 1;
                }
                Severity::Warning => {
                    self.warnings += 1;
                    self.books.joined.warnings += 1;
                }
            }
        }
    }

    /// Takes down a name that others may use, and where it is given.
    pub fn give(&mut self, kind: &'static str, name: &str, span: Span) {
        self.books.names.give(kind, name, span, false);
    }

    /// Takes down a name that is given where nothing looks for it, such as a file in the wrong folder.
    pub fn give_stray(&mut self, kind: &'static str, name: &str, span: Span) {
        self.books.names.give(kind, name, span, true);
    }

    /// Takes down what stands beside a name that is given, and shows how it is spelt: a member's whole name.
    pub fn witness(&mut self, kind: &'static str, name: &str, says: &str) {
        self.books.names.witness(kind, name, says);
    }

    /// Takes down that a name is used. One that nothing uses may be a missing one, written wrongly.
    pub fn mark_used(&mut self, kind: &'static str, name: &str) {
        self.books.names.mark_used(kind, name);
    }

    /// Takes down that names of a kind could not be read, because of what was told at a place: that
    /// they are missing follows from it.
    pub fn mark_unread(&mut self, kind: &'static str, span: Span) {
        self.books.names.mark_unread(kind, span);
    }

    /// Lets every missing name be told once, where it should be mended: what could not be read first, then
    /// the name that was probably meant, then the first place that uses it.
    fn gather(&mut self) {
        let names = std::mem::take(&mut self.books.names);
        let joined = std::mem::take(&mut self.books.joined);
        self.errors -= joined.errors;
        self.warnings -= joined.warnings;
        let mut at = 0;
        while at < self.kept.len() {
            let Some(missing) = self.kept[at].missing.take() else {
                at += 1;
                continue;
            };
            let uses = 1 + self.kept[at].also_count;
            let near = |word: &str, known: &[&str]| {
                nearest(word, known.iter().copied()).map(str::to_owned)
            };
            let meant = names.meant(&missing, uses, near);
            if let Some(culprit) = names.unread(missing.kind).or(meant.as_ref().map(|m| m.span))
                && self.fold(at, culprit)
            {
                // Others have moved up.
                at = 0;
                continue;
            }
            let told = &mut self.kept[at];
            if let Some(meant) = meant {
                *told = misnamed(told, &missing, &meant);
            } else if uses > 1 {
                told.message = format!("{}; {uses} places use it", told.message);
                told.also.insert(0, told.span);
                told.also_count += 1;
            }
            at += 1;
        }
    }

    /// Folds one into what was told at a place, and whatever else was told there; whether there is such.
    fn fold(&mut self, at: usize, culprit: Span) -> bool {
        let there = |d: &Diagnostic| d.span == culprit;
        let places = || self.kept.iter().enumerate().filter(|(place, d)| *place != at && there(d));
        let Some((first, _)) = places().min_by_key(|(_, d)| d.severity) else { return false };
        let follows = self.kept[at].clone();
        let told = &mut self.kept[first];
        told.take_in(&follows);
        if told.severity == Severity::Warning && follows.severity == Severity::Error {
            told.severity = Severity::Error;
            self.warnings -= 1;
            self.errors += 1;
        }
        let kept = std::mem::take(&mut self.kept).into_iter().enumerate();
        for (place, diagnostic) in kept {
            let beside = diagnostic.span == culprit && diagnostic.severity == Severity::Warning;
            if place == first || place != at && !beside {
                self.kept.push(diagnostic);
            } else if diagnostic.severity == Severity::Error {
                self.errors -= 1;
            } else {
                self.warnings -= 1;
            }
        }
        true
    }

    /// Takes one back that turns out to follow from another.
    pub(crate) fn take_back(&mut self, code: &str, span: Span, message: &str) {
        let same = |d: &Diagnostic| d.code == code && d.span == span && d.message == message;
        if let Some(at) = self.kept.iter().rposition(same) {
            match self.kept.remove(at).severity {
                Severity::Error => self.errors -= 1,
                Severity::Warning => self.warnings -= 1,
            }
        }
    }

    /// How many errors were found.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// How many warnings were found.
    pub fn warnings(&self) -> usize {
        self.warnings
    }

    /// Those that were kept, in the order they were found.
    pub fn list(&self) -> &[Diagnostic] {
        &self.kept
    }

    /// Those that were kept: errors before warnings, then by file, place and code. A name that is missing
    /// is told once.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.gather();
        self.kept.sort_by(|a, b| {
            let key = |d: &Diagnostic| (d.severity, d.span.file, d.span.start, d.span.end, d.code);
            key(a).cmp(&key(b))
        });
        self
    }

    /// Those that were kept.
    pub fn into_vec(self) -> Vec<Diagnostic> {
        self.kept
    }
}

/// A missing name is told at the name that stands in its stead.
fn misnamed(told: &Diagnostic, missing: &Missing, meant: &Meant) -> Diagnostic {
    let uses = 1 + told.also_count;
    let places = if uses == 1 { "one place uses".to_owned() } else { format!("{uses} places use") };
    let Missing { kind, name } = missing;
    let mut says = format!("nothing uses the {kind} `{}`, and {places} `{name}`", meant.name);
    let mut help = format!("did you mean `{name}`?");
    if !meant.sure {
        says.push_str(": one of the two is misspelt");
        help = format!("write both alike: `{name}` here, or `{}` where it is used", meant.name);
    }
    let mut moved =
        Diagnostic { severity: told.severity, ..Diagnostic::error(told.code, meant.span, says) };
    moved.take_in(told);
    moved.help(help)
}

/// The known name that somebody most likely meant: at most a third of its letters differ, and at
/// most three.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const WORD_MAX: usize = 64;
    let typed: Vec<char> = word.chars().take(WORD_MAX + 1).collect();
    if typed.is_empty() || typed.len() > WORD_MAX {
        return None;
    }
    let bound = (typed.len() / 3).clamp(1, 3);
    known
        .into_iter()
        .filter(|name| *name != word && name.len().abs_diff(word.len()) <= 4 * bound)
        .map(|name| (distance(&typed, name), name))
        .filter(|(distance, _)| *distance <= bound)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Behind a word that is not known, the known one that it is nearly: `; did you mean `ann`?`. Nothing where
/// none is near.
pub fn or_meant<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// How many letters must be put in, taken out, changed or swapped with their neighbour; case is free.
fn distance(typed: &[char], name: &str) -> usize {
    let name: Vec<char> = name.chars().collect();
    let same = |a: char, b: char| a.eq_ignore_ascii_case(&b);
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=name.len()).collect();
    for (row, letter) in typed.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, other) in name.iter().enumerate() {
            let change = last[column] + usize::from(!same(*letter, *other));
            let mut best = change.min(last[column + 1] + 1).min(line[column] + 1);
            let swapped = row > 0
                && column > 0
                && same(*letter, name[column - 1])
                && same(typed[row - 1], *other);
            if swapped {
                best = best.min(before_last[column - 1] + 1);
            }
            line.push(best);
        }
        before_last = std::mem::replace(&mut last, line);
    }
    last[name.len()]
}
