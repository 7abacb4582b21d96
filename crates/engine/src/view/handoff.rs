//! A handoff in JSON.

use std::borrow::Cow;

use domain::fact::{Addressee, Score, StrategyVersion};
use domain::handoff::{Action, Autonomy, DeliveryState, Occasion, Owner, State, Target};
use domain::reason::{Code, Reason};
use domain::{AccountId, DeliveryId, HandoffId, Moment, PersonId, SignalId};
use serde::{Serialize, Serializer};

use crate::as_of::HandoffAsOf;
use crate::names::{Names, Versions};
use crate::state::{Clock, Decision, Delivery, Handoff};

/// The engine that decided: its version.
pub const ENGINE: &str = env!("CARGO_PKG_VERSION");

/// One handoff.
#[derive(Serialize, Debug)]
pub struct HandoffView<'a> {
    /// The id of the handoff.
    pub id: HandoffId,
    /// Rises with everything that changes what its page says.
    pub version: u32,
    /// Which kind.
    pub kind: &'a str,
    /// Where it is.
    pub state: State,
    /// Since when.
    pub since: Moment,
    /// Why it is there.
    pub reasons: Vec<ReasonView<'a>>,
    /// Whose account.
    pub account: AccountId,
    /// Whose lead.
    pub person: PersonId,
    /// Who has it.
    pub owner: &'a Owner,
    /// When it was proposed.
    pub opened: Moment,
    /// Under which SLA.
    pub sla: Option<&'a str>,
    /// The pool that was asked for the present owner.
    pub pool: Option<&'a str>,
    /// The targets of its SLA.
    pub targets: Vec<TargetView>,
    /// The targets whose time has passed and that are still open.
    pub overdue: Vec<Target>,
    /// Until when it must be accepted.
    pub accept_by: Option<Moment>,
    /// Until when somebody must get in touch.
    pub first_touch_by: Option<Moment>,
    /// Until when it must be qualified.
    pub qualify_by: Option<Moment>,
    /// When it may come back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub returns: Option<Moment>,
    /// Until when what was done last can be taken back, or could be; none where something else has moved it
    /// since.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undo_until: Option<Moment>,
    /// What it leans on.
    pub score: ScoreView<'a>,
    /// What was decided.
    pub decision: DecisionView<'a>,
    /// What left.
    pub deliveries: Vec<DeliveryView<'a>>,
    /// The signal that all of it began with.
    pub correlation: SignalId,
    /// The run: the handoff and how many times an owner was looked for.
    pub run: String,
}

/// A target of its SLA.
#[derive(Serialize, Debug, Clone, Copy, PartialEq, Eq)]
pub struct TargetView {
    /// The target that the clock runs towards.
    pub name: Target,
    /// When it is due.
    pub due: Moment,
    /// Whether time ran low.
    pub warned: bool,
    /// Whether time ran out.
    pub breached: bool,
    /// Whether it was reached in time; none while it is open, and where it ended without being
    /// reached.
    pub met: Option<bool>,
    /// Whether its clock runs.
    pub runs: bool,
}

/// A score. The points of the contributions add up to fit and engagement, and those to the total.
#[derive(Serialize, Debug)]
pub struct ScoreView<'a> {
    /// Fit and engagement together.
    pub total: Points,
    /// What they are.
    pub fit: Points,
    /// What they do.
    pub engagement: Points,
    /// The parts.
    pub contributions: Vec<ContributionView<'a>>,
}

/// A part of a score.
#[derive(Serialize, Debug)]
pub struct ContributionView<'a> {
    /// What people call its rule.
    pub name: Cow<'a, str>,
    /// How much.
    pub points: Points,
    /// The signals that it rests on.
    pub evidence: &'a [SignalId],
}

/// What was decided.
#[derive(Serialize, Debug)]
pub struct DecisionView<'a> {
    /// What is to be done.
    pub action: Option<Action>,
    /// The route that found the owner.
    pub route: Option<Cow<'a, str>>,
    /// Why. Routes that did not match are told by `why`.
    pub reasons: Vec<ReasonView<'a>>,
    /// How much of it goes by itself.
    pub autonomy: Option<Autonomy>,
    /// The strategy that decided.
    pub strategy: Option<StrategyVersion>,
    /// The engine that this program is.
    pub engine: &'static str,
    /// What was known then is what it leans on.
    pub known_as_of: Moment,
}

