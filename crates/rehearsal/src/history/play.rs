//! Playing: rows become signals at their moments, timers fire, deliveries succeed without leaving, and
//! owners do what their behaviour says. Time is a number that this file moves on.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crank::{Crank, CrankError, Ids, IntakeItem};
use domain::fact::{By, Mode, Raw};
use domain::handoff::{Actor, State};
use domain::reason::Code;
use domain::signal::Incoming;
use domain::{HandoffId, ImportId, Moment, Span};
use engine::arrived::packed;
use engine::event::Answer as Delivered;
use engine::event::Deed;
use rules::name::{Name, Own, PersonName};
use rules::routing::Caps;
use rules::{Files, Strategy};
use store::memory::MemoryStore;
use store::{Position, Read};

use super::afterwards::{Ending, KnownOutcomes};
use super::behaviour::{Answer, Behaviour, ENDS_AS, WORK_OPEN};
use super::read::{History, Row};
use super::tally::{OwnerFound, Tally};

/// How long time runs on after the last row, so that what waits for an owner may still find one.
pub(super) const RUNS_ON: Span = Span(WORK_OPEN.0 + Span::DAY.0);
/// How many entries are read at once.
const ENTRIES: usize = 512;
/// How many timers or deliveries are taken at once.
const DUE: usize = 128;
/// How many things may happen at one instant before time moves on all the same.
const STEPS_MAX: u32 = 1_000_000;

/// A history that is being played.
pub(super) struct Play<'h> {
    crank: Crank<MemoryStore>,
    history: &'h History,
    known: &'h KnownOutcomes,
    behaviour: Behaviour,
    strategy: Arc<Strategy>,
    seed: u64,
    import: ImportId,
    now: Moment,
    seen: Position,
    agenda: BTreeMap<(Moment, u64), Plan>,
    planned: u64,
    pub(super) tally: Tally,
}

/// What an owner is going to do.
#[derive(Clone, Copy, Debug)]
enum Plan {
    Accept { handoff: HandoffId, round: u32, touches_after: Span, open: Span },
    Refuse { handoff: HandoffId, round: u32, why: Code },
    Touch { handoff: HandoffId, round: u32 },
    End { handoff: HandoffId, round: u32, state: State },
}

impl Plan {
    const fn about(self) -> (HandoffId, u32) {
        match self {
            Self::Accept { handoff, round, .. }
            | Self::Refuse { handoff, round, .. }
            | Self::Touch { handoff, round }
            | Self::End { handoff, round, .. } => (handoff, round),
        }
    }
}

impl<'h> Play<'h> {
    /// Begins at a moment, with the strategy in force.
    pub(super) fn begin(
        strategy: &Arc<Strategy>,
        history: &'h History,
        known: &'h KnownOutcomes,
        behaviour: Behaviour,
        now: Moment,
    ) -> Result<Self, CrankError> {
        let mut crank = Crank::open(MemoryStore::sending_nothing(), Ids::Derived(strategy.seed))?;
        // Nobody starts it anew, and what is in memory stays there.
        crank.snapshot_every(None);
        crank.begin()?;
        // The store asks for the files to explain later what was decided; here nobody will.
        crank.apply(&Files::default(), Arc::clone(strategy), Mode::Live, &By::Operator, now)?;
        crank.commit()?;
        let import = ImportId::caused_by(&[b"rehearsal", history.source.as_str().as_bytes()]);
        Ok(Self {
            crank,
            history,
            known,
            behaviour,
            strategy: Arc::clone(strategy),
            seed: strategy.seed,
            import,
            now,
            seen: Position::START,
            agenda: BTreeMap::new(),
            planned: 0,
            tally: Tally::default(),
        })
    }

    /// Lets everything happen that is due before a row, and then the row itself.
    pub(super) fn row(&mut self, place: usize, moment: Moment) -> Result<(), CrankError> {
        self.until(moment)?;
        let history = self.history;
        let incoming = Self::incoming(&history.rows[place]);
        let raw = || unread(&incoming);
        let line = Some(history.rows[place].line);
        let offer = IntakeItem::Signal { incoming: &incoming, raw: &raw, line };
        self.crank.begin()?;
        let offered = self.crank.accept(&offer, Some(self.import), self.now)?;
        if let Some(signal) = offered.signal {
            self.tally.played(signal, place, &history.rows[place]);
        }
        let taken = self.crank.turns(self.now, DUE)?;
        self.crank.commit()?;
        for stopped in taken.iter().filter(|taken| taken.action.is_none()) {
            self.tally.stopped(stopped.signal, stopped.reasons.first().copied());
        }
        self.watch()?;
        self.compare(&incoming)
    }

