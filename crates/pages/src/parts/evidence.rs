//! Sentences with the numbers of what they rest on, and what stands behind each number.

use maud::{Markup, html};

use super::chip::{Tone, chip};
use crate::text::When;

/// A sentence.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// What it says.
    pub text: String,
    /// The number of what it rests on; none where it rests on no signal.
    pub evidence: Option<usize>,
    /// Whether it tells what nobody knows.
    pub unknown: bool,
    /// What readers say of it.
    pub marks: Vec<Mark>,
}

/// What a reader says of a sentence.
#[derive(Clone, Debug, Default)]
pub struct Mark {
    /// Whether that is good.
    pub tone: Tone,
    /// What is said, in a word.
    pub says: String,
    /// Who says it.
    pub by: String,
    /// In words.
    pub note: Option<String>,
}

/// What stands behind a number.
#[derive(Clone, Debug, Default)]
pub struct EvidenceSet {
    /// The signals.
    pub signals: Vec<EvidenceSignal>,
    /// How many more there are.
    pub more: usize,
}

/// A signal behind a number.
#[derive(Clone, Debug, Default)]
pub struct EvidenceSignal {
    /// When it happened.
    pub when: When,
    /// What happened.
    pub kind: String,
    /// Who says so: source and fields.
    pub source: String,
    /// The source's id for it.
    pub source_id: String,
    /// Our id, last and small.
    pub id: String,
}

/// A number behind a word. It never begins a line: a word joiner holds it to the word before.
pub fn marker(number: usize) -> Markup {
    html! {
        "\u{2060}"
        a.marker href={ "#evidence-" (number) } aria-label={ "Evidence " (number) } data-evidence {
            (number)
        }
    }
}

/// A sentence with its number.
pub fn said(said: &Said) -> Markup {
    html! {
        @if said.unknown { span.unknown { (said.text) } } @else { (said.text) }
        @if let Some(number) = said.evidence { (marker(number)) }
        @for one in &said.marks { " " (mark(one)) }
    }
}

/// What a reader says of a sentence, or of what is missing.
pub fn mark(mark: &Mark) -> Markup {
    html! {
        (chip(mark.tone, &mark.says))
        small.by { " " (mark.by) @if let Some(note) = &mark.note { ": “" (note) "”" } }
    }
}

/// What is said of one thing: a label and its sentences.
pub fn field(label: &str, lines: &[Said], numbered: bool) -> Markup {
    html! {
        div.field {
            dt { (label) }
            dd {
                @if numbered {
                    ol { @for line in lines { li { (said(line)) } } }
                } @else {
                    @for line in lines { p { (said(line)) } }
                }
            }
        }
    }
}

impl EvidenceSet {
    /// The set behind a number. The first is shown until another is asked for.
    pub fn shown(&self, number: usize) -> Markup {
        let all = self.signals.len() + self.more;
        html! {
            section.set.first[number == 1] id={ "evidence-" (number) } tabindex="-1"
                aria-label={ "Evidence " (number) } {
                h2 { "Evidence " (number) span { " · " (crate::text::count(all as u64, "signal", "signals")) } }
                ul.signals {
                    @for signal in &self.signals {
                        li {
                            (signal.when)
                            div {
                                strong { (signal.kind) }
                                p { (signal.source) }
                                p.id { (signal.source_id) " · " (signal.id) }
                            }
                        }
                    }
                    @if self.more > 0 { li.more { "and " (self.more) " more" } }
                }
                a.close href="#main" { "Close" }
            }
        }
    }
}
