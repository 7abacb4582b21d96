//! Where a journal is cut: at a moment, or behind one turn.

use domain::fact::{Aggregate, Entry, Fact};
use domain::{Moment, SignalId};

/// An entry with its place in the journal.
#[derive(Clone, Debug)]
pub struct PositionedEntry {
    /// Its position.
    pub position: u64,
    /// What it says.
    pub entry: Entry,
    /// Whether a sealed part of it is there and does not open. No fact says it: whoever read the
    /// entry found it.
    pub damaged: bool,
}

/// Up to where a journal is read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cut {
    /// All of it.
    Nowhere,
    /// Everything that was known by a moment.
    Moment(Moment),
    /// Everything up to the end of one turn. Signals that are taken together have one moment; those
    /// behind the turn were not known to it.
    Turn(Turn),
    /// What one turn knew before it said the fact at a place of its entry.
    Before(Turn, usize),
}

/// A turn by one of its entries.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    aggregate: Aggregate,
    position: u64,
    moment: Moment,
    correlation: Option<SignalId>,
}

impl Turn {
    /// The turn that wrote an entry.
    pub(super) const fn of(placed: &PositionedEntry) -> Self {
        let header = &placed.entry.header;
        Self {
            aggregate: header.aggregate,
            position: placed.position,
            moment: header.moment,
            correlation: header.correlation,
        }
    }

    /// Whether an entry was there when the turn ended. What the turn wrote for other aggregates may
    /// stand behind its own entry, and began with the same signal.
    fn knows(&self, placed: &PositionedEntry) -> bool {
        let header = &placed.entry.header;
        let same_turn = header.aggregate != self.aggregate
            && header.moment == self.moment
            && self.correlation.is_some()
            && header.correlation == self.correlation;
        placed.position <= self.position || same_turn
    }
}

impl Cut {
    /// The moment of the cut; none where nothing is cut off.
    pub(super) const fn moment(&self) -> Option<Moment> {
        match self {
            Self::Nowhere => None,
            Self::Moment(moment) => Some(*moment),
            Self::Turn(turn) | Self::Before(turn, _) => Some(turn.moment),
        }
    }

    /// The same behind all of its turn.
    pub(super) const fn whole_turn(self) -> Self {
        match self {
            Self::Before(turn, _) => Self::Turn(turn),
            Self::Nowhere | Self::Moment(_) | Self::Turn(_) => self,
        }
    }

    /// The last position of which everything up to it is before the cut.
    pub(super) const fn position(&self) -> u64 {
        match self {
            Self::Nowhere | Self::Moment(_) => u64::MAX,
            Self::Turn(turn) => turn.position,
            Self::Before(turn, _) => turn.position - 1,
        }
    }

    /// Whether an entry is before the cut.
    pub(super) fn keeps(&self, placed: &PositionedEntry) -> bool {
        match self {
            Self::Nowhere => true,
            Self::Moment(moment) => placed.entry.header.moment <= *moment,
            Self::Turn(turn) | Self::Before(turn, _) => turn.knows(placed),
        }
    }

    /// The facts of an entry that are before the cut.
    pub(super) fn kept<'p>(&self, placed: &'p PositionedEntry) -> &'p [Fact] {
        let facts = placed.entry.facts.as_slice();
        match self {
            _ if !self.keeps(placed) => &[],
            Self::Before(turn, place) if turn.position == placed.position => &facts[..*place],
            Self::Nowhere | Self::Moment(_) | Self::Turn(_) | Self::Before(..) => facts,
        }
    }

    /// Whether all of an entry is before the cut.
    pub(super) fn keeps_whole(&self, placed: &PositionedEntry) -> bool {
        self.keeps(placed) && self.kept(placed).len() == placed.entry.facts.len()
    }
}
