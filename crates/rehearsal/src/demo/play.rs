//! History in virtual time: what arrives, what people do, what the receiver answers and what is
//! due, one after the other by moment.

use std::collections::BTreeMap;
use std::sync::Arc;

use connectors::reading::{Item, Source};
use connectors::{cloudevents, json, segment};
use crank::{Crank, CrankError, IntakeItem, IntakeOutcome, IntakeResult};
use domain::Moment;
use domain::fact::{By, Mode, Raw};
use domain::handoff::{Actor, Owner, State};
use domain::{HandoffId, SignalId};
use engine::event::Deed;
use rules::{Strategy, compile};
use store::Store;

use super::error::DemoError;
use super::figures::Figures;
use super::funnel::Funnel;
use super::receiver::Receiver;
use super::reps::Reps;
use super::script::{Plan, Script};
use super::watch::{HandoffEvent, Watch};
use crate::world::{DemoSource, Dirt, Form, Request, Trace, World, acme};

/// How many commands one commit makes durable.
const COMMANDS_A_GROUP: usize = 1_000;
/// How many timers, deliveries or turns are taken at once.
const AT_ONCE: usize = 256;

/// How far the history is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Items that were offered.
    pub done: u64,
    /// Items that are offered in all.
    pub total: u64,
    /// The virtual moment.
    pub moment: Moment,
}

/// What came of the history.
#[derive(Debug)]
pub struct History {
    /// The figures that `baton demo --json` prints.
    pub figures: Figures,
    /// From signals to deals.
    pub funnel: Funnel,
    /// Items that were offered.
    pub sent: u64,
    /// Items that were accepted.
    pub accepted: u64,
    /// Items that were there before.
    pub duplicates: u64,
    /// Items that were kept apart at the door.
    pub quarantined: u64,
    /// Signals that were accepted and then held at a checkpoint.
    pub held: u64,
    /// Dirt that was sent, by kind; its traces are in the figures.
    pub dirt_sent: BTreeMap<Dirt, u64>,
    /// Things that people wanted to do and that no longer fitted.
    pub too_late: u64,
    /// Where the journal was read up to, for the live part to go on from.
    pub watch: Watch,
    /// The receiver and its ledger.
    pub receiver: Receiver,
    /// Where the virtual clock stands.
    pub moment: Moment,
}

/// Puts the demo's strategy in force, in a group of its own.
pub fn put_in_force<S: Store>(
    crank: &mut Crank<S>,
    now: Moment,
) -> Result<Arc<Strategy>, DemoError> {
    let files = acme();
    let compiled = compile(&files);
    let strategy = compiled.strategy.map(Arc::new).ok_or_else(|| {
        let codes = compiled.diagnostics.list().iter().map(|diagnostic| diagnostic.code);
        DemoError::Strategy(codes.collect::<Vec<_>>().join(", "))
    })?;
    crank.begin()?;
    crank.apply(&files, Arc::clone(&strategy), Mode::Live, &By::Operator, now)?;
    crank.commit()?;
    Ok(strategy)
}

/// Plays a world's ninety days through a crank over an empty store. The figures depend on the
/// world alone.
pub fn play_history<S: Store>(
    crank: &mut Crank<S>,
    world: &World,
    progress: &mut dyn FnMut(Progress),
) -> Result<History, DemoError> {
    let strategy = put_in_force(crank, world.begins)?;
    let reps = Reps { seed: world.seed, strategy: &strategy };
    let mut player = Player::new(crank, world, reps);
    player.crank.begin()?;
    while let Some((now, next)) = player.next()? {
        player.now = now;
        player.step(next)?;
        if player.commands >= COMMANDS_A_GROUP {
            player.commit(progress)?;
        }
    }
    player.now = world.ends;
    player.crank.commit()?;
    player.end()
}

/// What is next.
enum Next {
    Timers,
    Deliveries,
    Plan,
    Request,
}

