//! The keeper: the one thread that owns the data folder. Requests of one moment share a group; a
//! request is answered when its group is durable.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use connectors::reading::Item;
use crank::{Attempt, Crank, CrankError, Offer, Offered, Outcome, Taken};
use domain::fact::{Aggregate, Entry, Fact, Header, SCHEMA};
use domain::handoff::Actor;
use domain::signal::SourceName;
use domain::{Moment, SignalId};
use engine::stages::deliver::Answer;
use store::sqlite::SqliteStore;
use store::{Purpose, Read, Store, StoreError};
use tokio::sync::oneshot;
use tracing::{error, info, warn};

use super::board::Board;
use super::clock;
use super::command::{Accept, Acted, Answered, Command, Errand, Local, Unsealed};
use super::courier::Courier;
use super::deeds;
use super::failure::RuntimeError;
use super::keys::KeyTable;
use super::mailbox::Mailbox;
use super::release;
use super::setback::{Setback, failed};
use super::settings::ServeConfig;
use crate::local::answer::answer;
use crate::local::request::Response;

/// Commands that share a group at most.
const GROUP_MAX: usize = 1_000;
/// Signals that are taken through the stages before requests are looked at again.
const TURNS_MAX: usize = 256;
/// Timers that fire in one group.
const TIMERS_MAX: usize = 256;
/// Calls that are under way at most.
const CALLS_MAX: usize = 64;
/// The second head is written at least this often while entries are.
const HEAD_EVERY: Duration = Duration::from_millis(500);
/// Gauges are looked at, and what went is swept out, this often.
const CARE_EVERY: Duration = Duration::from_secs(1);
/// How long it leaves the disk alone after a group failed.
const REST: Duration = Duration::from_millis(250);
/// Answers to requests that have expired are looked for this often.
const FORGET_EVERY: Duration = Duration::from_hours(1);

/// Owns the data folder while the server runs.
pub(super) struct Keeper {
    crank: Crank<SqliteStore>,
    config: Arc<ServeConfig>,
    board: Arc<Board>,
    mailbox: Arc<Mailbox>,
    courier: Courier,
    waiters: BTreeMap<SignalId, oneshot::Sender<Taken>>,
    /// Until when calls may still be answered, once it was told to stop.
    ending: Option<Instant>,
    /// Entries were written since the second head was.
    head_due: Option<Instant>,
    /// The log holds what an idle moment could move into the databases.
    log_grown: bool,
    /// More signals wait for a turn than the last group took.
    more: bool,
    rest_until: Option<Instant>,
    cared: Instant,
    forgot: Instant,
}

/// Why a group is not there.
enum Failed {
    /// Something in it could not be written.
    Inside(StoreError),
    /// The commit itself; nobody knows whether it is there.
    Commit(StoreError),
}

impl Failed {
    const fn error(&self) -> &StoreError {
        match self {
            Self::Inside(error) | Self::Commit(error) => error,
        }
    }
}

/// What a command came to, before its group is durable.
enum Done {
    Accepted(Vec<Offered>),
    Acted(Result<Acted, Setback>),
    Nothing,
}

impl Keeper {
    /// A keeper of what was recovered.
    pub(super) fn new(
        crank: Crank<SqliteStore>,
        config: Arc<ServeConfig>,
        board: Arc<Board>,
        mailbox: Arc<Mailbox>,
        courier: Courier,
    ) -> Self {
        let now = clock::tick();
        Self {
            crank,
            config,
            board,
            mailbox,
            courier,
            waiters: BTreeMap::new(),
            ending: None,
            head_due: None,
            log_grown: false,
            more: true,
            rest_until: None,
            cared: now,
            forgot: now,
        }
    }

    /// Tells everybody who may ask and what is in force: the keeper is ready.
    pub(super) fn ready(&mut self) -> Result<(), RuntimeError> {
        self.publish()?;
        self.board.set_ready(true);
        Ok(())
    }

