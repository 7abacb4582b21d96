//! Readings of personal data are recorded before they are answered.

use domain::Moment;
use domain::fact::{By, Note, ReadFor};
use domain::handoff::Actor;
use engine::event::Event;
use store::Store;

use crate::crank::Crank;
use crate::error::CrankError;

/// Somebody who is about to read personal data in clear.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reading {
    /// Who reads.
    pub reader: By,
    /// What for.
    pub purpose: ReadFor,
    /// Of how many subject nodes.
    pub nodes: u64,
    /// What was said in words. Sealed.
    pub reason: Option<Note>,
    /// A person over HTTP, or the operator of the machine.
    pub actor: Actor,
}

impl<S: Store> Crank<S> {
    /// Records that personal data is about to be read in clear, within an open group.
    pub fn record_reading(&mut self, reading: Reading, now: Moment) -> Result<(), CrankError> {
        let Reading { reader, purpose, nodes, reason, actor } = reading;
        let event = Event::Reading { reader, purpose, nodes, reason };
        let at = self.clock.stamp(now);
        self.handle(&event, at, actor, None)?;
        Ok(())
    }
}
