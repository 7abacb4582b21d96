//! The audit: every leaf and every head recomputed, and compared with what was written.
//!
//! Shows damage. Whoever can write to the folder can rewrite leaves and heads alike; only heads
//! that were published elsewhere would show that.

use domain::fact::{Entry, Fact};
use domain::{Moment, NodeId, QuarantineId, Span};
use rusqlite::Row;
use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest, Sha256};

use super::folder;
use super::form::entry_of;
use super::head::{self, SecondHeadFile};
use super::keyring::KeyWitness;
use super::leaves::{leaf, next_head};
use super::reader::Reader;
use super::session::{PARTS, Session};
use super::vault::Label;
use super::witness;
use crate::error::StoreError;
use crate::folder_problem::{FolderProblem, FolderProblems};
use crate::journal::{Head, Position};
use domain::fact::Aggregate;

/// What the audit found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// How many entries were read.
    pub entries: u64,
    /// The head as recomputed from the entries.
    pub head: Head,
    /// The second head, if it was ever written.
    pub second: Option<Head>,
    /// What is not as it must be; empty where all is well.
    pub problems: Vec<FolderProblem>,
}

impl Verdict {
    /// Whether all is well.
    pub const fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}

/// A row of the journal as it is stored.
pub(super) struct Line {
    pub(super) position: i64,
    pub(super) aggregate: i64,
    pub(super) prev: i64,
    pub(super) body: Vec<u8>,
    pub(super) parts: Vec<u8>,
    pub(super) leaf: Vec<u8>,
    /// What the body says, if it can be read.
    pub(super) entry: Option<Entry>,
}

/// Recomputes leaves and heads over the whole journal.
pub fn verify(reader: &Reader) -> Result<Verdict, StoreError> {
    let mut problems = FolderProblems::default();
    let kept = kept_head(reader, &mut problems)?;
    let second = kept.head().filter(|_| !kept.is_foreign(reader.session.vault.folder_mark()));
    let mut audit = Audit {
        session: &reader.session,
        second,
        problems,
        head: [0; 32],
        last: 0,
        time: None,
        entries: 0,
        stand: reader.session.keys.stand().ok().flatten(),
        chains: FxHashMap::default(),
        parts: FxHashMap::default(),
        missing: Vec::new(),
        erased: FxHashSet::default(),
    };
    // One snapshot: what is written meanwhile is left to the next audit.
    let snapshot = reader.session.snapshot()?;
    let walked = walk(&reader.session, |line| audit.line(&line)).and_then(|()| audit.end());
    drop(snapshot);
    audit.problems.note(folder::DATABASE, walked)?;
    let head = Head { position: Position(audit.last as u64), hash: audit.head };
    Ok(Verdict { entries: audit.entries, head, second, problems: audit.problems.finish() })
}

/// What the second head says. One that cannot be read, is gone or belongs elsewhere is told.
fn kept_head(reader: &Reader, problems: &mut FolderProblems) -> Result<SecondHeadFile, StoreError> {
    let kept = match head::read(&reader.folder) {
        Err(StoreError::Damaged(_)) => {
            let says = "the second head cannot be read";
            problems.tell("store-head-differs", folder::SECOND_HEAD, says);
            return Ok(SecondHeadFile::Empty);
        }
        kept => kept?,
    };
    if kept.is_foreign(reader.session.vault.folder_mark()) {
        let says = "the second head is that of another folder";
        problems.tell("store-head-differs", folder::SECOND_HEAD, says);
    }
    let missing = reader
        .session
        .stored_head()
        .and_then(|stored| witness::is_second_head_missing(&reader.session.db, &kept, &stored));
    if problems.note(folder::DATABASE, missing)? == Some(true) {
        let says = "the second head was written once and is gone";
        problems.tell("store-head-missing", folder::SECOND_HEAD, says);
    }
    Ok(kept)
}

/// Reads every row of the journal in order.
pub(super) fn walk(
    session: &Session,
    mut visit: impl FnMut(Line) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut statement = session.db.prepare(
        "SELECT position, aggregate, prev, body, parts, leaf FROM journal ORDER BY position",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(read_line(row)?)?;
    }
    Ok(())
}

