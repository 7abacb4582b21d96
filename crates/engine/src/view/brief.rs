//! A brief in JSON.

use std::borrow::Cow;
use std::cmp::Reverse;

use domain::fact::Feedback;
use domain::{AccountId, HandoffId, Moment, SignalId};
use rustc_hash::FxHashSet;
use serde::Serialize;

use super::reader::{OWNER, Reader};
use crate::stages::brief::{Brief, Claim, Evidence, Place, REDACTED, Section, Sentence, Sightings};

/// What the new owner reads.
#[derive(Serialize, Debug)]
pub struct BriefView<'a> {
    /// Of which handoff.
    pub handoff: HandoffId,
    /// Whose account.
    pub account: AccountId,
    /// What was known then is what it says.
    pub known_as_of: Moment,
    /// How it came about: `template` where no model wrote any of it.
    pub written_by: &'static str,
    /// Which brief of the handoff it is: feedback names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brief: Option<u32>,
    /// What is said.
    pub claims: Vec<ClaimView<'a>>,
    /// The signals that claims rest on, each once, newest first.
    pub signals: Vec<CitedView<'a>>,
    /// What nobody knows.
    pub unknown: Vec<UnknownView<'a>>,
    /// What to do next.
    pub steps: Vec<StepView<'a>>,
    /// What to send.
    pub assets: Vec<AssetView<'a>>,
    /// What people said of the handoff in words before, the oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<RemarkView<'a>>,
    /// What readers say of the claims, the oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub feedback: Vec<FeedbackView<'a>>,
    /// The sections that are shown, in the order that they are read.
    #[serde(skip)]
    pub sections: Vec<Section>,
    /// Whether the owner of the handoff reads it.
    #[serde(skip)]
    pub(crate) for_owner: bool,
    /// How often the people there were seen, and what they did more than once.
    #[serde(skip)]
    pub(crate) sightings: &'a Sightings,
}

/// What somebody said of the handoff.
#[derive(Serialize, Debug)]
pub struct RemarkView<'a> {
    /// When we knew of it.
    pub moment: Moment,
    /// What people call whoever said it.
    pub by: &'a str,
    /// What they did as they said it.
    pub did: &'a str,
    /// The words.
    pub text: &'a str,
}

/// What a reader says of a claim, or of what is missing.
#[derive(Serialize, Debug)]
pub struct FeedbackView<'a> {
    /// Which claim, by its number; none where something is missing.
    pub claim: Option<u16>,
    /// `right`, `wrong`, `stale` or `missing`.
    pub feedback: Feedback,
    /// When we knew of it.
    pub moment: Moment,
    /// What people call whoever says it.
    pub by: &'a str,
    /// In words, where the reader may read that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<&'a str>,
}

/// One sentence, and what it rests on.
#[derive(Serialize, Debug)]
pub struct ClaimView<'a> {
    /// Its number in the brief, from 1: feedback names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claim: Option<u16>,
    /// What it says.
    pub text: &'a str,
    /// Where it stands.
    pub section: Section,
    /// The count or total that belongs to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figure: Option<&'a str>,
    /// Whether nobody vouches for what it says.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub claimed: bool,
    /// What it rests on.
    pub evidence: Vec<EvidenceView<'a>>,
    /// What it says, as a value.
    #[serde(skip)]
    pub(crate) sentence: Sentence<'a>,
}

/// A signal that a claim rests on.
#[derive(Serialize, Debug)]
pub struct EvidenceView<'a> {
    /// Our id.
    pub signal: SignalId,
    /// The source's id for it.
    pub source_id: &'a str,
    /// The part of it.
    pub field: Place<'a>,
    /// The signal itself, which stands once for all claims.
    #[serde(skip)]
    pub cited: CitedView<'a>,
}

/// A signal that claims rest on.
#[derive(Serialize, Debug, Clone, Copy)]
pub struct CitedView<'a> {
    /// Our id.
    pub signal: SignalId,
    /// The configured source.
    pub source: &'a str,
    /// What happened.
    pub kind: &'a str,
    /// When it happened.
    pub moment: Moment,
}

/// What nobody knows.
#[derive(Serialize, Debug)]
pub struct UnknownView<'a> {
    /// What is not known.
    pub text: &'a str,
    /// Where it would stand.
    pub section: Section,
    /// The same as a part of a sentence, where it can be asked.
    #[serde(skip)]
    pub(crate) gap: Option<&'static str>,
}

/// What to do next.
#[derive(Serialize, Debug)]
pub struct StepView<'a> {
    /// The step in words.
    pub text: &'a str,
    /// When, as the playbook says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<&'a Cow<'a, str>>,
    /// The signals that made the playbook fit.
    pub evidence: &'a [SignalId],
}

/// What to send.
#[derive(Serialize, Debug)]
pub struct AssetView<'a> {
    /// Its name.
    pub name: &'a str,
    /// The signals that made the playbook fit.
    pub evidence: &'a [SignalId],
}

