//! What people do to the desk: pause a member, let them go on, put the rotation ledger right.

use domain::fact::{By, Fact};
use domain::handoff::{Actor, MemberId};
use domain::reason::Code;
use domain::{Moment, Span};
use engine::stages::follow_up::Refusal;
use store::Store;

use crate::crank::Crank;
use crate::error::CrankError;

/// The largest correction of the ledger, in hundredths of a lead.
const CREDIT_MAX: i32 = 100_000;
/// The longest pause that has an end.
const PAUSE_MAX: Span = Span::days(3_660);

impl<S: Store> Crank<S> {
    /// Pauses a member, within an open group: they get nothing until then, or until they resume.
    pub fn pause(
        &mut self,
        member: &MemberId,
        until: Option<Moment>,
        by: &By,
        now: Moment,
    ) -> Result<(), CrankError> {
        self.known(member)?;
        let until = until.map(|until| until.min(now + PAUSE_MAX));
        let (member, by) = (member.clone(), by.clone());
        self.say_of_desk(Fact::MemberPaused { member, until, by }, now)
    }

    /// Lets a member have leads again, within an open group.
    pub fn resume(&mut self, member: &MemberId, by: &By, now: Moment) -> Result<(), CrankError> {
        self.known(member)?;
        let (member, by) = (member.clone(), by.clone());
        self.say_of_desk(Fact::MemberResumed { member, by }, now)
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
        self.known(member)?;
        let leads = leads.clamp(-CREDIT_MAX, CREDIT_MAX);
        let (pool, member, by) = (pool.to_owned(), member.clone(), Some(by.clone()));
        self.say_of_desk(Fact::CreditGiven { pool, member, leads, code, by }, now)
    }

    fn known(&self, member: &MemberId) -> Result<(), CrankError> {
        let strategy = self.strategies.in_force().ok_or(CrankError::NoStrategy)?;
        let known = strategy.team.member(&member.0);
        known.map(|_| ()).ok_or_else(|| Refusal::NoMember(member.0.clone()).into())
    }

    fn say_of_desk(&mut self, fact: Fact, now: Moment) -> Result<(), CrankError> {
        let strategy = self.strategies.in_force().cloned();
        self.turn(&[], now, Actor::Person, strategy.as_deref(), |turn| turn.say_of_desk(fact))
    }
}
