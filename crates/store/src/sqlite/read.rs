//! What may be asked of a data folder.

use std::collections::BTreeSet;

use domain::errand::{ErrandId, Wake};
use domain::fact::{Aggregate, BodyMac, Raw, StrategyVersion};
use domain::handoff::{MemberId, Owner, QueueName, State};
use domain::id::{ID_BYTES, Prefix};
use domain::reason::Code;
use domain::signal::{Content, SourceName};
use domain::{
    AccountId, DeliveryId, HandoffId, ImportId, KeyId, Moment, NodeId, PersonId, QuarantineId,
    SignalId, UserId,
};
use rusqlite::{Connection, OptionalExtension, Row};

use super::answers;
use super::keyring::KeyLookup;
use super::row_cache;
use super::session::{HasSession, Led, Session};
use super::vault::{self, ENTRY_LABEL, Label, WRAPPED_BYTES};
use crate::arrival::Pending;
use crate::current::{
    Cursor, HandoffFilter, HandoffRow, IdKind, KeyRow, OutboxRow, Page, StoredAnswer,
    StrategyInForce, StrategyRow, Timer,
};
use crate::erasure::Erasable;
use crate::error::StoreError;
use crate::held::held_of;
use crate::identity::{Key, LeadsTo, NodeRow};
use crate::journal::{Head, Position, Purpose, Reads, Stored};
use crate::quarantine::{EntryRow, EntryState};
use crate::sealed::{self, BodyPlace};
use crate::snapshot::Snapshot;
use crate::traits::Read;
use crate::users::{UserRow, UserSecrets};

/// Steps of forwarding that are followed; more are a circle.
const FORWARDS_MAX: usize = 10_000;
/// The setting that says what is in force.
pub(super) const FORCE: &str = "force";
const _: () = assert!(WRAPPED_BYTES == 72, "the length is part of the stored form");

impl<T: HasSession> Read for T {
    fn head(&self) -> Result<Head, StoreError> {
        self.session()?.head()
    }

    fn at(
        &self,
        position: Position,
        purpose: Option<&Purpose>,
    ) -> Result<Option<Stored>, StoreError> {
        let session = self.session()?;
        let _snapshot = session.snapshot()?;
        session.load(position.0 as i64, purpose)
    }

    fn history(
        &self,
        aggregate: Aggregate,
        after: Position,
        until: Option<Moment>,
        purpose: Option<&Purpose>,
    ) -> Result<Vec<Stored>, StoreError> {
        let session = self.session()?;
        let _snapshot = session.snapshot()?;
        load_all(session, session.chain(aggregate, after, until)?, purpose)
    }

    fn since(
        &self,
        aggregate: Aggregate,
        since: Moment,
        limit: usize,
        purpose: Option<&Purpose>,
    ) -> Result<Vec<Stored>, StoreError> {
        let session = self.session()?;
        let _snapshot = session.snapshot()?;
        load_all(session, session.newest(aggregate, since, limit)?, purpose)
    }

    fn newest(
        &self,
        aggregate: Aggregate,
        position: Position,
        limit: usize,
        purpose: Option<&Purpose>,
    ) -> Result<Vec<Stored>, StoreError> {
        let session = self.session()?;
        let _snapshot = session.snapshot()?;
        load_all(session, session.chain_back(aggregate, position, limit)?, purpose)
    }

    fn snapshot(
        &self,
        of: Aggregate,
        version: &str,
        position: Position,
        until: Option<Moment>,
    ) -> Result<Option<Snapshot>, StoreError> {
        let session = self.session()?;
        let _snapshot = session.snapshot()?;
        session.kept_snapshot(of, version, position, until)
    }

    fn newest_snapshot(&self, version: &str) -> Result<Option<(Aggregate, Position)>, StoreError> {
        self.session()?.newest_snapshot(version)
    }