/// A brief as a reader sees it.
pub fn brief<'b>(brief: &'b Brief<'_>, reader: &Reader<'_>) -> BriefView<'b> {
    let (sections, claims) = shown(brief, reader);
    let shown = |section: Section| sections.contains(&section);
    let unknown = brief.unknown.iter().filter(|unknown| shown(unknown.section));
    let steps = brief.steps.iter().filter(|_| shown(Section::NextSteps));
    let assets = brief.assets.iter().filter(|_| shown(Section::Assets));
    // Somebody's own words may name anybody.
    let remarks = brief.remarks.iter().filter(|_| reader.personal && shown(Section::WhyNow));
    let seen: Vec<u16> = claims.iter().map(|claim| claim.ordinal).collect();
    let feedback =
        brief.feedback.iter().filter(|said| said.claim.is_none_or(|claim| seen.contains(&claim)));
    BriefView {
        handoff: brief.handoff,
        account: brief.account,
        known_as_of: brief.as_of,
        written_by: "template",
        brief: brief.number,
        feedback: feedback
            .map(|said| FeedbackView {
                claim: said.claim,
                feedback: said.feedback,
                moment: said.moment,
                by: &said.by,
                // Somebody's own words may name anybody.
                text: said.text.as_deref().filter(|_| reader.personal),
            })
            .collect(),
        signals: cited(claims.iter().flat_map(|claim| &claim.evidence))
            .into_iter()
            .map(CitedView::of)
            .collect(),
        claims: claims.into_iter().map(|known| claim(known, brief.number, reader)).collect(),
        unknown: unknown
            .map(|known| UnknownView { text: &known.text, section: known.section, gap: known.gap })
            .collect(),
        steps: steps
            .map(|step| StepView {
                text: &step.text,
                when: step.when.as_ref(),
                evidence: &step.evidence,
            })
            .collect(),
        assets: assets
            .map(|asset| AssetView { name: &asset.name, evidence: &asset.evidence })
            .collect(),
        remarks: remarks
            .map(|said| RemarkView {
                moment: said.moment,
                by: &said.by,
                did: &said.did,
                text: &said.text,
            })
            .collect(),
        sections,
        for_owner: reader.role == OWNER,
        sightings: &brief.sightings,
    }
}

/// The sections that a reader sees, and the claims, in the order that they are read.
fn shown<'b, 'a>(brief: &'b Brief<'a>, reader: &Reader<'_>) -> (Vec<Section>, Vec<&'b Claim<'a>>) {
    let sections = reader.sections();
    let claims = in_sections(&brief.claims, &sections, |claim| claim.section);
    let seen = |claim: &&Claim<'_>| reader.sees(|| claim.personal, &claim.evidence);
    let claims = claims.into_iter().filter(seen).collect();
    (sections, claims)
}

/// The claims of these sections, in their order.
pub(super) fn in_sections<'c, C>(
    claims: &'c [C],
    sections: &[Section],
    of: impl Fn(&C) -> Section,
) -> Vec<&'c C> {
    let mut places = [None; Section::ALL.len()];
    for (place, section) in sections.iter().enumerate() {
        places[*section as usize].get_or_insert(place);
    }
    let placed = claims.iter().filter_map(|claim| Some((places[of(claim) as usize]?, claim)));
    let mut placed: Vec<(usize, &'c C)> = placed.collect();
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, claim)| claim).collect()
}

/// The signals that claims rest on, each once as it is cited first, newest first.
fn cited<'e, 'a: 'e>(evidence: impl Iterator<Item = &'e Evidence<'a>>) -> Vec<&'e Evidence<'a>> {
    let mut seen = FxHashSet::default();
    let mut cited = evidence.filter(|known| seen.insert(known.touch.signal)).collect();
    newest_first(&mut cited);
    cited
}

/// Puts the signals that claims rest on in the order that they are listed in.
pub(super) fn newest_first(cited: &mut Vec<&Evidence<'_>>) {
    cited.sort_unstable_by_key(|known| (Reverse(known.touch.moment), known.touch.signal));
}

impl<'a> CitedView<'a> {
    fn of(known: &Evidence<'a>) -> Self {
        Self {
            signal: known.touch.signal,
            source: known.source.as_str(),
            kind: &known.touch.kind,
            moment: known.touch.moment,
        }
    }
}

fn claim<'b>(claim: &'b Claim<'_>, brief: Option<u32>, reader: &Reader<'_>) -> ClaimView<'b> {
    let evidence = claim.evidence.iter();
    ClaimView {
        claim: brief.map(|_| claim.ordinal),
        text: &claim.text,
        section: claim.section,
        figure: claim.figure.as_deref(),
        claimed: claim.claimed,
        evidence: evidence.map(|known| rests_on(known, reader)).collect(),
        sentence: claim.sentence,
    }
}

fn rests_on<'b>(known: &Evidence<'b>, reader: &Reader<'_>) -> EvidenceView<'b> {
    EvidenceView {
        signal: known.touch.signal,
        source_id: if reader.personal { known.touch.source_id.as_str() } else { REDACTED },
        field: known.field,
        cited: CitedView::of(known),
    }
}