/// A reason, with the name of the rule that gave it.
#[derive(Serialize, Debug, Clone, PartialEq, Eq)]
pub struct ReasonView<'a> {
    /// What it says.
    pub code: Code,
    /// Which row, route or fence, as people call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a str>,
    /// A figure that belongs to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub figure: Option<i64>,
}

/// One effect on an outside system.
#[derive(Serialize, Debug)]
pub struct DeliveryView<'a> {
    /// The id of the delivery.
    pub id: DeliveryId,
    /// What people call its step.
    pub step: Cow<'a, str>,
    /// Where to.
    pub destination: &'a str,
    /// Where it is.
    pub state: DeliveryState,
    /// How many attempts were begun.
    pub attempts: u32,
    /// Why the last one failed.
    pub code: Option<Code>,
    /// The destination's last answer.
    pub status: Option<u16>,
    /// The occasion that it tells of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occasion: Option<Occasion>,
    /// Who is told: a member or a channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub told: Option<&'a str>,
    /// What it takes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undoes: Option<DeliveryId>,
    /// When it is tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub again: Option<Moment>,
}

/// Hundredths of a point, written as a number of points.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Points(pub i32);

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        // The quotient is the double nearest to the decimal, whose shortest form is that decimal.
        s.serialize_f64(f64::from(self.0) / 100.0)
    }
}

/// A handoff as readers see it: there is no personal data in it.
pub fn handoff<'a>(known: HandoffAsOf<'a>, versions: &'a dyn Versions) -> HandoffView<'a> {
    let handoff = known.handoff();
    let (decided, moved) =
        (versions.names(handoff.strategy), versions.names(handoff.reasons_under));
    let due = |target: Target| handoff.clocks.get(&target).map(|clock| clock.due);
    HandoffView {
        id: handoff.id,
        version: handoff.version,
        kind: &handoff.kind,
        state: handoff.state,
        since: handoff.since,
        reasons: handoff.reasons.iter().map(|known| reason(known, moved)).collect(),
        account: known.held_by(),
        person: handoff.person,
        owner: &handoff.owner,
        opened: handoff.opened,
        sla: handoff.sla.as_deref(),
        pool: handoff.routing.pool.as_deref(),
        targets: targets(handoff),
        overdue: overdue(handoff),
        accept_by: due(Target::Accept),
        first_touch_by: due(Target::FirstTouch),
        qualify_by: due(Target::Qualify),
        returns: handoff.returns,
        undo_until: handoff.undo.as_ref().map(|undo| undo.until),
        score: score(&handoff.score, decided),
        decision: decision(handoff, versions),
        deliveries: handoff.deliveries.iter().map(|known| delivery(known, versions)).collect(),
        correlation: handoff.signal,
        run: run(handoff),
    }
}

fn targets(handoff: &Handoff) -> Vec<TargetView> {
    let reached = |target: Target| match target {
        Target::Accept => handoff.accepted.is_some(),
        Target::FirstTouch => handoff.touched.is_some(),
        Target::Qualify => {
            matches!(handoff.state, State::Qualified | State::Won | State::Lost)
        }
    };
    let clocks = handoff.clocks.iter();
    let view = clocks.map(|(name, clock)| TargetView {
        name: *name,
        due: clock.due,
        warned: clock.warned,
        breached: clock.breached,
        met: clock.stopped.filter(|_| reached(*name)).map(|stopped| stopped <= clock.due),
        runs: clock.is_running() && handoff.is_open(),
    });
    view.collect()
}

fn overdue(handoff: &Handoff) -> Vec<Target> {
    let late = |(target, clock): (&Target, &Clock)| {
        (clock.breached && clock.is_running() && handoff.is_open()).then_some(*target)
    };
    handoff.clocks.iter().filter_map(late).collect()
}

/// The run of a handoff: it begins anew each time that an owner is looked for.
pub fn run(handoff: &Handoff) -> String {
    format!("{}.{}", handoff.id, handoff.round)
}