    /// Counts what the decisions about a row compared and could not: values of another type than the
    /// strategy takes them for.
    fn compare(&mut self, incoming: &Incoming) -> Result<(), CrankError> {
        let strategy = Arc::clone(&self.strategy);
        let content = &incoming.content;
        for (account, person) in self.tally.take_decided() {
            let account = self.crank.account(account)?;
            let value = |name: &Name| match name {
                Name::Account(path) => account.field(path).map(|known| Cow::Borrowed(&known.value)),
                Name::Person(PersonName::Field(path)) => {
                    account.person_field(person, path).map(|known| Cow::Borrowed(&known.value))
                }
                Name::Lead(Own::Field(path)) => content.fields.get(path).map(Cow::Borrowed),
                // These are of the type that they are said to be.
                Name::Person(
                    PersonName::FreeMail | PersonName::DisposableMail | PersonName::Verified,
                )
                | Name::Lead(Own::Kind | Own::Source)
                | Name::Work(_)
                | Name::Score(_)
                | Name::Consent(_)
                | Name::Handoff(_)
                | Name::Owner(_)
                // What a field is does not depend on who says it: the name without claims is asked.
                | Name::Claimed(_) => None,
            };
            let unlike: Vec<String> = strategy
                .fields
                .unlike(&content.kind, value)
                .map(|field| format!("{} is not {}", field.name, field.says()))
                .collect();
            for field in unlike {
                *self.tally.unlike.entry(field).or_default() += 1;
            }
        }
        Ok(())
    }

    /// From here on rows have no time. They fill no cap and are stopped by none, and whatever they
    /// lead to changes nothing for those that have one.
    pub(super) fn without_time(&mut self) -> Result<(), CrankError> {
        self.tally.close_what_is_there();
        let mut strategy = Strategy::clone(&self.strategy);
        for pool in &mut strategy.routing.pools {
            pool.caps = Caps::default();
        }
        self.crank.begin()?;
        let strategy = Arc::new(strategy);
        self.crank.apply(&Files::default(), strategy, Mode::Live, &By::Operator, self.now)?;
        self.crank.commit()?;
        self.watch()
    }

    /// Lets time pass up to a moment.
    pub(super) fn until(&mut self, moment: Moment) -> Result<(), CrankError> {
        let mut steps = 0;
        while let Some(next) = self.next()?.filter(|next| *next <= moment && steps < STEPS_MAX) {
            steps = if next > self.now { 0 } else { steps + 1 };
            self.now = self.now.max(next);
            self.step()?;
        }
        self.now = self.now.max(moment);
        Ok(())
    }