/// What was counted at the door.
#[derive(Default)]
struct IntakeCounts {
    sent: u64,
    accepted: u64,
    duplicates: u64,
    quarantined: u64,
    held: u64,
    dirt_sent: BTreeMap<Dirt, u64>,
    too_late: u64,
}

struct Player<'p, S: Store> {
    crank: &'p mut Crank<S>,
    world: &'p World,
    reps: Reps<'p>,
    requests: std::slice::Iter<'p, Request>,
    script: Script,
    receiver: Receiver,
    watch: Watch,
    intake: IntakeCounts,
    now: Moment,
    commands: usize,
    total: u64,
}

impl<'p, S: Store> Player<'p, S> {
    fn new(crank: &'p mut Crank<S>, world: &'p World, reps: Reps<'p>) -> Self {
        Self {
            crank,
            world,
            reps,
            requests: world.requests().iter(),
            script: Script::default(),
            receiver: Receiver::default(),
            watch: Watch::default(),
            intake: IntakeCounts::default(),
            now: world.begins,
            commands: 0,
            total: world.sent(),
        }
    }

    /// What is next, and when. Of several at one moment what is due comes before what arrives.
    fn next(&mut self) -> Result<Option<(Moment, Next)>, CrankError> {
        let due = [
            (self.crank.next_timer(self.now)?, Next::Timers),
            (self.crank.next_errand(self.now)?, Next::Deliveries),
            (self.script.next(), Next::Plan),
            (self.requests.as_slice().first().map(|request| request.at), Next::Request),
        ];
        let known = due.into_iter().filter_map(|(at, next)| Some((at?.max(self.now), next)));
        let next = known.min_by_key(|(at, _)| *at);
        Ok(next.filter(|(at, _)| *at < self.world.ends))
    }

    fn step(&mut self, next: Next) -> Result<(), DemoError> {
        match next {
            Next::Timers => {
                self.commands += self.crank.fire_timers(self.now, AT_ONCE)?.max(1);
            }
            Next::Deliveries => self.deliver()?,
            Next::Plan => {
                if let Some(plan) = self.script.take() {
                    self.commands += 1;
                    self.follow(plan)?;
                }
            }
            Next::Request => {
                if let Some(request) = self.requests.next() {
                    self.receive(request)?;
                }
            }
        }
        self.watch.follow(self.crank.store())?;
        self.plan();
        Ok(())
    }

    fn commit(&mut self, progress: &mut dyn FnMut(Progress)) -> Result<(), DemoError> {
        self.crank.commit()?;
        self.crank.begin()?;
        self.commands = 0;
        progress(Progress { done: self.intake.sent, total: self.total, moment: self.now });
        Ok(())
    }

    // ---- what arrives -------------------------------------------------------------------------

    fn receive(&mut self, request: &Request) -> Result<(), DemoError> {
        let source = request.demo_source.source();
        let verifies = request.demo_source.verifies();
        let items = read(request, Source { name: &source, verifies: &verifies })?;
        let mut marked = Vec::new();
        for (place, item) in items.iter().enumerate() {
            let dirt = request.dirt.iter().find(|(at, _)| *at as usize == place);
            let dirt = dirt.map(|(_, dirt)| *dirt);
            let offered = self.offer(request, place, item)?;
            if let Some(dirt) = dirt {
                self.trace(dirt, &offered, &mut marked);
            }
        }
        self.commands += items.len();
        self.decide(&marked)
    }

