//! The keeper: the one thread that owns the data folder. Requests of one moment share a group; a
//! request is answered when its group is durable.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crank::{
    Crank, CrankError, GroupError, IntakeOutcome, IntakeResult, Parked, ParkedItem, TurnReport,
};
use domain::Moment;
use store::sqlite::SqliteStore;
use store::{Read, StoreError};
use tracing::{error, info, warn};

use super::clock;
use super::command::{self, Answered, Command, Local, Unsealed};
use super::courier::Courier;
use super::execute::{CommandOutcome, take};
use super::failure::RuntimeError;
use super::mailbox::Mailbox;
use super::shared_state::SharedState;
use super::waiters::Waiters;
use crate::auth::keys::KeyTable;
use crate::auth::users::UserTable;
use crate::config::resolved::ServeConfig;
use crate::local::answer::answer;
use crate::local::request::Response;
use crate::service::act::desk;
use crate::service::setback::{Setback, failed};

/// Commands that share a group at most.
const GROUP_MAX: usize = 1_000;
/// Signals that are accepted in one group, unless one request brings more, are as many as are decided
/// in so long, within bounds: those that wait for a turn get theirs in between. Accepting is some times
/// as fast as deciding.
const ACCEPTING: Duration = Duration::from_millis(250);
const ACCEPTED_MIN: usize = 50;
const ACCEPTED_MAX: usize = 2_000;
/// Signals that are taken through the stages before requests are looked at again are as many as are
/// decided in so long, within bounds. A commit takes its time however few there are, so that in less
/// time a slow disk would make for fewer signals, and fewer for a lower speed.
const DECIDING: Duration = Duration::from_millis(250);
const TURNS_MIN: usize = 32;
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
/// What waits is counted in the store every second up to so many, and every minute beyond.
const COUNTED_OFTEN: u64 = 50_000;
/// What is kept for a time is looked through this often: answers to requests, and what could not be
/// sent.
const SWEEP_EVERY: Duration = Duration::from_hours(1);
/// Names are indexed this often, so many entries at once, while others wait; all of them in idle moments.
const NAMES_EVERY: Duration = Duration::from_millis(500);
const NAMES_MAX: usize = 500;
/// How long names are left alone where they could not be indexed, as on a full disk: what else is to be written
/// goes first.
const NAMES_REST: Duration = Duration::from_secs(10);

/// Owns the data folder while the server runs.
pub struct Keeper {
    crank: Crank<SqliteStore>,
    config: Arc<ServeConfig>,
    shared: Arc<SharedState>,
    mailbox: Arc<Mailbox>,
    courier: Courier,
    waiters: Waiters,
    /// Until when calls may still be answered, once it was told to stop.
    ending: Option<Instant>,
    /// Entries were written since the second head was.
    head_due: Option<Instant>,
    /// The log holds what an idle moment could move into the databases.
    log_grown: bool,
    /// More signals wait for a turn than the last group took.
    more: bool,
    rest_until: Option<Instant>,
    /// Turns were taken until then, and more waited.
    turns_since: Option<Instant>,
    /// What waits was counted in the store.
    counted: Instant,
    cared: Instant,
    /// None before the first time, right after the start.
    swept: Option<Instant>,
    /// Names were indexed last.
    named: Instant,
    /// There are more entries whose names are not indexed than were read last.
    names_more: bool,
}

impl Keeper {
    /// A keeper of what was recovered.
    pub fn new(
        crank: Crank<SqliteStore>,
        config: Arc<ServeConfig>,
        shared: Arc<SharedState>,
        mailbox: Arc<Mailbox>,
        courier: Courier,
    ) -> Self {
        let now = clock::tick();
        Self {
            crank,
            config,
            shared,
            mailbox,
            courier,
            waiters: Waiters::default(),
            ending: None,
            head_due: None,
            log_grown: false,
            more: true,
            rest_until: None,
            turns_since: None,
            counted: now,
            cared: now,
            swept: None,
            named: now,
            names_more: true,
        }
    }

