//! What may be told to a data folder.

use domain::errand::{ErrandId, Wake};
use domain::fact::{Aggregate, Entry, StrategyVersion};
use domain::signal::{Content, SourceName};
use domain::{AccountId, KeyId, Moment, NodeId, PersonId, QuarantineId, SignalId};
use rusqlite::OptionalExtension;

use super::answers;
use super::append::DetachedPart;
use super::read::{FORCE, owner_kind};
use super::row_cache::Row;
use super::session::{Led, NOBODY, Session};
use super::vault::{Label, Name};
use super::writer::{Group, SqliteStore};
use crate::arrival::{Acceptance, Accepted, Arrival, TakenBefore};
use crate::counter_names;
use crate::current::{Answer, HandoffRow, KeyRow, OutboxRow, StrategyInForce, Timer};
use crate::erasure::Erasable;
use crate::error::StoreError;
use crate::identity::{BindOutcome, Key, Kinds, Pointer};
use crate::journal::Position;
use crate::quarantine::{EntryState, QuarantineRequest, Quarantined};
use crate::sealed;
use crate::snapshot::Snapshot;
use crate::traits::Store;
use crate::users::{UserRow, UserSecrets};

/// Where the strongest identifier of an arrival leads.
pub(super) struct StrongestIdentifier<'a> {
    name: Name,
    key: &'a Key,
    pub(super) led: Led,
}

impl SqliteStore {
    /// What came of an id that was seen before.
    fn seen(&self, id: &Name, body: &Name) -> Result<Option<Acceptance>, StoreError> {
        let known = self
            .session
            .db
            .prepare_cached("SELECT body, position FROM dedupe WHERE id = ?1")?
            .query_row([id.as_slice()], |row| {
                Ok((row.get::<_, Option<Name>>(0)?, Position(row.get::<_, i64>(1)? as u64)))
            })
            .optional()?;
        Ok(known.map(|(before, first)| {
            if before.is_none_or(|before| before == *body) {
                Acceptance::Duplicate { first }
            } else {
                Acceptance::Reused { first }
            }
        }))
    }

