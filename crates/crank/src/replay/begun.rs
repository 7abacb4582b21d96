//! What began a turn, as far as its facts say.

use domain::errand::{Answer, Wake};
use domain::fact::{About, Aggregate, By, Fact, Note};
use domain::handoff::{Actor, DeliveryState, Owner, State};
use domain::reason::{Code, Reason};
use domain::{AccountId, DeliveryId, HandoffId, Moment, SignalId};
use engine::event::{
    Deed, DeskDeed, Event, ImportEvent, ImportRecord, ImportUndo, JudgedClaim, Parked,
    QuarantineDeed, UserGrant, UserRecord, Witnesses,
};
use engine::state::QUEUE_OVERDUE;
use store::Stored;

/// What began a turn.
pub(super) enum Begun {
    /// The turn of a signal.
    Signal(SignalId),
    /// It began with this event.
    Event(Event),
    /// A handoff was looked at again for an owner, or passed on after a refusal: the state says which, and in
    /// which round.
    LookedAgain(AccountId, HandoffId),
    /// Two were joined or parted by hand: the rows say where everybody was.
    ByHand(Fact),
    /// It is known what, and it cannot be done again.
    NotAgain(&'static str),
    /// Nothing that a turn begins with.
    Nothing,
}

/// Says what began the turn whose entries come first.
pub(super) fn begun(turn: &[Stored]) -> Begun {
    let facts = || turn.iter().flat_map(|stored| &stored.entry.facts);
    for fact in facts() {
        if let Fact::SubjectResolved { signal, .. } = fact {
            return Begun::Signal(*signal);
        } else if let Fact::HandoffSnoozed { handoff, account, until, by, .. } = fact
            && !facts().any(|fact| matches!(fact, Fact::DeedUndone { .. }))
        {
            let (handoff, account) = (*handoff, *account);
            let deed = Deed::Snooze { until: *until, by: by.clone() };
            let undo_until = undo_until(facts());
            return Begun::Event(Event::Deed { account, handoff, deed, undo_until });
        } else if let Fact::SignalsTakenBack { .. } = fact {
            return Begun::NotAgain("signals-taken-back");
        } else if let Fact::PersonErased { .. } = fact {
            return Begun::NotAgain("person-erased");
        } else if let Fact::MergeUndone { .. } | Fact::PeopleMerged { by: Some(_), .. } = fact {
            return Begun::ByHand(fact.clone());
        }
    }
    let of_account = turn.iter().find_map(|stored| match stored.entry.header.aggregate {
        Aggregate::Account(account) => Some((account, stored)),
        Aggregate::Node(_)
        | Aggregate::Desk
        | Aggregate::Registry
        | Aggregate::Quarantine
        | Aggregate::Governance => None,
    });
    match of_account {
        Some((account, stored)) => over_account(account, stored),
        None => facts().next().map_or(Begun::Nothing, beside_accounts),
    }
}

/// What concerns no account.
fn beside_accounts(fact: &Fact) -> Begun {
    let event = if let Fact::StrategyApplied { version, mode, rollback, by, .. } = fact {
        Event::InForce { version: *version, mode: *mode, rollback: *rollback, by: by.clone() }
    } else if let Fact::MemberPaused { member, until, by, code } = fact {
        let (member, until, code, by) = (member.clone(), *until, *code, by.clone());
        Event::Desk(DeskDeed::Pause { member, until, code, by })
    } else if let Fact::MemberResumed { member, by } = fact {
        Event::Desk(DeskDeed::Resume { member: member.clone(), by: by.clone() })
    } else if let Fact::CreditGiven { pool, member, leads, code, by: Some(by) } = fact {
        let (pool, member, by) = (pool.clone(), member.clone(), by.clone());
        Event::Desk(DeskDeed::Credit { pool, member, leads: *leads, code: *code, by })
    } else if let Fact::QuarantineRepaired { entry, cause, field, raw } = fact {
        let Some(raw) = raw.clone() else { return Begun::NotAgain("quarantine-repaired") };
        let still_held = cause.map(|cause| (cause, field.clone()));
        Event::Quarantine { entry: *entry, deed: QuarantineDeed::Repair { raw, still_held } }
    } else if let Fact::QuarantineReleased { entry, signal } = fact {
        Event::Quarantine { entry: *entry, deed: QuarantineDeed::Release(*signal) }
    } else if let Fact::QuarantineDiscarded { entry } = fact {
        Event::Quarantine { entry: *entry, deed: QuarantineDeed::Discard }
    } else if let Fact::Unsealed { .. } = fact {
        return Begun::NotAgain("unsealed");
    } else if let Fact::ImportRecorded { import, source, map, files, by, rows, names } = fact {
        let (source, map, by) = (source.clone(), map.clone(), by.clone());
        let (import, files, rows) = (*import, *files, *rows);
        let names = names.as_deref().cloned();
        let record = ImportRecord { import, source, map, files, by, rows, names };
        Event::Import(ImportEvent::Recorded(record))
    } else if let Fact::ImportUndone { import, consents, by, counts } = fact {
        let (import, consents, by, counts) = (*import, *consents, by.clone(), *counts);
        Event::Import(ImportEvent::Undone(ImportUndo { import, consents, by, counts }))
    } else if let Fact::SignalsWitnessed { first, import, signals } = fact {
        let (first, import, signals) = (*first, *import, signals.clone());
        Event::Import(ImportEvent::Witnessed(Witnesses { first, import, signals }))
    } else if let Fact::UserGranted { user, role, member, by } = fact {
        let grant = Some(UserGrant { role: *role, member: member.clone() });
        Event::User(UserRecord { user: *user, grant, by: by.clone() })
    } else if let Fact::UserRevoked { user, by } = fact {
        Event::User(UserRecord { user: *user, grant: None, by: by.clone() })
    } else {
        return Begun::Nothing;
    };
    Begun::Event(event)
}

fn over_account(account: AccountId, stored: &Stored) -> Begun {
    let facts = &stored.entry.facts;
    let Some(first) = facts.first() else { return Begun::Nothing };
    if let Some((handoff, deed)) = handed_on(first, facts) {
        return Begun::Event(Event::Deed { account, handoff, deed, undo_until: None });
    }
    match (stored.entry.header.actor, first.about()) {
        (Actor::Clock, About::Handoff(handoff)) => timer(account, handoff, first),
        (Actor::Destination, About::Delivery(delivery, _)) => answer(account, delivery, first),
        (Actor::Engine, About::Delivery(delivery, _)) => attempt(account, delivery, first),
        (Actor::Engine, About::Handoff(handoff)) => parked_timer(account, handoff, first),
        (Actor::Person | Actor::Operator | Actor::Source, _) => {
            let handoff = facts.iter().find_map(|fact| {
                let About::Handoff(handoff) = fact.about() else { return None };
                Some(handoff)
            });
            let deed = handoff.and_then(|handoff| Some((handoff, deed(facts)?)));
            deed.map_or(Begun::Nothing, |(handoff, deed)| {
                let undo_until = undo_until(facts);
                Begun::Event(Event::Deed { account, handoff, deed, undo_until })
            })
        }
        _ => Begun::Nothing,
    }
}

/// It was handed on, since its owner had left, whoever or whatever began that.
fn handed_on(first: &Fact, facts: &[Fact]) -> Option<(HandoffId, Deed)> {
    let Fact::HandoffMoved { handoff, state: State::Expired, reasons, by, .. } = first else {
        return None;
    };
    let says_so = |reason: &Reason| reason.code == Code::HandedOn;
    if !reasons.iter().any(says_so) {
        return None;
    }
    let to = facts.iter().find_map(|fact| {
        let Fact::OwnerAssigned { owner, routing, .. } = fact else { return None };
        routing.reasons.iter().any(says_so).then(|| owner.clone())
    });
    Some((*handoff, Deed::HandOn { to: to.unwrap_or(Owner::Engine), by: by.clone() }))
}

fn timer(account: AccountId, handoff: HandoffId, first: &Fact) -> Begun {
    let wake = if let Fact::SlaWarned { target, generation, .. } = first {
        Wake::Warn { handoff, target: *target, generation: *generation }
    } else if let Fact::SlaBreached { target, generation, .. } = first {
        Wake::Due { handoff, target: *target, generation: *generation }
    } else if let Fact::Escalated { step, generation, target: Some(target), .. } = first {
        let (target, step, generation) = (*target, *step, *generation);
        Wake::TargetChain { handoff, target, step, generation }
    } else if let Fact::Escalated { step, generation, .. } = first
        && *step != QUEUE_OVERDUE
    {
        Wake::Chain { handoff, step: *step, generation: *generation }
    } else {
        return Begun::LookedAgain(account, handoff);
    };
    Begun::Event(Event::Timer { account, wake })
}

fn answer(account: AccountId, delivery: DeliveryId, first: &Fact) -> Begun {
    let Fact::DeliveryMoved { state, attempt, code, again, status, .. } = first else {
        return Begun::Nothing;
    };
    let (code, status) = (code.unwrap_or(Code::DestinationFailed), *status);
    let answer = match state {
        DeliveryState::Delivered => Answer::Delivered { status },
        DeliveryState::Queued => Answer::Later { code, status, not_before: *again },
        DeliveryState::Failed if code == Code::AttemptsUsedUp => {
            Answer::Later { code, status, not_before: None }
        }
        DeliveryState::Failed => Answer::Never { code, status },
        DeliveryState::Attempting | DeliveryState::Compensated | DeliveryState::Withdrawn => {
            return Begun::Nothing;
        }
    };
    Begun::Event(Event::Answer { account, delivery, attempt: *attempt, answer })
}

fn attempt(account: AccountId, delivery: DeliveryId, first: &Fact) -> Begun {
    if let Fact::DeliveryAttempted { attempt, bundle, .. } = first {
        let (attempt, bundle) = (*attempt, *bundle);
        return Begun::Event(Event::Attempt { account, delivery, attempt, bundle });
    }
    let Fact::DeliveryMoved { state, attempt, code: Some(code), .. } = first else {
        return Begun::Nothing;
    };
    let (state, attempt, code) = (*state, *attempt, *code);
    let event = match (state, code) {
        (DeliveryState::Withdrawn, Code::OwnerChanged) => {
            Event::Attempt { account, delivery, attempt: attempt + 1, bundle: None }
        }
        (DeliveryState::Withdrawn, Code::Erased) => Event::Forgotten { account, delivery },
        _ => {
            let item = Parked::Delivery { delivery, attempt, state };
            Event::Parked { account, item, code }
        }
    };
    Begun::Event(event)
}

fn parked_timer(account: AccountId, handoff: HandoffId, first: &Fact) -> Begun {
    let Fact::HandoffMoved { reasons, .. } = first else { return Begun::Nothing };
    let code = reasons.iter().map(|reason| reason.code);
    let parked =
        |code: &Code| matches!(code, Code::PoisonFact | Code::SealedDamaged | Code::EntryDamaged);
    let code = code.into_iter().find(parked);
    code.map_or(Begun::Nothing, |code| {
        Begun::Event(Event::Parked { account, item: Parked::Timer(handoff), code })
    })
}

/// What somebody did to a handoff. What came of it and taking it may give it to somebody first, and words
/// beside a deed are told as a debrief is.
fn deed(facts: &[Fact]) -> Option<Deed> {
    facts.first()?;
    let found = facts.iter().find_map(undone);
    let found = found.or_else(|| facts.iter().find_map(|fact| concluded(facts, fact)));
    let found = found.or_else(|| facts.iter().find_map(|fact| taken_or_left(facts, fact)));
    let found = found.or_else(|| facts.iter().find_map(judged));
    let found = found.or_else(|| facts.iter().find_map(|fact| debriefed(facts, fact)));
    Some(found.unwrap_or_else(|| {
        let by = facts.iter().find_map(|fact| {
            let Fact::OwnerAssigned { by, .. } = fact else { return None };
            by.clone()
        });
        let to = given(facts).cloned().unwrap_or(Owner::Engine);
        let note = said_beside(facts);
        // Back to the engine nothing but the words says who asked.
        let by = by.or_else(|| note.as_ref().and_then(|(_, by)| by.clone()));
        Deed::Reassign { to, note: note.map(|(note, _)| note), by }
    }))
}

/// Until when it could be taken back.
fn undo_until<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Option<Moment> {
    facts.into_iter().find_map(|fact| {
        let Fact::UndoOffered { until, .. } = fact else { return None };
        Some(*until)
    })
}

fn undone(fact: &Fact) -> Option<Deed> {
    let Fact::DeedUndone { by, .. } = fact else { return None };
    Some(Deed::Undo { by: by.clone() })
}

fn concluded(facts: &[Fact], fact: &Fact) -> Option<Deed> {
    let Fact::OutcomeRecorded { outcome, occurred, by, note, .. } = fact else { return None };
    let (outcome, occurred, note) = (*outcome, *occurred, note.as_deref().cloned());
    Some(Deed::Outcome { outcome, occurred, returns: returns(facts), note, by: by.clone() })
}

fn taken_or_left(facts: &[Fact], fact: &Fact) -> Option<Deed> {
    let Fact::HandoffMoved { state, reasons, by, .. } = fact else { return None };
    let note = || said_beside(facts).map(|(note, _)| note);
    if *state == State::Accepted {
        let member = given(facts).and_then(member);
        Some(Deed::Accept { member, note: note(), by: by.clone() })
    } else if *state == State::Rejected {
        Some(Deed::Reject { reason: reasons.first()?.code, note: note(), by: by.clone() })
    } else {
        None
    }
}

fn judged(fact: &Fact) -> Option<Deed> {
    let Fact::ClaimJudged { brief, claim, feedback, code, source, by, note, .. } = fact else {
        return None;
    };
    let of = JudgedClaim { brief: *brief, claim: *claim, code: *code, source: source.clone() };
    let (note, by) = (note.as_deref().cloned(), by.clone());
    Some(Deed::Feedback { of, feedback: *feedback, note, by })
}

/// A debrief that is no more than that: the handoff stays where it is.
fn debriefed(facts: &[Fact], fact: &Fact) -> Option<Deed> {
    let Fact::Debriefed { right, complaints, by, note, .. } = fact else { return None };
    let moves = |fact: &Fact| {
        matches!(
            fact,
            Fact::OwnerWanted { .. } | Fact::OwnerAssigned { .. } | Fact::HandoffMoved { .. }
        )
    };
    if facts.iter().any(moves) {
        return None;
    }
    let (right, complaints, note) = (*right, *complaints, note.as_deref().cloned());
    Some(Deed::Debrief { right, complaints, note, by: by.clone() })
}

/// The words beside a deed, and who said them.
fn said_beside(facts: &[Fact]) -> Option<(Note, Option<By>)> {
    facts.iter().find_map(|fact| {
        let Fact::Debriefed { note: Some(note), by, .. } = fact else { return None };
        Some((Note::clone(note), by.clone()))
    })
}

fn returns(facts: &[Fact]) -> Option<Moment> {
    facts.iter().find_map(|fact| {
        let Fact::HandoffMoved { state: State::Recycled, returns, .. } = fact else { return None };
        *returns
    })
}

/// To whom it was given because somebody asked.
fn given(facts: &[Fact]) -> Option<&Owner> {
    facts.iter().find_map(|fact| {
        let Fact::OwnerAssigned { owner, routing, .. } = fact else { return None };
        let asked = routing.reasons.iter().any(|reason| reason.code == Code::ManagerAsked);
        asked.then_some(owner)
    })
}

fn member(owner: &Owner) -> Option<domain::handoff::MemberId> {
    match owner {
        Owner::Person(member) => Some(member.clone()),
        Owner::Queue(_) | Owner::Engine => None,
    }
}
