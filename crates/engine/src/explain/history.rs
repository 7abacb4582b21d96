//! What happened to a handoff, each line from its own fact: what, when, who and why.

use std::fmt::Write as _;

use domain::fact::{Addressee, Fact, Notice, Routing, Verdict};
use domain::handoff::{DeliveryState, MemberId, Owner, Seam, State, Target};
use domain::reason::{Code, Finding, Reason};
use domain::{DeliveryId, Moment};
use rules::sla::Act;
use serde::Serialize;

use super::who::Who;
use crate::as_of::{HandoffHistory, Recorded};
use crate::names::{Names, Versions};
use crate::stages::brief::{remarks, words};
use crate::state::QUEUE_OVERDUE;
use crate::view::{ReasonView, reason};

/// One thing that happened.
#[derive(Serialize, Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry<'a> {
    /// When we knew.
    pub moment: Moment,
    /// The kind of the fact.
    pub kind: &'static str,
    /// The state that it came into, where it changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<State>,
    /// What, in words.
    pub text: String,
    /// Who did it; none where it followed from the rules or from time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Who>,
    /// The words that were said, for a reader who may see them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The reasons, in the order in which they held.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<ReasonView<'a>>,
}

/// Whether the words that people said are in an explanation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotesShown {
    /// The reader may see them.
    Told,
    /// The reader may not.
    LeftOut,
}

/// What happened, in order. Clocks that start, attempts and searches say nothing of their own: what
/// came of them follows.
pub(super) fn history_entries<'a>(
    history: &'a HandoffHistory,
    versions: &'a dyn Versions,
    notes: NotesShown,
) -> Vec<HistoryEntry<'a>> {
    let facts = history.facts();
    let told = facts.iter().enumerate().filter_map(|(at, recorded)| {
        let describer = FactDescriber { before: &facts[..at], recorded, versions };
        Some((describer.text()?, recorded))
    });
    told.map(|(text, recorded)| {
        let names = versions.names(recorded.strategy);
        HistoryEntry {
            moment: recorded.moment,
            kind: recorded.fact.kind(),
            state: state(&recorded.fact),
            text,
            by: Who::of(recorded, names),
            note: note(&recorded.fact).filter(|_| notes == NotesShown::Told),
            reasons: reasons_of(&recorded.fact).iter().map(|why| reason(why, names)).collect(),
        }
    })
    .collect()
}

/// What a code says, without its full stop.
pub(super) fn sentence(code: Code) -> &'static str {
    let says = code.says();
    says.strip_suffix('.').unwrap_or(says)
}

/// What a reason says, with the name of what gave it.
pub(super) fn says(view: &ReasonView<'_>) -> String {
    match &view.name {
        Some(name) => format!("{} ({name})", sentence(view.code)),
        None => sentence(view.code).to_owned(),
    }
}

/// A state as people say it.
pub(super) fn spoken(state: State) -> String {
    state.as_str().replace('-', " ")
}

/// What people call an owner.
pub(super) fn owner_name(owner: &Owner, names: &dyn Names) -> String {
    match owner {
        Owner::Person(member) => names.member(&member.0).unwrap_or(&member.0).to_owned(),
        Owner::Queue(queue) => format!("the queue {queue}"),
        Owner::Engine => "the engine".to_owned(),
    }
}

fn state(fact: &Fact) -> Option<State> {
    if let Fact::HandoffMoved { state, .. }
    | Fact::DeedUndone { state, .. }
    | Fact::OutcomeRecorded { outcome: state, .. } = fact
    {
        Some(*state)
    } else {
        None
    }
}

/// The words that a fact has.
pub(super) fn note(fact: &Fact) -> Option<String> {
    if let Fact::Debriefed { note: Some(note), .. }
    | Fact::ClaimJudged { note: Some(note), .. }
    | Fact::OutcomeRecorded { note: Some(note), .. } = fact
    {
        remarks::text_of(&note.bytes)
    } else {
        None
    }
}

fn reasons_of(fact: &Fact) -> &[Reason] {
    if let Fact::OwnerAssigned { routing, .. } = fact {
        &routing.reasons
    } else if let Fact::DecisionMade { reasons, .. } | Fact::HandoffMoved { reasons, .. } = fact {
        reasons
    } else {
        &[]
    }
}