fn read_line(row: &Row<'_>) -> rusqlite::Result<Line> {
    let position = row.get(0)?;
    let body: Vec<u8> = row.get(3)?;
    Ok(Line {
        position,
        aggregate: row.get(1)?,
        prev: row.get(2)?,
        parts: row.get(4)?,
        leaf: row.get(5)?,
        entry: entry_of(&body),
        body,
    })
}

struct Audit<'a> {
    session: &'a Session,
    second: Option<Head>,
    problems: FolderProblems,
    head: [u8; 32],
    last: i64,
    /// The moment of the entry before.
    time: Option<Moment>,
    entries: u64,
    /// How far the key store saw the journal.
    stand: Option<KeyWitness>,
    /// The last position of each chain so far.
    chains: FxHashMap<i64, i64>,
    /// The last sealed part of each owner so far.
    parts: FxHashMap<i64, i64>,
    /// Parts that are not there: their entry and owner.
    missing: Vec<(i64, Option<i64>)>,
    /// Labels of owners that facts say were erased.
    erased: FxHashSet<Label>,
}

impl Audit<'_> {
    fn line(&mut self, line: &Line) -> Result<(), StoreError> {
        self.entries += 1;
        if self.last.checked_add(1) != Some(line.position) {
            let first = self.last.saturating_add(1);
            let gap = format!("entries {first} to {} are missing", line.position.saturating_sub(1));
            self.problems.tell("store-entry-missing", format!("entry {first}"), &gap);
        }
        self.last = line.position;
        let computed = leaf(&line.body, &line.parts);
        let place = format!("entry {}", line.position);
        if computed.as_slice() != line.leaf {
            self.problems.tell("store-entry-altered", &place, "its leaf is not that of its bytes");
        } else if line.entry.is_none() {
            let says = "it was written by a newer version, and this one cannot read it";
            self.problems.tell("store-newer", &place, says);
        }
        self.head = next_head(&self.head, &computed);
        let witnesses = [self.second, self.stand.map(|stand| stand.before)];
        let differs =
            |seen: &Head| seen.position.0 as i64 == line.position && seen.hash != self.head;
        if witnesses.iter().flatten().any(differs) {
            let says = "the head at this entry is not the one that was written and synced";
            self.problems.tell("store-head-differs", &place, says);
        }
        let before = self.chains.insert(line.aggregate, line.position).unwrap_or(0);
        if before != line.prev {
            let says = format!("its chain goes to {} instead of {before}", line.prev);
            self.problems.tell("store-chain-broken", &place, &says);
        }
        self.check_time(line, &place);
        self.check_entry(line, &place)?;
        self.check_parts(line, &place)
    }

    /// One crank writes the folder, and its time never falls.
    fn check_time(&mut self, line: &Line, place: &str) {
        let Some(moment) = line.entry.as_ref().map(|entry| entry.header.moment) else { return };
        let before = self.time.replace(moment);
        if let Some(before) = before.filter(|before| moment < *before) {
            let fell = (before - moment).0 as f64 / Span::SECOND.0 as f64;
            let says = format!("it is {fell:.3} s older than the entry before it");
            self.problems.tell("store-time-fell", place, &says);
        }
    }

    fn check_entry(&mut self, line: &Line, place: &str) -> Result<(), StoreError> {
        let Some(entry) = &line.entry else { return Ok(()) };
        let named = self.session.row_cache.row(&self.session.db, line.aggregate)?;
        match named.map(|row| row.label == Label::of(entry.header.aggregate)) {
            Some(true) => {}
            Some(false) => {
                self.problems.tell("store-chain-broken", place, "it belongs to another aggregate");
            }
            None => {
                let says = "the aggregate that it belongs to has no row";
                self.problems.tell("store-aggregate-differs", place, says);
            }
        }
        for fact in &entry.facts {
            if let Fact::PersonErased { nodes, entries, .. } = fact {
                self.erased
                    .extend(nodes.iter().map(|node: &NodeId| Label::of(Aggregate::Node(*node))));
                self.erased.extend(
                    entries.iter().map(|entry: &QuarantineId| Session::entry_label(*entry)),
                );
            }
        }
        Ok(())
    }

    /// Compares the hashes in the journal with the sealed parts, in order.
    fn check_parts(&mut self, line: &Line, place: &str) -> Result<(), StoreError> {
        let first = line.position.saturating_mul(PARTS);
        let mut statement = self.session.db.prepare_cached(
            "SELECT owner, bytes, key, prev FROM sealed WHERE key >= ?1 AND key < ?2",
        )?;
        let parts = statement
            .query_map((first, first.saturating_add(PARTS)), |row| {
                let bytes = row.get_ref(1)?.as_blob_or_null()?;
                let hash = bytes.map(|bytes| <[u8; 32]>::from(Sha256::digest(bytes)));
                Ok((row.get::<_, i64>(0)?, hash, row.get::<_, i64>(2)?, row.get::<_, i64>(3)?))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        for (owner, _, key, prev) in &parts {
            if self.parts.insert(*owner, *key).unwrap_or(0) != *prev {
                let says = "a sealed part of its does not lead to the one before";
                self.problems.tell("store-chain-broken", place, says);
            }
        }
        let wanted = line.parts.len() / 32;
        if parts.len() < wanted {
            self.missing.push((line.position, None));
        }
        if parts.len() != wanted {
            if parts.len() > wanted {
                self.problems.tell("store-part-altered", place, "a sealed part is too many");
            }
            return Ok(());
        }
        for ((owner, found, ..), wanted) in parts.iter().zip(line.parts.chunks(32)) {
            match found {
                Some(found) if found == wanted => {}
                Some(_) => {
                    self.problems.tell("store-part-altered", place, "a sealed part was altered");
                }
                None => self.missing.push((line.position, Some(*owner))),
            }
        }
        Ok(())
    }

    fn end(&mut self) -> Result<(), StoreError> {
        for (position, owner) in std::mem::take(&mut self.missing) {
            let label = match owner {
                Some(owner) => {
                    self.session.row_cache.row(&self.session.db, owner)?.map(|row| row.label)
                }
                None => None,
            };
            if label.is_none_or(|label| !self.erased.contains(&label)) {
                let says = "a sealed part is missing, and nobody was erased";
                self.problems.tell("store-part-missing", format!("entry {position}"), says);
            }
        }
        let stored = self.session.stored_head()?;
        if stored.position.0 as i64 != self.last || stored.hash != self.head {
            let says =
                format!("it stands at {}, the entries end at {}", stored.position, self.last);
            self.problems.tell("store-head-differs", "head", &says);
        }
        self.check_end(&stored)?;
        self.check_tails()
    }

    /// The journal reaches as far as anybody saw it, and nothing is there beyond its end.
    fn check_end(&mut self, stored: &Head) -> Result<(), StoreError> {
        let witnesses = [
            (folder::SECOND_HEAD, self.second),
            (folder::KEYS, self.stand.map(|stand| stand.before)),
            (folder::DATABASE, Some(*stored)),
        ];
        for (place, seen) in witnesses {
            if let Some(seen) = seen.filter(|seen| seen.position.0 as i64 > self.last) {
                let says = format!(
                    "the journal once reached {}, and ends at {}",
                    seen.position, self.last
                );
                self.problems.tell("store-tail-lost", place, &says);
            }
        }
        let beyond: i64 = self.session.db.query_row(
            "SELECT count(*) FROM sealed WHERE key >= ?1",
            [self.last.saturating_add(1).saturating_mul(PARTS)],
            |row| row.get(0),
        )?;
        if beyond > 0 {
            let says = format!("{beyond} sealed parts stand beyond the end of the journal");
            self.problems.tell("store-part-altered", "sealed", &says);
        }
        Ok(())
    }

    /// Each aggregate must know the end of its chain.
    fn check_tails(&mut self) -> Result<(), StoreError> {
        let mut statement = self.session.db.prepare("SELECT n, last, sealed FROM aggregates")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (n, last, sealed): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            if self.parts.remove(&n).unwrap_or(0) != sealed {
                let says = "its sealed parts end elsewhere than it says";
                self.problems.tell("store-aggregate-differs", format!("aggregate {n}"), says);
            }
            let end = self.chains.remove(&n).unwrap_or(0);
            if end != last {
                let says = format!("its chain ends at {end}, and it says {last}");
                self.problems.tell("store-aggregate-differs", format!("aggregate {n}"), &says);
            }
        }
        let strays = self.chains.len() + self.parts.len();
        if strays > 0 {
            let says = format!("{strays} chains belong to no aggregate");
            self.problems.tell("store-aggregate-differs", "aggregates", &says);
        }
        Ok(())
    }
}
