//! Two strategies over the same history: who moves where, and on what the two part first.

mod cause;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use domain::Moment;
use domain::fact::StrategyVersion;
use domain::handoff::Owner;
use engine::names::Names;
use engine::view::Points;
use rules::Strategy;
use serde::{Serialize, Serializer};

use super::line::{Lead, route_name};
use super::result::LeadResult;
use super::summary::Summary;
use cause::cause;
pub use cause::{Cause, Stage};

/// What differs under another strategy.
#[derive(Debug)]
pub struct Against {
    /// The other strategy.
    pub strategy: Arc<Strategy>,
    /// The comparison in sum.
    pub summary: AgainstSummary,
    /// The leads under the other strategy.
    leads: Vec<Lead>,
    /// What differs, by the place of the lead among the leads.
    differences: BTreeMap<usize, Difference>,
}

/// How a lead fares under the other strategy, where that is not the same.
#[derive(Clone, Debug)]
struct Difference {
    /// The place of the lead among those of the other strategy.
    other: usize,
    change: Change,
    cause: Cause,
}

/// How much differs. A lead is in the first of these that fits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Change {
    /// Somebody else has it, or it comes to another result.
    Moved,
    /// The same has it, by another decision, route or deadline.
    Otherwise,
    /// Only its score is another.
    Rescored,
}

impl Change {
    /// The word in JSON and on the terminal.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::Otherwise => "otherwise",
            Self::Rescored => "rescored",
        }
    }
}

impl Serialize for Change {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.as_str())
    }
}

/// Where a lead comes to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(tag = "kind", content = "id", rename_all = "kebab-case")]
pub enum Place {
    /// A person has it.
    Person(String),
    /// A queue has it.
    Queue(String),
    /// Nobody has it, or a person is asked: the result says why.
    Result(LeadResult),
}

impl Place {
    /// Where a lead comes to.
    pub fn of(lead: &Lead) -> Self {
        match (lead.result, lead.owner()) {
            (LeadResult::Routed, Some(Owner::Person(member))) => Self::Person(member.0.to_string()),
            (LeadResult::Routed, Some(Owner::Queue(queue))) => Self::Queue(queue.0.clone()),
            (result, _) => Self::Result(result),
        }
    }
}

/// The comparison in sum. Each lead is the same, or in exactly one of the other three figures.
#[derive(Clone, Debug, Serialize)]
pub struct AgainstSummary {
    /// What people call the other strategy.
    pub name: String,
    /// The other strategy.
    pub strategy: StrategyVersion,
    /// Leads of which nothing differs.
    pub same: u64,
    /// Leads that somebody else has, or that come to another result.
    pub moved: u64,
    /// Leads that the same has by another decision, route or deadline.
    pub otherwise: u64,
    /// Leads of which only the score differs.
    pub rescored: u64,
    /// From where to where leads move: from the other strategy's owner to this one's. Most first.
    pub moves: Vec<Move>,
    /// On what the two strategies part first, over all leads that differ. Most first.
    pub because: Vec<Because>,
    /// The rehearsal of the other strategy in sum.
    pub summary: Summary,
}

/// Leads that move the same way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Move {
    /// Where they are under the other strategy.
    pub from: Place,
    /// Where they are under this one.
    pub to: Place,
    /// How many.
    pub leads: u64,
}

/// Leads that differ for the same cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Because {
    /// The cause.
    #[serde(flatten)]
    pub cause: Cause,
    /// How many.
    pub leads: u64,
}

/// What a strategy made of the history.
pub(super) struct Side {
    pub(super) strategy: Arc<Strategy>,
    pub(super) leads: Vec<Lead>,
    pub(super) summary: Summary,
}