    /// Does what it is told until it is told to stop.
    pub(super) fn run(mut self) -> Result<(), RuntimeError> {
        while !self.is_over() {
            let commands = self.mailbox.drain(GROUP_MAX, self.patience()?);
            let idle = commands.is_empty();
            self.take(commands)?;
            if self.is_rested() {
                self.turns()?;
                self.errands()?;
            }
            self.care(idle)?;
        }
        self.board.set_ready(false);
        self.crank.into_store().close()?;
        info!("Closed the data folder.");
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.ending.is_some_and(|until| {
            self.mailbox.is_empty() && (self.courier.under_way() == 0 || clock::tick() >= until)
        })
    }

    /// How long nothing has to be done.
    fn patience(&self) -> Result<Duration, RuntimeError> {
        if let Some(until) = self.rest_until {
            return Ok(until.saturating_duration_since(clock::tick()).min(REST));
        }
        if self.more {
            return Ok(Duration::ZERO);
        }
        let mut patience = CARE_EVERY;
        if self.ending.is_some() {
            patience = Duration::from_millis(10);
        }
        if let Some(due) = self.head_due {
            patience = patience.min(due.saturating_duration_since(clock::tick()));
        }
        let now = clock::now();
        let delivery = if self.room() > 0 { self.crank.next_delivery()? } else { None };
        for due in [self.crank.next_timer()?, delivery].into_iter().flatten() {
            patience = patience.min(clock::until(due, now));
        }
        Ok(patience)
    }

    /// How many more calls may be made.
    fn room(&self) -> usize {
        if self.ending.is_some() { 0 } else { CALLS_MAX.saturating_sub(self.courier.under_way()) }
    }

    fn is_rested(&mut self) -> bool {
        if self.rest_until.is_some_and(|until| clock::tick() < until) {
            return false;
        }
        self.rest_until = None;
        true
    }

    // ---- commands -----------------------------------------------------------------------------

    fn take(&mut self, commands: Vec<Command>) -> Result<(), RuntimeError> {
        let mut group = Vec::with_capacity(commands.len());
        for command in commands {
            match command {
                Command::Stop => self.ending = Some(clock::tick() + self.config.patience.drain),
                Command::Local(local) => {
                    self.group(std::mem::take(&mut group))?;
                    self.local(local)?;
                }
                command @ (Command::Accept(_)
                | Command::Act(_)
                | Command::Count(_)
                | Command::Unsealed(_)
                | Command::Answered(_)) => group.push(command),
            }
        }
        self.group(group)
    }

    /// Does commands in one group. When something in it cannot be written, each is tried alone, so
    /// that one does not take the others with it.
    fn group(&mut self, mut commands: Vec<Command>) -> Result<(), RuntimeError> {
        if commands.is_empty() {
            return Ok(());
        }
        match self.try_group(&mut commands) {
            Ok(done) => {
                for (command, done) in commands.into_iter().zip(done) {
                    self.tell(command, done);
                }
                Ok(())
            }
            Err(Failed::Inside(error))
                if commands.len() > 1 && !error.is_full() && !error.is_fatal() =>
            {
                for command in commands {
                    self.group(vec![command])?;
                }
                Ok(())
            }
            Err(failure) => {
                tell_all(commands, &failed(failure.error()));
                self.put_off(failure)
            }
        }
    }

    fn try_group(&mut self, commands: &mut [Command]) -> Result<Vec<Done>, Failed> {
        let now = clock::now();
        self.in_group(|keeper| {
            commands.iter_mut().map(|command| keeper.handle(command, now)).collect()
        })
    }

    /// Begins a group, does something in it and commits it. A fault of the program in between is a
    /// group that could not be written.
    fn in_group<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, Failed> {
        self.crank.begin().map_err(|error| Failed::Inside(of_crank(error)))?;
        let worked = catch_unwind(AssertUnwindSafe(|| work(self)));
        let worked = worked.unwrap_or_else(|_panic| {
            Err(StoreError::Damaged("the program failed within a group".to_owned()))
        });
        let value = match worked {
            Ok(value) => value,
            Err(error) => {
                self.crank.roll_back();
                return Err(Failed::Inside(error));
            }
        };
        self.commit()?;
        Ok(value)
    }

