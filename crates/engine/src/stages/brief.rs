//! What the new owner reads: claims, each bound to the signals that it rests on.
//!
//! A claim says what one signal or one field says, and counts stand beside it as a figure. So with
//! a signal less the claims that rest on it alone are gone, and every other claim reads the same.

pub mod choice;
mod claim;
pub(crate) mod deed;
mod draft;
mod input;
mod owner;
mod plan;
pub(crate) mod remarks;
mod restore;
mod section;
mod sections;
mod sentence;
mod sightings;
mod topic;
pub mod words;

#[cfg(test)]
mod tests;

use domain::fact::ClaimCode;
use domain::signal::SourceName;
use rules::Strategy;

pub use claim::{Asset, Brief, Claim, Evidence, Place, REDACTED, Step, Unknown};
pub use deed::in_words as deed_in_words;
pub use draft::{Draft, Drafted};
pub use plan::Plan;
pub use remarks::{ClaimRemark, Remark};
pub use restore::RestoredBrief;
pub use section::{About, Section};
pub(crate) use sentence::Sentence;
pub use sentence::SentenceText;
pub(crate) use sightings::Sightings;

use crate::as_of::HandoffAsOf;
use crate::names::Versions;

/// Drafts the brief of a handoff from what was known at its moment. The plan is that of the strategy.
pub fn draft<'a>(known: HandoffAsOf<'a>, strategy: &'a Strategy) -> Draft<'a> {
    sections::Writer::new(known).draft(plan::plan(known, strategy))
}

/// Writes the brief of a handoff for every reader: who reads it is for the view. Where it was written
/// before, its claims are told as they were; else it is made of what was known at the handoff's moment.
/// The plan is that of the strategy; everything else is named by the strategy that it was said under.
pub fn write<'a>(
    known: HandoffAsOf<'a>,
    strategy: &'a Strategy,
    versions: &'a dyn Versions,
) -> Brief<'a> {
    let draft = match recalled(known, versions) {
        Some(recalled) => recalled.draft,
        None => draft(known, strategy),
    };
    read_at(sent(&draft, known, versions), known, versions)
}

/// A claim of the brief that its owner reads, by its number from 1: its code, and the source whose words it
/// tells. None where the brief has no such claim.
pub fn claim_of(
    known: HandoffAsOf<'_>,
    strategy: Option<&Strategy>,
    versions: &dyn Versions,
    ordinal: u16,
) -> Option<(ClaimCode, Option<SourceName>)> {
    let draft = match (recalled(known, versions), strategy) {
        (Some(recalled), _) => recalled.draft,
        (None, Some(strategy)) => draft(known, strategy),
        (None, None) => sections::Writer::new(known).draft(Plan::default()),
    };
    draft.claim(ordinal)
}

/// The brief that was written of a handoff; none where its claims were not kept or were erased.
pub fn recalled<'a>(
    known: HandoffAsOf<'a>,
    versions: &'a dyn Versions,
) -> Option<RestoredBrief<'a>> {
    let under = known.written()?.strategy;
    restore::recalled(known, versions.version(under))
}

/// The same with a plan of one's own.
pub fn write_with<'a>(
    known: HandoffAsOf<'a>,
    versions: &'a dyn Versions,
    plan: Plan<'a>,
) -> Brief<'a> {
    let draft = match recalled(known, versions) {
        Some(recalled) => recalled.draft.with_plan(plan),
        None => sections::Writer::new(known).draft(plan),
    };
    read_at(sent(&draft, known, versions), known, versions)
}

/// A brief in words as a delivery brings it: with what is counted at its moment, and without what people
/// say of the handoff later.
pub fn sent<'a>(draft: &Draft<'a>, known: HandoffAsOf<'_>, versions: &dyn Versions) -> Brief<'a> {
    let brief = draft.brief(versions);
    let sightings = Sightings::at(known, brief.claims.iter().map(|claim| &claim.sentence));
    Brief { sightings, ..brief }
}

/// A brief with what is looked up when it is read.
fn read_at<'a>(brief: Brief<'a>, known: HandoffAsOf<'a>, versions: &dyn Versions) -> Brief<'a> {
    Brief {
        remarks: remarks::remarks(known, versions),
        number: Some(known.handoff().assignments),
        feedback: remarks::feedback(known, versions),
        ..brief
    }
}
