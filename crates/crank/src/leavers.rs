//! Members who have left the team: what they have is handed on, so that nothing stays with somebody who is
//! gone. It is looked at when somebody says so, when a strategy is put in force, and when the day of the
//! column `left` comes.

use std::sync::Arc;

use domain::fact::By;
use domain::handoff::{Actor, MemberId, Owner, State};
use domain::reason::Code;
use domain::{AccountId, HandoffId, Moment, Span};
use engine::availability::TeamAvailability;
use engine::desk::Load;
use engine::event::{Deed, DeskDeed, Event, Refusal};
use rules::Strategy;
use store::{HandoffRow, Store};

use crate::clock::JournalMoment;
use crate::crank::Crank;
use crate::error::{CrankError, GroupError};

/// How long a leaver rests whose handoffs the program fails on. A later version may be able to take them.
const REST: Span = Span::DAY;

/// A handoff of somebody who has left, after it was handed on.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HandedOn {
    /// Who had it.
    pub member: MemberId,
    /// The handoff.
    pub handoff: HandoffId,
    /// Its account.
    pub account: AccountId,
    /// Where it was.
    pub was: State,
    /// Who has it: the engine where it waits for somebody.
    pub owner: Owner,
    /// Where it is.
    pub state: State,
}

/// What begins a handing on, and how.
#[derive(Clone, Copy)]
struct HandingOn<'a> {
    /// To whom, where somebody said so.
    to: Option<&'a Owner>,
    /// Who says so; none where the strategy does.
    by: Option<&'a By>,
    /// Who began the turn.
    actor: Actor,
    /// The strategy before the one in force: it knows the successor of somebody who has no row any more.
    before: Option<&'a Strategy>,
}

impl<S: Store> Crank<S> {
    /// Somebody says that a member has left the team, within an open group: they get nothing any more, and
    /// what they have goes to whom is named, else to their successor, else to whom the routes find.
    pub fn leave(
        &mut self,
        member: &MemberId,
        to: Option<&Owner>,
        (by, actor): (&By, Actor),
        now: Moment,
    ) -> Result<Vec<HandedOn>, CrankError> {
        let strategy = self.strategies.in_force().cloned().ok_or(CrankError::NoStrategy)?;
        let at = self.clock.stamp(now);
        if let Some(to) = to {
            self.check_takes_over(to, &strategy, at)?;
        }
        let has_open = self.desk().load(member).is_some_and(|load| load.open() > 0);
        if strategy.team.member(&member.0).is_some() {
            let (member, by, code) = (member.clone(), by.clone(), Some(Code::OwnerLeft));
            let deed = DeskDeed::Pause { member, until: None, code, by };
            self.handle(&Event::Desk(deed), at, actor, Some(&strategy))?;
        } else if !has_open {
            return Err(Refusal::NoMember(member.to_string()).into());
        }
        self.hand_on(member, HandingOn { to, by: Some(by), actor, before: None }, at)
    }

    /// Refuses whom nothing can be given to.
    fn check_takes_over(
        &self,
        to: &Owner,
        strategy: &Strategy,
        at: JournalMoment,
    ) -> Result<(), CrankError> {
        let refusal = match to {
            Owner::Person(member) => {
                let there = TeamAvailability::new(strategy, at.get());
                let gone = there.absent_for_good(member, self.desk());
                gone.map(|_| Refusal::NoMember(member.to_string()))
            }
            Owner::Queue(queue) => {
                let known = strategy.routing.queue(&queue.0);
                known.is_none().then(|| Refusal::NoQueue(queue.0.clone()))
            }
            Owner::Engine => None,
        };
        refusal.map_or(Ok(()), |refusal| Err(refusal.into()))
    }

    /// Hands on what members have who are not in the team of the strategy in force, within an open group.
    /// `before` is the strategy that it took the place of.
    pub(crate) fn hand_on_left(
        &mut self,
        before: Option<&Arc<Strategy>>,
        at: JournalMoment,
    ) -> Result<Vec<HandedOn>, CrankError> {
        let Some(strategy) = self.strategies.in_force().cloned() else { return Ok(Vec::new()) };
        let there = TeamAvailability::new(&strategy, at.get());
        let loads = self.desk().loads().filter(|(_, load)| load.open() > 0);
        let is_gone = |member: &MemberId| {
            let absent = there.absent_for_good(member, self.desk());
            matches!(absent, Some(Code::NotInTeam | Code::OwnerLeft))
        };
        let mut gone: Vec<MemberId> =
            loads.filter(|(member, _)| is_gone(member)).map(|(member, _)| member.clone()).collect();
        gone.sort_unstable();
        let before = before.map(|before| &**before);
        let (to, by, actor) = (None, None, Actor::Operator);
        let mut handed_on = Vec::new();
        for member in gone {
            handed_on.extend(self.hand_on(&member, HandingOn { to, by, actor, before }, at)?);
        }
        Ok(handed_on)
    }

    /// When the next member leaves who has something in hand.
    pub(crate) fn next_leaving(&self) -> Option<Moment> {
        let (left, member) = self.leaving().next()?;
        Some(self.leavers_resting.get(member).map_or(left, |until| left.max(*until)))
    }

    /// Hands on what members have whose last day is over, within an open group; how many handoffs.
    pub(crate) fn fire_leavings(&mut self, at: JournalMoment) -> Result<usize, CrankError> {
        let mut fired = 0;
        for member in self.left_by(at.get()) {
            fired += self.hand_on(&member, of_clock(), at)?.len();
            self.rest_if_open(&member, at);
        }
        Ok(fired)
    }

