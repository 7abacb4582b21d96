//! What readers say of claims of briefs: which kinds of claims are called wrong, and whose words they tell.

use std::collections::BTreeMap;

use domain::HandoffId;
use domain::fact::{By, ClaimCode, Fact, Feedback};
use rustc_hash::FxHashMap;

use crate::names::{NameId, Names};

/// Handoffs that a figure names, the latest.
const HANDOFFS_MAX: usize = 5;

/// How often readers said what of claims of one kind that tell the words of one source.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ClaimCount {
    /// What the claims say; none for what is missing.
    pub code: Option<ClaimCode>,
    /// The source whose words they tell; none where the engine decided them.
    pub source: Option<String>,
    /// How often each was said, in the order of [`Feedback::ALL`].
    pub said: [u64; 4],
    /// Handoffs of which something else than `right` was said, the latest.
    pub handoffs: Vec<HandoffId>,
}

impl ClaimCount {
    /// How often this was said.
    pub const fn of(&self, feedback: Feedback) -> u64 {
        self.said[feedback as usize]
    }

    /// How often something else than `right` was said.
    pub fn complaints(&self) -> u64 {
        self.said.iter().sum::<u64>() - self.of(Feedback::Right)
    }
}

/// What each reader says of each claim.
#[derive(Clone, Debug, Default)]
pub(crate) struct JudgedClaims {
    said: FxHashMap<Key, Judged>,
    /// What was said before what was said last, as long as that can be taken back.
    before: FxHashMap<HandoffId, (Key, Option<Judged>)>,
    latest: u64,
}

/// A claim and a reader: what they say of it last is what counts.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Key {
    handoff: HandoffId,
    brief: u32,
    claim: Option<u16>,
    reader: NameId,
}

#[derive(Clone, Copy, Debug)]
struct Judged {
    feedback: Feedback,
    code: Option<ClaimCode>,
    source: NameId,
    /// Rises with each that is said.
    order: u64,
}

impl JudgedClaims {
    /// Takes in what a reader says.
    pub(crate) fn judged(&mut self, fact: &Fact, names: &mut Names) {
        let Fact::ClaimJudged { handoff, brief, claim, feedback, code, source, by, .. } = fact
        else {
            return;
        };
        let reader = by.as_ref().map_or(NameId::NONE, |by| names.of(&reader(by)));
        let key = Key { handoff: *handoff, brief: *brief, claim: *claim, reader };
        let source = source.as_ref().map_or(NameId::NONE, |source| names.of(source.as_str()));
        self.latest += 1;
        let judged = Judged { feedback: *feedback, code: *code, source, order: self.latest };
        let before = self.said.insert(key.clone(), judged);
        self.before.insert(*handoff, (key, before));
    }

    /// Something is done that can be taken back: what was said before stays.
    pub(crate) fn stays(&mut self, handoff: HandoffId) {
        self.before.remove(&handoff);
    }

    /// What was done last does not count.
    pub(crate) fn undo(&mut self, handoff: HandoffId) {
        match self.before.remove(&handoff) {
            Some((key, Some(judged))) => {
                self.said.insert(key, judged);
            }
            Some((key, None)) => {
                self.said.remove(&key);
            }
            None => {}
        }
    }

    /// The figures, those with the most complaints first.
    pub(crate) fn counts(&self, names: &Names) -> Vec<ClaimCount> {
        let mut groups: BTreeMap<(Option<ClaimCode>, NameId), ClaimCount> = BTreeMap::new();
        let mut said: Vec<(&Key, &Judged)> = self.said.iter().collect();
        said.sort_unstable_by_key(|(_, judged)| std::cmp::Reverse(judged.order));
        for (key, judged) in said {
            let group = groups.entry((judged.code, judged.source)).or_default();
            group.code = judged.code;
            group.source = judged.source.is_some().then(|| names.name(judged.source).to_owned());
            group.said[judged.feedback as usize] += 1;
            let is_new =
                group.handoffs.len() < HANDOFFS_MAX && !group.handoffs.contains(&key.handoff);
            if judged.feedback != Feedback::Right && is_new {
                group.handoffs.push(key.handoff);
            }
        }
        let mut counts: Vec<ClaimCount> = groups.into_values().collect();
        counts.sort_by_key(|count| std::cmp::Reverse(count.complaints()));
        counts
    }
}

/// Who says it: through whom it was said for a member makes no difference.
fn reader(by: &By) -> String {
    by.member().map_or_else(|| format!("{by:?}"), |member| format!("member {member}"))
}
