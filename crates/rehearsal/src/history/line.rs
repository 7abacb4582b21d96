//! What a rehearsal says of each lead.

use domain::fact::{Routing, Score, ScoreGroup};
use domain::handoff::{Action, Owner};
use domain::reason::{Code, Reason};
use domain::{HandoffId, Moment, Span};
use engine::names::Names;
use engine::view::{Points, ReasonView, reasons};
use serde::Serialize;
use std::borrow::Cow;
use std::sync::Arc;

use super::afterwards::Afterwards;
use super::handoff_tally::Owned;
use super::result::LeadResult;

/// A lead, and what would have become of it.
#[derive(Clone, Debug)]
pub struct Lead {
    /// The place of its row in the history.
    pub place: usize,
    /// The source's id: `kind:id`.
    pub id: String,
    /// When it was played.
    pub moment: Moment,
    /// Whether its row says no time.
    pub undated: bool,
    /// What was decided; none where the checkpoint did not let it through.
    pub action: Option<Action>,
    /// Which kind of handoff.
    pub kind: Option<String>,
    /// The handoff that it began or found open.
    pub handoff: Option<HandoffId>,
    /// Whether it found the handoff open, and began none.
    pub joined: bool,
    /// Who would have had it in the end, with the clocks that began for them.
    pub owned: Option<Owned>,
    /// Who had it before.
    pub earlier: Vec<Owned>,
    /// How the owner was found.
    pub routing: Option<Arc<Routing>>,
    /// Why: the decision, and then the routes.
    pub reasons: Vec<Reason>,
    /// What the decision leaned on.
    pub score: Arc<Score>,
    /// How long after its moment it first had an owner, where it began a handoff.
    pub routed_after: Option<Span>,
    /// What became of it.
    pub result: LeadResult,
    /// Why it has no owner, where it was to have one.
    pub without: Option<Code>,
    /// The value of the field that leads are told apart by.
    pub segment: Option<String>,
    /// What really became of it.
    pub afterwards: Afterwards,
}

impl Lead {
    /// Who would have had it in the end.
    pub fn owner(&self) -> Option<&Owner> {
        self.owned.as_ref().map(|owned| &owned.owner)
    }

    /// The route that found the owner, by its place.
    pub fn route(&self) -> Option<u16> {
        self.routing.as_ref().and_then(|routing| routing.route)
    }

    /// Until when it must be accepted.
    pub fn accept_by(&self) -> Option<Moment> {
        self.owned.as_ref().and_then(|owned| owned.accept_by)
    }

    /// Until when somebody must get in touch.
    pub fn first_touch_by(&self) -> Option<Moment> {
        self.owned.as_ref().and_then(|owned| owned.first_touch_by)
    }

    /// Why it was decided so: the reasons before those of the routes.
    pub fn decided(&self) -> &[Reason] {
        let routed = match &self.routing {
            Some(routing) if !self.joined => routing.reasons.len(),
            Some(_) | None => 0,
        };
        &self.reasons[..self.reasons.len() - routed]
    }

    /// What was decided, in a word.
    pub const fn decision(&self) -> &'static str {
        match self.action {
            Some(action) => action.as_str(),
            None => "quarantine",
        }
    }

    /// The lead as a line of JSON, without the line's end.
    pub(super) fn json(&self, names: &dyn Names, against: Option<impl Serialize>) -> String {
        let line = Line {
            lead: &self.id,
            moment: self.moment,
            decision: self.decision(),
            kind: self.kind.as_deref(),
            owner: self.owner(),
            route: self.route().map(|route| route_name(route, names)),
            reasons: reasons(&self.reasons, names),
            score: score(&self.score, names),
            accept_by: self.accept_by(),
            first_touch_by: self.first_touch_by(),
            earlier: &self.earlier,
            undated: self.undated,
            against,
        };
        serde_json::to_string(&line).expect("a line has nothing that JSON cannot say")
    }
}

/// What people call a route; its place from 1 where it has no name.
pub fn route_name(route: u16, names: &dyn Names) -> Cow<'_, str> {
    names.route(route).map_or_else(|| (route + 1).to_string().into(), Cow::Borrowed)
}

#[derive(Serialize)]
struct Line<'a, A> {
    lead: &'a str,
    moment: Moment,
    decision: &'a str,
    kind: Option<&'a str>,
    owner: Option<&'a Owner>,
    route: Option<Cow<'a, str>>,
    reasons: Vec<ReasonView<'a>>,
    score: ScoreLine<'a>,
    accept_by: Option<Moment>,
    first_touch_by: Option<Moment>,
    #[serde(skip_serializing_if = "<[Owned]>::is_empty")]
    earlier: &'a [Owned],
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    undated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    against: Option<A>,
}

/// A score as in a handoff.
#[derive(Serialize)]
struct ScoreLine<'a> {
    total: Points,
    fit: Points,
    engagement: Points,
    contributions: Vec<ContributionLine<'a>>,
}

#[derive(Serialize)]
struct ContributionLine<'a> {
    name: Cow<'a, str>,
    points: Points,
    evidence: &'a [domain::SignalId],
}

fn score<'a>(score: &'a Score, names: &'a dyn Names) -> ScoreLine<'a> {
    let parts = score.contributions.iter().map(|part| ContributionLine {
        name: part_name(part.group, part.rule, names),
        points: Points(part.points),
        evidence: &part.evidence,
    });
    ScoreLine {
        total: Points(score.total()),
        fit: Points(score.fit),
        engagement: Points(score.engagement),
        contributions: parts.collect(),
    }
}

pub(super) fn part_name(group: ScoreGroup, rule: Option<u16>, names: &dyn Names) -> Cow<'_, str> {
    match (names.rule(group, rule), rule) {
        (Some(name), _) => name.into(),
        (None, Some(rule)) => format!("rule {}", rule + 1).into(),
        (None, None) => "Cap".into(),
    }
}