    fn journal(
        &self,
        after: Position,
        limit: usize,
        purpose: Option<&Purpose>,
    ) -> Result<Vec<Stored>, StoreError> {
        let session = self.session()?;
        let _snapshot = session.snapshot()?;
        let mut statement = session.db.prepare_cached(
            "SELECT position, body, parts FROM journal WHERE position > ?1 ORDER BY position LIMIT ?2",
        )?;
        let mut rows = statement.query((after.0 as i64, limit as i64))?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next()? {
            let position: i64 = row.get(0)?;
            let body = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            let entry = session.decode(position, body)?;
            let mut stored = Stored { position: Position(position as u64), entry, damaged: false };
            let has_parts = !row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?.is_empty();
            if purpose.is_some() && has_parts {
                session.open_parts(&mut stored)?;
            }
            entries.push(stored);
        }
        Ok(entries)
    }

    fn reads(&self) -> Reads {
        self.session().map_or_else(|_| Reads::default(), |session| session.meter.reads())
    }

    fn pending(&self, after: Position, limit: usize) -> Result<Vec<Pending>, StoreError> {
        let session = self.session()?;
        let _snapshot = session.snapshot()?;
        let positions = session.waiting(after, limit)?;
        positions.into_iter().filter_map(|at| session.pending_at(at).transpose()).collect()
    }

    fn waiting(&self, after: Position, limit: usize) -> Result<Vec<Position>, StoreError> {
        self.session()?.waiting(after, limit)
    }

    fn pending_at(&self, position: Position) -> Result<Option<Pending>, StoreError> {
        let session = self.session()?;
        let _snapshot = session.snapshot()?;
        session.pending_at(position)
    }

    fn first_pending(&self) -> Result<Option<Position>, StoreError> {
        let db = &self.session()?.db;
        let first: Option<i64> = db
            .prepare_cached("SELECT min(position) FROM inbox")?
            .query_row([], |row| row.get(0))?;
        Ok(first.map(|position| Position(position as u64)))
    }

    fn pending_count(&self) -> Result<u64, StoreError> {
        let db = &self.session()?.db;
        Ok(db.prepare_cached("SELECT count(*) FROM inbox")?.query_row([], |row| number(row, 0))?)
    }

    fn leads(&self, keys: &[Key]) -> Result<Vec<LeadsTo>, StoreError> {
        let session = self.session()?;
        let _snapshot = session.snapshot()?;
        let find = |key: &Key| {
            let led = session.led_to(&session.vault.identifier(key), key.verified)?;
            Ok(match led {
                Led::Nowhere => LeadsTo::Nowhere,
                Led::Nobody => LeadsTo::Nobody,
                Led::To(row) => LeadsTo::Node(row.node()),
            })
        };
        keys.iter().map(find).collect()
    }

    fn node(&self, node: NodeId) -> Result<Option<NodeRow>, StoreError> {
        let session = self.session()?;
        let row = session.row_cache.labelled(&session.db, &Label::of(Aggregate::Node(node)))?;
        Ok(row.map(|row| row.node()))
    }

    fn cluster(&self, person: PersonId) -> Result<Vec<NodeRow>, StoreError> {
        let session = self.session()?;
        let rows = session.row_cache.of_person(&session.db, person)?;
        Ok(rows.iter().map(row_cache::Row::node).collect())
    }

    fn accepted_at(
        &self,
        source: &SourceName,
        content: &Content,
    ) -> Result<Option<Position>, StoreError> {
        let session = self.session()?;
        let id = session.signal_name(source, content);
        let position: Option<i64> = session
            .db
            .prepare_cached("SELECT position FROM dedupe WHERE id = ?1")?
            .query_row([id.as_slice()], |row| row.get(0))
            .optional()?;
        Ok(position.map(|position| Position(position as u64)))
    }

    fn set_aside_by(&self, keys: &[Key]) -> Result<Option<PersonId>, StoreError> {
        let session = self.session()?;
        for key in keys {
            if let Some(person) = session.set_aside_by(key)? {
                return Ok(Some(person));
            }
        }
        Ok(None)
    }