    fn offer(
        &mut self,
        request: &Request,
        place: usize,
        item: &Item,
    ) -> Result<IntakeResult, DemoError> {
        let offered = match item {
            Ok(incoming) => {
                let raw = || raw(request, place, incoming);
                let offer = IntakeItem::Signal { incoming, raw: &raw, line: None };
                self.crank.accept(&offer, None, self.now)?
            }
            Err(rejected) => {
                let source = request.demo_source.source();
                let raw = rejected.as_ref().clone().into_raw();
                let offer = IntakeItem::Rejected {
                    source: &source,
                    cause: rejected.code,
                    field: rejected.field.as_deref(),
                    raw: &raw,
                    line: None,
                    item: &rejected.body,
                };
                self.crank.accept(&offer, None, self.now)?
            }
        };
        self.intake.sent += 1;
        match offered.outcome {
            IntakeOutcome::Accepted => self.intake.accepted += 1,
            IntakeOutcome::Duplicate => self.intake.duplicates += 1,
            IntakeOutcome::Quarantined => self.intake.quarantined += 1,
        }
        Ok(offered)
    }

    /// Counts the trace that a dirty item left at the door, or looks out for a later one.
    fn trace(&mut self, dirt: Dirt, offered: &IntakeResult, marked: &mut Vec<(SignalId, Dirt)>) {
        *self.intake.dirt_sent.entry(dirt).or_default() += 1;
        let left = match offered.outcome {
            IntakeOutcome::Duplicate => Some(Trace::Duplicate),
            IntakeOutcome::Quarantined => offered.reason.map(Trace::Quarantined),
            IntakeOutcome::Accepted => None,
        };
        if left == Some(dirt.trace()) {
            self.watch.count(dirt);
        }
        if let (Some(signal), IntakeOutcome::Accepted) = (offered.signal, offered.outcome) {
            self.watch.mark(signal, dirt);
            marked.push((signal, dirt));
        }
    }

    /// Takes everything that waits through the stages.
    fn decide(&mut self, marked: &[(SignalId, Dirt)]) -> Result<(), DemoError> {
        loop {
            let taken = self.crank.turns(self.now, AT_ONCE)?;
            if taken.is_empty() {
                return Ok(());
            }
            for taken in taken.iter().filter(|taken| taken.entry.is_some()) {
                self.intake.held += 1;
                let cause = taken.reasons.first().map(|code| Trace::Held(*code));
                let dirt = marked.iter().find(|(signal, _)| *signal == taken.signal);
                if let Some((_, dirt)) = dirt
                    && cause == Some(dirt.trace())
                {
                    self.watch.count(*dirt);
                }
            }
        }
    }

    // ---- what leaves --------------------------------------------------------------------------

    fn deliver(&mut self) -> Result<(), DemoError> {
        let attempts = self.crank.claim(self.now, AT_ONCE)?;
        self.commands += attempts.len().max(1);
        for attempt in attempts {
            let served = self.receiver.call(&attempt, self.now);
            let (errand, attempt) = (attempt.message(), attempt.attempt);
            let plan = Plan::Answered { errand, attempt, answer: served.answer, dirt: served.dirt };
            self.script.plan(self.now + served.after, plan);
        }
        Ok(())
    }

    // ---- what people do -----------------------------------------------------------------------

    /// Lets the team plan what it does about what is new.
    fn plan(&mut self) {
        let (script, reps, now) = (&mut self.script, &self.reps, self.now);
        for news in self.watch.news.drain(..) {
            match news {
                HandoffEvent::Offered(handoff, member) => {
                    reps.offered(script, handoff, &member, now);
                }
                HandoffEvent::Queued(handoff, queue) => reps.queued(script, handoff, &queue.0, now),
                HandoffEvent::InReview(handoff) => reps.in_review(script, handoff, now),
                HandoffEvent::Accepted(handoff, member) => {
                    reps.accepted(script, handoff, &member, now);
                }
            }
        }
    }

