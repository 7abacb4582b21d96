//! What can be taken back: the last that a person did to a handoff, for as long as nothing has left
//! because of it.

use std::sync::Arc;

use domain::Moment;
use domain::handoff::{MemberId, Owner, State, Target};

use super::handoff::{Clock, Handoff, TargetChain, Undoable};
use crate::chunked::SharedMap;

/// When something was done that can be taken back, and until when it can be.
#[derive(Clone, Copy)]
pub(super) struct Offered {
    pub(super) at: Moment,
    pub(super) until: Moment,
    pub(super) waited: Option<Moment>,
}

impl Handoff {
    /// Until when what was done last can be taken back, at a moment; none where it cannot be.
    pub fn undo_until(&self, now: Moment) -> Option<Moment> {
        self.undo.as_ref().map(|undo| undo.until).filter(|until| now < *until)
    }

    /// Whether it was refused, and passes on once that can be taken back no more.
    pub fn is_to_settle(&self) -> bool {
        self.state == State::Rejected && matches!(self.owner, Owner::Person(_))
    }

    /// Remembers what it is, before something is done to it that can be taken back.
    pub(super) fn offer_undo(
        &mut self,
        Offered { at, until, waited }: Offered,
        mark: Option<(MemberId, Option<Moment>)>,
    ) {
        let before = Self { deliveries: Vec::new(), undo: None, ..self.clone() };
        let deliveries = self.deliveries.len() as u32;
        let before = Arc::new(before);
        // A mark is all that there is of its deed.
        let done = mark.is_some();
        let (mark, marked) = mark.unzip();
        let marked = marked.flatten();
        let undo = Undoable { at, until, before, deliveries, waited, done, mark, marked };
        self.undo = Some(Box::new(undo));
    }

    /// All of what can be taken back was said.
    pub(super) fn undo_is_whole(&mut self) {
        if let Some(undo) = &mut self.undo {
            undo.done = true;
        }
    }

    /// Something else moves it: what was done before can be taken back no more.
    pub(super) fn undo_is_past(&mut self) {
        if self.undo.as_ref().is_some_and(|undo| undo.done) {
            self.undo = None;
        }
    }

    /// It is what it was before what was done last. What came from outside since stays: what deliveries
    /// came to, time that ran low or out, who the person turned out to be.
    pub(super) fn take_back_deed(&mut self) {
        let Some(undo) = self.undo.take() else { return };
        let before = Arc::unwrap_or_clone(undo.before);
        let (clocks, chains) = self.run_on(&before);
        *self = Self {
            version: self.version,
            person: self.person,
            node: self.node,
            deliveries: std::mem::take(&mut self.deliveries),
            debriefs: self.debriefs,
            actor: self.actor,
            undone: Some(before.undone.unwrap_or_default() + 1),
            clocks,
            chains,
            ..before
        };
    }

    /// The member who took it with what was done last, who had it before, and when; none where nobody
    /// took it.
    pub(crate) fn taken_last(&self) -> Option<(MemberId, Option<MemberId>, Moment)> {
        let undo = self.undo.as_ref().filter(|undo| undo.before.assignments != self.assignments)?;
        let member = |owner: &Owner| match owner {
            Owner::Person(member) => Some(member.clone()),
            Owner::Queue(_) | Owner::Engine => None,
        };
        Some((member(&self.owner)?, member(&undo.before.owner), undo.at))
    }

    /// The clocks and chains of before. One that was not started anew has gone on since: it has warned and
    /// run out as it has.
    fn run_on(&self, before: &Self) -> (SharedMap<Target, Clock>, SharedMap<Target, TargetChain>) {
        let (mut clocks, mut chains) = (before.clocks.clone(), before.chains.clone());
        for (target, clock) in before.clocks.iter() {
            let known = self.clocks.get(target);
            let Some(known) = known.filter(|known| known.generation == clock.generation) else {
                continue;
            };
            clocks.insert(*target, Clock { stopped: clock.stopped, ..*known });
            if let Some(chain) = self.chains.get(target) {
                chains.insert(*target, *chain);
            }
        }
        (clocks, chains)
    }
}
