//! Turns over signals: what was accepted is taken through the stages, in order.

use std::sync::Arc;

use domain::fact::{Aggregate, Fact, Raw};
use domain::handoff::{Action, Actor, Owner};
use domain::reason::Code;
use domain::signal::Content;
use domain::{AccountId, HandoffId, ImportId, Moment, NodeId, QuarantineId, SignalId};
use engine::Outcome;
use engine::arrived::{Arrived, packed};
use engine::event::Event;
use store::{Pending, Position, Purpose, QuarantineRequest, Store};

use crate::clock::JournalMoment;
use crate::crank::Crank;
use crate::error::{CrankError, GroupError};
use crate::identity::{elsewhere, look_up, looks_elsewhere};
use crate::outcome_signals::OutcomeSignal;
use crate::parked::{ParkCause, ParkedItem};
use crate::recent_arrivals::RecentArrival;

/// The format of an entry that stands for a signal whose content does not open.
pub(crate) const UNOPENED: &str = "unopened";

/// The format of an entry that holds a signal as it was read.
pub(crate) const SIGNAL: &str = "signal";

/// A signal's node and content.
type Reopened = (NodeId, Content);

/// What came of a signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnReport {
    /// The id of the signal.
    pub signal: SignalId,
    /// What was decided; none where it did not get that far.
    pub action: Option<Action>,
    /// The handoff that it began or found open.
    pub handoff: Option<HandoffId>,
    /// Who has the handoff.
    pub owner: Option<Owner>,
    /// The codes of the reasons.
    pub reasons: Vec<Code>,
    /// The entry, where the checkpoint held it.
    pub entry: Option<QuarantineId>,
}

impl TurnReport {
    /// A signal of which nothing came yet.
    const fn nothing(signal: SignalId) -> Self {
        Self { signal, action: None, handoff: None, owner: None, reasons: Vec::new(), entry: None }
    }
}

impl<S: Store> Crank<S> {
    /// How many signals wait for a turn.
    pub fn waiting(&self) -> Result<u64, CrankError> {
        Ok(self.store.pending_count()?)
    }

    /// Takes at most `limit` signals through the stages, in a group of its own. Without a strategy
    /// in force they wait. When the group fails it is tried again in halves, and a signal that
    /// fails alone is kept apart.
    pub fn take_turns(&mut self, now: Moment, limit: usize) -> Result<Vec<TurnReport>, GroupError> {
        self.in_halves(
            limit,
            |crank, limit| crank.turns(now, limit),
            |crank, cause| crank.in_group(|crank| crank.hold_first(cause, now)),
        )
    }

    /// The same within an open group.
    pub fn turns(&mut self, now: Moment, limit: usize) -> Result<Vec<TurnReport>, CrankError> {
        if self.strategies.in_force().is_none() {
            return Ok(Vec::new());
        }
        let at = self.clock.stamp(now);
        self.serve_due(at)?;
        let mut waiting = self.store.waiting(self.read_up_to, limit)?;
        if waiting.is_empty() && self.read_up_to > Position::START {
            self.read_up_to = Position::START;
            waiting = self.store.waiting(Position::START, limit)?;
        }
        let mut taken = Vec::with_capacity(waiting.len());
        for position in waiting {
            self.read_up_to = position;
            if let Some(RecentArrival { arrived, import }) = self.recent_arrivals.take(position) {
                taken.push(self.take_arrived(position, arrived, import, at)?);
            } else if let Some(pending) = self.store.pending_at(position)? {
                taken.push(self.take(pending, at)?);
            }
        }
        Ok(taken)
    }

    /// The first signal that waits fails alone: it is kept apart, so that it holds nothing up. Where
    /// not even that can be written, it is the store that fails.
    fn hold_first(&mut self, cause: ParkCause, now: Moment) -> Result<Vec<TurnReport>, CrankError> {
        let (at, code) = (self.clock.stamp(now), cause.code);
        // The group that failed was of one signal and was rolled back, so the first that waits is
        // the one that failed.
        let first = match self.store.pending(Position::START, 1) {
            Err(error) if error.unreadable_entry().is_some() => return self.leave_first(cause),
            first => first?.pop(),
        };
        let Some(pending) = first else { return Ok(Vec::new()) };
        let (position, signal) = (pending.position, pending.signal);
        let entry = match pending {
            Pending { content: None, damaged: true, .. } => Some(self.hold_unopened(&pending, at)?),
            Pending { content: None, .. } => None,
            Pending { node, source, accepted, content: Some(content), .. } => {
                let arrived = Arrived::accepted(signal, node, source, accepted, *content);
                Some(self.hold(&arrived, code, None, at)?)
            }
        };
        self.note_parked(ParkedItem::Signal(signal), cause);
        self.done(position)?;
        Ok(vec![TurnReport { reasons: vec![code], entry, ..TurnReport::nothing(signal) }])
    }

