//! A brief in parts, for a page that lays them out itself: sentences with the number of what they rest on,
//! and what stands behind each number.

use domain::{Moment, SignalId};

use super::letter::{Line, Tone, letter_beside_clock};
use super::markers::{Set, number};
use crate::stages::brief::words;
use crate::view::BriefView;

/// A brief in parts. All of it is text as people read it; nothing is escaped.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sheet {
    /// Who asked for what, why now, and what nobody knows.
    pub headline: Vec<SheetLine>,
    /// The rest, in the order that it is read.
    pub parts: Vec<SheetPart>,
    /// What stands behind each number, from 1.
    pub evidence: Vec<SheetEvidence>,
}

/// What a section says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SheetPart {
    /// Its heading.
    pub title: &'static str,
    /// What it says.
    pub lines: Vec<SheetLine>,
}

/// One line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SheetLine {
    /// What it says.
    pub text: String,
    /// Whether it tells what nobody knows.
    pub unknown: bool,
    /// Whether it is a step to take.
    pub step: bool,
    /// The number of what it rests on; none where it rests on no signal.
    pub evidence: Option<usize>,
    /// The claims of the brief that it says, by their numbers.
    pub claims: Vec<u16>,
}

/// What stands behind a number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SheetEvidence {
    /// The signals, the first ones of many.
    pub signals: Vec<SheetSignal>,
    /// How many more there are.
    pub more: usize,
}

/// A signal behind a number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SheetSignal {
    /// When it happened.
    pub moment: Moment,
    /// What happened, in words.
    pub kind: String,
    /// The configured source.
    pub source: String,
    /// The source's id for it.
    pub source_id: String,
    /// Its parts that the line leans on.
    pub fields: Vec<String>,
    /// Our id.
    pub signal: SignalId,
}

/// The brief in parts.
pub fn sheet(brief: &BriefView<'_>) -> Sheet {
    let mut letter = letter_beside_clock(brief);
    let sets = number(brief, &mut letter);
    let evidence = sets.iter().map(behind).collect();
    let line = |known: &Line| line(known, brief);
    let parts = letter
        .parts
        .iter()
        .map(|part| SheetPart { title: part.title, lines: part.lines.iter().map(&line).collect() });
    Sheet {
        headline: letter.headline.iter().map(&line).collect(),
        parts: parts.collect(),
        evidence,
    }
}

fn line(line: &Line, brief: &BriefView<'_>) -> SheetLine {
    SheetLine {
        claims: line.claims.iter().filter_map(|at| brief.claims.get(*at)?.claim).collect(),
        text: line.text.clone(),
        unknown: line.tone == Tone::Unknown,
        step: line.tone == Tone::Step,
        evidence: line.number,
    }
}

fn behind(set: &Set<'_, '_>) -> SheetEvidence {
    let signals = set.listed.iter().map(|listed| SheetSignal {
        moment: listed.known.cited.moment,
        kind: words::label(&words::plain(listed.known.cited.kind, 60)),
        source: listed.known.cited.source.to_owned(),
        source_id: words::plain(listed.known.source_id, 120).into_owned(),
        fields: listed.fields.clone(),
        signal: listed.known.signal,
    });
    SheetEvidence { signals: signals.collect(), more: set.more }
}
