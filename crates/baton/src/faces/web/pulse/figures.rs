//! Numbers that open their lists, and shares with what they were before.

use std::collections::BTreeMap;

use counts::{Change, Filter, Group, HandoffCounts, Measure, Part, Period};
use domain::Moment;
use domain::reason::Code;
use pages::Href;
use pages::parts::{Door, ShareView, Verdict};
use pages::pulse::{ReasonView, RefusalsView};

use super::super::moments;
use crate::faces::api::counted_query::CountedQuery;
use crate::service::teams::Teams;

/// The acceptance rate, one and the same on every page: what somebody took, of what a person was offered.
pub(in crate::faces::web) const ACCEPTED: (Measure, Measure) = (Measure::Accepted, Measure::Routed);
/// Members who are named beside a reason.
const SAID_MAX: usize = 3;

/// What figures are made of: what is counted, of which handoffs, at which moment.
#[derive(Clone, Copy)]
pub(in crate::faces::web) struct Doors<'a> {
    pub(in crate::faces::web) counts: &'a HandoffCounts,
    pub(in crate::faces::web) teams: &'a Teams,
    pub(in crate::faces::web) asked: &'a CountedQuery,
    pub(in crate::faces::web) now: Moment,
}

impl Doors<'_> {
    /// The same of other handoffs.
    pub(in crate::faces::web) fn of<'b>(&'b self, asked: &'b CountedQuery) -> Doors<'b> {
        Doors { asked, ..*self }
    }

    /// The handoffs of a period that are looked at.
    pub(in crate::faces::web) fn filter(&self, period: Period) -> Filter {
        self.asked.filter(self.counts, self.teams, period)
    }

    /// How many of each measure in a period.
    pub(in crate::faces::web) fn group(&self, period: Period) -> Group {
        self.counts.group(&self.filter(period), self.now)
    }

    /// A number with the list that it is the length of.
    pub(in crate::faces::web) fn door(&self, measure: Measure, count: u64) -> Door {
        door_of(self.asked, measure, count)
    }

    /// A share of the period, and of the one before.
    pub(in crate::faces::web) fn share(
        &self,
        measures: (Measure, Measure),
        now: &Group,
        before: &Group,
    ) -> ShareView {
        share_of(self.asked, measures, now, before)
    }

    /// The period that is looked at, in a sentence.
    pub(in crate::faces::web) fn period_in_words(&self) -> String {
        let day = |moment| moments::calendar_day(moment, self.now);
        let Period { from, to } = self.asked.period;
        let last = to - domain::Span::SECOND;
        match self.asked.days {
            Some(0) => "Handoffs of all time, as they stand now. Days are in UTC.".to_owned(),
            Some(1) => format!(
                "Handoffs that began today, {}, as they stand now, against yesterday up to the same hour. Days are in UTC.",
                day(from)
            ),
            Some(days) => format!(
                "Handoffs that began from {} to now, as they stand now, against the {days} days before. Days are in UTC.",
                day(from)
            ),
            None if from == Period::ALL.from => {
                format!(
                    "Handoffs that began until {}, as they stand now. Days are in UTC.",
                    day(last)
                )
            }
            None => format!(
                "Handoffs that began from {} to {}, as they stand now, against as much time before. Days are in UTC.",
                day(from),
                day(last)
            ),
        }
    }
}

/// A number with the list that it is the length of, of what is asked.
pub(in crate::faces::web) fn door_of(asked: &CountedQuery, measure: Measure, count: u64) -> Door {
    let href = format!("/pulse/handoffs?count={}&{}", measure.as_str(), asked.fixed());
    Door { count, href: Some(Href::to(href)) }
}

/// A share of what is asked, and of the period before. More of it is better.
pub(super) fn share_of(
    asked: &CountedQuery,
    (part, of): (Measure, Measure),
    now: &Group,
    before: &Group,
) -> ShareView {
    let counted = |group: &Group| Part { count: group.of(part), of: group.of(of) };
    let verdict = match Change::between(counted(now), counted(before)) {
        Change::Rose => Verdict::Better,
        Change::Fell => Verdict::Worse,
        Change::NoDifference => Verdict::Same,
        Change::TooFew => Verdict::TooFew,
    };
    ShareView {
        part: door_of(asked, part, now.of(part)),
        of: door_of(asked, of, now.of(of)),
        before: (before.of(part), before.of(of)),
        verdict,
    }
}

/// Why sales rejected, and who said it.
pub(in crate::faces::web) fn refusals(figures: &Doors<'_>, group: &Group) -> RefusalsView {
    let filter = figures.filter(figures.asked.period);
    let said = figures.counts.refusals(&filter);
    let mut reasons: BTreeMap<Code, ReasonView> = BTreeMap::new();
    for (reason, count) in figures.counts.refused_for(&filter) {
        let narrowed = figures.asked.refused(Some(reason), None);
        let count = door_of(&narrowed, Measure::Rejected, count);
        let name = reason.as_str().replace('-', " ");
        reasons.insert(reason, ReasonView { name, count, said: Vec::new(), others: 0 });
    }
    for one in said {
        let Some(reason) = reasons.get_mut(&one.reason) else { continue };
        if reason.said.len() == SAID_MAX {
            reason.others += one.count;
            continue;
        }
        let id = figures.counts.names().name(one.member);
        let narrowed = figures.asked.refused(Some(one.reason), Some(id));
        let name = if id.is_empty() { "somebody" } else { figures.teams.member(id) };
        let door = door_of(&narrowed, Measure::Rejected, one.count);
        reason.said.push((name.to_owned(), door));
    }
    let mut reasons: Vec<ReasonView> = reasons.into_values().collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.count.count));
    RefusalsView { all: figures.door(Measure::Rejected, group.of(Measure::Rejected)), reasons }
}
