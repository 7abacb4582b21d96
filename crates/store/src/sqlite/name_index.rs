//! Finding by names: keyed hashes of the beginnings of words lead to nodes.
//!
//! The index follows the journal, some entries behind. What is in it is in the journal as well, so all of it
//! may go and is made again.

use std::collections::BTreeSet;

use domain::NodeId;
use domain::fact::Aggregate;
use rusqlite::OptionalExtension;
use rusqlite::types::Value;

use super::reader::Reader;
use super::schema;
use super::session::{HasSession, Session};
use super::vault::{Beginning, Label};
use super::writer::SqliteStore;
use crate::error::StoreError;
use crate::identity::NodeRow;
use crate::journal::Position;

/// The setting that says up to which entry names are indexed.
const INDEXED: &str = "names-indexed";
/// Beginnings by which one node is found at most: what is said of a shared login has no end.
const BEGINNINGS_MAX: usize = 500;
/// Nodes of one wanted word that are looked at where its words are spread over the nodes of an account.
const SPREAD_MAX: usize = 2_000;
/// Nodes up to which it is counted how many a word has.
const COUNTED_MAX: usize = 20_000;

/// The nodes that a search by name leads to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct NamedNodes {
    /// Those that came last, first.
    pub nodes: Vec<NodeRow>,
    /// Whether there are more.
    pub more: bool,
}

impl SqliteStore {
    /// Up to which entry names are indexed.
    pub fn names_indexed(&self) -> Result<Position, StoreError> {
        self.session.names_indexed()
    }

    /// Lets a node be found by more beginnings, within an open group.
    pub fn add_names(
        &mut self,
        node: NodeId,
        beginnings: &BTreeSet<String>,
    ) -> Result<(), StoreError> {
        let Some(n) = self.session.number_of(node)? else { return Ok(()) };
        let known = self.session.beginnings_of(n)?;
        let hashes = beginnings.iter().map(|text| self.session.vault.beginning(text));
        let room = BEGINNINGS_MAX.saturating_sub(known.len());
        let new = hashes.filter(|hash| !known.contains(hash)).take(room);
        let new: BTreeSet<Beginning> = new.collect();
        if new.is_empty() {
            return Ok(());
        }
        for hash in &new {
            self.session
                .db
                .prepare_cached("INSERT OR IGNORE INTO names (beginning, node) VALUES (?1, ?2)")?
                .execute((hash.as_slice(), n))?;
        }
        let all: BTreeSet<Beginning> = known.into_iter().chain(new).collect();
        let bytes = all.into_iter().flatten().collect::<Vec<u8>>();
        self.session
            .db
            .prepare_cached("INSERT OR REPLACE INTO named (node, beginnings) VALUES (?1, ?2)")?
            .execute((n, bytes))?;
        Ok(())
    }

    /// Lets a node be found by no name, within an open group.
    pub fn forget_names(&mut self, node: NodeId) -> Result<(), StoreError> {
        match self.session.number_of(node)? {
            Some(n) => self.forget_names_of(n),
            None => Ok(()),
        }
    }

    pub(super) fn forget_names_of(&mut self, n: i64) -> Result<(), StoreError> {
        for hash in self.session.beginnings_of(n)? {
            self.session
                .db
                .prepare_cached("DELETE FROM names WHERE beginning = ?1 AND node = ?2")?
                .execute((hash.as_slice(), n))?;
        }
        self.session.db.prepare_cached("DELETE FROM named WHERE node = ?1")?.execute([n])?;
        Ok(())
    }

    /// Says up to which entry names are indexed, within an open group.
    pub fn put_names_indexed(&mut self, position: Position) -> Result<(), StoreError> {
        self.session
            .db
            .prepare_cached("INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)")?
            .execute((INDEXED, position.0.to_be_bytes().as_slice()))?;
        Ok(())
    }

    /// Empties the index, within an open group: it is made again from the journal.
    pub(super) fn drop_names(&mut self) -> Result<(), StoreError> {
        self.session.db.execute_batch("DELETE FROM names; DELETE FROM named")?;
        self.put_names_indexed(Position(0))
    }
}

impl Reader {
    /// How many entries of the journal may say names that are not indexed.
    pub fn names_unindexed(&self) -> Result<u64, StoreError> {
        let session = self.session()?;
        Ok(session.head()?.position.0.saturating_sub(session.names_indexed()?.0))
    }

    /// The nodes that every wanted word leads to, each by one of its beginnings: those that have all of
    /// them, and then those whose accounts do.
    pub fn nodes_named(
        &self,
        wanted: &[Vec<String>],
        limit: usize,
    ) -> Result<NamedNodes, StoreError> {
        let session = self.session()?;
        if wanted.is_empty() || !schema::has_table(&session.db, "names")? {
            return Ok(NamedNodes::default());
        }
        let mut words: Vec<WantedWord> = Vec::with_capacity(wanted.len());
        for forms in wanted {
            let hashes = forms.iter().map(|form| session.vault.beginning(form)).collect();
            words.push(session.counted(hashes)?);
        }
        words.sort_by_key(|word| word.nodes);
        let mut numbers = session.named_by_all(&words, limit + 1)?;
        let mut more = numbers.len() > limit;
        numbers.truncate(limit);
        if words.len() > 1 && numbers.len() < limit {
            let spread = session.named_by_account(&words)?;
            let new = spread.numbers.into_iter().filter(|n| !numbers.contains(n));
            let new: Vec<i64> = new.take(limit + 1 - numbers.len()).collect();
            numbers.extend(new);
            more = spread.more || numbers.len() > limit;
            numbers.truncate(limit);
        }
        let mut nodes = Vec::with_capacity(numbers.len());
        for n in numbers {
            let row = session.row_cache.row(&session.db, n)?;
            nodes.extend(row.map(|row| row.node()));
        }
        Ok(NamedNodes { nodes, more })
    }
}