    /// Tells everybody who may ask and what is in force: the keeper is ready.
    pub fn ready(&mut self) -> Result<(), RuntimeError> {
        self.publish()?;
        self.shared.feed.begin(self.crank.store().head()?.position.0);
        self.crank.note_changes();
        self.count_waiting()?;
        self.warn_of_destinations();
        self.shared.set_ready(true);
        Ok(())
    }

    fn warn_of_destinations(&self) {
        let Some(strategy) = self.crank.strategies().in_force() else { return };
        let configured = |name: &str| self.config.destinations.contains_key(name);
        for name in strategy.destinations.missing(configured) {
            warn!(
                "The strategy sends to `{name}`, and the configuration has no \
                 [destinations.{name}]: what goes there waits until it has."
            );
        }
    }

    /// Does what it is told until it is told to stop.
    pub fn run(mut self) -> Result<(), RuntimeError> {
        while !self.is_over() {
            let patience = self.patience()?;
            let signals = self.shared.admission.within(ACCEPTING, ACCEPTED_MIN, ACCEPTED_MAX);
            let commands = self.mailbox.drain(GROUP_MAX, signals, patience);
            let idle = commands.is_empty();
            self.take(commands)?;
            if self.is_rested() {
                self.turns()?;
                self.errands()?;
            }
            self.care(idle)?;
        }
        self.shared.set_ready(false);
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
    fn patience(&mut self) -> Result<Duration, RuntimeError> {
        if let Some(until) = self.rest_until {
            return Ok(until.saturating_duration_since(clock::tick()).min(REST));
        }
        if self.more || self.names_more {
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
        // Without room for calls a due errand cannot be claimed, and waiting for it would keep the
        // loop spinning.
        let errand = if self.room() > 0 { self.crank.next_errand(now)? } else { None };
        for due in [self.crank.next_timer(now)?, errand].into_iter().flatten() {
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
                Command::Stop => self.ending = Some(clock::tick() + self.config.timeouts.drain),
                Command::Local(local) => {
                    self.group(std::mem::take(&mut group))?;
                    self.local(local)?;
                }
                Command::Desk(desk) => {
                    self.group(std::mem::take(&mut group))?;
                    self.desk(desk)?;
                }
                Command::Unsealed(unsealed) => {
                    if !self.crank.is_recorded(&unsealed.disclosure, clock::now()) {
                        self.group(std::mem::take(&mut group))?;
                    }
                    self.disclosure(unsealed)?;
                }
                command @ (Command::Accept(_)
                | Command::Act(_)
                | Command::Count(_)
                | Command::Answered(_)) => group.push(command),
            }
        }
        self.group(group)
    }

    /// Does commands in one group. When something in it cannot be written, each is tried alone, so
    /// that one does not take the others with it.
    fn group(&mut self, commands: Vec<Command>) -> Result<(), RuntimeError> {
        if commands.is_empty() {
            return Ok(());
        }
        match self.try_group(&commands) {
            Ok(done) => {
                for (command, done) in commands.into_iter().zip(done) {
                    self.tell(command, done);
                }
                Ok(())
            }
            Err(GroupError::Inside(error)) if commands.len() > 1 && error.is_of_one() => {
                for command in commands {
                    self.group(vec![command])?;
                }
                Ok(())
            }
            Err(GroupError::Inside(error)) if error.is_of_one() => self.park(commands, &error),
            Err(failure) => {
                tell_all(commands, &failed(&failure));
                self.put_off(failure)
            }
        }
    }

    /// One command alone fails. Whoever asked is told that nobody knows, or that what it concerns is
    /// damaged; an answer is kept in plain, so that its delivery is not made for ever.
    fn park(&mut self, commands: Vec<Command>, why: &CrankError) -> Result<(), RuntimeError> {
        self.shared.metrics.commands_failed.one();
        for command in &commands {
            if let Command::Answered(Answered { errand, attempt, answer }) = command {
                error!(errand.id = %errand, "Failed on an answer; nothing follows from it: {why}.");
                let parked = self.crank.park_answer(
                    *errand,
                    *attempt,
                    answer,
                    why.park_code(),
                    clock::now(),
                );
                self.written();
                if let Err(failed) = parked {
                    self.put_off(failed)?;
                }
            } else {
                error!("Failed on a command; nothing of it was kept: {why}.");
            }
        }
        let damage = || {
            Setback::refused(
                409,
                "store-sealed-damaged",
                "what is sealed under the person's key is damaged; run `baton doctor`",
            )
        };
        tell_all(commands, &if why.is_damage() { damage() } else { Setback::Unknown });
        Ok(())
    }

    fn try_group(&mut self, commands: &[Command]) -> Result<Vec<CommandOutcome>, GroupError> {
        let (now, metrics) = (clock::now(), &self.shared.metrics);
        let mut worked = clock::tick();
        let done = flat(self.crank.grouped(|crank| -> Result<Vec<CommandOutcome>, CrankError> {
            let done = commands.iter().map(|command| take(crank, metrics, command, now)).collect();
            worked = clock::tick();
            done
        }))?;
        metrics.commits.took(clock::tick() - worked);
        self.written();
        Ok(done)
    }

    /// Says what was parked, once for each.
    fn log_parked(&mut self) {
        for Parked { what, code, entry } in self.crank.take_parked() {
            if let Some(entry) = entry {
                error!(
                    "Entry {entry} of the journal cannot be read; run `baton doctor`, which names \
                     all that is damaged, and restore a backup."
                );
            }
            match what {
                ParkedItem::Arrival(entry) => {
                    error!(entry.id = %entry, "Put an arrival in quarantine as `{entry}`: {code}.");
                }
                ParkedItem::Signal(signal) => {
                    error!(signal.id = %signal, "Put signal `{signal}` in quarantine: {code}.");
                }
                ParkedItem::Timer(handoff) => {
                    error!(handoff.id = %handoff, "Parked a timer of handoff `{handoff}`: {code}.");
                }
                ParkedItem::Delivery(delivery) => {
                    error!(delivery.id = %delivery, "Parked delivery `{delivery}`: {code}.");
                }
                ParkedItem::Entry(entry) => {
                    error!("Left the arrival of entry {entry} without a turn: {code}.");
                }
                ParkedItem::Answer(delivery) => {
                    error!(delivery.id = %delivery, "Parked an answer to `{delivery}`: {code}.");
                }
            }
        }
    }

    /// A group is durable.
    fn written(&mut self) {
        self.shared.metrics.parked.set(self.crank.parked());
        let occurred = self.crank.follow_ups();
        self.shared.metrics.warned.set(occurred.warned);
        self.shared.metrics.breached.set(occurred.breached);
        self.shared.metrics.escalated.set(occurred.escalated);
        self.shared.metrics.told.set(occurred.told);
        self.shared.metrics.damaged.set(self.crank.parked_damaged());
        self.log_parked();
        self.tell_changes();
        self.log_grown = true;
        self.head_due.get_or_insert_with(|| clock::tick() + HEAD_EVERY);
    }

    /// Tells whoever looks on which handoffs changed.
    fn tell_changes(&mut self) {
        self.shared.feed.tell(&self.crank.take_changes(), clock::tick());
    }

    /// Answers a command whose group is durable.
    fn tell(&mut self, command: Command, done: CommandOutcome) {
        match (command, done) {
            (Command::Accept(accept), CommandOutcome::Accepted(offered)) => {
                self.count_offered(&offered);
                if let Some(decided) = accept.decided
                    && let Some(signal) = offered.iter().find_map(|offered| offered.signal)
                {
                    // In time: turns are taken by this thread, after the commands of this round.
                    self.waiters.add(signal, decided);
                }
                let accepted = |one: &&IntakeResult| one.outcome == IntakeOutcome::Accepted;
                accept.admitted.accepted(offered.iter().filter(accepted).count() as u64);
                self.tell_waiting();
                self.more = true;
                let _ = accept.reply.send(Ok(offered));
            }
            (Command::Act(act), CommandOutcome::Acted(acted)) => {
                let _ = act.reply.send(acted);
            }
            _ => {}
        }
    }

    fn count_offered(&self, offered: &[IntakeResult]) {
        let count = |wanted| offered.iter().filter(|one| one.outcome == wanted).count() as u64;
        let metrics = &self.shared.metrics;
        metrics.accepted.add(count(IntakeOutcome::Accepted));
        metrics.duplicates.add(count(IntakeOutcome::Duplicate));
        metrics.quarantined.add(count(IntakeOutcome::Quarantined));
    }

    /// Records a reading in a group of its own, so that a full disk is told from any other failure.
    fn disclosure(&mut self, unsealed: Unsealed) -> Result<(), RuntimeError> {
        let Unsealed { disclosure, reply } = unsealed;
        let recorded = self.crank.record_disclosure(&disclosure, clock::now());
        self.written();
        match recorded {
            Ok(()) => {
                let _ = reply.send(Ok(()));
                Ok(())
            }
            Err(CrankError::Store(StoreError::Full)) => {
                let _ = reply.send(Err(Setback::Full));
                Ok(())
            }
            Err(error) => {
                let _ = reply.send(Err(Setback::Unknown));
                self.put_off(GroupError::Inside(error))
            }
        }
    }

    /// Changes the desk in a group of its own, so that what would come of a change can be told and
    /// forgotten.
    fn desk(&mut self, asked: command::Desk) -> Result<(), RuntimeError> {
        let command::Desk { request, reply } = asked;
        let done = desk::change(&mut self.crank, &request, clock::now());
        self.written();
        match done {
            Ok(answer) => {
                let _ = reply.send(answer);
                Ok(())
            }
            Err(failure) => {
                let _ = reply.send(Err(failed(&failure)));
                self.put_off(failure)
            }
        }
    }

    fn local(&mut self, local: Local) -> Result<(), RuntimeError> {
        let Local { request, reply, admitted, .. } = local;
        let worked = catch_unwind(AssertUnwindSafe(|| {
            answer(&mut self.crank, &self.config.sources, *request, clock::now())
        }));
        let response = worked.unwrap_or_else(|_panic| {
            self.crank.roll_back();
            self.shared.metrics.commands_failed.one();
            Response::Refused(CrankError::Fault.into())
        });
        self.tell_changes();
        self.log_grown = true;
        self.more = true;
        self.head_due.get_or_insert_with(|| clock::tick() + HEAD_EVERY);
        if let Some(admitted) = admitted
            && let Response::Rows(tally) = &response
        {
            // Rows that reach no turn are found to be gone when the store is asked.
            admitted.accepted(tally.accepted);
        } else {
            // A key that was made opens with the next request, and what was released waits.
            self.publish()?;
            self.count_waiting()?;
        }
        let lost = lost(&response);
        let _ = reply.send(response);
        lost.map_or(Ok(()), |error| self.survive(error))
    }

    // ---- what is due --------------------------------------------------------------------------

    /// Takes signals that wait through the stages.
    fn turns(&mut self) -> Result<(), RuntimeError> {
        let limit = self.shared.admission.within(DECIDING, TURNS_MIN, TURNS_MAX);
        let begun = self.turns_since.take().unwrap_or_else(clock::tick);
        self.more = false;
        if self.crank.strategies().in_force().is_none() {
            return Ok(());
        }
        match self.crank.take_turns(clock::now(), limit) {
            Ok(taken) => {
                // Of a group that was tried in halves the rest waits yet.
                self.more = !taken.is_empty();
                self.tell_decided(taken.len(), limit, begun);
                self.written();
                self.tell_taken(taken);
                Ok(())
            }
            Err(failed) => self.put_off(failed),
        }
    }

    /// What waits is fewer by so many. While more waits, the time that other work takes in between
    /// counts as well: it is there in the long run.
    fn tell_decided(&mut self, decided: usize, limit: usize, begun: Instant) {
        let now = clock::tick();
        self.shared.admission.decided(decided, limit, now - begun);
        self.turns_since = (decided == limit).then_some(now);
        self.tell_waiting();
    }

    fn tell_waiting(&self) {
        let (waiting, a_second) = self.shared.admission.waiting();
        self.shared.metrics.pending.set(waiting);
        self.shared.metrics.decided_a_second.set(a_second);
    }

    /// Asks the store how many wait, who knows it for certain.
    fn count_waiting(&mut self) -> Result<(), RuntimeError> {
        let waiting = self.crank.store().pending_count()?;
        self.shared.admission.stands(waiting, self.crank.strategies().in_force().is_some());
        self.counted = clock::tick();
        self.tell_waiting();
        Ok(())
    }

    fn tell_taken(&mut self, taken: Vec<TurnReport>) {
        self.shared.metrics.turns.add(taken.len() as u64);
        for taken in taken {
            if taken.entry.is_some() {
                self.shared.metrics.held.one();
            }
            self.waiters.tell(&taken);
        }
    }

    /// Fires timers and claims errands, and hands those to the courier once that is durable.
    fn errands(&mut self) -> Result<(), RuntimeError> {
        let now = clock::now();
        let room = self.room();
        let due = |moment: Option<Moment>| moment.is_some_and(|moment| moment <= now);
        let timers = due(self.crank.next_timer(now)?);
        let errands = room > 0 && due(self.crank.next_errand(now)?);
        if !timers && !errands {
            return Ok(());
        }
        if timers {
            match self.crank.take_timers(now, TIMERS_MAX) {
                Ok(fired) => self.shared.metrics.timers.add(fired as u64),
                Err(failed) => return self.put_off(failed),
            }
        }
        if errands {
            match self.crank.take_claims(now, room) {
                Ok(claimed) => {
                    for attempt in claimed {
                        self.shared.metrics.attempts.one();
                        self.courier.send(attempt);
                    }
                }
                Err(failed) => return self.put_off(failed),
            }
        }
        self.written();
        Ok(())
    }

    fn care(&mut self, idle: bool) -> Result<(), RuntimeError> {
        let now = clock::tick();
        if self.head_due.is_some_and(|due| due <= now) {
            self.head_due = None;
            match self.crank.sync_head() {
                Ok(()) => {}
                Err(error) => self.survive(error)?,
            }
        }
        if idle && self.log_grown && !self.more {
            self.log_grown = false;
            match self.crank.checkpoint_idle() {
                Ok(()) => {}
                Err(error) => self.survive(error)?,
            }
        }
        if self.is_rested() && self.is_time_for_names(idle) {
            self.named = now;
            self.index_names()?;
        }
        if now.duration_since(self.cared) >= CARE_EVERY {
            self.cared = now;
            self.publish()?;
            self.waiters.sweep();
        }
        // Counting goes over all that waits, which without a strategy may be millions.
        let often = if self.shared.admission.waiting().0 > COUNTED_OFTEN { 60 } else { 1 };
        if now.duration_since(self.counted) >= CARE_EVERY * often {
            self.count_waiting()?;
        }
        if self.swept.is_none_or(|swept| now.duration_since(swept) >= SWEEP_EVERY) {
            self.swept = Some(now);
            self.sweep()?;
        }
        Ok(())
    }

    fn is_time_for_names(&self, idle: bool) -> bool {
        let is_behind = idle && !self.more && self.names_more;
        is_behind || clock::tick().saturating_duration_since(self.named) >= NAMES_EVERY
    }

    /// Lets people and companies be found by the names that were said since.
    fn index_names(&mut self) -> Result<(), RuntimeError> {
        let unindexed = self.crank.names_unindexed().map_err(of_crank)?;
        if unindexed == 0 {
            self.names_more = false;
            return Ok(());
        }
        match self.crank.index_names(NAMES_MAX) {
            Ok(more) => {
                self.names_more = more;
                self.log_grown = true;
                Ok(())
            }
            Err(failed) => {
                self.names_more = false;
                self.named = clock::tick() + NAMES_REST;
                if matches!(failed.error(), CrankError::Store(error) if error.is_full()) {
                    // Whoever writes anything else is told.
                    return Ok(());
                }
                self.put_off(failed)
            }
        }
    }

    /// Drops what was kept for a time that is over.
    fn sweep(&mut self) -> Result<(), RuntimeError> {
        let now = clock::now();
        let swept = self.crank.forget_answers(now).and_then(|_| self.crank.drop_bodies(now));
        swept.map_or_else(|failed| self.put_off(failed), |_| Ok(()))
    }

    /// Tells everybody how things stand.
    fn publish(&mut self) -> Result<(), RuntimeError> {
        let store = self.crank.store();
        let keys = KeyTable::new(&store.keys()?, &self.config, &self.shared.policies);
        self.shared.set_keys(keys);
        self.shared.set_users(UserTable::new(&store.users()?, self.config.visitors()));
        let metrics = &self.shared.metrics;
        metrics.queued.set(self.mailbox.len() as u64);
        metrics.open_deliveries.set(store.outbox_count()?);
        metrics.account_bytes.set(self.crank.accounts_bytes() as u64);
        metrics.queued_body_bytes.set(self.crank.queued_body_bytes() as u64);
        metrics.command_bytes.set(self.mailbox.bytes() as u64);
        metrics.waiters.set(self.waiters.count() as u64);
        let reads = store.reads();
        metrics.entries_read.set(reads.entries);
        metrics.bytes_read.set(reads.bytes);
        self.shared.set_strategy(self.crank.strategies().in_force().cloned());
        Ok(())
    }

    // ---- failures -----------------------------------------------------------------------------

    fn put_off(&mut self, failed: GroupError) -> Result<(), RuntimeError> {
        self.rest_until = Some(clock::tick() + REST);
        self.shared.metrics.groups_failed.one();
        error!("Could not write a group: {}.", failed.error());
        match failed {
            GroupError::Inside(CrankError::Store(error)) if error.is_fatal() => self.survive(error),
            GroupError::Inside(_) => Ok(()),
            GroupError::Commit(error) => self.survive(of_crank(error)),
        }
    }

    /// A full disk heals; whatever else fails a commit leaves unknown what is durable.
    fn survive(&mut self, error: StoreError) -> Result<(), RuntimeError> {
        if error.is_full() {
            self.rest_until = Some(clock::tick() + REST);
            return Ok(());
        }
        self.shared.set_ready(false);
        Err(RuntimeError::Commit(error))
    }
}

fn tell_all(commands: Vec<Command>, setback: &Setback) {
    for command in commands {
        match command {
            Command::Accept(accept) => drop(accept.reply.send(Err(setback.clone()))),
            Command::Act(act) => drop(act.reply.send(Err(setback.clone()))),
            Command::Desk(desk) => drop(desk.reply.send(Err(setback.clone()))),
            Command::Unsealed(unsealed) => drop(unsealed.reply.send(Err(setback.clone()))),
            // An answer that is lost is asked for again when its claim runs out.
            Command::Count(_) | Command::Answered(_) | Command::Local(_) | Command::Stop => {}
        }
    }
}

/// A group of the command line's that failed for good leaves unknown what is durable, as any does.
fn lost(response: &Response) -> Option<StoreError> {
    let Response::Refused(refusal) = response else { return None };
    let fatal = matches!(
        refusal.code.as_str(),
        "store-failed" | "store-damaged" | "store-database-damaged"
    );
    fatal.then(|| StoreError::Damaged(refusal.says.clone()))
}

/// What failed the group, whichever way.
fn flat<T, E: Into<CrankError>>(group: Result<Result<T, E>, GroupError>) -> Result<T, GroupError> {
    group?.map_err(|error| GroupError::Inside(error.into()))
}

fn of_crank(error: CrankError) -> StoreError {
    if let CrankError::Store(error) = error {
        error
    } else {
        StoreError::Damaged(error.to_string())
    }
}
