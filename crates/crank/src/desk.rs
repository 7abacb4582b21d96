//! What people do to the desk: pause a member, let them go on, put the rotation ledger right.

use domain::Moment;
use domain::fact::By;
use domain::handoff::{Actor, MemberId};
use domain::reason::Code;
use engine::event::{DeskDeed, Event};
use store::Store;

use crate::crank::Crank;
use crate::error::CrankError;

impl<S: Store> Crank<S> {
    /// Pauses a member, within an open group: they get nothing until then, or until they resume.
    pub fn pause(
        &mut self,
        member: &MemberId,
        until: Option<Moment>,
        code: Option<Code>,
        by: &By,
        now: Moment,
    ) -> Result<(), CrankError> {
        let (member, by) = (member.clone(), by.clone());
        self.change_desk(DeskDeed::Pause { member, until, code, by }, now)
    }

    /// Lets a member have leads again, within an open group.
    pub fn resume(&mut self, member: &MemberId, by: &By, now: Moment) -> Result<(), CrankError> {
        let (member, by) = (member.clone(), by.clone());
        self.change_desk(DeskDeed::Resume { member, by }, now)
    }

    /// Gives a member of a pool hundredths of a lead, or with a minus takes them, within an open
    /// group. A pool that the strategy does not have yet may have a ledger.
    pub fn credit(
        &mut self,
        pool: &str,
        member: &MemberId,
        leads: i32,
        code: Code,
        by: &By,
        now: Moment,
    ) -> Result<(), CrankError> {
        let (pool, member, by) = (pool.to_owned(), member.clone(), by.clone());
        self.change_desk(DeskDeed::Credit { pool, member, leads, code, by }, now)
    }

    fn change_desk(&mut self, deed: DeskDeed, now: Moment) -> Result<(), CrankError> {
        let strategy = self.strategies.in_force().cloned().ok_or(CrankError::NoStrategy)?;
        let at = self.clock.stamp(now);
        self.handle(&Event::Desk(deed), at, Actor::Person, Some(&strategy))?;
        Ok(())
    }
}
