//! Questions: how many, which ones, by what, and how long it took.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::AddAssign;

use domain::Moment;
use domain::handoff::State;
use domain::reason::Code;

use crate::filter::{Dimension, Filter, Period};
use crate::fold::{HandoffCounts, QUARTER_SECONDS};
use crate::measure::Measure;
use crate::names::NameId;
use crate::row::{CountedHandoff, Origin, Refusal};
use crate::times::{Duration, Times};

/// How many of each measure.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Group([u64; Measure::ALL.len()]);

impl Group {
    /// How many.
    pub const fn of(&self, measure: Measure) -> u64 {
        self.0[measure.place()]
    }

    fn take(&mut self, row: &CountedHandoff, now: Moment) {
        for measure in Measure::ALL {
            self.0[measure.place()] += u64::from(measure.holds(row, now));
        }
    }
}

impl AddAssign for Group {
    fn add_assign(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(count, more)| *count += more);
    }
}

/// Handoffs that were refused for a reason by a member. One that they refused twice counts once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RefusalCount {
    /// The code of the reason.
    pub reason: Code,
    /// Who said it.
    pub member: NameId,
    /// How many handoffs.
    pub count: u64,
}

/// Part of a list, newest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListPage<'c> {
    /// The handoffs.
    pub rows: Vec<&'c CountedHandoff>,
    /// Where the list goes on; none at its end.
    pub next: Option<u64>,
}

impl HandoffCounts {
    fn looked_at<'c>(&'c self, filter: &'c Filter) -> impl Iterator<Item = &'c CountedHandoff> {
        // Rows lie in the order of the journal, whose moments rise for each account alone; a period may
        // not cut them by a search.
        self.rows.iter().filter(|row| filter.lets_through(row))
    }

    /// How many of each measure.
    pub fn group(&self, filter: &Filter, now: Moment) -> Group {
        let mut group = Group::default();
        self.looked_at(filter).for_each(|row| group.take(row, now));
        group
    }

    /// How many of each measure, for each name of a dimension.
    pub fn by(
        &self,
        dimension: Dimension,
        filter: &Filter,
        now: Moment,
    ) -> BTreeMap<NameId, Group> {
        let mut groups: BTreeMap<NameId, Group> = BTreeMap::new();
        for row in self.looked_at(filter) {
            groups.entry(dimension.of(row)).or_default().take(row, now);
        }
        groups
    }

    /// How many there are in each state.
    pub fn by_state_of(
        &self,
        measure: Measure,
        filter: &Filter,
        now: Moment,
    ) -> BTreeMap<State, u64> {
        let mut states = BTreeMap::new();
        for row in self.looked_at(filter).filter(|row| measure.holds(row, now)) {
            *states.entry(row.state).or_default() += 1;
        }
        states
    }

    /// When the first handoff began.
    pub fn first(&self) -> Option<Moment> {
        self.rows.first().map(|row| row.opened)
    }

    /// How many handoffs were refused for each reason.
    pub fn refused_for(&self, filter: &Filter) -> BTreeMap<Code, u64> {
        self.refused_by(filter, |refusal| refusal.reason)
    }

    /// How many handoffs were refused, each once for each of these.
    fn refused_by<K: Ord>(&self, filter: &Filter, of: impl Fn(&Refusal) -> K) -> BTreeMap<K, u64> {
        let mut counts = BTreeMap::new();
        for row in self.looked_at(filter) {
            let said: BTreeSet<K> = row.refusals.iter().map(&of).collect();
            for one in said {
                *counts.entry(one).or_default() += 1;
            }
        }
        counts
    }

    /// How many.
    pub fn count(&self, measure: Measure, filter: &Filter, now: Moment) -> u64 {
        self.looked_at(filter).filter(|row| measure.holds(row, now)).count() as u64
    }

    /// The handoffs that a count is of, newest first, from where a page before ended.
    pub fn list(
        &self,
        measure: Measure,
        filter: &Filter,
        now: Moment,
        from: Option<u64>,
        limit: usize,
    ) -> ListPage<'_> {
        let end = from.map_or(self.rows.len(), |from| self.rows.len().min(from as usize));
        let mut rows = Vec::new();
        for (place, row) in self.rows[..end].iter().enumerate().rev() {
            if !filter.lets_through(row) || !measure.holds(row, now) {
                continue;
            }
            if rows.len() == limit {
                return ListPage { rows, next: Some(place as u64 + 1) };
            }
            rows.push(row);
        }
        ListPage { rows, next: None }
    }

    /// How long it took those that came so far.
    pub fn times(&self, duration: Duration, filter: &Filter) -> Times {
        Times::of(self.looked_at(filter).filter_map(|row| duration.of(row)).collect())
    }

    /// The value of a measure in equal steps of a period, the oldest first: of handoffs that began in each.
    pub fn over_time(&self, filter: &Filter, steps: usize, now: Moment) -> Vec<Group> {
        let steps = steps.max(1);
        let mut groups = vec![Group::default(); steps];
        let whole = i128::from(filter.opened.length().0.max(1));
        for row in self.looked_at(filter) {
            let into = i128::from((row.opened - filter.opened.from).0);
            let step = (into * steps as i128 / whole).clamp(0, steps as i128 - 1);
            groups[step as usize].take(row, now);
        }
        groups
    }

    /// Who refused for which reason, the most first.
    pub fn refusals(&self, filter: &Filter) -> Vec<RefusalCount> {
        let counts = self.refused_by(filter, |refusal| (refusal.reason, refusal.member));
        let refusal = |((reason, member), count)| RefusalCount { reason, member, count };
        let mut refusals: Vec<RefusalCount> = counts.into_iter().map(refusal).collect();
        refusals.sort_by_key(|one| (std::cmp::Reverse(one.count), one.reason, one.member));
        refusals
    }

    /// How many signals came in the quarters of an hour that begin in a period, from each source.
    pub fn signals(&self, period: Period) -> BTreeMap<NameId, u64> {
        let first = period.from.seconds().div_euclid(QUARTER_SECONDS);
        let first =
            if period.from.seconds().rem_euclid(QUARTER_SECONDS) == 0 { first } else { first + 1 };
        let last = (period.to.seconds() - 1).div_euclid(QUARTER_SECONDS);
        let mut found = BTreeMap::new();
        if first > last {
            return found;
        }
        let none = NameId::NONE;
        for ((_, source), count) in self.signals.range((first, none)..(last + 1, none)) {
            *found.entry(*source).or_default() += count;
        }
        found
    }

    /// Whether a handoff's campaign is not told since its person was erased.
    pub fn is_erased(&self, row: &CountedHandoff) -> bool {
        row.origin == Origin::Erased
    }
}
