//! What both the writer and a reader beside it can ask of a data folder.

use domain::fact::{Aggregate, Entry, Fact};
use domain::{Moment, QuarantineId};
use rusqlite::{Connection, OptionalExtension};

use super::form::entry_of;
use super::keyring::{KeyLookup, Keyring};
use super::leaves::leaf;
use super::row_cache::{Row, RowCache};
use super::vault::{self, ENTRY_LABEL, Label, Name, Vault};
use crate::arrival::Pending;
use crate::error::StoreError;
use crate::identity::Key;
use crate::journal::{Head, Meter, Position, Purpose, Stored};
use crate::sealed;

/// Places of sealed parts under one position.
pub(super) const PARTS: i64 = 1 << 16;

/// Entries of a chain that are passed over one by one before a moment is searched for.
const STEPS_BEFORE_SEARCH: usize = 256;
/// Rows of the journal that are looked through for an entry of the chain.
const ROWS_SEARCHED: i64 = 2_048;

/// When an entry was known. One whose header cannot be read counts as known at every moment: whoever
/// reads it is told what is wrong with it.
#[derive(Clone, Copy)]
struct Known(Option<Moment>);

impl Known {
    fn read(row: &rusqlite::Row<'_>, body: usize) -> rusqlite::Result<Self> {
        Ok(Self(Entry::read_moment(row.get_ref(body)?.as_blob()?).ok()))
    }

    fn by(self, until: Moment) -> bool {
        self.0.is_none_or(|moment| moment <= until)
    }

    fn since(self, since: Moment) -> bool {
        self.0.is_none_or(|moment| moment >= since)
    }
}

/// What there is of a sealed part.
pub(super) enum OpenedPart {
    Plain(Vec<u8>),
    /// Its key was destroyed on purpose.
    Destroyed,
    /// It does not open: its bytes were altered, or its key is damaged.
    Damaged,
}

/// A database connection with its keys and its cached rows.
pub(super) struct Session {
    pub(super) db: Connection,
    pub(super) keys: Keyring,
    pub(super) vault: Vault,
    pub(super) row_cache: RowCache,
    /// How far the writer is, in its group; a reader looks it up.
    pub(super) head: Option<Head>,
    /// What was decoded.
    pub(super) meter: Meter,
}

/// One state of the database, for as long as several statements read it. Within a group, the
/// group's own. It also spares each statement the locks.
pub(super) struct Snapshot<'a> {
    db: Option<&'a Connection>,
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        if let Some(db) = self.db {
            // Nothing was written; at worst the snapshot ends with the connection.
            let _ = db.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([]));
        }
    }
}

/// Whatever has a session can be read.
pub(super) trait HasSession {
    fn session(&self) -> Result<&Session, StoreError>;
}

/// Where rows of identifiers lead that several people have.
pub(super) const NOBODY: i64 = 0;

/// Where an identifier leads.
#[derive(Clone, Copy)]
pub(super) enum Led {
    /// Nobody has come with it.
    Nowhere,
    /// Several people have it.
    Nobody,
    /// To a node.
    To(Row),
}

impl Led {
    /// Whether several people have the identifier.
    pub(super) fn is_shared(&self) -> bool {
        match self {
            Self::Nowhere => false,
            Self::Nobody => true,
            Self::To(row) => row.node().shared,
        }
    }
}

impl Session {
    pub(super) fn head(&self) -> Result<Head, StoreError> {
        self.head.map_or_else(|| self.stored_head(), Ok)
    }