/// A word that was asked for, by the hashes of its forms.
struct WantedWord {
    hashes: Vec<Beginning>,
    /// How many nodes it leads to, up to [`COUNTED_MAX`].
    nodes: usize,
}

impl WantedWord {
    fn values(&self) -> impl Iterator<Item = Value> {
        self.hashes.iter().map(|hash| Value::Blob(hash.to_vec()))
    }

    fn places(&self) -> String {
        vec!["?"; self.hashes.len()].join(", ")
    }
}

/// Nodes of accounts whose nodes have all wanted words among them.
#[derive(Default)]
struct SpreadNodes {
    numbers: Vec<i64>,
    /// Whether a word leads to more nodes than were looked at.
    more: bool,
}

impl Session {
    fn names_indexed(&self) -> Result<Position, StoreError> {
        let value: Option<Vec<u8>> = self
            .db
            .prepare_cached("SELECT value FROM settings WHERE name = ?1")?
            .query_row([INDEXED], |row| row.get(0))
            .optional()?;
        let position = value.and_then(|bytes| bytes.try_into().ok()).map(u64::from_be_bytes);
        Ok(Position(position.unwrap_or_default()))
    }

    fn number_of(&self, node: NodeId) -> Result<Option<i64>, StoreError> {
        let row = self.row_cache.labelled(&self.db, &Label::of(Aggregate::Node(node)))?;
        Ok(row.map(|row| row.n))
    }

    fn beginnings_of(&self, n: i64) -> Result<BTreeSet<Beginning>, StoreError> {
        let bytes: Option<Vec<u8>> = self
            .db
            .prepare_cached("SELECT beginnings FROM named WHERE node = ?1")?
            .query_row([n], |row| row.get(0))
            .optional()?;
        let (hashes, _) = bytes.as_deref().unwrap_or_default().as_chunks();
        Ok(hashes.iter().copied().collect())
    }

    fn counted(&self, hashes: Vec<Beginning>) -> Result<WantedWord, StoreError> {
        let word = WantedWord { hashes, nodes: 0 };
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM names WHERE beginning IN ({}) LIMIT {COUNTED_MAX})",
            word.places()
        );
        let values = rusqlite::params_from_iter(word.values());
        let nodes: i64 = self.db.prepare_cached(&sql)?.query_row(values, |row| row.get(0))?;
        Ok(WantedWord { nodes: nodes as usize, ..word })
    }

    /// Nodes that have all words, the newest first. The rarest word stands first.
    fn named_by_all(&self, words: &[WantedWord], limit: usize) -> Result<Vec<i64>, StoreError> {
        let Some((rarest, others)) = words.split_first() else { return Ok(Vec::new()) };
        let has_word = |word: &WantedWord| {
            format!(
                " AND EXISTS (SELECT 1 FROM names WHERE beginning IN ({}) AND node = n.node)",
                word.places()
            )
        };
        let sql = format!(
            "SELECT DISTINCT node FROM names AS n WHERE beginning IN ({}){} \
             ORDER BY node DESC LIMIT {limit}",
            rarest.places(),
            others.iter().map(has_word).collect::<String>()
        );
        let values = rusqlite::params_from_iter(words.iter().flat_map(WantedWord::values));
        let mut find = self.db.prepare(&sql)?;
        let numbers = find.query_map(values, |row| row.get(0))?;
        Ok(numbers.collect::<Result<_, _>>()?)
    }

    /// Nodes of accounts that have all words in one node or another.
    fn named_by_account(&self, words: &[WantedWord]) -> Result<SpreadNodes, StoreError> {
        let mut found: Vec<(i64, [u8; 10])> = Vec::new();
        let mut shared: Option<BTreeSet<[u8; 10]>> = None;
        let mut more = false;
        for word in words {
            let sql = format!(
                "SELECT DISTINCT n.node, a.account FROM names AS n JOIN aggregates AS a ON a.n = n.node \
                 WHERE n.beginning IN ({}) AND a.account IS NOT NULL ORDER BY n.node DESC LIMIT {}",
                word.places(),
                SPREAD_MAX + 1
            );
            let mut find = self.db.prepare(&sql)?;
            let values = rusqlite::params_from_iter(word.values());
            let rows = find.query_map(values, |row| Ok((row.get(0)?, row.get(1)?)))?;
            let mut rows = rows.collect::<Result<Vec<(i64, [u8; 10])>, _>>()?;
            more |= rows.len() > SPREAD_MAX;
            rows.truncate(SPREAD_MAX);
            let accounts: BTreeSet<[u8; 10]> = rows.iter().map(|(_, account)| *account).collect();
            shared = Some(match shared {
                Some(shared) => &shared & &accounts,
                None => accounts,
            });
            found.extend(rows);
        }
        let shared = shared.unwrap_or_default();
        found.retain(|(_, account)| shared.contains(account));
        found.sort_unstable_by(|one, other| other.cmp(one));
        found.dedup();
        Ok(SpreadNodes { numbers: found.into_iter().map(|(n, _)| n).collect(), more })
    }
}