    fn account_of(&self, key: &Key) -> Result<Option<AccountId>, StoreError> {
        let session = self.session()?;
        let account: Option<[u8; ID_BYTES]> = session
            .db
            .prepare_cached("SELECT account FROM account_names WHERE name = ?1")?
            .query_row([session.vault.identifier(key).as_slice()], |row| row.get(0))
            .optional()?;
        account.map(|account| self.forwarded(AccountId::from_bytes(account))).transpose()
    }

    fn is_sealable(&self, node: NodeId) -> Result<bool, StoreError> {
        let session = self.session()?;
        let row = session.row_cache.labelled(&session.db, &Label::of(Aggregate::Node(node)))?;
        row.map_or(Ok(true), |row| session.is_sealable(&row))
    }

    fn body_mac(&self, node: NodeId, body: &[u8]) -> Result<Option<BodyMac>, StoreError> {
        let session = self.session()?;
        let row = session.row_cache.labelled(&session.db, &Label::of(Aggregate::Node(node)))?;
        let Some(row) = row else { return Ok(None) };
        match session.find_key(row.n, &row.label)? {
            KeyLookup::Key(key) => Ok(Some(BodyMac(vault::body_mac(&key, body)))),
            KeyLookup::Destroyed => Ok(None),
            KeyLookup::Missing => Err(StoreError::SealedDamaged("a key is missing")),
            KeyLookup::Undecipherable => Err(StoreError::SealedDamaged("a key cannot be opened")),
        }
    }

    fn forwarded(&self, account: AccountId) -> Result<AccountId, StoreError> {
        let session = self.session()?;
        let mut find =
            session.db.prepare_cached("SELECT next FROM forwarding WHERE account = ?1")?;
        let mut end = *account.bytes();
        for _ in 0..FORWARDS_MAX {
            match find.query_row([end.as_slice()], |row| row.get(0)).optional()? {
                Some(next) => end = next,
                None => return Ok(AccountId::from_bytes(end)),
            }
        }
        Err(StoreError::Damaged("forwarding addresses go round in a circle".to_owned()))
    }

    fn matching(
        &self,
        kind: IdKind,
        (first, last): &Prefix,
        limit: usize,
    ) -> Result<Vec<[u8; ID_BYTES]>, StoreError> {
        let session = self.session()?;
        session.row_cache.flush(&session.db)?;
        let labelled = |what: u8| {
            let range = (
                Label::new(what, first).as_slice().to_vec(),
                Label::new(what, last).as_slice().to_vec(),
                limit as i64,
            );
            session
                .db
                .prepare_cached(
                    "SELECT id FROM aggregates WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT ?3",
                )?
                .query_map(range, |row| {
                    let label = Label::read(row.get_ref(0)?.as_blob()?);
                    Ok(label.ok_or(rusqlite::Error::InvalidQuery)?.id())
                })?
                .collect()
        };
        let column = |sql: &str| {
            session
                .db
                .prepare_cached(sql)?
                .query_map((first.as_slice(), last.as_slice(), limit as i64), |row| row.get(0))?
                .collect()
        };
        let ids: rusqlite::Result<Vec<_>> = match kind {
            IdKind::Node => labelled(0),
            IdKind::Account => labelled(1),
            IdKind::Entry => labelled(ENTRY_LABEL),
            IdKind::Person => column(
                "SELECT DISTINCT person FROM aggregates \
                 WHERE person BETWEEN ?1 AND ?2 ORDER BY person LIMIT ?3",
            ),
            IdKind::Handoff => {
                column("SELECT id FROM handoffs WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT ?3")
            }
        };
        Ok(ids?)
    }