/// One fact, and those before it.
struct FactDescriber<'a> {
    before: &'a [Recorded],
    recorded: &'a Recorded,
    versions: &'a dyn Versions,
}

impl FactDescriber<'_> {
    /// What the fact says; none where what came of it says more.
    fn text(&self) -> Option<String> {
        Some(match &self.recorded.fact {
            Fact::DecisionMade { action, reasons, .. } => {
                let action = action.as_str().replace('-', " ");
                with_reasons(format!("decided: {action}"), reasons, self.names())
            }
            Fact::HandoffProposed { kind, .. } => format!("proposed as {kind}"),
            Fact::CheckpointReached { seam, verdict, findings, .. } => {
                crossed(*seam, *verdict, findings)
            }
            Fact::OwnerAssigned { owner, routing, .. } => self.assigned(owner, routing),
            Fact::HandoffMoved { state, reasons, returns, .. } => {
                self.moved(*state, reasons, *returns)
            }
            Fact::BriefWritten { claims, unknown, .. } => {
                format!("brief written: {claims} claims, {unknown} unknown")
            }
            Fact::SlaWarned { target, generation, .. } => {
                format!("{} runs out{}", called(*target), self.due(*target, *generation))
            }
            Fact::SlaBreached { target, generation, .. } => {
                format!("{} was missed{}", called(*target), self.due(*target, *generation))
            }
            Fact::Escalated { step, told, target, .. } => {
                self.escalated(*step, told.as_ref(), *target)
            }
            Fact::Touched { .. } => format!("first touch{}", self.by()),
            Fact::OutcomeRecorded { outcome, occurred, .. } => {
                let at = occurred.map_or_else(String::new, |at| {
                    format!("; it happened {} UTC", words::stamp(at))
                });
                format!("{}, said{}{at}", spoken(*outcome), self.by())
            }
            Fact::Debriefed { right: None, complaints: 0, note: Some(_), .. } => {
                format!("note{}", self.by())
            }
            Fact::Debriefed { right, complaints, .. } => {
                let right = match right {
                    Some(true) => ": right",
                    Some(false) => ": not right",
                    None => "",
                };
                let noun = if *complaints == 1 { "complaint" } else { "complaints" };
                format!("debrief{}{right}, {complaints} {noun}", self.by())
            }
            Fact::ClaimJudged { claim, feedback, .. } => {
                let what = match claim {
                    Some(claim) => format!("claim {claim} of the brief is {feedback}"),
                    None => "something is missing in the brief".to_owned(),
                };
                format!("{what}, said{}", self.by())
            }
            Fact::DeedUndone { state, owner, .. } => {
                let owner = owner_name(owner, self.names());
                format!("taken back{}: {} again, with {owner}", self.by(), spoken(*state))
            }
            Fact::DeliveryQueued { notice: Some(notice), step, destination, .. } => {
                self.telling(notice, *step, destination)
            }
            Fact::DeliveryMoved { delivery, state, attempt, code, status, .. } => {
                return self.of_delivery(*delivery, *state, *attempt, *code, *status);
            }
            Fact::SignalArrived { .. }
            | Fact::SignalQuarantined { .. }
            | Fact::QuarantineRepaired { .. }
            | Fact::QuarantineReleased { .. }
            | Fact::QuarantineDiscarded { .. }
            | Fact::SubjectResolved { .. }
            | Fact::NodeJoined { .. }
            | Fact::NodeLeft { .. }
            | Fact::PeopleMerged { .. }
            | Fact::MergeUndone { .. }
            | Fact::LeadScored { .. }
            | Fact::OwnerWanted { .. }
            | Fact::ClockStarted { .. }
            | Fact::ClockStopped { .. }
            | Fact::DeliveryQueued { .. }
            | Fact::DeliveryAttempted { .. }
            | Fact::UndoOffered { .. }
            | Fact::TurnTaken { .. }
            | Fact::TurnUndone { .. }
            | Fact::HandoffSnoozed { .. }
            | Fact::LineJoined { .. }
            | Fact::LineLeft { .. }
            | Fact::WorkEnded { .. }
            | Fact::MemberPaused { .. }
            | Fact::MemberResumed { .. }
            | Fact::CreditGiven { .. }
            | Fact::StrategyApplied { .. }
            | Fact::PersonErased { .. }
            | Fact::Unsealed { .. }
            | Fact::SignalsWitnessed { .. }
            | Fact::ImportUndone { .. }
            | Fact::SignalsTakenBack { .. }
            | Fact::ImportRecorded { .. }
            | Fact::UserGranted { .. }
            | Fact::UserRevoked { .. } => return None,
        })
    }

    fn names(&self) -> &dyn Names {
        self.versions.names(self.recorded.strategy)
    }

    fn by(&self) -> String {
        let by = Who::of(self.recorded, self.names());
        by.map_or_else(String::new, |by| format!(" by {by}"))
    }

    fn moved(&self, state: State, reasons: &[Reason], returns: Option<Moment>) -> String {
        let text = format!("{}{}", spoken(state), self.by());
        let failed = self.failed_before().filter(|_| state == State::Faulted);
        let mut text = match failed {
            Some(failed) => format!("{text}: {failed}"),
            None => with_reasons(text, reasons, self.names()),
        };
        if let Some(returns) = returns {
            let recycled = state == State::Recycled;
            let what = if recycled { "may come back" } else { "looked at again" };
            let _ = write!(text, "; {what} {} UTC", words::stamp(returns));
        }
        text
    }

    fn assigned(&self, owner: &Owner, routing: &Routing) -> String {
        let names = self.names();
        let mut text = format!("to {}", owner_name(owner, names));
        if let Some(by) = Who::of(self.recorded, names) {
            let _ = write!(text, ", by {by}");
        }
        if let Some(route) = routing.route {
            let _ = write!(text, ": route {}", route + 1);
            if let Some(name) = names.route(route) {
                let _ = write!(text, " \"{name}\"");
            }
        }
        let given = routing.reasons.iter().filter(|reason| reason.rule.is_none());
        for reason in given.filter(|reason| reason.code != Code::ManagerAsked) {
            let _ = write!(text, ": {}", sentence(reason.code));
        }
        text
    }

    fn escalated(&self, step: u16, told: Option<&MemberId>, target: Option<Target>) -> String {
        if step != QUEUE_OVERDUE {
            return self.chain_step(step, told, target);
        }
        let mut text = "the queue's time ran out".to_owned();
        if let Some(told) = told {
            let name = self.names().member(&told.0).unwrap_or(&told.0);
            let _ = write!(text, "; {name} answers for it");
        }
        text
    }

    /// Somebody is about to be told of an occasion.
    fn telling(&self, notice: &Notice, step: u16, destination: &str) -> String {
        let names = self.names();
        let mut text = match &notice.told {
            Some(Addressee::Member(member)) => {
                format!("{} is told", names.member(&member.0).unwrap_or(&member.0))
            }
            Some(Addressee::Channel(channel)) => format!("{channel} is told"),
            None => "a step is made".to_owned(),
        };
        if let Some(occasion) = notice.occasion {
            let _ = write!(text, " (occasion {occasion}");
            let _ = match notice.target {
                Some(target) => write!(text, ", {})", called(target)),
                None => write!(text, ")"),
            };
        }
        let _ = match names.step(step) {
            Some(name) => write!(text, ": \"{name}\" to {destination}"),
            None => write!(text, ": step {} to {destination}", step + 1),
        };
        text
    }

    fn chain_step(&self, step: u16, told: Option<&MemberId>, target: Option<Target>) -> String {
        let mut text = format!("step {} of the chain on silence", step + 1);
        if let Some(target) = target {
            let _ = write!(text, " of {}", target.as_str().replace('-', " "));
        }
        let strategy = self.versions.version(self.recorded.strategy);
        let sla = self.before.iter().find_map(|known| {
            let Fact::HandoffProposed { sla, .. } = &known.fact else { return None };
            sla.as_deref()
        });
        let sla = strategy.zip(sla).and_then(|(strategy, sla)| strategy.slas.class(sla));
        let target = target.unwrap_or(Target::Accept);
        if let Some(line) = sla.and_then(|sla| sla.chain(target).get(usize::from(step))) {
            let _ = match &line.act.value {
                Act::Remind => write!(text, ": remind"),
                Act::TellManager => write!(text, ": tell the manager"),
                Act::Reassign => write!(text, ": reassign"),
                Act::Pool(pool) => write!(text, ": to the pool {pool}"),
                Act::Queue(queue) => write!(text, ": to the queue {queue}"),
            };
        }
        if let Some(told) = told {
            let _ = write!(text, ", {}", self.names().member(&told.0).unwrap_or(&told.0));
        }
        text
    }

    fn due(&self, wanted: Target, start: u32) -> String {
        let started = self.before.iter().rev().find_map(|known| {
            let Fact::ClockStarted { target, due, generation, .. } = &known.fact else {
                return None;
            };
            (*target == wanted && *generation == start).then_some(*due)
        });
        started.map_or_else(String::new, |due| format!(", due {} UTC", words::stamp(due)))
    }

    // ---- deliveries ---------------------------------------------------------------------------

    fn of_delivery(
        &self,
        delivery: DeliveryId,
        state: DeliveryState,
        attempt: u32,
        code: Option<Code>,
        status: Option<u16>,
    ) -> Option<String> {
        if !state.is_closed() {
            return None;
        }
        let mut text = format!("{} {state}", self.step_of(delivery));
        if attempt > 1 {
            let _ = write!(text, " at attempt {attempt}");
        }
        if let Some(code) = code {
            let _ = write!(text, ": {}", sentence(code));
        }
        if let Some(status) = status.filter(|_| state == DeliveryState::Failed) {
            let _ = write!(text, ", status {status}");
        }
        Some(text)
    }

    /// The delivery that failed just before, in its own words: the state has no more than its step.
    fn failed_before(&self) -> Option<String> {
        let moment = self.recorded.moment;
        let mut same = self.before.iter().rev().take_while(|known| known.moment == moment);
        same.find_map(|known| {
            let Fact::DeliveryMoved { delivery, state, attempt, code, status, .. } = &known.fact
            else {
                return None;
            };
            let failed = *state == DeliveryState::Failed;
            failed.then(|| self.of_delivery(*delivery, *state, *attempt, *code, *status))?
        })
    }

    fn step_of(&self, wanted: DeliveryId) -> String {
        let queued = self.before.iter().rev().find_map(|known| {
            let Fact::DeliveryQueued { delivery, step, destination, undoes, .. } = &known.fact
            else {
                return None;
            };
            let found = (known.strategy, *step, destination, undoes.is_some());
            (*delivery == wanted).then_some(found)
        });
        let Some((strategy, step, destination, undoes)) = queued else {
            return wanted.to_string();
        };
        let step = match self.versions.names(strategy).step(step) {
            Some(name) => format!("\"{name}\""),
            None => format!("step {}", step + 1),
        };
        let what = if undoes { "what takes back" } else { "delivery" };
        format!("{what} {step} to {destination}:")
    }
}