    /// The same in groups of its own. What the program fails on stays where it is, and is tried again a day
    /// later.
    pub(crate) fn take_leavings(&mut self, now: Moment) -> Result<usize, GroupError> {
        let at = self.clock.stamp(now);
        let mut taken = 0;
        for member in self.left_by(at.get()) {
            match self.in_group(|crank| crank.hand_on(&member, of_clock(), at)) {
                Ok(handed_on) => taken += handed_on.len(),
                Err(GroupError::Inside(error)) if error.is_of_one() => {
                    taken += self.hand_on_one_by_one(&member, at)?;
                }
                Err(error) => return Err(error),
            }
            self.rest_if_open(&member, at);
        }
        Ok(taken)
    }

    fn hand_on_one_by_one(
        &mut self,
        member: &MemberId,
        at: JournalMoment,
    ) -> Result<usize, GroupError> {
        let rows = self.open_of(member).map_err(GroupError::Inside)?;
        let mut taken = 0;
        for row in &rows {
            match self
                .in_group(|crank| crank.hand_one_on(row, member, &Owner::Engine, of_clock(), at))
            {
                Ok(_) => taken += 1,
                Err(GroupError::Inside(error)) if error.is_of_one() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(taken)
    }

    /// Members of the strategy in force who leave at some moment and have something in hand, by moment; of
    /// those whom the program failed on, the ones that are to be tried again come last.
    fn leaving(&self) -> impl Iterator<Item = (Moment, &MemberId)> {
        let strategy = self.strategies.in_force();
        let leaving = strategy.into_iter().flat_map(|strategy| {
            let members = &strategy.team.members;
            strategy.roster.leaving().iter().map(|(left, place)| (*left, &members[*place].id))
        });
        let is_due = |(_, member): &(Moment, &MemberId)| {
            self.desk().load(member).is_some_and(|load| Load::open(load) > 0)
        };
        let resting =
            |(_, member): &(Moment, &MemberId)| self.leavers_resting.contains_key(*member);
        let (first, last): (Vec<_>, Vec<_>) = leaving.filter(is_due).partition(|one| !resting(one));
        first.into_iter().chain(last)
    }

    fn left_by(&self, now: Moment) -> Vec<MemberId> {
        let is_over = |(left, member): &(Moment, &MemberId)| {
            *left <= now && self.leavers_resting.get(*member).is_none_or(|until| *until <= now)
        };
        self.leaving().filter(is_over).map(|(_, member)| member.clone()).collect()
    }

    fn rest_if_open(&mut self, member: &MemberId, at: JournalMoment) {
        if self.desk().load(member).is_some_and(|load| load.open() > 0) {
            self.leavers_resting.insert(member.clone(), at.get() + REST);
        } else {
            self.leavers_resting.remove(member);
        }
    }

    /// Hands on all that a member has, what began first coming first.
    fn hand_on(
        &mut self,
        member: &MemberId,
        how: HandingOn<'_>,
        at: JournalMoment,
    ) -> Result<Vec<HandedOn>, CrankError> {
        let to = match how.to {
            Some(to) => to.clone(),
            None => self.takes_over(member, how.before, at).map_or(Owner::Engine, Owner::Person),
        };
        let mut handed_on = Vec::new();
        for row in self.open_of(member)? {
            handed_on.push(self.hand_one_on(&row, member, &to, how, at)?);
        }
        Ok(handed_on)
    }

    fn hand_one_on(
        &mut self,
        row: &HandoffRow,
        member: &MemberId,
        to: &Owner,
        how: HandingOn<'_>,
        at: JournalMoment,
    ) -> Result<HandedOn, CrankError> {
        let strategy = self.strategies.in_force().cloned().ok_or(CrankError::NoStrategy)?;
        let (account, handoff) = (row.account, row.handoff);
        let deed = Deed::HandOn { to: to.clone(), by: how.by.cloned() };
        self.handle(
            &Event::Deed { account, handoff, deed, undo_until: None },
            at,
            how.actor,
            Some(&strategy),
        )?;
        let known = self.accounts.handoff(account, handoff);
        let known = known.ok_or(CrankError::NoHandoff(handoff))?;
        let (owner, state) = (known.owner.clone(), known.state);
        Ok(HandedOn { member: member.clone(), handoff, account, was: row.state, owner, state })
    }

    /// The handoffs that a member has in hand.
    fn open_of(&self, member: &MemberId) -> Result<Vec<HandoffRow>, CrankError> {
        let open = self.desk().load(member).map(|load| load.handoffs().collect::<Vec<_>>());
        let mut rows = Vec::new();
        for handoff in open.unwrap_or_default() {
            rows.extend(self.store.handoff(handoff)?);
        }
        let theirs = |row: &HandoffRow| {
            matches!(&row.owner, Owner::Person(owner) if owner == member)
                && !row.state.is_terminal()
        };
        rows.retain(theirs);
        rows.sort_unstable_by_key(|row| (row.opened, row.handoff));
        Ok(rows)
    }

    /// The successor of somebody who has left, where they can take something over: somebody on leave or
    /// paused cannot.
    fn takes_over(
        &self,
        member: &MemberId,
        before: Option<&Strategy>,
        at: JournalMoment,
    ) -> Option<MemberId> {
        let strategy = self.strategies.in_force()?;
        let there = TeamAvailability::new(strategy, at.get());
        let desk = self.desk();
        let successor = there.successor(member, desk).or_else(|| {
            let is_there = |id: &MemberId| there.absent_for_good(id, desk).is_none();
            let next = before?.team.successor(&member.0, |next| is_there(&next.id))?;
            Some(&next.id)
        })?;
        there.off(successor, desk).is_none().then(|| successor.clone())
    }
}

/// A day has come.
const fn of_clock<'a>() -> HandingOn<'a> {
    HandingOn { to: None, by: None, actor: Actor::Clock, before: None }
}