/// A score in JSON.
pub fn score<'a>(score: &'a Score, names: &'a dyn Names) -> ScoreView<'a> {
    let parts = score.contributions.iter().map(|part| ContributionView {
        name: match (names.rule(part.group, part.rule), part.rule) {
            (Some(name), _) => name.into(),
            (None, Some(rule)) => format!("rule {}", rule + 1).into(),
            (None, None) => "Cap".into(),
        },
        points: Points(part.points),
        evidence: &part.evidence,
    });
    ScoreView {
        total: Points(score.total()),
        fit: Points(score.fit),
        engagement: Points(score.engagement),
        contributions: parts.collect(),
    }
}

fn decision<'a>(handoff: &'a Handoff, versions: &'a dyn Versions) -> DecisionView<'a> {
    let known: Option<&Decision> = handoff.decision.as_deref();
    let decided = known.into_iter().flat_map(|decision| &decision.reasons);
    let (deciding, routing) =
        (versions.names(handoff.strategy), versions.names(handoff.routed_under));
    let decided = decided.map(|known| (known, deciding));
    let all = decided.chain(handoff.routing.reasons.iter().map(|known| (known, routing)));
    DecisionView {
        action: known.map(|decision| decision.action),
        route: handoff.routing.route.map(|route| match routing.route(route) {
            Some(name) => name.into(),
            None => (route + 1).to_string().into(),
        }),
        reasons: named(all),
        autonomy: known.map(|decision| decision.autonomy),
        strategy: handoff.strategy,
        engine: ENGINE,
        known_as_of: known.map_or(handoff.opened, |decision| decision.known_as_of),
    }
}

/// Reasons with the names of what gave them, all by one strategy.
pub fn reasons<'r, 'a>(
    all: impl IntoIterator<Item = &'r Reason>,
    names: &'a dyn Names,
) -> Vec<ReasonView<'a>> {
    named(all.into_iter().map(|known| (known, names)))
}

/// Reasons, each with the name of what gave it. Routes that did not match are left to `why`, which
/// tells of each the first conjunct that did not hold; where nothing else is to be said they stay.
fn named<'r, 'a>(
    all: impl IntoIterator<Item = (&'r Reason, &'a dyn Names)>,
) -> Vec<ReasonView<'a>> {
    let passed_by =
        |known: &Reason| matches!(known.code, Code::RouteUnmatched | Code::RouteUnknown);
    let (passed, told): (Vec<_>, Vec<_>) = all.into_iter().partition(|(known, _)| passed_by(known));
    let shown = if told.is_empty() { passed } else { told };
    shown.into_iter().map(|(known, names)| reason(known, names)).collect()
}

/// A reason with the name of what gave it.
pub fn reason<'a>(reason: &Reason, names: &'a dyn Names) -> ReasonView<'a> {
    let name = reason.rule.and_then(|rule| name_of(reason.code, rule, names));
    ReasonView { code: reason.code, name, figure: reason.figure }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a list of the codes whose rule is no route")]
fn name_of(code: Code, rule: u16, names: &dyn Names) -> Option<&str> {
    match code {
        Code::RowMatched => names.row(rule),
        Code::FenceFired | Code::FenceOnClaim => names.fence(rule),
        // Why a step failed: what the destination or the way there gave as its reason.
        Code::DestinationRefused
        | Code::DestinationBusy
        | Code::DestinationFailed
        | Code::DestinationTimeout
        | Code::DestinationUnreachable
        | Code::DestinationUnknown
        | Code::DestinationSettings
        | Code::AddressForbidden
        | Code::AddressMissing
        | Code::AttemptsUsedUp
        | Code::StepBefore
        | Code::SeamUnmet => names.step(rule),
        _ => names.route(rule),
    }
}

fn delivery<'a>(delivery: &'a Delivery, versions: &'a dyn Versions) -> DeliveryView<'a> {
    let names = versions.names(delivery.strategy);
    DeliveryView {
        id: delivery.id,
        step: match names.step(delivery.step) {
            Some(name) => name.into(),
            None => (delivery.step + 1).to_string().into(),
        },
        destination: &delivery.destination,
        state: delivery.state,
        attempts: delivery.attempts,
        code: delivery.code,
        status: delivery.status,
        occasion: delivery.occasion(),
        told: delivery.notice.as_deref().and_then(|notice| notice.told.as_ref()).map(Addressee::id),
        undoes: delivery.undoes,
        again: delivery.again,
    }
}
