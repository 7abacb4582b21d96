//! A brief written as JSON at once: the same bytes as its view, without a tree of views between.
//! Every handoff sends one, and most of its bytes are the same few keys.

use serde::Serialize;

use super::brief::{cited, shown};
use super::reader::Reader;
use crate::stages::brief::{About, Brief, Claim, Evidence, REDACTED, Section};

/// Bytes that one piece of evidence takes, roughly.
const EVIDENCE_BYTES: usize = 160;
/// Bytes that a claim takes beside its evidence, roughly.
const CLAIM_BYTES: usize = 160;

/// How much room a brief will need, roughly.
pub(super) fn room(brief: &Brief<'_>) -> usize {
    let of_claim = |claim: &Claim<'_>| CLAIM_BYTES + EVIDENCE_BYTES * claim.evidence.len();
    let claims: usize = brief.claims.iter().map(of_claim).sum();
    claims + CLAIM_BYTES * (4 + brief.unknown.len() + brief.steps.len())
}

/// Writes what [`super::brief::brief`] would show.
pub(super) fn write(brief: &Brief<'_>, reader: &Reader<'_>, out: &mut Vec<u8>) {
    let (sections, claims) = shown(brief, reader);
    let shows = |section: Section| sections.contains(&section);
    open(out, b"{\"handoff\":", &brief.handoff);
    open(out, b",\"account\":", &brief.account);
    open(out, b",\"known_as_of\":", &brief.as_of);
    out.extend_from_slice(b",\"written_by\":\"template\",\"claims\":");
    list(out, &claims, |out, known| claim(out, known, reader));
    out.extend_from_slice(b",\"signals\":");
    list(out, cited(&claims), |out, known| {
        open(out, b"{\"signal\":", &known.signal);
        text(out, b",\"source\":", known.source.as_str());
        text(out, b",\"kind\":", known.kind);
        open(out, b",\"moment\":", &known.moment);
        out.push(b'}');
    });
    out.extend_from_slice(b",\"unknown\":");
    let unknown = brief.unknown.iter().filter(|unknown| shows(unknown.section));
    list(out, unknown, |out, known| {
        text(out, b"{\"text\":", &known.text);
        text(out, b",\"section\":", known.section.as_str());
        out.push(b'}');
    });
    let next = shows(Section::NextSteps);
    out.extend_from_slice(b",\"steps\":");
    list(out, brief.steps.iter().filter(|_| next), |out, step| {
        text(out, b"{\"text\":", &step.text);
        if let Some(when) = &step.when {
            text(out, b",\"when\":", when);
        }
        open(out, b",\"evidence\":", &step.evidence);
        out.push(b'}');
    });
    let assets = shows(Section::Assets);
    out.extend_from_slice(b",\"assets\":");
    list(out, brief.assets.iter().filter(|_| assets), |out, asset| {
        text(out, b"{\"name\":", &asset.name);
        open(out, b",\"evidence\":", &asset.evidence);
        out.push(b'}');
    });
    out.push(b'}');
}

fn claim(out: &mut Vec<u8>, known: &Claim<'_>, reader: &Reader<'_>) {
    text(out, b"{\"text\":", &known.text);
    text(out, b",\"section\":", known.section.as_str());
    if let Some(figure) = &known.figure {
        text(out, b",\"figure\":", figure);
    }
    out.extend_from_slice(b",\"evidence\":");
    list(out, &known.evidence, |out, known| rests_on(out, known, reader));
    out.push(b'}');
}

fn rests_on(out: &mut Vec<u8>, known: &Evidence<'_>, reader: &Reader<'_>) {
    let source_id = if reader.personal { known.source_id } else { REDACTED };
    open(out, b"{\"signal\":", &known.signal);
    text(out, b",\"source_id\":", source_id);
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

/// What stands before a value, and the value.
pub(super) fn open<T: Serialize + ?Sized>(out: &mut Vec<u8>, before: &[u8], value: &T) {
    out.extend_from_slice(before);
    serde_json::to_writer(out, value).expect("a view has text for keys and finite numbers");
}

/// What stands before a text, and the text.
pub(super) fn text(out: &mut Vec<u8>, before: &[u8], value: &str) {
    out.extend_from_slice(before);
    out.push(b'"');
    escaped(out, value);
    out.push(b'"');
}

fn escaped(out: &mut Vec<u8>, value: &str) {
    if stands_as_it_is(value.as_bytes()) {
        out.extend_from_slice(value.as_bytes());
        return;
    }
    let quoted = serde_json::to_string(value).expect("text is JSON");
    out.extend_from_slice(&quoted.as_bytes()[1..quoted.len() - 1]);
}

/// Whether a text has no control character, quotation mark or backslash. Eight bytes are looked at
/// together: the borrow of a byte's subtraction shows in its highest bit.
fn stands_as_it_is(bytes: &[u8]) -> bool {
    const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    const CONTROLS: u64 = u64::from_ne_bytes([b' '; 8]);
    const QUOTATION: u64 = u64::from_ne_bytes([b'"'; 8]);
    const BACKSLASH: u64 = u64::from_ne_bytes([b'\\'; 8]);
    let is_zero = |word: u64| word.wrapping_sub(LOW) & !word & HIGH;
    let is_control = |word: u64| word.wrapping_sub(CONTROLS) & !word & HIGH;
    let (words, rest) = bytes.as_chunks::<8>();
    let special = words.iter().fold(0, |found, word| {
        let word = u64::from_ne_bytes(*word);
        found | is_control(word) | is_zero(word ^ QUOTATION) | is_zero(word ^ BACKSLASH)
    });
    special == 0 && rest.iter().all(|byte| *byte >= b' ' && *byte != b'"' && *byte != b'\\')
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_text_is_escaped_as_json_wherever_the_character_stands() {
        for character in (0..=0x7f_u8).map(char::from).chain(['ä', '漢', '\u{2028}', '🦀']) {
            for before in 0..18 {
                for after in 0..9 {
                    let text = format!("{}{character}{}", "x".repeat(before), "ÿ".repeat(after));
                    let mut ours = b"\"".to_vec();
                    escaped(&mut ours, &text);
                    ours.push(b'"');
                    assert_eq!(ours, serde_json::to_vec(&text).unwrap(), "{text:?}");
                }
            }
        }
    }
}
