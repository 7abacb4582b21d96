//! Occasions: what happens to a handoff besides the states that it comes into, and the steps that
//! tell people of it.
//!
//! An occasion is seen in the facts of a turn, so that no fact that people are to hear of can be
//! said without it. Each occurrence is told once to each person at each destination, whatever steps
//! name them.

use domain::fact::{Addressee, Fact, Notice};
use domain::handoff::{MemberId, Occasion, Owner, State, Target};
use domain::{DeliveryId, HandoffId};
use rules::destinations::{Step, Tell, Trigger};
use rules::sla::Act;
use rules::strategy::Strategy;

use super::Sending;
use crate::availability::manager_of;
use crate::effects::Effects;
use crate::stages::route;
use crate::state::{Handoff, QUEUE_OVERDUE};

/// One time that an occasion occurred.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Occurrence {
    /// What occurred.
    pub occasion: Occasion,
    /// The target whose clock or chain it is about.
    pub target: Option<Target>,
    /// Tells it from others of its kind over the same handoff: the start of the clock and the line of
    /// the chain, or the round.
    pub time: (u32, u16),
    /// Who had the handoff before, where it went on to somebody else.
    pub previous: Option<MemberId>,
}

impl Occurrence {
    const fn of_clock(occasion: Occasion, target: Target, generation: u32) -> Self {
        Self { occasion, target: Some(target), time: (generation, 0), previous: None }
    }

    const fn of_round(occasion: Occasion, handoff: &Handoff) -> Self {
        Self { occasion, target: None, time: (handoff.assignments, 0), previous: None }
    }
}

/// What the facts that are about to be taken in mean for people. `handoff` is as it stood before.
pub fn occurrences(strategy: &Strategy, handoff: &Handoff, effects: &Effects) -> Vec<Occurrence> {
    let of = |(_, fact)| occurrence(strategy, handoff, fact);
    effects.facts.iter().map(|(to, fact)| (to, fact)).filter_map(of).collect()
}

fn occurrence(strategy: &Strategy, before: &Handoff, fact: &Fact) -> Option<Occurrence> {
    if let Fact::SlaWarned { target, generation, .. } = fact {
        Some(Occurrence::of_clock(Occasion::Warned, *target, *generation))
    } else if let Fact::SlaBreached { target, generation, .. } = fact {
        Some(Occurrence::of_clock(Occasion::Breached, *target, *generation))
    } else if let Fact::Escalated { step, generation, target, .. } = fact {
        escalated(strategy, before, *step, *generation, target.unwrap_or(Target::Accept))
    } else if let Fact::HandoffMoved { state: State::Held, reasons, .. } = fact {
        let begins = before.state != State::Held && !route::is_held_on_purpose(reasons);
        begins.then(|| Occurrence::of_round(Occasion::Waiting, before))
    } else if let Fact::OwnerAssigned { owner, by, .. } = fact {
        given(strategy, before, owner, by.is_some())
    } else {
        None
    }
}

fn escalated(
    strategy: &Strategy,
    handoff: &Handoff,
    step: u16,
    generation: u32,
    target: Target,
) -> Option<Occurrence> {
    let occasion = if step == QUEUE_OVERDUE {
        alarms(strategy, &handoff.owner).then_some(Occasion::Waiting)?
    } else {
        let sla = strategy.slas.class(handoff.sla.as_deref()?)?;
        match sla.chain(target).get(usize::from(step))?.act.value {
            Act::Remind => Occasion::Reminded,
            Act::TellManager => Occasion::Escalated,
            Act::Reassign | Act::Pool(_) | Act::Queue(_) => return None,
        }
    };
    let mut known = Occurrence::of_clock(occasion, target, generation);
    known.time.1 = step;
    Some(known)
}

/// It was given to a person or a queue.
fn given(strategy: &Strategy, before: &Handoff, to: &Owner, by_person: bool) -> Option<Occurrence> {
    let had = match &before.owner {
        Owner::Person(member) => Some(member),
        Owner::Queue(_) | Owner::Engine => before.passed_over.last(),
    };
    let is_other = |had: &&MemberId| !matches!(to, Owner::Person(member) if member == *had);
    let previous = had.filter(is_other).cloned();
    match to {
        Owner::Engine => None,
        Owner::Queue(_) if before.state == State::InReview && !by_person => {
            Some(Occurrence::of_round(Occasion::Reviewed, before))
        }
        // Nobody was found: that says more than who had it before.
        Owner::Queue(_) if !by_person && alarms(strategy, to) => {
            Some(Occurrence { previous, ..Occurrence::of_round(Occasion::Unrouted, before) })
        }
        Owner::Person(_) | Owner::Queue(_) => {
            let known = Occurrence::of_round(Occasion::Reassigned, before);
            previous.map(|previous| Occurrence { previous: Some(previous), ..known })
        }
    }
}