    /// What is known only afterwards stays out, unless recorded behaviour is asked for; and then only
    /// of rows that tell of nothing else, at their own moment. A lead's own row comes before its end.
    fn incoming(row: &Row) -> Cow<'_, Incoming> {
        if !row.outcome_only {
            return Cow::Borrowed(&row.incoming);
        }
        let mut incoming = row.incoming.clone();
        incoming.content.fields.extend(row.outcome.clone());
        Cow::Owned(incoming)
    }

    fn next(&mut self) -> Result<Option<Moment>, CrankError> {
        let planned = self.agenda.keys().next().map(|(at, _)| *at);
        let now = self.now;
        let others = [planned, self.crank.next_errand(now)?, self.crank.next_timer(now)?];
        Ok(others.into_iter().flatten().min())
    }

    /// What leaves has left before anybody answers, and who answers in time is in time.
    fn step(&mut self) -> Result<(), CrankError> {
        if self.crank.next_errand(self.now)?.is_some_and(|due| due <= self.now) {
            self.deliver()?;
        } else if let Some(plan) = self.due() {
            self.carry_out(plan)?;
        } else {
            self.crank.begin()?;
            self.crank.fire_timers(self.now, DUE)?;
            self.crank.commit()?;
        }
        self.watch()
    }

    fn due(&mut self) -> Option<Plan> {
        let first = self.agenda.first_entry()?;
        (first.key().0 <= self.now).then(|| first.remove())
    }

    /// Every destination says that it has it.
    fn deliver(&mut self) -> Result<(), CrankError> {
        self.crank.begin()?;
        let delivered = Delivered::Delivered { status: None };
        for attempt in self.crank.claim(self.now, DUE)? {
            let (errand, number) = (attempt.message(), attempt.attempt);
            self.crank.answered(errand, number, &delivered, self.now)?;
        }
        self.crank.commit()
    }

    /// Reads what was written, and lets owners who were found make their plans.
    fn watch(&mut self) -> Result<(), CrankError> {
        loop {
            let entries = self.crank.store().journal(self.seen, ENTRIES, None)?;
            for stored in &entries {
                self.tally.take(&stored.entry);
                self.seen = stored.position;
            }
            if entries.len() < ENTRIES {
                break;
            }
        }
        for found in self.tally.take_found() {
            self.answer(found);
        }
        Ok(())
    }

    fn answer(&mut self, found: OwnerFound) {
        let OwnerFound { handoff, round, person } = found;
        if !person {
            // A queue accepts nothing; what lies in it ends like other work.
            self.plan(self.now + WORK_OPEN, Plan::End { handoff, round, state: ENDS_AS });
            return;
        }
        match self.behaviour.answer(self.seed, handoff, round) {
            Answer::Accepts { after, touches_after, open } => {
                self.plan(self.now + after, Plan::Accept { handoff, round, touches_after, open });
            }
            Answer::Refuses { after, why } => {
                self.plan(self.now + after, Plan::Refuse { handoff, round, why });
            }
            Answer::Silence => {}
        }
    }

    fn plan(&mut self, at: Moment, plan: Plan) {
        self.planned += 1;
        self.agenda.insert((at, self.planned), plan);
    }

    fn carry_out(&mut self, plan: Plan) -> Result<(), CrankError> {
        let (handoff, round) = plan.about();
        // Somebody else has it by now, who has plans of their own.
        if self.tally.handoffs.get(&handoff).is_none_or(|case| case.round != round) {
            return Ok(());
        }
        let outcome = |outcome, occurred| Deed::Outcome {
            outcome,
            occurred: Some(occurred),
            returns: None,
            note: None,
            by: None,
        };
        match plan {
            Plan::Accept { touches_after, open, .. } => {
                if self.act(handoff, &Deed::Accept { note: None, member: None, by: None })? {
                    self.plan(self.now + touches_after, Plan::Touch { handoff, round });
                    let (at, state) = self.end_of(handoff, open);
                    self.plan(at, Plan::End { handoff, round, state });
                }
            }
            Plan::Refuse { why, .. } => {
                self.act(handoff, &Deed::Reject { note: None, reason: why, by: None })?;
            }
            Plan::Touch { .. } => {
                self.act(handoff, &outcome(State::Working, self.now))?;
            }
            Plan::End { state, .. } => {
                self.act(handoff, &outcome(state, self.now))?;
            }
        }
        Ok(())
    }

    /// When work ends, and as what: as the history says where that is asked for.
    fn end_of(&self, handoff: HandoffId, open: Span) -> (Moment, State) {
        let otherwise = self.now + open;
        if self.behaviour != Behaviour::Recorded {
            return (otherwise, ENDS_AS);
        }
        let row = self.tally.row_of(handoff);
        let known = row.and_then(|row| self.known.of.get(&row));
        let Some(ending) = known.and_then(|known| known.ending) else {
            return (otherwise, ENDS_AS);
        };
        // The row that tells of it comes first, and finds the handoff open.
        let told = |at: Moment| at.max(self.now) + Span(1);
        let at = known.and_then(|known| known.at).map_or(otherwise, told);
        let state = match ending {
            Ending::Won => State::Won,
            Ending::Lost => State::Lost,
        };
        (at, state)
    }

    /// Whether it could be done: a handoff may have ended meanwhile.
    fn act(&mut self, handoff: HandoffId, deed: &Deed) -> Result<bool, CrankError> {
        self.crank.begin()?;
        match self.crank.act(handoff, deed, Actor::Person, self.now) {
            Ok(_) => self.crank.commit().map(|()| true),
            Err(CrankError::Refused(_)) => {
                self.crank.roll_back();
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }
}

/// The bytes of a signal that has to be kept apart.
fn unread(incoming: &Incoming) -> Raw {
    Raw {
        bytes: packed(None, &incoming.content),
        file: None,
        detail: Code::Unreadable.says().to_owned(),
        format: "signal".to_owned(),
        origin: incoming.content.origin.to_string(),
        source_id: Some(incoming.content.source_id.to_string()),
        cut: false,
        repairs: Vec::new(),
    }
}
