//! After every group: what was adopted is what the journal folds to, taken in entry by entry.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use domain::fact::{Aggregate, Entry};
use engine::state::{AccountContext, Replay, State, replay};
use store::{Position, Purpose, Read};

use super::World;

/// A reader of the journal that goes along with it.
pub(super) struct Follower {
    up_to: Position,
    folded: Replay<'static>,
    /// As it was written, with what an erasure takes away later.
    journal: Vec<Entry>,
    of_desk: Vec<Entry>,
}

impl Default for Follower {
    fn default() -> Self {
        static NOTHING: OnceLock<State> = OnceLock::new();
        Self {
            up_to: Position::START,
            folded: Replay::over(NOTHING.get_or_init(State::default)),
            journal: Vec::new(),
            of_desk: Vec::new(),
        }
    }
}

impl World {
    /// Reads what was written since, and compares every account that it changed, the desk, what is in
    /// force and the entries of quarantine.
    pub(super) fn follow(&mut self) {
        let crank = self.crank.as_mut().expect("open");
        let stored = crank.store().journal(self.follower.up_to, 1_000_000, Some(&Purpose::TURN));
        let stored = stored.expect("memory");
        let Some(last) = stored.last() else { return };
        self.follower.up_to = last.position;
        let mut accounts = BTreeSet::new();
        let desk_before = self.follower.of_desk.len();
        for entry in stored.into_iter().map(|stored| stored.entry) {
            match entry.header.aggregate {
                Aggregate::Account(account) => {
                    accounts.insert(account);
                }
                Aggregate::Desk => self.follower.of_desk.push(entry.clone()),
                Aggregate::Node(_)
                | Aggregate::Registry
                | Aggregate::Quarantine
                | Aggregate::Governance => {}
            }
            self.model.take(&entry);
            for fact in &entry.facts {
                self.follower.folded.take(&entry.header, fact);
            }
            self.follower.journal.push(entry);
        }
        for account in accounts {
            let live = crank.account(account).expect("memory");
            let folded = self.follower.folded.account(account).expect("it has an entry");
            assert!(
                folded == live,
                "folded, adopted: {}\nafter {:#?}",
                first_difference(folded, live),
                self.follower.journal.iter().rev().take(3).collect::<Vec<_>>()
            );
        }
        if self.follower.of_desk.len() > desk_before {
            assert_eq!(replay(&self.follower.of_desk).desk(), crank.desk());
        }
        let in_force = crank.strategies().in_force().map(|strategy| strategy.version);
        assert_eq!(self.model.in_force, in_force);
        for entry in std::mem::take(&mut self.model.entries_changed) {
            let row = crank.store().entry(entry).expect("memory").expect("a row");
            assert_eq!(row.state, self.model.entries[&entry], "the row of {entry}");
        }
    }

    /// All that was written, as it was written.
    pub(crate) fn written(&self) -> &[Entry] {
        &self.follower.journal
    }
}

/// Where two that ought to be equal differ.
fn first_difference(folded: AccountContext<'_>, adopted: AccountContext<'_>) -> String {
    let drawn = |known: AccountContext<'_>| {
        format!("{:#?}\n{:#?}", known.account(), known.nodes().collect::<Vec<_>>())
    };
    let (folded, adopted) = (drawn(folded), drawn(adopted));
    let mut lines = folded.lines().zip(adopted.lines()).enumerate();
    let Some((at, _)) = lines.find(|(_, (folded, adopted))| folded != adopted) else {
        return "one is longer".to_owned();
    };
    let around = |text: &str| {
        let from = at.saturating_sub(12);
        text.lines().skip(from).take(at - from + 6).collect::<Vec<_>>().join("\n")
    };
    format!("{}\n------\n{}", around(&folded), around(&adopted))
}
