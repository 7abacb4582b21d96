//! A turn that is being taken: the scratch, and what was found so far.

use domain::errand::Errand;
use domain::fact::{Aggregate, Entry, Fact, StrategyVersion};
use domain::{AccountId, HandoffId, Moment, SignalId};
use rules::strategy::Strategy;

use super::turn::{Outcome, Turn};
use crate::arrived::Arrived;
use crate::desk::Desk;
use crate::effects::{Effects, add};
use crate::stages::follow_up::Follow;
use crate::stages::route::{RouteInput, line_kept};
use crate::stamp::Stamp;
use crate::state::{AccountContext, Handoff, Scratch, State, apply, arrival};

/// Facts of most turns about one aggregate.
const FACTS_MOST: usize = 4;

/// A turn over a state. Stages answer with effects; here they come into the scratch, before the
/// next stage looks.
pub(super) struct Run<'a> {
    scratch: Scratch<'a>,
    stamp: Stamp,
    facts: Vec<(Aggregate, Vec<Fact>)>,
    errands: Vec<Errand>,
    concerned: Vec<AccountId>,
    /// Until when what is to leave because of the turn waits.
    held_until: Option<Moment>,
}

impl<'a> Run<'a> {
    /// Begins over some accounts: no other is looked at.
    pub(super) fn begin(state: &'a State, stamp: Stamp, mut concerned: Vec<AccountId>) -> Self {
        concerned.sort_unstable();
        concerned.dedup();
        let scratch = Scratch::over(state);
        let held_until = None;
        Self { scratch, stamp, facts: Vec::new(), errands: Vec::new(), concerned, held_until }
    }

    /// Names the signal that all of it began with.
    pub(super) const fn about(&mut self, signal: SignalId) {
        self.stamp = self.stamp.about(signal);
    }

    /// Takes in an arrival that was written when the signal was accepted.
    pub(super) fn receive(&mut self, arrived: &Arrived) {
        arrival(&mut self.scratch, arrived);
    }

    /// Takes in what a stage found.
    pub(super) fn take(&mut self, mut effects: Effects) {
        if let Some(until) = self.held_until {
            effects.hold_until(until);
        }
        for (aggregate, fact) in effects.facts {
            self.fact_of(aggregate, fact);
        }
        add(&mut self.errands, effects.errands);
    }

    /// What is to leave because of the turn waits until then.
    pub(super) const fn hold_until(&mut self, until: Moment) {
        self.held_until = Some(until);
    }

    /// Until when that waits.
    pub(super) const fn held_until(&self) -> Option<Moment> {
        self.held_until
    }

    /// Takes in a fact.
    pub(super) fn fact_of(&mut self, aggregate: Aggregate, fact: Fact) {
        apply(&mut self.scratch, &self.stamp.header(aggregate), &fact);
        let known = self.facts.iter().position(|(known, _)| *known == aggregate);
        let at = known.unwrap_or_else(|| {
            self.facts.push((aggregate, Vec::with_capacity(FACTS_MOST)));
            self.facts.len() - 1
        });
        self.facts[at].1.push(fact);
    }

    /// Takes in a fact of an account.
    pub(super) fn fact(&mut self, account: AccountId, fact: Fact) {
        self.fact_of(Aggregate::Account(account), fact);
    }

    /// The handoffs of which the turn says that they came into a state or to an owner.
    fn moved_handoffs(&self) -> Vec<(AccountId, HandoffId)> {
        let mut moved: Vec<(AccountId, HandoffId)> = Vec::new();
        for (aggregate, facts) in &self.facts {
            let Aggregate::Account(account) = aggregate else { continue };
            for fact in facts {
                let (Fact::HandoffMoved { handoff, .. }
                | Fact::OwnerAssigned { handoff, .. }
                | Fact::DeedUndone { handoff, .. }
                | Fact::OutcomeRecorded { handoff, .. }) = fact
                else {
                    continue;
                };
                if !moved.contains(&(*account, *handoff)) {
                    moved.push((*account, *handoff));
                }
            }
        }
        moved
    }

    /// Says of every handoff that the turn moved whether it waits in a line: whatever stage moved it.
    pub(super) fn keep_lines(&mut self, strategy: Option<&Strategy>) {
        for (account, handoff) in self.moved_handoffs() {
            let Some(known) = self.handoff(account, handoff) else { continue };
            let kept = line_kept(strategy, self.desk(), account, known);
            self.take(kept);
        }
    }

    /// Ends the turn.
    pub(super) fn end(self, outcome: Outcome) -> Turn {
        let stamp = self.stamp;
        let entry = |(aggregate, facts)| Entry { header: stamp.header(aggregate), facts };
        let entries = self.facts.into_iter().map(entry).collect();
        Turn { entries, errands: self.errands, outcome, after: self.scratch.end() }
    }

    /// The moment of the turn.
    pub(super) const fn now(&self) -> Moment {
        self.stamp.moment()
    }

    /// The version that is in force.
    pub(super) fn in_force(&self) -> Option<StrategyVersion> {
        self.scratch.registry().force().map(|force| force.version)
    }

    /// The desk as it stands.
    pub(super) fn desk(&self) -> &Desk {
        self.scratch.desk()
    }

    /// An account as it stands.
    pub(super) fn account(&self, account: AccountId) -> AccountContext<'_> {
        self.scratch.account(account).expect("`needs` was asked until nothing was missing")
    }

    /// The accounts that the turn concerns, in the order of their ids.
    pub(super) fn known(&self) -> Vec<AccountContext<'_>> {
        self.concerned.iter().filter_map(|account| self.scratch.account(*account)).collect()
    }

    /// A handoff as it stands.
    pub(super) fn handoff(&self, account: AccountId, handoff: HandoffId) -> Option<&Handoff> {
        self.account(account).handoff(handoff).map(|known| &**known)
    }

    /// A handoff that is to be followed up.
    pub(super) fn follow<'s>(
        &'s self,
        strategy: &'s Strategy,
        account: AccountId,
        handoff: HandoffId,
    ) -> Option<Follow<'s>> {
        let account = self.account(account);
        let handoff = account.handoff(handoff)?;
        Some(Follow { strategy, account, handoff, now: self.now() })
    }

    /// What an owner is looked for over.
    pub(super) fn route_input<'s>(
        &'s self,
        account: AccountId,
        known: &'s [AccountContext<'s>],
    ) -> RouteInput<'s> {
        RouteInput { account: self.account(account), known, desk: self.desk(), now: self.now() }
    }
}