impl Against {
    /// Compares what came of the same rows under a strategy and under the other one.
    pub(super) fn of(leads: &[Lead], ours: &Strategy, other: Side) -> Self {
        let places = other.leads.iter().enumerate();
        let places: BTreeMap<usize, usize> = places.map(|(at, lead)| (lead.place, at)).collect();
        let mut differences = BTreeMap::new();
        for (at, lead) in leads.iter().enumerate() {
            // Both played the same rows, so each lead is on both sides.
            let Some(there) = places.get(&lead.place).copied() else { continue };
            let (here, known) = ((lead, ours), (&other.leads[there], &*other.strategy));
            if let Some(change) = change(here, known) {
                let cause = cause(here, known);
                differences.insert(at, Difference { other: there, change, cause });
            }
        }
        let Side { strategy, leads: others, summary } = other;
        let summary = sum_up((leads, &others), &differences, &strategy, summary);
        Self { strategy, summary, leads: others, differences }
    }

    /// The lead at a place under the other strategy, how much differs, and why; none where nothing
    /// does.
    pub fn differs(&self, at: usize) -> Option<(&Lead, Change, &Cause)> {
        let known = self.differences.get(&at)?;
        Some((&self.leads[known.other], known.change, &known.cause))
    }

    /// What a line says of the other strategy.
    pub(super) fn line(&self, at: usize) -> Option<AgainstLine<'_>> {
        let (lead, change, because) = self.differs(at)?;
        let names: &dyn Names = &*self.strategy;
        Some(AgainstLine {
            change,
            because,
            result: lead.result,
            decision: lead.decision(),
            kind: lead.kind.as_deref(),
            owner: lead.owner(),
            route: lead.route().map(|route| route_name(route, names)),
            score: Points(lead.score.total()),
            accept_by: lead.accept_by(),
            first_touch_by: lead.first_touch_by(),
        })
    }
}

fn sum_up(
    (leads, others): (&[Lead], &[Lead]),
    differences: &BTreeMap<usize, Difference>,
    strategy: &Strategy,
    summary: Summary,
) -> AgainstSummary {
    let of = |change| differences.values().filter(|one| one.change == change).count() as u64;
    let (mut moves, mut because) = (BTreeMap::new(), BTreeMap::new());
    for (at, difference) in differences {
        *because.entry(difference.cause.clone()).or_insert(0) += 1;
        if difference.change == Change::Moved {
            let way = (Place::of(&others[difference.other]), Place::of(&leads[*at]));
            *moves.entry(way).or_insert(0) += 1;
        }
    }
    let moves = moves.into_iter().map(|((from, to), leads)| Move { from, to, leads });
    let because = because.into_iter().map(|(cause, leads)| Because { cause, leads });
    let (mut moves, mut because): (Vec<_>, Vec<_>) = (moves.collect(), because.collect());
    moves.sort_by_key(|one| Reverse(one.leads));
    because.sort_by_key(|one| Reverse(one.leads));
    AgainstSummary {
        name: strategy.name.clone(),
        strategy: strategy.version,
        same: (leads.len() - differences.len()) as u64,
        moved: of(Change::Moved),
        otherwise: of(Change::Otherwise),
        rescored: of(Change::Rescored),
        moves,
        because,
        summary,
    }
}

/// The other decision on a lead.
#[derive(Serialize)]
pub(super) struct AgainstLine<'a> {
    change: Change,
    because: &'a Cause,
    result: LeadResult,
    decision: &'a str,
    kind: Option<&'a str>,
    owner: Option<&'a Owner>,
    route: Option<Cow<'a, str>>,
    score: Points,
    accept_by: Option<Moment>,
    first_touch_by: Option<Moment>,
}

/// How much differs; none where nothing does. What has no time has no deadline to differ in.
fn change(
    (here, here_names): (&Lead, &Strategy),
    (there, there_names): (&Lead, &Strategy),
) -> Option<Change> {
    if Place::of(here) != Place::of(there) {
        return Some(Change::Moved);
    }
    let route =
        |lead: &Lead, names| lead.route().map(|route| route_name(route, names).into_owned());
    let due = |lead: &Lead| (lead.accept_by(), lead.first_touch_by());
    let otherwise = (here.action, &here.kind) != (there.action, &there.kind)
        || route(here, here_names) != route(there, there_names)
        || (!here.undated && due(here) != due(there));
    if otherwise {
        return Some(Change::Otherwise);
    }
    let rescored = here.score.total() != there.score.total();
    rescored.then_some(Change::Rescored)
}
