//! How often people were seen, and what was done more than once: what a reader sees as a count and not
//! as rows. It is looked up when a brief is read and is no claim of its own; what it counts is there.

use domain::{Moment, PersonId, SignalId};

use super::deed;
use super::sentence::Sentence;
use crate::as_of::HandoffAsOf;
use crate::state::{AccountContext, Node, Touchpoint};

/// How often somebody was seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Seen {
    /// How many signals of theirs are held.
    pub times: usize,
    /// Whether there were older ones, which are not held.
    pub more: bool,
    /// When the last one was.
    pub last: Moment,
}

/// What is counted beside the claims of a brief.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Sightings {
    people: Vec<(PersonId, Seen)>,
    deeds: Vec<(SignalId, usize)>,
}

impl Sightings {
    /// How often somebody else at the account was seen.
    pub(crate) fn of(&self, person: PersonId) -> Option<Seen> {
        self.people.iter().find(|(known, _)| *known == person).map(|(_, seen)| *seen)
    }

    /// How often what the row of a signal tells was done, by the newest row of those that tell it.
    pub(crate) fn times(&self, newest: SignalId) -> usize {
        self.deeds.iter().find(|(known, _)| *known == newest).map_or(1, |(_, times)| *times)
    }
}

impl Sightings {
    /// What sentences tell of, counted at the moment that they are as of.
    pub(super) fn at<'s, 'a: 's>(
        known: HandoffAsOf<'_>,
        sentences: impl Iterator<Item = &'s Sentence<'a>>,
    ) -> Self {
        let (account, as_of) = (known.account(), known.moment());
        let mut rows: Vec<(&Touchpoint, bool, usize)> = Vec::new();
        let mut people: Vec<PersonId> = Vec::new();
        for sentence in sentences {
            match *sentence {
                Sentence::Row { touch, theirs } => {
                    let is_told = |row: &(&Touchpoint, bool, usize)| is_same(row, touch, theirs);
                    if !rows.iter().any(is_told) {
                        rows.push((touch, theirs, 0));
                    }
                }
                Sentence::Field { other: Some(other), .. } if !people.contains(&other) => {
                    people.push(other);
                }
                Sentence::Began(_)
                | Sentence::OthersActive(_)
                | Sentence::Field { .. }
                | Sentence::Consent { .. }
                | Sentence::Said { .. }
                | Sentence::Score { .. }
                | Sentence::ScorePart { .. }
                | Sentence::Owner(_)
                | Sentence::Due { .. } => {}
            }
        }
        for (whose, node) in account.nodes() {
            let theirs = whose == known.person();
            for touch in held(node, as_of) {
                let same = rows.iter_mut().find(|row| is_same(row, touch, theirs));
                if let Some((_, _, times)) = same {
                    *times += 1;
                }
            }
        }
        let seen = |person: PersonId| Some((person, seen(account, person, as_of)?));
        Self {
            people: people.into_iter().filter_map(seen).collect(),
            deeds: rows.into_iter().map(|(touch, _, times)| (touch.signal, times)).collect(),
        }
    }
}

fn is_same(row: &(&Touchpoint, bool, usize), touch: &Touchpoint, theirs: bool) -> bool {
    row.1 == theirs && deed::is_same(row.0, touch)
}

fn held(node: &Node, as_of: Moment) -> impl Iterator<Item = &Touchpoint> {
    node.touchpoints.iter().map(|touch| &**touch).filter(move |touch| touch.known <= as_of)
}

fn seen(account: AccountContext<'_>, person: PersonId, as_of: Moment) -> Option<Seen> {
    let mut seen: Option<Seen> = None;
    for node in account.nodes_of(person) {
        let (mut times, mut last) = (0, None);
        for touch in held(node, as_of) {
            times += 1;
            last = last.max(Some(touch.moment));
        }
        let Some(last) = last else { continue };
        let more = node.touches() > node.touchpoints.len() as u64;
        seen = Some(match seen {
            None => Seen { times, more, last },
            Some(before) => Seen {
                times: before.times + times,
                more: before.more || more,
                last: before.last.max(last),
            },
        });
    }
    seen
}
