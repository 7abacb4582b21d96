//! The clocks of the SLA and of queues.

use domain::Moment;
use domain::errand::Wake;
use domain::fact::Fact;
use domain::handoff::{MemberId, Owner, QueueName, Target};
use rules::calendar::Calendar;
use rules::sla::{CalendarOf, Goal, Sla, deadline};

use super::follow::Follow;
use crate::availability::calendar_for;
use crate::effects::Effects;
use crate::state::Clock;

impl<'a> Follow<'a> {
    /// The clock of a queue: who answers for it is to act within its time.
    pub(super) fn queue_clock(self, queue: &QueueName) -> Effects {
        let Some((_, rule)) = self.strategy.routing.queue(&queue.0) else { return Effects::new() };
        let calendar = calendar_for(self.strategy, &CalendarOf::Owner, Some(&rule.owner));
        let Some(calendar) = calendar else { return Effects::new() };
        let due = deadline(calendar, self.now, &rule.within);
        let generation = self.generation(Target::Accept);
        self.started(Target::Accept, Clock::started(self.now, None, due, generation), None)
    }

    /// The clock of a target that starts now.
    pub(super) fn clock(self, target: Target, calendar: &Calendar, goal: &Goal) -> Clock {
        let due = deadline(calendar, self.now, &goal.within.value);
        let warn = goal.warn.as_ref().map(|warn| deadline(calendar, self.now, &warn.value));
        Clock::started(self.now, warn, due, self.generation(target))
    }

    /// A clock runs; `chain` is when the target's own chain on silence begins.
    pub(super) fn started(self, target: Target, clock: Clock, chain: Option<Moment>) -> Effects {
        let Clock { from, warn, due, generation, .. } = clock;
        let handoff = self.handoff.id;
        let started = Fact::ClockStarted { handoff, target, from, warn, due, generation, chain };
        let mut effects = self.said(started);
        if let Some(warn) = warn {
            effects.extend(self.wake_at(warn, Wake::Warn { handoff, target, generation }));
        }
        effects.extend(self.wake_at(due, Wake::Due { handoff, target, generation }));
        effects
    }

    /// A clock that runs ends.
    pub(crate) fn stopped(self, target: Target) -> Effects {
        let running = self.handoff.clocks.get(&target).filter(|clock| clock.is_running());
        let Some(clock) = running else { return Effects::new() };
        let met = self.now <= clock.due;
        self.said(Fact::ClockStopped { handoff: self.handoff.id, target, met })
    }

    /// Time runs low.
    pub fn warned(self, target: Target, generation: u32) -> Effects {
        match self.running(target, generation) {
            Some(clock) if !clock.warned => {
                self.said(Fact::SlaWarned { handoff: self.handoff.id, target, generation })
            }
            Some(_) | None => Effects::new(),
        }
    }

    /// The clock that a timer is for, if it still runs.
    pub(super) fn running(self, target: Target, generation: u32) -> Option<Clock> {
        let clock = self.handoff.clocks.get(&target).copied()?;
        let fits = clock.is_running() && clock.generation == generation;
        (self.handoff.is_open() && fits).then_some(clock)
    }

    pub(super) fn sla(self) -> Option<&'a Sla> {
        self.strategy.slas.class(self.handoff.sla.as_deref()?)
    }

    pub(super) fn calendar(self, sla: &Sla, owner: Option<&MemberId>) -> Option<&'a Calendar> {
        calendar_for(self.strategy, &sla.calendar.value, owner)
    }

    pub(super) fn calendar_now(self, sla: &Sla) -> Option<&'a Calendar> {
        let owner = match &self.handoff.owner {
            Owner::Person(member) => Some(member),
            Owner::Queue(_) | Owner::Engine => None,
        };
        self.calendar(sla, owner)
    }

    fn generation(self, target: Target) -> u32 {
        self.handoff.clocks.get(&target).map_or(0, |clock| clock.generation + 1)
    }
}