    fn entry(&self, entry: QuarantineId) -> Result<Option<EntryRow>, StoreError> {
        let session = self.session()?;
        let label = Session::entry_label(entry);
        let Some(row) = session.row_cache.labelled(&session.db, &label)? else { return Ok(None) };
        let mut statement = session.db.prepare_cached(
            "SELECT n, id, source, cause, field, line, import, signal, since, state, raw_at \
             FROM entries WHERE n = ?1",
        )?;
        Ok(statement.query_row([row.n], entry_row).optional()?.map(|(_, row)| row))
    }

    fn entries_found_by(&self, keys: &[Key]) -> Result<Vec<QuarantineId>, StoreError> {
        let session = self.session()?;
        let mut statement = session.db.prepare_cached(
            "SELECT entries.id FROM found JOIN entries ON entries.n = found.entry WHERE found.name = ?1",
        )?;
        let mut entries = BTreeSet::new();
        for key in keys {
            let hash = session.vault.identifier(key);
            let found = statement.query_map([hash.as_slice()], |row| row.get(0))?;
            for id in found {
                entries.insert(QuarantineId::from_bytes(id?));
            }
        }
        Ok(entries.into_iter().collect())
    }

    fn entries(
        &self,
        state: Option<EntryState>,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<EntryRow>, StoreError> {
        let db = &self.session()?.db;
        let before = before(cursor);
        let more = limit as i64 + 1;
        let rows = match state {
            Some(state) => db
                .prepare_cached(
                    "SELECT n, id, source, cause, field, line, import, signal, since, state, raw_at \
                     FROM entries WHERE state = ?3 AND n < ?1 ORDER BY n DESC LIMIT ?2",
                )?
                .query_map((before, more, state as i64), entry_row)?
                .collect::<Result<Vec<_>, _>>()?,
            None => db
                .prepare_cached(
                    "SELECT n, id, source, cause, field, line, import, signal, since, state, raw_at \
                     FROM entries WHERE n < ?1 ORDER BY n DESC LIMIT ?2",
                )?
                .query_map((before, more), entry_row)?
                .collect::<Result<Vec<_>, _>>()?,
        };
        Ok(page(rows, limit))
    }

    fn raw(&self, entry: QuarantineId, purpose: &Purpose) -> Result<Option<Raw>, StoreError> {
        let Some(row) = self.entry(entry)? else { return Ok(None) };
        let Some(stored) = self.at(row.raw_at, Some(purpose))? else { return Ok(None) };
        let damaged = stored.damaged;
        opened(sealed::raw_of(stored.entry, entry), damaged)
    }

    fn handoff(&self, handoff: HandoffId) -> Result<Option<HandoffRow>, StoreError> {
        let mut statement = self.session()?.db.prepare_cached(
            "SELECT n, id, account, person, node, kind, state, owner_kind, owner, version, opened, \
             changed, accept_by, first_touch_by, correlation, qualify_by FROM handoffs WHERE id = ?1",
        )?;
        let row = statement.query_row([handoff.bytes().as_slice()], handoff_row).optional()?;
        Ok(row.map(|(_, row)| row))
    }

    fn handoffs(
        &self,
        filter: &HandoffFilter,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<HandoffRow>, StoreError> {
        let conditions = match (filter.state.is_some(), filter.owner.is_some()) {
            (false, false) => "?3 IS NULL AND ?4 IS NULL AND ?5 IS NULL",
            (true, false) => "state = ?3 AND ?4 IS NULL AND ?5 IS NULL",
            (false, true) => "?3 IS NULL AND owner_kind = ?4 AND owner = ?5",
            (true, true) => "+state = ?3 AND owner_kind = ?4 AND owner = ?5",
        };
        let sql = format!(
            "SELECT n, id, account, person, node, kind, state, owner_kind, owner, version, opened, \
             changed, accept_by, first_touch_by, correlation, qualify_by FROM handoffs \
             WHERE {conditions} AND n < ?1 ORDER BY n DESC LIMIT ?2"
        );
        let owner = filter.owner.as_ref();
        let parameters = (
            before(cursor),
            limit as i64 + 1,
            filter.state.map(|state| state as i64),
            owner.map(owner_kind),
            owner.map(Owner::id),
        );
        let mut statement = self.session()?.db.prepare_cached(&sql)?;
        let rows = statement.query_map(parameters, handoff_row)?.collect::<Result<Vec<_>, _>>()?;
        Ok(page(rows, limit))
    }

    fn outbox_row(&self, errand: ErrandId) -> Result<Option<OutboxRow>, StoreError> {
        let (kind, id) = errand.to_stored();
        Ok(outbox(&self.session()?.db, "kind = ?1 AND id = ?2", (kind, id.as_slice()))?.pop())
    }

    fn outbox_claimable(&self, now: Moment, limit: usize) -> Result<Vec<OutboxRow>, StoreError> {
        outbox(&self.session()?.db, "ready <= ?1 ORDER BY ready, n LIMIT ?2", (now.0, limit as i64))
    }

    fn outbox_waiting(
        &self,
        destination: &str,
        recipient: &str,
        now: Moment,
        limit: usize,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        let which = "recipient = ?1 AND destination = ?2 AND ready <= ?3 AND attempt = 0 \
                     ORDER BY ready, n LIMIT ?4";
        outbox(&self.session()?.db, which, (recipient, destination, now.0, limit as i64))
    }

    fn outbox_bundle(&self, bundle: DeliveryId) -> Result<Vec<OutboxRow>, StoreError> {
        outbox(&self.session()?.db, "bundle = ?1 ORDER BY n", [bundle.bytes().as_slice()])
    }

    fn outbox_next(&self) -> Result<Option<Moment>, StoreError> {
        let mut statement = self.session()?.db.prepare_cached("SELECT min(ready) FROM outbox")?;
        let next: Option<i64> = statement.query_row([], |row| row.get(0))?;
        Ok(next.map(Moment))
    }

    fn outbox_count(&self) -> Result<u64, StoreError> {
        let db = &self.session()?.db;
        Ok(db.prepare_cached("SELECT count(*) FROM outbox")?.query_row([], |row| number(row, 0))?)
    }

    fn outbox_body(
        &self,
        row: &OutboxRow,
        purpose: &Purpose,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        if let Some(body) = self.session()?.body(row.errand)? {
            return Ok(Some(body));
        }
        // A delivery that a folder of form 1 queued has its body in its fact.
        let ErrandId::Delivery(delivery) = row.errand;
        let Some(stored) = self.at(row.queued_at, Some(purpose))? else { return Ok(None) };
        let damaged = stored.damaged;
        match sealed::body_place(stored.entry, delivery) {
            BodyPlace::InFact(body) => Ok(Some(body)),
            // It goes when the delivery is closed.
            BodyPlace::Apart(_) if self.outbox_row(row.errand)?.is_none() => Ok(None),
            BodyPlace::Apart(handoff) => match self.handoff(handoff)? {
                // A key that is there is that of somebody who was not erased.
                Some(row) if self.body_mac(row.node, &[])?.is_some() => {
                    Err(StoreError::SealedDamaged("the body of an open delivery is missing"))
                }
                Some(_) | None => Ok(None),
            },
            BodyPlace::Nowhere => opened(None, damaged),
        }
    }

    fn timers_due(&self, now: Moment, limit: usize) -> Result<Vec<Timer>, StoreError> {
        let mut statement = self.session()?.db.prepare_cached(
            "SELECT due, wake, account FROM timers WHERE due <= ?1 ORDER BY due, wake LIMIT ?2",
        )?;
        let rows = statement.query_map((now.0, limit as i64), timer)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn next_due(&self) -> Result<Option<Moment>, StoreError> {
        let mut statement = self.session()?.db.prepare_cached("SELECT min(due) FROM timers")?;
        let next: Option<i64> = statement.query_row([], |row| row.get(0))?;
        Ok(next.map(Moment))
    }

    fn force(&self) -> Result<Option<StrategyInForce>, StoreError> {
        let Some(bytes) = self.setting(FORCE)? else { return Ok(None) };
        let read = || -> Option<StrategyInForce> {
            let (version, rest) = bytes.split_at_checked(16)?;
            let (since, mode) = rest.split_at_checked(8)?;
            Some(StrategyInForce {
                version: StrategyVersion(version.try_into().ok()?),
                since: Moment(i64::from_be_bytes(since.try_into().ok()?)),
                mode: std::str::from_utf8(mode).ok()?.to_owned(),
            })
        };
        let unreadable = || StoreError::Damaged("what is in force cannot be read".to_owned());
        read().map(Some).ok_or_else(unreadable)
    }

    fn strategy(&self, version: StrategyVersion) -> Result<Option<Vec<u8>>, StoreError> {
        let mut statement =
            self.session()?.db.prepare_cached("SELECT files FROM strategies WHERE version = ?1")?;
        Ok(statement.query_row([version.0.as_slice()], |row| row.get(0)).optional()?)
    }

    fn strategies(&self) -> Result<Vec<StrategyRow>, StoreError> {
        let mut statement = self
            .session()?
            .db
            .prepare_cached("SELECT version, since FROM strategies ORDER BY n")?;
        let rows = statement.query_map([], |row| {
            let version = StrategyVersion(row.get(0)?);
            Ok(StrategyRow { version, since: Moment(row.get(1)?) })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn counters(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let mut statement =
            self.session()?.db.prepare_cached("SELECT name, count FROM counters ORDER BY name")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, number(row, 1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn answer(
        &self,
        key: &str,
        request: &[u8; 32],
        now: Moment,
    ) -> Result<Option<StoredAnswer>, StoreError> {
        answers::find(self.session()?, key, request, now)
    }

    fn key_by_hash(&self, hash: &[u8; 32]) -> Result<Option<KeyRow>, StoreError> {
        let mut statement = self.session()?.db.prepare_cached(
            "SELECT id, name, scopes, source, hash, created, revoked FROM api_keys WHERE hash = ?1",
        )?;
        Ok(statement.query_row([hash.as_slice()], key_row).optional()?)
    }

    fn keys(&self) -> Result<Vec<KeyRow>, StoreError> {
        let mut statement = self.session()?.db.prepare_cached(
            "SELECT id, name, scopes, source, hash, created, revoked FROM api_keys \
             ORDER BY created, id",
        )?;
        let rows = statement.query_map([], key_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn users(&self) -> Result<Vec<UserRow>, StoreError> {
        self.session()?.users()
    }

    fn user_by_email(&self, email: &str) -> Result<Option<UserRow>, StoreError> {
        self.session()?.user_by_email(email)
    }

    fn user_secrets(&self, user: UserId) -> Result<Option<UserSecrets>, StoreError> {
        self.session()?.user_secrets(user)
    }

    fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let mut statement =
            self.session()?.db.prepare_cached("SELECT value FROM settings WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?)
    }

    fn erasable(&self, person: PersonId) -> Result<Option<Erasable>, StoreError> {
        let session = self.session()?;
        let _snapshot = session.snapshot()?;
        let cluster = self.cluster(person)?;
        let aside = session.nodes_set_aside(person)?;
        if cluster.is_empty() && aside.is_empty() {
            return Ok(None);
        }
        let mut accounts: Vec<AccountId> =
            cluster.iter().filter_map(|row| row.pointer).map(|pointer| pointer.account).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let mut find = session.db.prepare_cached(
            "SELECT DISTINCT entries.id FROM aggregates \
             JOIN identifiers ON identifiers.node = aggregates.n \
             JOIN found ON found.name = identifiers.name \
             JOIN entries ON entries.n = found.entry \
             WHERE aggregates.person = ?1 ORDER BY entries.id",
        )?;
        let mut entries: Vec<QuarantineId> = find
            .query_map([person.bytes().as_slice()], |row| row.get(0).map(QuarantineId::from_bytes))?
            .collect::<Result<_, _>>()?;
        entries.extend(session.entries_set_aside(person)?);
        let nodes: Vec<NodeId> = cluster.iter().map(|row| row.node).chain(aside).collect();
        let mut holding =
            session.db.prepare_cached("SELECT signal, id FROM entries WHERE signal IS NOT NULL")?;
        let held = holding
            .query_map([], |row| {
                let signal = row.get(0).map(SignalId::from_bytes)?;
                Ok((signal, row.get(1).map(QuarantineId::from_bytes)?))
            })?
            .collect::<Result<_, _>>()?;
        entries.extend(held_of(self, &nodes, &held)?);
        entries.sort_unstable();
        entries.dedup();
        Ok(Some(Erasable { person, nodes, accounts, entries }))
    }
}

/// How an owner is told apart in a row.
pub(super) const fn owner_kind(owner: &Owner) -> i64 {
    match owner {
        Owner::Engine => 0,
        Owner::Person(_) => 1,
        Owner::Queue(_) => 2,
    }
}

fn before(cursor: Option<Cursor>) -> i64 {
    cursor.map_or(i64::MAX, |cursor| i64::try_from(cursor.0).unwrap_or(i64::MAX))
}

/// Makes a page of one row more than was asked for.
pub(super) fn page<T>(mut rows: Vec<(i64, T)>, limit: usize) -> Page<T> {
    let next = if rows.len() > limit {
        rows.truncate(limit);
        rows.last().map(|(n, _)| Cursor(*n as u64))
    } else {
        None
    };
    Page { rows: rows.into_iter().map(|(_, row)| row).collect(), next }
}

/// A row that holds what no program of ours writes.
fn unknown(column: usize) -> rusqlite::Error {
    rusqlite::Error::IntegralValueOutOfRange(column, -1)
}

fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    u64::try_from(row.get::<_, i64>(column)?).map_err(|_| unknown(column))
}

fn id<T>(row: &Row<'_>, column: usize, make: fn([u8; ID_BYTES]) -> T) -> rusqlite::Result<T> {
    row.get(column).map(make)
}

fn moment(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Moment>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Moment))
}

fn entry_row(row: &Row<'_>) -> rusqlite::Result<(i64, EntryRow)> {
    let source: String = row.get(2)?;
    let cause: String = row.get(3)?;
    let state = number(row, 9)? as usize;
    let entry = EntryRow {
        entry: id(row, 1, QuarantineId::from_bytes)?,
        source: SourceName::new(&source).map_err(|_| unknown(2))?,
        cause: Code::named(&cause).ok_or_else(|| unknown(3))?,
        field: row.get(4)?,
        line: row.get::<_, Option<i64>>(5)?.map(|line| line as u64),
        import: row.get::<_, Option<[u8; ID_BYTES]>>(6)?.map(ImportId::from_bytes),
        signal: row.get::<_, Option<[u8; ID_BYTES]>>(7)?.map(SignalId::from_bytes),
        since: Moment(row.get(8)?),
        state: EntryState::ALL.get(state).copied().ok_or_else(|| unknown(9))?,
        raw_at: Position(number(row, 10)?),
    };
    Ok((row.get(0)?, entry))
}

pub(super) fn handoff_row(row: &Row<'_>) -> rusqlite::Result<(i64, HandoffRow)> {
    let state = number(row, 6)? as usize;
    let owner: String = row.get(8)?;
    let handoff = HandoffRow {
        handoff: id(row, 1, HandoffId::from_bytes)?,
        account: id(row, 2, AccountId::from_bytes)?,
        person: id(row, 3, PersonId::from_bytes)?,
        node: id(row, 4, NodeId::from_bytes)?,
        kind: row.get(5)?,
        state: State::ALL.get(state).copied().ok_or_else(|| unknown(6))?,
        owner: match row.get(7)? {
            0 => Owner::Engine,
            1 => Owner::Person(MemberId(owner.into())),
            2 => Owner::Queue(QueueName(owner)),
            _ => return Err(unknown(7)),
        },
        version: number(row, 9)?,
        opened: Moment(row.get(10)?),
        changed: Moment(row.get(11)?),
        accept_by: moment(row, 12)?,
        first_touch_by: moment(row, 13)?,
        qualify_by: moment(row, 15)?,
        correlation: id(row, 14, SignalId::from_bytes)?,
    };
    Ok((row.get(0)?, handoff))
}

/// The columns of an errand, in the order in which [`outbox_row`] takes them.
const OUTBOX: &str = "kind, id, aggregate, destination, correlation, attempt, due, claimed_until, \
                      queued_at, recipient, bundle";

/// The errands of which something holds.
fn outbox(
    db: &Connection,
    which: &str,
    values: impl rusqlite::Params,
) -> Result<Vec<OutboxRow>, StoreError> {
    let mut statement = db.prepare_cached(&format!("SELECT {OUTBOX} FROM outbox WHERE {which}"))?;
    Ok(statement.query_map(values, outbox_row)?.collect::<Result<_, _>>()?)
}

fn outbox_row(row: &Row<'_>) -> rusqlite::Result<OutboxRow> {
    let aggregate = Label::read(row.get_ref(2)?.as_blob()?).and_then(|label| label.aggregate());
    Ok(OutboxRow {
        errand: ErrandId::from_stored(row.get(0)?, row.get(1)?).ok_or_else(|| unknown(0))?,
        aggregate: aggregate.ok_or_else(|| unknown(2))?,
        destination: row.get(3)?,
        correlation: row.get::<_, Option<[u8; ID_BYTES]>>(4)?.map(SignalId::from_bytes),
        attempt: row.get(5)?,
        due: Moment(row.get(6)?),
        claimed_until: moment(row, 7)?,
        queued_at: Position(number(row, 8)?),
        recipient: row.get(9)?,
        bundle: row.get::<_, Option<[u8; ID_BYTES]>>(10)?.map(DeliveryId::from_bytes),
    })
}

fn timer(row: &Row<'_>) -> rusqlite::Result<Timer> {
    let wake: Wake = minicbor::decode(row.get_ref(1)?.as_blob()?).map_err(|_| unknown(1))?;
    Ok(Timer { due: Moment(row.get(0)?), wake, account: id(row, 2, AccountId::from_bytes)? })
}

fn key_row(row: &Row<'_>) -> rusqlite::Result<KeyRow> {
    let scopes: String = row.get(2)?;
    Ok(KeyRow {
        key: id(row, 0, KeyId::from_bytes)?,
        name: row.get(1)?,
        scopes: scopes.split(',').filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
        source: row.get(3)?,
        hash: row.get(4)?,
        created: Moment(row.get(5)?),
        revoked: moment(row, 6)?,
    })
}

/// What was asked for; `None` where it was erased, an error where it is there and does not open.
fn opened<T>(part: Option<T>, damaged: bool) -> Result<Option<T>, StoreError> {
    match part {
        None if damaged => Err(StoreError::SealedDamaged("a part of an entry does not open")),
        part => Ok(part),
    }
}

/// The entries at these positions, which are there.
fn load_all(
    session: &Session,
    positions: Vec<i64>,
    purpose: Option<&Purpose>,
) -> Result<Vec<Stored>, StoreError> {
    let load = |position: i64| {
        let stored = session.load(position, purpose)?;
        stored.ok_or_else(|| StoreError::Damaged(format!("entry {position} is missing")))
    };
    positions.into_iter().map(load).collect()
}