fn crossed(seam: Seam, verdict: Verdict, findings: &[Finding]) -> String {
    let verdict = match verdict {
        Verdict::Passed => "passed",
        Verdict::Warned => "passed with warnings",
        Verdict::Repaired => "passed after repairs",
        Verdict::Quarantined => "held",
        Verdict::Rejected => "refused",
    };
    let mut text = format!("the contract of the seam {seam}: {verdict}");
    for finding in findings {
        let _ = write!(text, "; {}", sentence(finding.code));
        if let Some(field) = &finding.field {
            let _ = write!(text, " ({})", words::plain(field, 60));
        }
    }
    text
}

/// Routes that did not match are told with the owner; of all others each reason is told.
fn with_reasons(mut text: String, reasons: &[Reason], names: &dyn Names) -> String {
    let of_routes = |reason: &&Reason| {
        !matches!(
            reason.code,
            Code::RouteMatched
                | Code::RouteUnmatched
                | Code::RouteUnknown
                | Code::NobodyFound
                | Code::LinkClaimed
        ) || reason.rule.is_none()
    };
    for (at, why) in reasons.iter().filter(of_routes).enumerate() {
        let before = if at == 0 { ": " } else { "; " };
        let _ = write!(text, "{before}{}", says(&reason(why, names)));
    }
    text
}

fn called(target: Target) -> &'static str {
    match target {
        Target::Accept => "the time to accept",
        Target::FirstTouch => "the time to the first touch",
        Target::Qualify => "the time to qualify",
    }
}