    fn commit(&mut self) -> Result<(), Failed> {
        let begun = clock::tick();
        self.crank.commit().map_err(|error| Failed::Commit(of_crank(error)))?;
        self.board.metrics.commits.took(clock::tick() - begun);
        self.log_grown = true;
        self.head_due.get_or_insert_with(|| clock::tick() + HEAD_EVERY);
        Ok(())
    }

    fn handle(&mut self, command: &mut Command, now: Moment) -> Result<Done, StoreError> {
        match command {
            Command::Accept(accept) => self.accept(accept, now).map(Done::Accepted),
            Command::Act(act) => deeds::act(&mut self.crank, act, now).map(Done::Acted),
            Command::Count(name) => {
                self.crank.store_mut().count(name, 1)?;
                Ok(Done::Nothing)
            }
            Command::Unsealed(unsealed) => {
                self.record_unsealed(unsealed, now)?;
                Ok(Done::Nothing)
            }
            Command::Answered(answered) => {
                self.answered(answered, now)?;
                Ok(Done::Nothing)
            }
            Command::Local(_) | Command::Stop => Ok(Done::Nothing),
        }
    }

    fn accept(&mut self, accept: &Accept, now: Moment) -> Result<Vec<Offered>, StoreError> {
        let mut offered = Vec::with_capacity(accept.items.len());
        for item in &accept.items {
            offered.push(self.offer(&accept.source, item, now)?);
        }
        Ok(offered)
    }

    fn offer(
        &mut self,
        source: &SourceName,
        item: &Item,
        now: Moment,
    ) -> Result<Offered, StoreError> {
        let offered = match item {
            Ok(incoming) => {
                let raw = || release::raw_of(incoming);
                let offer = Offer::Signal { incoming, raw: &raw, line: None };
                self.crank.accept(&offer, None, now)
            }
            Err(held) => {
                let raw = (**held).clone().into_raw();
                let offer = Offer::Rejected {
                    source,
                    cause: held.code,
                    field: held.field.as_deref(),
                    raw: &raw,
                    line: None,
                    item: &held.body,
                };
                self.crank.accept(&offer, None, now)
            }
        };
        offered.map_err(of_crank)
    }

    fn answered(&mut self, answered: &Answered, now: Moment) -> Result<(), StoreError> {
        let metrics = &self.board.metrics;
        match &answered.answer {
            Answer::Delivered { .. } => metrics.delivered.one(),
            Answer::Later { .. } => metrics.put_off.one(),
            Answer::Never { .. } => metrics.given_up.one(),
        }
        let taken_in =
            self.crank.answered(answered.delivery, answered.attempt, &answered.answer, now);
        match taken_in {
            Ok(()) => Ok(()),
            Err(CrankError::Store(error)) => Err(error),
            Err(other) => {
                // The claim runs out, and the delivery is tried again.
                warn!(delivery.id = %answered.delivery, "Could not take in an answer: {other}.");
                Ok(())
            }
        }
    }

    fn record_unsealed(&mut self, unsealed: &Unsealed, now: Moment) -> Result<(), StoreError> {
        let fact = Fact::Unsealed {
            reader: unsealed.reader.clone(),
            purpose: Purpose::VIEW.as_str().to_owned(),
            nodes: unsealed.nodes,
        };
        let header = Header {
            schema: SCHEMA,
            aggregate: Aggregate::Governance,
            moment: now.max(self.last_written()?),
            actor: Actor::Person,
            correlation: None,
            strategy: None,
        };
        self.crank.store_mut().append(&Entry { header, facts: vec![fact] })?;
        Ok(())
    }

    /// The moment of the last entry: the journal's time never falls.
    fn last_written(&self) -> Result<Moment, StoreError> {
        let head = self.crank.store().head()?;
        let last = self.crank.store().at(head.position, None)?;
        Ok(last.map_or(Moment::EPOCH, |stored| stored.entry.header.moment))
    }

