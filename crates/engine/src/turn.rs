//! A turn: what the engine says about one thing that happened. Saying a fact applies it, so that
//! each stage sees what the stage before it said; nothing else changes a context or the desk.

use domain::errand::Errand;
use domain::fact::{Aggregate, Entry, Fact, Header, SCHEMA, StrategyVersion};
use domain::handoff::Actor;
use domain::{AccountId, Moment, NodeId, SignalId};

use crate::arrived::Arrived;
use crate::desk::Desk;
use crate::state::{After, Known, Scratch, State, apply, arrival};

/// A turn that is being taken.
#[derive(Debug)]
pub struct Turn<'a> {
    scratch: Scratch<'a>,
    /// When.
    pub moment: Moment,
    actor: Actor,
    correlation: Option<SignalId>,
    strategy: Option<StrategyVersion>,
    said: Vec<(Aggregate, Vec<Fact>)>,
    errands: Vec<Errand>,
    concerned: Vec<AccountId>,
}

/// What a turn comes to: written in one transaction, or forgotten.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// An entry for each aggregate that it concerns, in the order that they were first spoken of.
    pub entries: Vec<Entry>,
    /// What is to be done outside once the entries are there.
    pub errands: Vec<Errand>,
    /// What is known afterwards, as far as it changed.
    pub after: After,
}

impl<'a> Turn<'a> {
    /// Begins a turn.
    pub fn begin(
        state: &'a State,
        moment: Moment,
        actor: Actor,
        strategy: Option<StrategyVersion>,
    ) -> Self {
        Self {
            scratch: Scratch::over(state),
            moment,
            actor,
            correlation: None,
            strategy,
            said: Vec::new(),
            errands: Vec::new(),
            concerned: Vec::new(),
        }
    }

    /// Says which accounts it concerns: nothing else is looked at.
    #[must_use]
    pub fn over(mut self, accounts: &[AccountId]) -> Self {
        self.concerned = accounts.to_vec();
        self.concerned.sort_unstable();
        self.concerned.dedup();
        self
    }

    /// The accounts that it concerns, in the order of their ids.
    pub fn concerned(&self) -> impl Iterator<Item = Known<'_>> + Clone {
        self.concerned.iter().filter_map(|account| self.scratch.account(*account))
    }

    /// The desk as it stands.
    pub fn desk(&self) -> &Desk {
        self.scratch.desk()
    }

    /// Takes in an arrival that was written when the signal was accepted.
    pub fn receive(&mut self, arrived: &Arrived) {
        arrival(&mut self.scratch, arrived);
    }

    /// Names the signal that all of this began with.
    #[must_use]
    pub const fn about(mut self, signal: SignalId) -> Self {
        self.correlation = Some(signal);
        self
    }

    /// Names the signal that all of this began with, once it is known.
    pub fn began_with(&mut self, signal: SignalId) {
        self.correlation = Some(signal);
    }

    /// The account, which whoever begins the turn has loaded.
    pub fn account(&self, account: AccountId) -> Known<'_> {
        self.scratch.account(account).expect("a turn is given the accounts that it concerns")
    }

    /// Says a fact of an account.
    pub fn say(&mut self, account: AccountId, fact: Fact) {
        self.say_of(Aggregate::Account(account), fact);
    }

    /// Says a fact of a node.
    pub fn say_of_node(&mut self, node: NodeId, fact: Fact) {
        self.say_of(Aggregate::Node(node), fact);
    }

    /// Says a fact of the desk.
    pub fn say_of_desk(&mut self, fact: Fact) {
        self.say_of(Aggregate::Desk, fact);
    }

    /// Says a fact of the registry.
    pub fn say_of_registry(&mut self, fact: Fact) {
        self.say_of(Aggregate::Registry, fact);
    }

    fn say_of(&mut self, aggregate: Aggregate, fact: Fact) {
        let header = self.header(aggregate);
        apply(&mut self.scratch, &header, &fact);
        self.write(aggregate, fact);
    }

    /// Asks for something to be done outside.
    pub fn ask(&mut self, errand: Errand) {
        self.errands.push(errand);
    }

    /// Ends the turn.
    pub fn end(self) -> Said {
        let headers: Vec<Header> =
            self.said.iter().map(|(aggregate, _)| self.header(*aggregate)).collect();
        let entries = headers
            .into_iter()
            .zip(self.said)
            .map(|(header, (_, facts))| Entry { header, facts })
            .collect();
        Said { entries, errands: self.errands, after: self.scratch.end() }
    }

    fn header(&self, aggregate: Aggregate) -> Header {
        Header {
            schema: SCHEMA,
            aggregate,
            moment: self.moment,
            actor: self.actor,
            correlation: self.correlation,
            strategy: self.strategy,
        }
    }

    fn write(&mut self, aggregate: Aggregate, fact: Fact) {
        match self.said.iter_mut().find(|(known, _)| *known == aggregate) {
            Some((_, facts)) => facts.push(fact),
            None => self.said.push((aggregate, vec![fact])),
        }
    }
}