    fn follow(&mut self, plan: Plan) -> Result<(), DemoError> {
        match plan {
            Plan::Answered { errand, attempt, answer, dirt } => {
                if let Some(dirt) = dirt {
                    *self.intake.dirt_sent.entry(dirt).or_default() += 1;
                }
                self.crank.answered(errand, attempt, &answer, self.now)?;
            }
            Plan::Answer { handoff, member } => {
                let owner = Owner::Person(member.clone());
                if self.stands(handoff, State::Offered, &owner) {
                    self.act(handoff, &self.reps.answer(handoff, &member))?;
                }
            }
            Plan::Take { handoff, member } => {
                let queued =
                    self.watch.handoffs.get(&handoff).is_some_and(|s| s.state == State::Queued);
                if queued {
                    let by = Some(By::Member(member.clone()));
                    self.act(handoff, &Deed::Accept { note: None, member: Some(member), by })?;
                }
            }
            Plan::Approve { handoff } => {
                if self.stands(handoff, State::InReview, &Owner::Engine) {
                    self.act(handoff, &self.reps.approval())?;
                }
            }
            Plan::Outcome { handoff, member, outcome } => {
                let by = Some(By::Member(member));
                let occurred = Some(self.now);
                let deed = Deed::Outcome { outcome, occurred, returns: None, note: None, by };
                self.act(handoff, &deed)?;
            }
            Plan::Debrief { handoff, member } => {
                self.act(handoff, &self.reps.debrief(handoff, &member))?;
            }
        }
        Ok(())
    }

    fn stands(&self, handoff: HandoffId, state: State, owner: &Owner) -> bool {
        let seen = self.watch.handoffs.get(&handoff);
        seen.is_some_and(|seen| seen.state == state && seen.owner == *owner)
    }

    /// People act on what they last saw; what does not fit any more is refused, as live.
    fn act(&mut self, handoff: HandoffId, deed: &Deed) -> Result<(), DemoError> {
        match self.crank.act(handoff, deed, Actor::Person, self.now) {
            Ok(_) => Ok(()),
            Err(CrankError::Refused(_)) => {
                self.intake.too_late += 1;
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }

    fn end(mut self) -> Result<History, DemoError> {
        self.watch.follow(self.crank.store())?;
        let figures = Figures::of(&self.watch, self.crank.store())?;
        let funnel = Funnel::of(&figures, &self.watch);
        let IntakeCounts { sent, accepted, duplicates, quarantined, held, dirt_sent, too_late } =
            self.intake;
        Ok(History {
            figures,
            funnel,
            sent,
            accepted,
            duplicates,
            quarantined,
            held,
            dirt_sent,
            too_late,
            watch: self.watch,
            receiver: self.receiver,
            moment: self.world.ends,
        })
    }
}

/// Reads a body as the route that takes it does.
fn read(request: &Request, source: Source<'_>) -> Result<Vec<Item>, DemoError> {
    let body = request.body.as_slice();
    Ok(match request.form {
        Form::Lines => cloudevents::lines(body, source)?,
        Form::Batch => cloudevents::batch(body, source)?,
        Form::Structured => cloudevents::structured(body, source)?,
        Form::Segment => segment::read(segment::Call::Batch, body, source, request.at)?,
    })
}

/// An item's own bytes, for a quarantine entry. Rarely wanted, so found only then.
fn raw(request: &Request, place: usize, incoming: &domain::signal::Incoming) -> Raw {
    let body = request.body.as_slice();
    let element = |list| json::elements(list).nth(place).and_then(Result::ok).map(|found| found.1);
    let bytes = match request.form {
        Form::Lines => json::lines(body).nth(place),
        Form::Batch => element(body),
        Form::Structured => Some(body),
        Form::Segment => json::members(body)
            .filter_map(Result::ok)
            .find(|member| member.0 == b"batch")
            .and_then(|member| element(member.1)),
    };
    let format = match request.demo_source {
        DemoSource::Web => segment::FORMAT,
        DemoSource::Crm | DemoSource::Mail | DemoSource::Webinars | DemoSource::Forms => {
            cloudevents::FORMAT
        }
    };
    Raw {
        bytes: bytes.unwrap_or_default().to_vec(),
        file: None,
        detail: "the same id came before with another body".to_owned(),
        format: format.to_owned(),
        origin: incoming.content.origin.to_string(),
        source_id: Some(incoming.content.source_id.to_string()),
        cut: false,
        repairs: Vec::new(),
    }
}