    /// Answers a command whose group is durable.
    fn tell(&mut self, command: Command, done: Done) {
        match (command, done) {
            (Command::Accept(accept), Done::Accepted(offered)) => {
                self.count_offered(&offered);
                if let Some(decided) = accept.decided
                    && let Some(signal) = offered.iter().find_map(|offered| offered.signal)
                {
                    self.waiters.insert(signal, decided);
                }
                self.more = true;
                let _ = accept.reply.send(Ok(offered));
            }
            (Command::Act(act), Done::Acted(acted)) => {
                let _ = act.reply.send(acted);
            }
            (Command::Unsealed(unsealed), _) => {
                let _ = unsealed.reply.send(Ok(()));
            }
            _ => {}
        }
    }

    fn count_offered(&self, offered: &[Offered]) {
        let count = |wanted| offered.iter().filter(|one| one.outcome == wanted).count() as u64;
        let metrics = &self.board.metrics;
        metrics.accepted.add(count(Outcome::Accepted));
        metrics.duplicates.add(count(Outcome::Duplicate));
        metrics.quarantined.add(count(Outcome::Quarantined));
    }

    fn local(&mut self, local: Local) -> Result<(), RuntimeError> {
        let Local { request, reply } = local;
        let response = answer(&mut self.crank, &self.config.sources, *request, clock::now());
        self.log_grown = true;
        self.more = true;
        self.head_due.get_or_insert_with(|| clock::tick() + HEAD_EVERY);
        // A key that was made opens with the next request.
        self.publish()?;
        let lost = lost(&response);
        let _ = reply.send(response);
        lost.map_or(Ok(()), |error| self.survive(error))
    }

    // ---- what is due --------------------------------------------------------------------------

    /// Takes signals that wait through the stages. When a group fails it is tried again in halves.
    fn turns(&mut self) -> Result<(), RuntimeError> {
        self.more = false;
        if self.crank.book().in_force().is_none() {
            return Ok(());
        }
        let mut limit = TURNS_MAX;
        loop {
            let now = clock::now();
            let taken = self.in_group(|keeper| keeper.crank.turns(now, limit).map_err(of_crank));
            match taken {
                Ok(taken) => {
                    self.more = taken.len() == limit;
                    self.tell_taken(taken);
                    return Ok(());
                }
                Err(Failed::Inside(error))
                    if limit > 1 && !error.is_full() && !error.is_fatal() =>
                {
                    limit /= 2;
                }
                Err(failed) => return self.put_off(failed),
            }
        }
    }

    fn tell_taken(&mut self, taken: Vec<Taken>) {
        self.board.metrics.turns.add(taken.len() as u64);
        for taken in taken {
            if taken.entry.is_some() {
                self.board.metrics.held.one();
            }
            if let Some(waiter) = self.waiters.remove(&taken.signal) {
                let _ = waiter.send(taken);
            }
        }
    }

    /// Fires timers and claims deliveries, and hands those to the courier once that is durable.
    fn errands(&mut self) -> Result<(), RuntimeError> {
        let now = clock::now();
        let room = self.room();
        let due = |moment: Option<Moment>| moment.is_some_and(|moment| moment <= now);
        let timers = due(self.crank.next_timer()?);
        let deliveries = room > 0 && due(self.crank.next_delivery()?);
        if !timers && !deliveries {
            return Ok(());
        }
        let done = self.in_group(|keeper| {
            let fired = keeper.crank.fire_timers(now, TIMERS_MAX).map_err(of_crank)?;
            let claimed = keeper.crank.claim(now, room).map_err(of_crank)?;
            Ok((fired, claimed))
        });
        match done {
            Ok((fired, claimed)) => {
                self.more |= fired == TIMERS_MAX;
                self.board.metrics.timers.add(fired as u64);
                for attempt in claimed {
                    self.send(attempt, now)?;
                }
                Ok(())
            }
            Err(failed) => self.put_off(failed),
        }
    }

