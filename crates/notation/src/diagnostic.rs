//! What there is to say about a text: a code, a place, a sentence, and how to mend it.

use crate::source::Span;

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
}

/// What was found so far. It keeps the first [`KEPT_MAX`] errors and as many warnings, and counts
/// all; the same thing found twice is told once.
#[derive(Default, Debug)]
pub struct Diagnostics {
    kept: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
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
        let found = match diagnostic.severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
        };
        if *found >= KEPT_MAX {
            *found += 1;
        } else if !self.kept.contains(&diagnostic) {
            *found += 1;
            self.kept.push(diagnostic);
        }
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

    /// Those that were kept: errors before warnings, then by file, place and code.
    #[must_use]
    pub fn sorted(mut self) -> Self {
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