fn alarms(strategy: &Strategy, owner: &Owner) -> bool {
    let Owner::Queue(queue) = owner else { return false };
    strategy.routing.queue(&queue.0).is_some_and(|(_, rule)| rule.alarm)
}

impl Sending<'_> {
    /// Queues the steps that wait for an occasion that has just occurred.
    pub fn told(self, strategy: &Strategy, occurred: &Occurrence) -> Effects {
        let mut effects = Effects::new();
        let mut queued: Vec<DeliveryId> = Vec::new();
        let trigger = Trigger::Occasion(occurred.occasion);
        let steps = strategy.destinations.steps.iter().enumerate();
        for (place, step) in steps.filter(|(_, step)| step.when.value == trigger) {
            let told = match &step.tell {
                Some(tell) => match self.addressee(strategy, &tell.value, occurred) {
                    Some(told) => Some(told),
                    None => continue,
                },
                None => None,
            };
            let id = occasion_id(self.handoff.id, occurred, told.as_ref(), place as u16, step);
            if queued.contains(&id) || self.handoff.delivery(id).is_some() {
                continue;
            }
            queued.push(id);
            let (occasion, target) = (Some(occurred.occasion), occurred.target);
            let notice = Notice { occasion, target, told, must: step.must.then_some(true) };
            let (_, sent) = self.queue_step(strategy, (place as u16, step), id, Some(notice));
            effects.extend(sent);
        }
        effects
    }

    /// Who is meant; nobody where nobody is: an owner without a manager, a first owner.
    fn addressee(self, strategy: &Strategy, tell: &Tell, at: &Occurrence) -> Option<Addressee> {
        let member = match tell {
            Tell::Owner => self.who_has_it(strategy),
            Tell::Manager => {
                self.who_has_it(strategy).and_then(|owner| manager_of(strategy, &owner))
            }
            Tell::PreviousOwner => {
                at.previous.clone().or_else(|| self.handoff.passed_over.last().cloned())
            }
            Tell::QueueOwner => self.who_answers(strategy),
            Tell::Member(member) => Some(member.clone()),
            Tell::Channel(channel) => return Some(Addressee::Channel(channel.clone())),
        };
        member.map(Addressee::Member)
    }

    /// Who has it; for a queue, who answers for it.
    fn who_has_it(self, strategy: &Strategy) -> Option<MemberId> {
        match &self.handoff.owner {
            Owner::Person(member) => Some(member.clone()),
            Owner::Queue(_) => self.who_answers(strategy),
            Owner::Engine => None,
        }
    }

    /// Who answers for the queue that has it, else for that of what found nobody.
    fn who_answers(self, strategy: &Strategy) -> Option<MemberId> {
        let queue = match &self.handoff.owner {
            Owner::Queue(queue) if strategy.routing.queue(&queue.0).is_some() => queue,
            Owner::Person(_) | Owner::Queue(_) | Owner::Engine => route::last_resort(strategy)?,
        };
        strategy.routing.queue(&queue.0).map(|(_, rule)| rule.owner.clone())
    }

    /// Whom a step that waits for a state tells, where it tells somebody.
    pub(super) fn notice(self, strategy: &Strategy, step: &Step) -> Option<Notice> {
        let tell = step.tell.as_ref()?;
        let nothing = Occurrence::of_round(Occasion::Reassigned, self.handoff);
        let told = self.addressee(strategy, &tell.value, &nothing);
        Some(Notice { occasion: None, target: None, told, must: step.must.then_some(true) })
    }
}

/// An occurrence is told once to each person at each destination; to a system once for each step.
fn occasion_id(
    handoff: HandoffId,
    occurred: &Occurrence,
    told: Option<&Addressee>,
    place: u16,
    step: &Step,
) -> DeliveryId {
    let Occurrence { occasion, target, time: (generation, line), .. } = occurred;
    let target = target.map_or("", Target::as_str);
    let place = place.to_be_bytes();
    let (kind, whom): (&[u8], &[u8]) = match told {
        Some(Addressee::Member(member)) => (b"member", member.0.as_bytes()),
        Some(Addressee::Channel(channel)) => (b"channel", channel.as_bytes()),
        None => (b"step", &place),
    };
    let numbers = [generation.to_be_bytes(), u32::from(*line).to_be_bytes()].concat();
    DeliveryId::caused_by(&[
        handoff.bytes(),
        occasion.as_str().as_bytes(),
        target.as_bytes(),
        &numbers,
        kind,
        whom,
        step.to.value.as_bytes(),
    ])
}