    /// Where the strongest identifier leads that is not held by several people; where all are, the
    /// strongest of them.
    fn strongest<'a>(
        &self,
        arrival: &Arrival<'a>,
    ) -> Result<Option<StrongestIdentifier<'a>>, StoreError> {
        let mut first = None;
        for key in arrival.keys {
            let name = self.session.vault.identifier(key);
            let found =
                StrongestIdentifier { led: self.session.led_to(&name, key.verified)?, name, key };
            if !found.led.is_shared() {
                return Ok(Some(found));
            }
            first = first.or(Some(found));
        }
        Ok(first)
    }

    /// The node of the strongest identifier, made where it is new.
    fn node_for(
        &mut self,
        signal: SignalId,
        strongest: Option<StrongestIdentifier<'_>>,
    ) -> Result<(NodeId, bool), StoreError> {
        if let Some(StrongestIdentifier { led: Led::To(row), .. }) = strongest {
            return Ok((NodeId::from_bytes(row.label.id()), false));
        }
        let node = NodeId::caused_by(&[signal.bytes()]);
        self.lead_to_new(node, strongest)?;
        Ok((node, true))
    }

    /// Lets an identifier lead to a node that is made for it.
    pub(super) fn lead_to_new(
        &mut self,
        node: NodeId,
        strongest: Option<StrongestIdentifier<'_>>,
    ) -> Result<(), StoreError> {
        let mut row = self.row_of(Label::of(Aggregate::Node(node)))?;
        if let Some(StrongestIdentifier { name, key, led }) = strongest {
            if led.is_shared() {
                row.made_for_shared();
            }
            self.lead(&name, key, &mut row)?;
        }
        Ok(())
    }

    /// Lets an identifier lead to the node that was made for it, if it leads to nobody in particular.
    pub(super) fn lead_first(&mut self, key: &Key, node: NodeId) -> Result<(), StoreError> {
        let name = self.session.vault.identifier(key);
        let mut row = self.known_node(node)?;
        match self.session.led_to(&name, key.verified)? {
            Led::Nowhere => {}
            Led::Nobody => row.made_for_shared(),
            Led::To(_) => return Ok(()),
        }
        self.lead(&name, key, &mut row)
    }

    /// Writes where an identifier leads, wherever it led.
    fn put_identifier(&self, name: &Name, key: &Key, node: i64) -> Result<(), StoreError> {
        self.session
            .db
            .prepare_cached(
                "INSERT INTO identifiers (name, verified, node) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (name, verified) DO UPDATE SET node = ?3",
            )?
            .execute((name.as_slice(), key.verified, node))?;
        Ok(())
    }

    /// Writes the row that leads from an identifier to a node.
    fn lead(&mut self, name: &Name, key: &Key, row: &mut Row) -> Result<(), StoreError> {
        self.put_identifier(name, key, row.n)?;
        let was = row.node();
        row.found_by(was.kinds.with(key.kind), was.verified || key.verified);
        self.session.row_cache.change(*row);
        Ok(())
    }

    /// An identifier leads to the node no more; notes it where it was the last.
    fn leave(&mut self, mut holder: Row) -> Result<(), StoreError> {
        let led: bool = self
            .session
            .db
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM identifiers WHERE node = ?1)")?
            .query_row([holder.n], |row| row.get(0))?;
        if !led {
            holder.left_alone();
            self.session.row_cache.change(holder);
        }
        Ok(())
    }

    pub(super) fn known_node(&self, node: NodeId) -> Result<Row, StoreError> {
        let row =
            self.session.row_cache.labelled(&self.session.db, &Label::of(Aggregate::Node(node)))?;
        row.ok_or(StoreError::OwnerUnknown)
    }

    fn put_value(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        self.session
            .db
            .prepare_cached("INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)")?
            .execute((name, value))?;
        Ok(())
    }

    fn entry_of_item(&self, name: &Name) -> Result<Option<QuarantineId>, StoreError> {
        let id: Option<[u8; 10]> = self
            .session
            .db
            .prepare_cached("SELECT id FROM entries WHERE item = ?1")?
            .query_row([name.as_slice()], |row| row.get(0))
            .optional()?;
        Ok(id.map(QuarantineId::from_bytes))
    }

    fn put_entry(
        &mut self,
        item: &QuarantineRequest<'_>,
        name: &Name,
        position: Position,
    ) -> Result<(), StoreError> {
        let n = self.row_of(Session::entry_label(item.entry))?.n;
        let import = item.import.as_ref().map(|import| import.bytes().as_slice());
        let signal = item.signal.as_ref().map(|signal| signal.bytes().as_slice());
        self.session
            .db
            .prepare_cached(
                "INSERT INTO entries (n, id, source, cause, field, line, import, signal, since, \
                 state, raw_at, item) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            )?
            .execute((
                n,
                item.entry.bytes().as_slice(),
                item.source.as_str(),
                item.cause.as_str(),
                item.field,
                item.line.map(|line| line as i64),
                import,
                signal,
                item.moment.0,
                EntryState::Waiting as i64,
                position.0 as i64,
                name.as_slice(),
            ))?;
        let mut find = self
            .session
            .db
            .prepare_cached("INSERT OR IGNORE INTO found (name, entry) VALUES (?1, ?2)")?;
        for key in item.found {
            find.execute((self.session.vault.identifier(key).as_slice(), n))?;
        }
        Ok(())
    }
}

impl Store for SqliteStore {
    fn begin(&mut self) -> Result<(), StoreError> {
        if self.group.is_some() {
            return Err(StoreError::Group("already begun"));
        }
        self.session.db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let next = self.session.row_cache.next();
        let head = self.session.head()?;
        self.group = Some(Group { head, next, suppresses: self.suppresses });
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.in_group()?;
        self.session.row_cache.flush(&self.session.db)?;
        let head = self.session.head()?;
        self.session
            .db
            .prepare_cached("UPDATE head SET position = ?1, hash = ?2 WHERE one = 1")?
            .execute((head.position.0 as i64, head.hash.as_slice()))?;
        // Keys first: a key without data is harmless, data without its key is lost.
        let keys_made = self.session.keys.commit(&head)?;
        self.session.db.prepare_cached("COMMIT")?.execute([])?;
        if keys_made {
            self.session.keys.stands_at(head);
        }
        self.session.row_cache.shrink();
        self.group = None;
        Ok(())
    }

    fn roll_back(&mut self) {
        let Some(group) = self.group.take() else { return };
        if !self.session.db.is_autocommit() {
            // A rollback that fails has been done by SQLite already, or the disk is gone.
            let _ = self.session.db.execute_batch("ROLLBACK");
        }
        self.session.keys.roll_back();
        self.session.row_cache.roll_back(group.next);
        self.session.head = Some(group.head);
        self.suppresses = group.suppresses;
    }

