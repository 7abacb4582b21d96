//! Replay: rows of current state are written anew from the journal, without deciding anything again.
//!
//! Facts are folded by the same `apply` as ever, and rows are made of what they come to by the same
//! functions as live. What no fact holds is left alone, and named.

mod accounts;
mod arrivals;
mod begun;
mod check;
mod journal;
mod people;
mod quarantine;

use domain::fact::{Aggregate, Entry, Fact};
use store::sqlite::SqliteStore;
use store::sqlite::anew::{Anew, Differences, Erased};
use store::{Read, StoreError, Stored, StrategyInForce};

use crate::error::CrankError;
use accounts::write_accounts;
use arrivals::Arrivals;
use journal::follow;
use people::People;
use quarantine::Entries;

pub use check::{Checked, Difference, check};

/// What is left as it is, since no fact holds it, and why.
pub const LEFT_ALONE: [(&str, &str); 9] = [
    ("dedupe", "keyed hashes of bodies that are not kept"),
    ("found", "keyed hashes of what stood in items that nobody could read"),
    ("suppressed", "keyed hashes of people who were erased"),
    ("bodies", "what open deliveries send"),
    ("strategies", "files as they were applied"),
    ("api_keys", "credentials"),
    ("users", "what people sign in with"),
    ("answers", "answers under idempotency keys"),
    ("counters and settings", "the program's own"),
];

/// How far a replay is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// The journal is audited and the ends of its chains are found: up to this entry.
    Chains(u64),
    /// Facts are followed: up to this entry.
    Facts(u64),
    /// Accounts are folded: so many.
    Accounts(u64),
}

/// What a replay came to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Replayed {
    /// Entries of the journal.
    pub entries: u64,
    /// What was not as the journal says, a table each.
    pub tables: Vec<Differences>,
    /// Whether something else was in force than the registry says.
    pub force: bool,
    /// What could not be written, since no fact says it.
    pub unsaid: Unsaid,
}

/// What a replay could not know.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Unsaid {
    /// Chains on silence whose next moment an earlier version did not write, and for which no timer
    /// stands. No further step is taken.
    pub chains: u64,
    /// Signals of which nobody can say whether they had their turn: what tells of a handoff, what is
    /// known only afterwards, and what was erased. They count as dealt with unless they waited.
    pub signals: u64,
}

impl Replayed {
    /// Whether all rows were as the journal says.
    pub fn is_same(&self) -> bool {
        !self.force && self.tables.iter().all(Differences::is_none)
    }
}

/// Writes the rows of a folder anew, or with `dry_run` only says what would be different. All of it
/// is one transaction. `tell` hears how far it is.
pub fn replay(
    store: SqliteStore,
    dry_run: bool,
    tell: &mut dyn FnMut(Progress),
) -> Result<Replayed, CrankError> {
    let entries = store.head()?.position.0;
    let mut anew = Anew::begin(store, &mut |at| tell(Progress::Chains(at)))?;
    let mut replay = Replay::default();
    let mut followed = |at| tell(Progress::Facts(at));
    follow(&mut anew, &mut followed, |anew, stored| replay.take(anew, stored))?;
    let unsaid = replay.end(&mut anew, tell)?;
    let force = match &replay.force {
        Some(force) => anew.put_force(force)?,
        None => false,
    };
    let tables = anew.end(!dry_run)?;
    Ok(Replayed { entries, tables, force, unsaid })
}

/// A replay that is on its way.
#[derive(Default)]
struct Replay {
    people: People,
    arrivals: Arrivals,
    entries: Entries,
    force: Option<StrategyInForce>,
}

impl Replay {
    fn take(&mut self, anew: &mut Anew, stored: Stored) -> Result<(), CrankError> {
        self.people.take(anew, &stored, &self.arrivals)?;
        self.arrivals.take(&stored);
        self.entries.take(&stored);
        let Stored { entry: Entry { header, facts }, .. } = stored;
        for fact in facts {
            if let (Aggregate::Registry, Fact::StrategyApplied { version, mode, .. }) =
                (header.aggregate, &fact)
            {
                let (version, mode) = (*version, mode.as_str().to_owned());
                self.force = Some(StrategyInForce { version, mode, since: header.moment });
            }
            if let (Aggregate::Governance, Fact::PersonErased { nodes, entries, .. }) =
                (header.aggregate, &fact)
            {
                note_erased(anew, nodes.iter().map(|node| Erased::Node(*node)))?;
                note_erased(anew, entries.iter().map(|entry| Erased::Entry(*entry)))?;
            }
        }
        Ok(())
    }

    fn end(
        &mut self,
        anew: &mut Anew,
        tell: &mut dyn FnMut(Progress),
    ) -> Result<Unsaid, CrankError> {
        self.people.end(anew)?;
        self.entries.end(anew)?;
        let signals = self.arrivals.end(anew)?;
        let chains = write_accounts(anew, &mut |folded| tell(Progress::Accounts(folded)))?;
        Ok(Unsaid { chains, signals })
    }
}

fn note_erased(anew: &mut Anew, erased: impl Iterator<Item = Erased>) -> Result<(), StoreError> {
    for one in erased {
        anew.note_erased(one)?;
    }
    Ok(())
}