    /// The arrival that waits longest cannot be read, so that nobody knows what came or from where: it
    /// has no turn. The journal still holds its bytes, and a backup the entry.
    fn leave_first(&mut self, cause: ParkCause) -> Result<Vec<TurnReport>, CrankError> {
        if let Some(position) = self.store.first_pending()? {
            self.note_parked(ParkedItem::Entry(position.0), cause);
            self.done(position)?;
        }
        Ok(Vec::new())
    }

    fn take(&mut self, pending: Pending, at: JournalMoment) -> Result<TurnReport, CrankError> {
        if pending.damaged {
            let (signal, code) = (pending.signal, Code::SealedDamaged);
            let entry = Some(self.hold_unopened(&pending, at)?);
            self.note_parked(ParkedItem::Signal(signal), code);
            self.done(pending.position)?;
            return Ok(TurnReport { reasons: vec![code], entry, ..TurnReport::nothing(signal) });
        }
        let Pending { position, signal, node, source, import, accepted, content, .. } = pending;
        let Some(content) = content else {
            self.done(position)?;
            return Ok(TurnReport { reasons: vec![Code::Erased], ..TurnReport::nothing(signal) });
        };
        let arrived = Arrived::accepted(signal, node, source, accepted, *content);
        self.take_arrived(position, arrived, import, at)
    }

    fn take_arrived(
        &mut self,
        position: Position,
        arrived: Arrived,
        import: Option<ImportId>,
        at: JournalMoment,
    ) -> Result<TurnReport, CrankError> {
        let contract = self.contracts.get(&arrived.source).cloned();
        let arrived = Arc::new(Arrived { contract, ..arrived });
        if let Some(taken) = self.take_as_told(&arrived, import.is_some(), at)? {
            self.done(position)?;
            return Ok(taken);
        }
        let taken = self.take_through(&arrived, at)?;
        self.done(position)?;
        Ok(taken)
    }

    /// A signal that tells of a handoff is done to the handoff.
    fn take_as_told(
        &mut self,
        arrived: &Arrived,
        imported: bool,
        at: JournalMoment,
    ) -> Result<Option<TurnReport>, CrankError> {
        let mut taken = TurnReport::nothing(arrived.signal);
        match self.take_told(&arrived.source, &arrived.content, imported, at)? {
            OutcomeSignal::NotThis => return Ok(None),
            OutcomeSignal::Done(handoff) => taken.handoff = Some(handoff),
            OutcomeSignal::Unfit(code, field) => {
                taken.entry = Some(self.hold(arrived, code, Some(field), at)?);
                taken.reasons.push(code);
            }
        }
        Ok(Some(taken))
    }

    /// The same for a signal that was held and is released.
    pub(crate) fn take_released(
        &mut self,
        arrived: &Arc<Arrived>,
        imported: bool,
        at: JournalMoment,
    ) -> Result<TurnReport, CrankError> {
        match self.take_as_told(arrived, imported, at)? {
            Some(taken) => Ok(taken),
            None => self.take_through(arrived, at),
        }
    }

