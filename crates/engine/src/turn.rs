//! A turn: what the engine says about one thing that happened. Saying a fact applies it, so that
//! each stage sees what the stage before it said; nothing else changes a context or the desk.

use std::collections::BTreeMap;

use domain::errand::Errand;
use domain::fact::{Aggregate, Entry, Fact, Header, SCHEMA, StrategyVersion};
use domain::handoff::Actor;
use domain::{AccountId, Moment, NodeId, SignalId};

use crate::desk::Desk;
use crate::state::Account;

/// The accounts that a turn concerns, folded.
pub type Accounts = BTreeMap<AccountId, Account>;

/// A turn that is being taken.
#[derive(Debug)]
pub struct Turn<'a> {
    /// The accounts that it concerns.
    pub accounts: &'a mut Accounts,
    /// The desk.
    pub desk: &'a mut Desk,
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// An entry for each aggregate that it concerns, in the order that they were first spoken of.
    pub entries: Vec<Entry>,
    /// What is to be done outside once the entries are there.
    pub errands: Vec<Errand>,
}

impl<'a> Turn<'a> {
    /// Begins a turn.
    pub const fn begin(
        accounts: &'a mut Accounts,
        desk: &'a mut Desk,
        moment: Moment,
        actor: Actor,
        strategy: Option<StrategyVersion>,
    ) -> Self {
        Self {
            accounts,
            desk,
            moment,
            actor,
            correlation: None,
            strategy,
            said: Vec::new(),
            errands: Vec::new(),
            concerned: Vec::new(),
        }
    }

    /// Says which accounts it concerns, where more are in memory: nothing else is looked at.
    #[must_use]
    pub fn over(mut self, accounts: &[AccountId]) -> Self {
        self.concerned = accounts.to_vec();
        self.concerned.sort_unstable();
        self.concerned.dedup();
        self
    }

    /// The accounts that it concerns, in the order of their ids.
    pub fn concerned(&self) -> impl Iterator<Item = &Account> {
        let all = self.concerned.is_empty().then(|| self.accounts.values());
        let named = self.concerned.iter().filter_map(|account| self.accounts.get(account));
        all.into_iter().flatten().chain(named)
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

    /// The account, which whoever begins the turn has put in.
    pub fn account(&self, account: AccountId) -> &Account {
        self.accounts.get(&account).expect("a turn is given the accounts that it concerns")
    }

    /// Says a fact of an account.
    pub fn say(&mut self, account: AccountId, fact: Fact) {
        let header = self.header(Aggregate::Account(account));
        let known = self.accounts.get_mut(&account);
        known.expect("a turn is given the accounts that it concerns").apply(&header, &fact);
        self.write(header.aggregate, fact);
    }

    /// Says a fact of a node that is a member of an account.
    pub fn say_of_node(&mut self, account: AccountId, node: NodeId, fact: Fact) {
        let header = self.header(Aggregate::Node(node));
        let known = self.accounts.get_mut(&account);
        known
            .expect("a turn is given the accounts that it concerns")
            .apply_to_node(node, &header, &fact);
        self.write(header.aggregate, fact);
    }

    /// Says a fact of the desk.
    pub fn say_of_desk(&mut self, fact: Fact) {
        let header = self.header(Aggregate::Desk);
        self.desk.apply(&header, &fact);
        self.write(header.aggregate, fact);
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
        Said { entries, errands: self.errands }
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