    pub(super) fn stored_head(&self) -> Result<Head, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT position, hash FROM head WHERE one = 1")?;
        Ok(statement.query_row([], |row| {
            Ok(Head { position: Position(row.get::<_, i64>(0)? as u64), hash: row.get(1)? })
        })?)
    }

    /// Holds one state of the database until it is dropped.
    pub(super) fn snapshot(&self) -> Result<Snapshot<'_>, StoreError> {
        if !self.db.is_autocommit() {
            return Ok(Snapshot { db: None });
        }
        self.db.prepare_cached("BEGIN")?.execute([])?;
        Ok(Snapshot { db: Some(&self.db) })
    }

    pub(super) fn entry_label(entry: QuarantineId) -> Label {
        Label::new(ENTRY_LABEL, entry.bytes())
    }

    /// The entry at a position, opened for a purpose.
    pub(super) fn load(
        &self,
        position: i64,
        purpose: Option<&Purpose>,
    ) -> Result<Option<Stored>, StoreError> {
        let mut statement =
            self.db.prepare_cached("SELECT body, parts FROM journal WHERE position = ?1")?;
        let mut rows = statement.query([position])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let body = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        let entry = self.decode(position, body)?;
        let has_parts = !row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?.is_empty();
        let mut stored = Stored { position: Position(position as u64), entry, damaged: false };
        if purpose.is_some() && has_parts {
            self.open_parts(&mut stored)?;
        }
        Ok(Some(stored))
    }

    /// Reads the clear part of an entry.
    pub(super) fn decode(&self, position: i64, body: &[u8]) -> Result<Entry, StoreError> {
        self.meter.entry(body.len());
        decode(&self.db, position, body)
    }

    /// Opens the sealed parts of an entry that are not erased. Of one that is damaged nothing is
    /// made up, and whoever reads is told.
    pub(super) fn open_parts(&self, stored: &mut Stored) -> Result<(), StoreError> {
        let first = stored.position.0 as i64 * PARTS;
        let chain = Label::of(stored.entry.header.aggregate);
        let mut statement = self.db.prepare_cached(
            "SELECT key, owner, bytes FROM sealed WHERE key >= ?1 AND key < ?2 AND bytes IS NOT NULL",
        )?;
        let mut rows = statement.query((first, first + PARTS))?;
        while let Some(row) = rows.next()? {
            let place = row.get::<_, i64>(0)? - first;
            let bytes = row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
            self.meter.part(bytes.len());
            let context = vault::context(&chain, place as u16, stored.entry.header.schema);
            let fact = stored.entry.facts.get_mut(place as usize);
            match (self.open(row.get(1)?, &context, bytes)?, fact) {
                (OpenedPart::Destroyed, _) => {}
                // It opened under its key, so it is as it was written: by a later program.
                (OpenedPart::Plain(plain), Some(fact)) => sealed::restore(fact, &plain)
                    .map_err(|_| StoreError::NewerEntry(stored.position.0))?,
                (OpenedPart::Plain(_), None) | (OpenedPart::Damaged, _) => stored.damaged = true,
            }
        }
        Ok(())
    }

    /// Looks a key up. Whoever was erased has none, whatever an older key store says.
    pub(super) fn find_key(&self, owner: i64, label: &Label) -> Result<KeyLookup, StoreError> {
        if let Some(key) = self.keys.remembered(owner) {
            return Ok(KeyLookup::Key(key));
        }
        if self.is_erased(owner)? {
            return Ok(KeyLookup::Destroyed);
        }
        self.keys.find(owner, label, &self.vault)
    }

    pub(super) fn is_erased(&self, owner: i64) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM erased WHERE owner = ?1)";
        Ok(self.db.prepare_cached(sql)?.query_row([owner], |row| row.get(0))?)
    }

    /// Owners who were erased and whose keys are in the key store all the same. Only keys that are
    /// truly theirs count, so that nobody else's is destroyed where files of two folders are mixed.
    /// An erasure that was cut short has not destroyed its keys yet: they did not come back.
    pub(super) fn revived(&self) -> Result<Vec<i64>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT n, id FROM erased JOIN aggregates ON n = owner WHERE settled = 1 ORDER BY owner",
        )?;
        let mut rows = statement.query([])?;
        let mut revived = Vec::new();
        while let Some(row) = rows.next()? {
            let owner: i64 = row.get(0)?;
            let id = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            let Some(label) = Label::read(id) else { continue };
            if let KeyLookup::Key(_) = self.keys.look(owner, &label, &self.vault)? {
                revived.push(owner);
            }
        }
        Ok(revived)
    }

    /// Opens one sealed part.
    pub(super) fn open(
        &self,
        owner: i64,
        context: &[u8],
        bytes: &[u8],
    ) -> Result<OpenedPart, StoreError> {
        let Some(row) = self.row_cache.row(&self.db, owner)? else {
            return Ok(OpenedPart::Damaged);
        };
        Ok(match self.find_key(owner, &row.label)? {
            KeyLookup::Key(key) => match vault::open(&key, context, bytes) {
                Some(plain) => OpenedPart::Plain(plain),
                None => OpenedPart::Damaged,
            },
            KeyLookup::Destroyed => OpenedPart::Destroyed,
            KeyLookup::Missing | KeyLookup::Undecipherable => OpenedPart::Damaged,
        })
    }

    /// Whether something can be sealed to an owner, or must not be any more since it was erased.
    pub(super) fn is_sealable(&self, row: &Row) -> Result<bool, StoreError> {
        // Before its first part it has no key yet.
        Ok(row.sealed == 0
            || match self.find_key(row.n, &row.label)? {
                KeyLookup::Key(_) | KeyLookup::Destroyed => true,
                KeyLookup::Missing | KeyLookup::Undecipherable => false,
            })
    }

    /// The positions of an aggregate's chain after `after`, oldest first.
    pub(super) fn chain(
        &self,
        aggregate: Aggregate,
        after: Position,
        until: Option<Moment>,
    ) -> Result<Vec<i64>, StoreError> {
        let Some(row) = self.row_cache.labelled(&self.db, &Label::of(aggregate))? else {
            return Ok(Vec::new());
        };
        let begin = match until {
            Some(until) => self.begin_near(&row, until)?,
            None => row.last,
        };
        let mut positions = Vec::new();
        self.walk_back(begin, |position, moment| {
            let goes_on = position > after.0 as i64;
            if goes_on && until.is_none_or(|until| moment.by(until)) {
                positions.push(position);
            }
            goes_on
        })?;
        positions.reverse();
        Ok(positions)
    }

    /// The newest positions of an aggregate's chain that were known at `since` or later, oldest first.
    pub(super) fn newest(
        &self,
        aggregate: Aggregate,
        since: Moment,
        limit: usize,
    ) -> Result<Vec<i64>, StoreError> {
        let Some(row) = self.row_cache.labelled(&self.db, &Label::of(aggregate))? else {
            return Ok(Vec::new());
        };
        let mut positions = Vec::new();
        self.walk_back(row.last, |position, moment| {
            let goes_on = moment.since(since) && positions.len() < limit;
            if goes_on {
                positions.push(position);
            }
            goes_on
        })?;
        positions.reverse();
        Ok(positions)
    }

    /// Follows a chain from one of its positions, for as long as it is told to go on.
    fn walk_back(
        &self,
        begin: i64,
        mut goes_on: impl FnMut(i64, Known) -> bool,
    ) -> Result<(), StoreError> {
        let mut position = begin;
        while position > 0 {
            let (prev, moment) = self.step_back(position)?;
            if !goes_on(position, moment) {
                return Ok(());
            }
            position = prev;
        }
        Ok(())
    }

    /// The position before one in its chain, and when the entry there was known.
    fn step_back(&self, position: i64) -> Result<(i64, Known), StoreError> {
        self.meter.step();
        let mut step =
            self.db.prepare_cached("SELECT prev, body FROM journal WHERE position = ?1")?;
        let (prev, known): (i64, Known) = step
            .query_row([position], |row| Ok((row.get(0)?, Known::read(row, 1)?)))
            .optional()?
            .ok_or_else(|| StoreError::Damaged(format!("entry {position} is missing")))?;
        if prev >= position {
            return Err(StoreError::Damaged(format!("entry {position} points ahead")));
        }
        Ok((prev, known))
    }

    /// A position of a chain behind which nothing was known by a moment. It is near what was known then
    /// where the chain is dense: what was said since costs little, however much it is.
    fn begin_near(&self, row: &Row, until: Moment) -> Result<i64, StoreError> {
        let mut position = row.last;
        for _ in 0..STEPS_BEFORE_SEARCH {
            if position == 0 {
                return Ok(0);
            }
            let (prev, moment) = self.step_back(position)?;
            if moment.by(until) {
                return Ok(position);
            }
            position = prev;
        }
        // The moments of one chain never fall: behind an entry that was known later nothing was known
        // by then. That those of the whole journal rise only says where to look.
        let near = self.first_known_after(until, position)?;
        let sql = "SELECT position, body FROM journal \
                   WHERE position >= ?1 AND position < ?2 AND aggregate = ?3 ORDER BY position LIMIT 1";
        let found: Option<(i64, Known)> = self
            .db
            .prepare_cached(sql)?
            .query_row((near, (near + ROWS_SEARCHED).min(position), row.n), |row| {
                Ok((row.get(0)?, Known::read(row, 1)?))
            })
            .optional()?;
        Ok(match found {
            Some((found, moment)) if !moment.by(until) => found,
            Some(_) | None => position,
        })
    }

    /// About where entries begin that were known after a moment, before a position.
    fn first_known_after(&self, until: Moment, before: i64) -> Result<i64, StoreError> {
        let (mut low, mut high) = (1, before);
        while low < high {
            let middle = low + (high - low) / 2;
            let (_, moment) = self.step_back(middle)?;
            if moment.by(until) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// The positions of an aggregate's chain that are not behind a position, newest first.
    pub(super) fn chain_back(
        &self,
        aggregate: Aggregate,
        upto: Position,
        limit: usize,
    ) -> Result<Vec<i64>, StoreError> {
        let Some(row) = self.row_cache.labelled(&self.db, &Label::of(aggregate))? else {
            return Ok(Vec::new());
        };
        let mut positions = Vec::new();
        let mut position = self.last_before(&row, upto)?;
        while position > 0 && positions.len() < limit {
            if position as u64 <= upto.0 {
                positions.push(position);
            }
            (position, _) = self.step_back(position)?;
        }
        Ok(positions)
    }

    /// Where a walk back to a position begins: whoever reads a chain in pages goes on at the entry where
    /// the page before ended, and need not come by those behind it again.
    fn last_before(&self, row: &Row, upto: Position) -> Result<i64, StoreError> {
        let Ok(next) = i64::try_from(upto.0.saturating_add(1)) else { return Ok(row.last) };
        let sql = "SELECT prev FROM journal WHERE position = ?1 AND aggregate = ?2";
        let mut step = self.db.prepare_cached(sql)?;
        let prev = step.query_row((next, row.n), |row| row.get(0)).optional()?;
        Ok(prev.unwrap_or(row.last))
    }

    pub(super) fn waiting(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Position>, StoreError> {
        let mut statement = self.db.prepare_cached(
            "SELECT position FROM inbox WHERE position > ?1 ORDER BY position LIMIT ?2",
        )?;
        let positions = statement.query_map((after.0 as i64, limit as i64), |row| row.get(0))?;
        positions.map(|at: rusqlite::Result<i64>| Ok(Position(at? as u64))).collect()
    }

    pub(super) fn pending_at(
        &self,
        Position(position): Position,
    ) -> Result<Option<Pending>, StoreError> {
        let Some(stored) = self.load(position as i64, Some(&Purpose::TURN))? else {
            return Err(StoreError::Damaged(format!("entry {position} is missing")));
        };
        let Aggregate::Node(node) = stored.entry.header.aggregate else { return Ok(None) };
        let accepted = stored.entry.header.moment;
        let Some(Fact::SignalArrived { signal, source, import, content, .. }) =
            stored.entry.facts.into_iter().next()
        else {
            return Ok(None);
        };
        let (position, damaged) = (stored.position, stored.damaged);
        Ok(Some(Pending { position, signal, node, source, import, accepted, content, damaged }))
    }

    /// Where an identifier leads.
    pub(super) fn led_to(&self, name: &Name, verified: bool) -> Result<Led, StoreError> {
        let node: Option<i64> = self
            .db
            .prepare_cached("SELECT node FROM identifiers WHERE name = ?1 AND verified = ?2")?
            .query_row((name.as_slice(), verified), |row| row.get(0))
            .optional()?;
        Ok(match node {
            None => Led::Nowhere,
            Some(NOBODY) => Led::Nobody,
            Some(node) => self.row_cache.row(&self.db, node)?.map_or(Led::Nowhere, Led::To),
        })
    }

    /// When somebody who has one of these identifiers was erased last. The name of a company says so of
    /// the company alone, and of nobody there.
    pub(super) fn erased_at(&self, keys: &[Key]) -> Result<Option<Moment>, StoreError> {
        let mut last = None;
        let mut find = self.db.prepare_cached("SELECT moment FROM suppressed WHERE name = ?1")?;
        let of_somebody = keys.iter().any(Key::names_a_subject);
        for key in keys.iter().filter(|key| !of_somebody || key.names_a_subject()) {
            let name = self.vault.suppressed(&self.vault.identifier(key));
            let moment: Option<i64> =
                find.query_row([name.as_slice()], |row| row.get(0)).optional()?;
            last = last.max(moment.map(Moment));
        }
        Ok(last)
    }
}

/// Reads the clear part of an entry.
pub(super) fn decode(db: &Connection, position: i64, body: &[u8]) -> Result<Entry, StoreError> {
    entry_of(body).ok_or_else(|| unreadable(db, position))
}

/// Why an entry cannot be read. Bytes whose leaf holds are as they were written: a later program
/// wrote them.
pub(super) fn unreadable(db: &Connection, position: i64) -> StoreError {
    let whole = db.query_row(
        "SELECT body, parts, leaf FROM journal WHERE position = ?1",
        [position],
        |row| {
            let (body, parts, said): (Vec<u8>, Vec<u8>, Vec<u8>) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            Ok(leaf(&body, &parts).as_slice() == said)
        },
    );
    match whole {
        Ok(true) => StoreError::NewerEntry(position as u64),
        Ok(false) => StoreError::EntryUnreadable(position as u64),
        Err(error) => error.into(),
    }
}