    fn sync_head(&mut self) -> Result<(), StoreError> {
        // An open group is not there yet.
        let head = match &self.group {
            Some(group) => group.head,
            None => self.session.head()?,
        };
        self.folder.check_held()?;
        self.second.write(&head)?;
        match self.session.keys.confirm() {
            // The second head is a witness of it already.
            Err(StoreError::Full) => Ok(()),
            confirmed => confirmed,
        }
    }

    fn make_room(&mut self) -> Result<(), StoreError> {
        self.folder.drop_ballast()
    }

    fn draw_reserve(&mut self) -> Result<(), StoreError> {
        self.folder.draw_reserve()
    }

    fn checkpoint_idle(&mut self) -> Result<(), StoreError> {
        self.folder.keep_ballast()?;
        self.folder.keep_reserve()?;
        for db in [&self.session.db, self.session.keys.db()] {
            db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))?;
        }
        Ok(())
    }

    fn accept(&mut self, arrival: &Arrival<'_>) -> Result<Acceptance, StoreError> {
        self.in_group()?;
        let incoming = arrival.incoming;
        let id = self.session.signal_name(&incoming.source, &incoming.content);
        let body = self.session.vault.name(&[b"body", &incoming.body]);
        let erased = if self.suppresses { self.session.erased_at(arrival.keys)? } else { None };
        let occurred = incoming.content.occurred;
        let old = erased.is_some_and(|erased| occurred.is_none_or(|occurred| occurred <= erased));
        // A repetition of what was accepted before the erasure is a duplicate, and is not counted
        // as erased.
        if old && let None = self.seen(&id, &body)? {
            self.count(counter_names::ERASED, 1)?;
            return Ok(Acceptance::Erased);
        }
        let strongest = self.strongest(arrival)?;
        if let Some(StrongestIdentifier { led: Led::To(row), .. }) = &strongest
            && !self.session.is_sealable(row)?
        {
            // What is known already is a duplicate all the same.
            return Ok(self.seen(&id, &body)?.unwrap_or(Acceptance::KeyDamaged));
        }
        let position = self.session.head()?.position.0 as i64 + 1;
        let inserted = self
            .session
            .db
            .prepare_cached(
                "INSERT INTO dedupe (id, body, position) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            )?
            .execute((id.as_slice(), body.as_slice(), position))?;
        if inserted == 0 {
            let seen = self.seen(&id, &body)?.expect("the id is there");
            if let Acceptance::Duplicate { .. } = seen {
                self.count(&counter_names::duplicates(&incoming.source), 1)?;
            }
            return Ok(seen);
        }
        let (node, new_node) = self.node_for(arrival.signal, strongest)?;
        let signal = arrival.signal;
        let entry = arrival.entry(node);
        let position = self.append_entry(&entry, Some(DetachedPart::Content(&incoming.content)))?;
        self.session
            .db
            .prepare_cached("INSERT INTO inbox (position) VALUES (?1)")?
            .execute([position.0 as i64])?;
        Ok(Acceptance::Accepted(Accepted { signal, node, new_node, position }))
    }

    fn done(&mut self, position: Position) -> Result<(), StoreError> {
        self.in_group()?;
        self.session
            .db
            .prepare_cached("DELETE FROM inbox WHERE position = ?1")?
            .execute([position.0 as i64])?;
        Ok(())
    }

    fn quarantine(&mut self, item: &QuarantineRequest<'_>) -> Result<Quarantined, StoreError> {
        self.in_group()?;
        let origin = item.raw.origin.as_bytes();
        let source = item.source.as_str().as_bytes();
        let name = self.session.vault.name(&[b"item", source, origin, item.item]);
        if let Some(entry) = self.entry_of_item(&name)? {
            self.count(&counter_names::duplicates(item.source), 1)?;
            return Ok(Quarantined::Known { entry });
        }
        if self.suppresses && self.session.erased_at(item.found)?.is_some() {
            self.count(counter_names::ERASED, 1)?;
            return Ok(Quarantined::Erased);
        }
        let entry = item.entry(None);
        let position = self.append_entry(&entry, Some(DetachedPart::Raw(item.raw)))?;
        self.put_entry(item, &name, position)?;
        Ok(Quarantined::Kept { entry: item.entry, position })
    }

    fn append(&mut self, entry: &Entry) -> Result<Position, StoreError> {
        self.in_group()?;
        self.append_entry(entry, None)
    }

    fn put_snapshot(&mut self, version: &str, snapshot: &Snapshot) -> Result<bool, StoreError> {
        self.in_group()?;
        self.keep_snapshot(version, snapshot)
    }

    fn bind(&mut self, key: &Key, node: NodeId) -> Result<BindOutcome, StoreError> {
        self.in_group()?;
        let mut row = self.known_node(node)?;
        let name = self.session.vault.identifier(key);
        let before = match self.session.led_to(&name, key.verified)? {
            Led::Nowhere => None,
            Led::Nobody => return Ok(BindOutcome::Nobody),
            Led::To(holder) if holder.n == row.n => return Ok(BindOutcome::Here),
            Led::To(holder) if holder.pointer.is_none() && !holder.node().shared => Some(holder),
            Led::To(holder) => {
                return Ok(BindOutcome::Elsewhere(NodeId::from_bytes(holder.label.id())));
            }
        };
        self.lead(&name, key, &mut row)?;
        before.map_or(Ok(()), |holder| self.leave(holder))?;
        Ok(BindOutcome::Here)
    }

    fn share(&mut self, key: &Key) -> Result<(), StoreError> {
        self.in_group()?;
        let name = self.session.vault.identifier(key);
        let led = self.session.led_to(&name, key.verified)?;
        if led.is_shared() {
            return Ok(());
        }
        self.put_identifier(&name, key, NOBODY)?;
        match led {
            Led::To(holder) => self.leave(holder),
            Led::Nowhere | Led::Nobody => Ok(()),
        }
    }

    fn point(
        &mut self,
        node: NodeId,
        person: PersonId,
        account: AccountId,
    ) -> Result<(), StoreError> {
        self.in_group()?;
        let mut row = self.known_node(node)?;
        let pointer = Some(Pointer { person, account });
        if row.pointer != pointer {
            row.pointer = pointer;
            self.session.row_cache.change(row);
        }
        Ok(())
    }

    fn bind_account(&mut self, key: &Key, account: AccountId) -> Result<(), StoreError> {
        self.in_group()?;
        let name = self.session.vault.identifier(key);
        self.session
            .db
            .prepare_cached("INSERT OR REPLACE INTO account_names (name, account) VALUES (?1, ?2)")?
            .execute((name.as_slice(), account.bytes().as_slice()))?;
        Ok(())
    }

    fn forward(&mut self, from: AccountId, to: AccountId) -> Result<(), StoreError> {
        self.in_group()?;
        let (from, to) = (from.bytes().as_slice(), to.bytes().as_slice());
        let db = &self.session.db;
        if from == to {
            db.prepare_cached("DELETE FROM forwarding WHERE account = ?1")?.execute([from])?;
        } else {
            db.prepare_cached("INSERT OR REPLACE INTO forwarding (account, next) VALUES (?1, ?2)")?
                .execute((from, to))?;
        }
        Ok(())
    }

    fn lead_nowhere(&mut self, key: &Key) -> Result<(), StoreError> {
        self.in_group()?;
        self.lead_nobody_anywhere(key)
    }

    fn set_aside(&mut self, node: NodeId, stays: Option<PersonId>) -> Result<(), StoreError> {
        self.in_group()?;
        self.put_aside(node, stays)
    }

    fn unbind_account(&mut self, key: &Key) -> Result<(), StoreError> {
        self.in_group()?;
        let name = self.session.vault.identifier(key);
        self.session
            .db
            .prepare_cached("DELETE FROM account_names WHERE name = ?1")?
            .execute([name.as_slice()])?;
        Ok(())
    }

    fn forget_id(&mut self, source: &SourceName, content: &Content) -> Result<(), StoreError> {
        self.in_group()?;
        let id = self.session.signal_name(source, content);
        self.session
            .db
            .prepare_cached("DELETE FROM dedupe WHERE id = ?1")?
            .execute([id.as_slice()])?;
        Ok(())
    }

    fn forget_item(&mut self, entry: QuarantineId) -> Result<(), StoreError> {
        self.in_group()?;
        self.session
            .db
            .prepare_cached("UPDATE entries SET item = NULL WHERE id = ?1")?
            .execute([entry.bytes().as_slice()])?;
        Ok(())
    }

    fn accept_again(
        &mut self,
        arrival: &Arrival<'_>,
        before: &TakenBefore,
    ) -> Result<Accepted, StoreError> {
        self.in_group()?;
        let strongest = self.strongest(arrival)?;
        let (node, new_node) = self.node_again(arrival, strongest, before)?;
        let content = &arrival.incoming.content;
        let position =
            self.append_entry(&arrival.entry(node), Some(DetachedPart::Content(content)))?;
        let id = self.session.signal_name(&arrival.incoming.source, content);
        self.session
            .db
            .prepare_cached("UPDATE dedupe SET position = ?2 WHERE id = ?1")?
            .execute((id.as_slice(), position.0 as i64))?;
        self.done(before.position)?;
        Ok(Accepted { signal: arrival.signal, node, new_node, position })
    }

    fn put_handoff(&mut self, row: &HandoffRow) -> Result<(), StoreError> {
        self.in_group()?;
        self.session
            .db
            .prepare_cached(
                "INSERT INTO handoffs (id, account, person, node, kind, state, owner_kind, owner, \
                 version, opened, changed, accept_by, first_touch_by, correlation, qualify_by) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15) \
                 ON CONFLICT (id) DO UPDATE SET account = ?2, person = ?3, node = ?4, kind = ?5, \
                 state = ?6, owner_kind = ?7, owner = ?8, version = ?9, opened = ?10, \
                 changed = ?11, accept_by = ?12, first_touch_by = ?13, correlation = ?14, \
                 qualify_by = ?15",
            )?
            .execute((
                row.handoff.bytes().as_slice(),
                row.account.bytes().as_slice(),
                row.person.bytes().as_slice(),
                row.node.bytes().as_slice(),
                row.kind.as_str(),
                row.state as i64,
                owner_kind(&row.owner),
                row.owner.id(),
                row.version as i64,
                row.opened.0,
                row.changed.0,
                row.accept_by.map(|moment| moment.0),
                row.first_touch_by.map(|moment| moment.0),
                row.correlation.bytes().as_slice(),
                row.qualify_by.map(|moment| moment.0),
            ))?;
        Ok(())
    }

    fn outbox_put(&mut self, row: &OutboxRow) -> Result<(), StoreError> {
        self.in_group()?;
        let (kind, id) = row.errand.to_stored();
        self.session
            .db
            .prepare_cached(
                "INSERT INTO outbox (kind, id, aggregate, destination, correlation, attempt, due, \
                 claimed_until, ready, queued_at, recipient, bundle) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) \
                 ON CONFLICT (kind, id) DO UPDATE SET aggregate = ?3, destination = ?4, \
                 correlation = ?5, attempt = ?6, due = ?7, claimed_until = ?8, ready = ?9, \
                 queued_at = ?10, recipient = ?11, bundle = ?12",
            )?
            .execute((
                kind,
                id.as_slice(),
                Label::of(row.aggregate).as_slice(),
                row.destination.as_str(),
                row.correlation.as_ref().map(|signal| signal.bytes().as_slice()),
                row.attempt,
                row.due.0,
                row.claimed_until.map(|moment| moment.0),
                row.claimable_at().0,
                row.queued_at.0 as i64,
                row.recipient.as_deref(),
                row.bundle.as_ref().map(|bundle| bundle.bytes().as_slice()),
            ))?;
        Ok(())
    }

    fn outbox_delete(&mut self, errand: ErrandId) -> Result<(), StoreError> {
        self.in_group()?;
        let (kind, id) = errand.to_stored();
        self.session
            .db
            .prepare_cached("DELETE FROM outbox WHERE kind = ?1 AND id = ?2")?
            .execute((kind, id.as_slice()))?;
        Ok(())
    }

    fn timer_put(&mut self, timer: &Timer) -> Result<(), StoreError> {
        self.in_group()?;
        let mut wake = Vec::new();
        sealed::encode(&timer.wake, &mut wake);
        self.session
            .db
            .prepare_cached(
                "INSERT OR REPLACE INTO timers (due, wake, account) VALUES (?1, ?2, ?3)",
            )?
            .execute((timer.due.0, wake, timer.account.bytes().as_slice()))?;
        Ok(())
    }

    fn timer_delete(&mut self, timer: &Timer) -> Result<bool, StoreError> {
        self.in_group()?;
        let mut wake = Vec::new();
        sealed::encode(&timer.wake, &mut wake);
        let deleted = self
            .session
            .db
            .prepare_cached("DELETE FROM timers WHERE due = ?1 AND wake = ?2")?
            .execute((timer.due.0, wake))?;
        Ok(deleted > 0)
    }

    fn timer_drop(&mut self, wake: Wake) -> Result<(), StoreError> {
        self.in_group()?;
        let mut bytes = Vec::new();
        sealed::encode(&wake, &mut bytes);
        self.session
            .db
            .prepare_cached("DELETE FROM timers WHERE wake = ?1")?
            .execute([bytes.as_slice()])?;
        Ok(())
    }

    fn put_strategy(
        &mut self,
        version: StrategyVersion,
        files: &[u8],
        moment: Moment,
    ) -> Result<(), StoreError> {
        self.in_group()?;
        self.session
            .db
            .prepare_cached(
                "INSERT INTO strategies (version, files, since) VALUES (?1, ?2, ?3) \
                 ON CONFLICT DO NOTHING",
            )?
            .execute((version.0.as_slice(), files, moment.0))?;
        Ok(())
    }

    fn put_force(&mut self, force: &StrategyInForce) -> Result<(), StoreError> {
        self.in_group()?;
        let mut value = force.version.0.to_vec();
        value.extend_from_slice(&force.since.0.to_be_bytes());
        value.extend_from_slice(force.mode.as_bytes());
        self.put_value(FORCE, &value)
    }

    fn count(&mut self, name: &str, by: u64) -> Result<(), StoreError> {
        self.in_group()?;
        self.session
            .db
            .prepare_cached(
                "INSERT INTO counters (name, count) VALUES (?1, ?2) \
                 ON CONFLICT DO UPDATE SET count = count + ?2",
            )?
            .execute((name, by as i64))?;
        Ok(())
    }

    fn name_in_entry(&mut self, entry: QuarantineId, keys: &[Key]) -> Result<(), StoreError> {
        self.in_group()?;
        let mut name = self.session.db.prepare_cached(
            "INSERT OR IGNORE INTO found (name, entry) SELECT ?1, n FROM entries WHERE id = ?2",
        )?;
        for key in keys {
            let hash = self.session.vault.identifier(key);
            name.execute((hash.as_slice(), entry.bytes().as_slice()))?;
        }
        Ok(())
    }

    fn put_answer(&mut self, key: &str, answer: &Answer) -> Result<(), StoreError> {
        self.in_group()?;
        answers::keep(&self.session, &mut self.chance, key, answer)
    }

    fn drop_bodies(&mut self, now: Moment) -> Result<u64, StoreError> {
        self.in_group()?;
        self.drop_old_bodies(now)
    }

    fn forget_answers(&mut self, now: Moment) -> Result<u64, StoreError> {
        self.in_group()?;
        let forgotten = self
            .session
            .db
            .prepare_cached("DELETE FROM answers WHERE expires <= ?1")?
            .execute([now.0])?;
        Ok(forgotten as u64)
    }

    fn put_key(&mut self, row: &KeyRow) -> Result<(), StoreError> {
        self.in_group()?;
        self.session
            .db
            .prepare_cached(
                "INSERT OR REPLACE INTO api_keys (id, name, scopes, source, hash, created, \
                 revoked) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute((
                row.key.bytes().as_slice(),
                row.name.as_str(),
                row.scopes.join(","),
                row.source.as_deref(),
                row.hash.as_slice(),
                row.created.0,
                row.revoked.map(|moment| moment.0),
            ))?;
        Ok(())
    }

    fn revoke_key(&mut self, key: KeyId, moment: Moment) -> Result<bool, StoreError> {
        self.in_group()?;
        let revoked = self
            .session
            .db
            .prepare_cached("UPDATE api_keys SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL")?
            .execute((key.bytes().as_slice(), moment.0))?;
        Ok(revoked > 0)
    }

    fn put_user(&mut self, row: &UserRow, secrets: &UserSecrets) -> Result<(), StoreError> {
        self.in_group()?;
        self.keep_user(row, secrets)
    }

    fn put_setting(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        self.in_group()?;
        self.put_value(name, value)
    }

    fn erase(&mut self, erasable: &Erasable, moment: Moment) -> Result<(), StoreError> {
        self.in_group()?;
        self.take_away(erasable, moment)
    }

    fn settle_erasures(&mut self) -> Result<(), StoreError> {
        if self.group.is_some() {
            return Err(StoreError::Group("open while erasures are settled"));
        }
        self.settle()
    }
}

const _: () = assert!(Kinds(0xff).0 == 0xff, "kinds and trust share a row's flags");
