//! A brief written as JSON at once: the same bytes as its view, without a tree of views and without a
//! text of its own for each sentence. Every handoff sends one, and most of its bytes are the same few
//! keys.

use std::collections::hash_map::Entry;
use std::ops::Range;

use domain::{Moment, SignalId};
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::brief::{in_sections, newest_first};
use super::json::{append, escaped};
use super::reader::Reader;
use crate::names::Versions;
use crate::stages::brief::{
    About, Draft, Drafted, Evidence, Place, REDACTED, Section, SentenceText, Unknown,
};

/// Bytes that one piece of evidence takes, roughly.
const EVIDENCE_BYTES: usize = 160;
/// Bytes that a claim takes beside its evidence, roughly.
const CLAIM_BYTES: usize = 160;

/// How much room a brief will need, roughly.
pub(super) fn room(draft: &Draft<'_>) -> usize {
    let of_claim = |claim: &Drafted<'_>| CLAIM_BYTES + EVIDENCE_BYTES * claim.evidence.len();
    let claims: usize = draft.claims.iter().map(of_claim).sum();
    let (_, unknown) = draft.shape();
    claims + CLAIM_BYTES * (4 + usize::from(unknown) + draft.plan.steps.len())
}

/// Writes what [`super::brief::brief`] would show.
pub(super) fn write(
    draft: &Draft<'_>,
    versions: &dyn Versions,
    reader: &Reader<'_>,
    out: &mut Vec<u8>,
) {
    let sections = reader.sections();
    let shows = |section: Section| sections.contains(&section);
    out.extend_from_slice(b"{\"handoff\":");
    append(out, &draft.handoff.id);
    out.extend_from_slice(b",\"account\":");
    append(out, &draft.account);
    out.extend_from_slice(b",\"known_as_of\":");
    moment(out, draft.as_of);
    out.extend_from_slice(b",\"written_by\":\"template\",\"claims\":");
    let (mut cited, mut says) = (Cited::with_room(), SentenceText::with_room());
    list(out, seen_claims(draft, reader, &sections), |out, claim| {
        draft.tell(claim, versions, &mut says);
        text(out, b"{\"text\":\"", &says.text);
        section(out, claim.section());
        if !says.figure.is_empty() {
            text(out, b",\"figure\":\"", &says.figure);
        }
        if claim.is_claimed() {
            out.extend_from_slice(b",\"claimed\":true");
        }
        out.extend_from_slice(b",\"evidence\":");
        list(out, &claim.evidence, |out, known| cited.rests_on(out, known, reader));
        out.push(b'}');
    });
    newest_first(&mut cited.signals);
    out.extend_from_slice(b",\"signals\":");
    list(out, cited.signals, |out, known| {
        out.extend_from_slice(b"{\"signal\":");
        signal(out, known.touch.signal);
        text(out, b",\"source\":\"", known.source.as_str());
        text(out, b",\"kind\":\"", &known.touch.kind);
        out.extend_from_slice(b",\"moment\":");
        moment(out, known.touch.moment);
        out.push(b'}');
    });
    out.extend_from_slice(b",\"unknown\":");
    let unknown = draft.unknown().filter(|unknown: &Unknown<'_>| shows(unknown.section));
    list(out, unknown, |out, known| {
        text(out, b"{\"text\":\"", &known.text);
        section(out, known.section);
        out.push(b'}');
    });
    let next = shows(Section::NextSteps);
    out.extend_from_slice(b",\"steps\":");
    list(out, draft.plan.steps.iter().filter(|_| next), |out, step| {
        text(out, b"{\"text\":\"", &step.text);
        if let Some(when) = &step.when {
            text(out, b",\"when\":\"", when);
        }
        signals(out, &step.evidence);
    });
    let assets = shows(Section::Assets);
    out.extend_from_slice(b",\"assets\":");
    list(out, draft.plan.assets.iter().filter(|_| assets), |out, asset| {
        text(out, b"{\"name\":\"", &asset.name);
        signals(out, &asset.evidence);
    });
    out.push(b'}');
}

/// The claims that the reader sees, in the order of the sections.
fn seen_claims<'d, 'a>(
    draft: &'d Draft<'a>,
    reader: &Reader<'_>,
    sections: &[Section],
) -> impl Iterator<Item = &'d Drafted<'a>> {
    let claims = in_sections(&draft.claims, sections, Drafted::section);
    claims.into_iter().filter(|claim| reader.sees(|| claim.is_personal(), &claim.evidence))
}

/// The signals that claims rest on. What is written of each is the same in every claim but for the
/// field, so it is written once and copied.
struct Cited<'d, 'a> {
    /// As each is cited first.
    signals: Vec<&'d Evidence<'a>>,
    /// What was written of it, up to the field.
    written: FxHashMap<SignalId, Range<usize>>,
}

impl<'d, 'a> Cited<'d, 'a> {
    /// With room for the signals that most briefs rest on.
    fn with_room() -> Self {
        const SIGNALS: usize = 14;
        Self {
            signals: Vec::with_capacity(SIGNALS),
            written: FxHashMap::with_capacity_and_hasher(SIGNALS, FxBuildHasher),
        }
    }

    fn rests_on(&mut self, out: &mut Vec<u8>, known: &'d Evidence<'a>, reader: &Reader<'_>) {
        match self.written.entry(known.touch.signal) {
            Entry::Occupied(written) => out.extend_from_within(written.get().clone()),
            Entry::Vacant(new) => {
                let start = out.len();
                let source_id = known.touch.source_id.as_str();
                out.extend_from_slice(b"{\"signal\":");
                signal(out, known.touch.signal);
                text(out, b",\"source_id\":\"", if reader.personal { source_id } else { REDACTED });
                new.insert(start..out.len());
                self.signals.push(known);
            }
        }
        if known.field == Place::KIND {
            out.extend_from_slice(b",\"field\":\"kind\"}");
            return;
        }
        let about: &[u8] = match known.field.about {
            About::Signal => b",\"field\":\"",
            About::Person => b",\"field\":\"person.",
            About::Account => b",\"field\":\"account.",
            About::Consent => b",\"field\":\"consent.",
        };
        out.extend_from_slice(about);
        escaped(out, known.field.name);
        out.extend_from_slice(b"\"}");
    }
}

/// The signals that the plan rests on, as the last of what is said of it.
fn signals(out: &mut Vec<u8>, evidence: &[SignalId]) {
    out.extend_from_slice(b",\"evidence\":");
    list(out, evidence, |out, known| signal(out, *known));
    out.push(b'}');
}

/// A list, one item after the other.
fn list<T>(
    out: &mut Vec<u8>,
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut Vec<u8>, T),
) {
    out.push(b'[');
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        write(out, item);
    }
    out.push(b']');
}

/// What stands before a text, its quotation mark included, and the text.
fn text(out: &mut Vec<u8>, before: &[u8], value: &str) {
    out.extend_from_slice(before);
    escaped(out, value);
    out.push(b'"');
}

fn section(out: &mut Vec<u8>, known: Section) {
    out.extend_from_slice(b",\"section\":\"");
    // One of our own words: nothing in it is escaped.
    out.extend_from_slice(known.as_str().as_bytes());
    out.push(b'"');
}

fn signal(out: &mut Vec<u8>, id: SignalId) {
    out.push(b'"');
    out.extend_from_slice(&id.ascii());
    out.push(b'"');
}

fn moment(out: &mut Vec<u8>, known: Moment) {
    let Some(text) = known.ascii() else {
        append(out, &known);
        return;
    };
    out.push(b'"');
    out.extend_from_slice(&text);
    out.push(b'"');
}