    pub(crate) fn take_through(
        &mut self,
        arrived: &Arc<Arrived>,
        at: JournalMoment,
    ) -> Result<TurnReport, CrankError> {
        let strategy = self.strategies.in_force().cloned().ok_or(CrankError::NoStrategy)?;
        let judged =
            (!strategy.mail.is_empty()).then(|| Arc::new(arrived.judged_by(&strategy.mail)));
        let arrived = judged.as_ref().unwrap_or(arrived);
        let identified = &arrived.identified;
        let mut lookup = look_up(&self.store, arrived.node, identified)?;
        if looks_elsewhere(&strategy, arrived) {
            let accounts: Vec<AccountId> = lookup.company_accounts(arrived.node).collect();
            for account in accounts {
                let known = self.accounts.get(&self.store, account)?;
                lookup.elsewhere.extend(elsewhere(&self.store, known)?);
            }
        }
        let event = Event::Signal { arrived: Arc::clone(arrived), lookup };
        let outcome = self.handle(&event, at, Actor::Engine, Some(&strategy))?;
        let Outcome::Signal(way) = outcome else { return Err(CrankError::NoStrategy) };
        self.point(identified, &way.resolved)?;
        let mut taken = TurnReport {
            signal: arrived.signal,
            action: way.action,
            handoff: way.handoff,
            owner: None,
            reasons: way.reasons,
            entry: None,
        };
        if let Some((cause, field)) = way.held {
            // One that is held again keeps its entry.
            taken.entry = Some(self.hold(arrived, cause, field.as_deref(), at)?);
        }
        if let Some(handoff) = taken.handoff {
            // A person's handoff may be over another of their accounts.
            let row = self.store.handoff(handoff)?;
            taken.owner = row.map(|row| row.owner);
        }
        Ok(taken)
    }

    /// Keeps the place of a signal in quarantine whose content does not open. Once its key is restored
    /// and the entry is released, it is read again from there.
    fn hold_unopened(
        &mut self,
        pending: &Pending,
        at: JournalMoment,
    ) -> Result<QuarantineId, CrankError> {
        let Pending { position, signal, source, import, .. } = pending;
        let raw = Raw {
            bytes: position.0.to_be_bytes().to_vec(),
            file: None,
            detail: Code::SealedDamaged.says().to_owned(),
            format: UNOPENED.to_owned(),
            origin: String::new(),
            source_id: None,
            cut: false,
            repairs: Vec::new(),
        };
        let item = signal.bytes();
        let entry = self.ids.entry(source.as_str(), &raw.origin, item, self.undos)?;
        let kept = self.store.quarantine(&QuarantineRequest {
            entry,
            source,
            cause: Code::SealedDamaged,
            field: None,
            line: None,
            import: *import,
            signal: Some(*signal),
            raw: &raw,
            item,
            found: &[],
            moment: at.get(),
            actor: Actor::Engine,
        })?;
        Ok(match kept {
            store::Quarantined::Kept { entry, .. } | store::Quarantined::Known { entry } => entry,
            store::Quarantined::Erased => entry,
        })
    }

    /// The content of a signal whose place [`Crank::hold_unopened`] kept, once it opens.
    pub(crate) fn reopened(&self, raw: &Raw) -> Result<Option<Reopened>, CrankError> {
        let Ok(position) = raw.bytes.as_slice().try_into().map(u64::from_be_bytes) else {
            return Ok(None);
        };
        let Some(stored) = self.store.at(Position(position), Some(&Purpose::TURN))? else {
            return Ok(None);
        };
        let Aggregate::Node(node) = stored.entry.header.aggregate else { return Ok(None) };
        let arrived = stored.entry.facts.into_iter().next();
        let Some(Fact::SignalArrived { content: Some(content), .. }) = arrived else {
            return Ok(None);
        };
        Ok(Some((node, *content)))
    }

    /// Keeps a signal apart that was accepted and does not get further.
    fn hold(
        &mut self,
        arrived: &Arrived,
        cause: Code,
        field: Option<&str>,
        at: JournalMoment,
    ) -> Result<QuarantineId, CrankError> {
        let found = &arrived.identified.keys;
        let raw = Raw {
            bytes: packed(Some(arrived.node), &arrived.content),
            file: None,
            detail: cause.says().to_owned(),
            format: SIGNAL.to_owned(),
            origin: arrived.content.origin.to_string(),
            source_id: Some(arrived.content.source_id.to_string()),
            cut: false,
            repairs: Vec::new(),
        };
        let item = arrived.signal.bytes();
        let entry = self.ids.entry(arrived.source.as_str(), &raw.origin, item, self.undos)?;
        let kept = self.store.quarantine(&QuarantineRequest {
            entry,
            source: &arrived.source,
            cause,
            field,
            line: None,
            import: None,
            signal: Some(arrived.signal),
            raw: &raw,
            item,
            found,
            moment: at.get(),
            actor: Actor::Engine,
        })?;
        Ok(match kept {
            store::Quarantined::Kept { entry, .. } | store::Quarantined::Known { entry } => entry,
            store::Quarantined::Erased => entry,
        })
    }
}