    fn send(&mut self, attempt: Attempt, claimed: Moment) -> Result<(), RuntimeError> {
        self.board.metrics.attempts.one();
        let handoff = self.crank.store().handoff(attempt.row.handoff)?;
        let correlation = handoff.map(|handoff| handoff.correlation);
        self.courier.send(Errand { attempt, correlation, claimed });
        Ok(())
    }

    fn care(&mut self, idle: bool) -> Result<(), RuntimeError> {
        let now = clock::tick();
        if self.head_due.is_some_and(|due| due <= now) {
            self.head_due = None;
            match self.crank.store_mut().sync_head() {
                Ok(()) => {}
                Err(error) => self.survive(error)?,
            }
        }
        if idle && self.log_grown && !self.more {
            self.log_grown = false;
            if let Err(error) = self.crank.store_mut().checkpoint_idle() {
                warn!("Could not move the log into the databases: {error}.");
            }
        }
        if now.duration_since(self.cared) >= CARE_EVERY {
            self.cared = now;
            self.publish()?;
            self.waiters.retain(|_, waiter| !waiter.is_closed());
        }
        if now.duration_since(self.forgot) >= FORGET_EVERY {
            self.forgot = now;
            let forgotten =
                self.in_group(|keeper| keeper.crank.store_mut().forget_answers(clock::now()));
            if let Err(failed) = forgotten {
                self.put_off(failed)?;
            }
        }
        Ok(())
    }

    /// Tells everybody how things stand.
    fn publish(&mut self) -> Result<(), RuntimeError> {
        let store = self.crank.store();
        self.board.set_keys(KeyTable::new(&store.keys()?, &self.config));
        let metrics = &self.board.metrics;
        metrics.queued.set(self.mailbox.len() as u64);
        metrics.pending.set(store.pending_count()?);
        metrics.open_deliveries.set(store.outbox_count()?);
        self.board.set_strategy(self.crank.book().in_force().is_some());
        Ok(())
    }

    // ---- failures -----------------------------------------------------------------------------

    fn put_off(&mut self, failed: Failed) -> Result<(), RuntimeError> {
        self.rest_until = Some(clock::tick() + REST);
        match failed {
            Failed::Inside(error) => {
                self.not_written(&error);
                if error.is_fatal() { self.survive(error) } else { Ok(()) }
            }
            Failed::Commit(error) => {
                self.not_written(&error);
                self.survive(error)
            }
        }
    }

    /// A full disk heals; whatever else fails a commit leaves unknown what is durable.
    fn survive(&mut self, error: StoreError) -> Result<(), RuntimeError> {
        if error.is_full() {
            self.rest_until = Some(clock::tick() + REST);
            return Ok(());
        }
        self.board.set_ready(false);
        Err(RuntimeError::Commit(error))
    }

    fn not_written(&self, error: &StoreError) {
        self.board.metrics.groups_failed.one();
        error!("Could not write a group: {error}.");
    }
}

fn tell_all(commands: Vec<Command>, setback: &Setback) {
    for command in commands {
        match command {
            Command::Accept(accept) => drop(accept.reply.send(Err(setback.clone()))),
            Command::Act(act) => drop(act.reply.send(Err(setback.clone()))),
            Command::Unsealed(unsealed) => drop(unsealed.reply.send(Err(setback.clone()))),
            // An answer that is lost is asked for again when its claim runs out.
            Command::Count(_) | Command::Answered(_) | Command::Local(_) | Command::Stop => {}
        }
    }
}

/// A group of the command line's that failed for good leaves unknown what is durable, as any does.
fn lost(response: &Response) -> Option<StoreError> {
    let Response::Refused(refusal) = response else { return None };
    let fatal = matches!(refusal.code.as_str(), "store-failed" | "store-damaged");
    fatal.then(|| StoreError::Damaged(refusal.says.clone()))
}

fn of_crank(error: CrankError) -> StoreError {
    if let CrankError::Store(error) = error {
        error
    } else {
        StoreError::Damaged(error.to_string())
    }
}
