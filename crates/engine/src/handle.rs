//! The engine's one face: what is known, what happened, the strategy in force and a stamp go in; a
//! turn comes out. It never fails, never waits and reads no clock.
//!
//! There is one scratch over the state. Stages get values and answer with effects; the modules here
//! take them into the scratch before the next stage looks.

mod company;
mod deliveries;
mod handoff;
mod lead;
mod people;
mod records;
mod run;
mod signal;
mod take_back;
mod turn;

use rules::strategy::Strategy;

use crate::event::Event;
use crate::needs::{Placement, concerned, place};
use crate::stamp::Stamp;
use crate::state::State;
use run::Run;

pub use turn::{Outcome, SignalOutcome, Turn};

/// Takes a turn. Whatever [`needs`](crate::needs::needs) asks for is in the state. Without a
/// strategy nothing is decided, and what can wait for one waits.
pub fn handle(state: &State, event: &Event, strategy: Option<&Strategy>, stamp: Stamp) -> Turn {
    let placed = place(state, event, stamp.moment());
    let mut run = Run::begin(state, stamp, concerned(event, &placed));
    let outcome = match strategy {
        Some(strategy) => decide(&mut run, strategy, event, placed),
        None => record(&mut run, event, None),
    };
    match outcome {
        // Whatever was found before it was refused is let go.
        Outcome::Refused(_) => Run::begin(state, stamp, Vec::new()).end(outcome),
        Outcome::Done
        | Outcome::Signal(_)
        | Outcome::Attempt(_)
        | Outcome::Unmerged(_)
        | Outcome::TakenBack(_) => {
            run.keep_lines(strategy);
            run.end(outcome)
        }
    }
}

/// What only a strategy can decide.
fn decide(run: &mut Run<'_>, strategy: &Strategy, event: &Event, placed: Placement) -> Outcome {
    match (event, placed) {
        (Event::Signal { arrived, .. }, Placement::Signal(resolved)) => {
            return Outcome::Signal(Box::new(signal::take(run, strategy, arrived, resolved)));
        }
        (Event::Unmerge(event), Placement::Unmerge(parted)) => {
            people::unmerge(run, strategy, event, &parted);
            return Outcome::Unmerged(parted.moves);
        }
        (Event::Join(event), Placement::Join(placed)) => {
            people::join_by_hand(run, strategy, event, &placed);
            return Outcome::Unmerged(placed.moves);
        }
        (Event::Deed { account, handoff, deed, undo_until }, _) => {
            return handoff::deed(run, strategy, (*account, *handoff), (deed, *undo_until));
        }
        (Event::Timer { account, wake }, _) => handoff::timer(run, strategy, *account, *wake),
        (Event::Answer { account, delivery, attempt, answer }, _) => {
            deliveries::answered(run, strategy, (*account, *delivery), *attempt, answer);
        }
        (Event::Desk(deed), _) => return records::desk(run, strategy, deed),
        (Event::TakeBack(event), _) => {
            return Outcome::TakenBack(take_back::take_back(run, strategy, event));
        }
        (
            Event::Signal { .. }
            | Event::Unmerge(_)
            | Event::Join(_)
            | Event::Attempt { .. }
            | Event::Forgotten { .. }
            | Event::Erasure(_)
            | Event::InForce { .. }
            | Event::Quarantine { .. }
            | Event::Reading { .. }
            | Event::Import(_)
            | Event::User(_)
            | Event::Parked { .. },
            _,
        ) => return record(run, event, Some(strategy)),
    }
    Outcome::Done
}

/// What happens whether a strategy is in force or not.
fn record(run: &mut Run<'_>, event: &Event, strategy: Option<&Strategy>) -> Outcome {
    match event {
        Event::Attempt { account, delivery, attempt, bundle } => {
            let attempt = (*attempt, *bundle);
            return deliveries::attempt(run, strategy, (*account, *delivery), attempt);
        }
        Event::Forgotten { account, delivery } => {
            deliveries::forget(run, strategy, *account, *delivery);
        }
        Event::Erasure(erasure) => people::erase(run, strategy, erasure),
        Event::InForce { version, mode, rollback, by } => {
            records::in_force(run, *version, *mode, *rollback, by);
        }
        Event::Quarantine { entry, deed } => records::quarantine(run, *entry, deed),
        Event::Import(event) => records::import(run, event),
        Event::User(record) => records::user(run, record),
        Event::Reading { reader, purpose, nodes, of, reason } => {
            records::reading(run, reader, *purpose, (*nodes, *of), reason.as_ref());
        }
        Event::Parked { account, item, code } => deliveries::park(run, *account, *item, *code),
        Event::Signal { .. }
        | Event::Deed { .. }
        | Event::Timer { .. }
        | Event::Answer { .. }
        | Event::Unmerge(_)
        | Event::Join(_)
        | Event::TakeBack(_)
        | Event::Desk(_) => {}
    }
    Outcome::Done
}
