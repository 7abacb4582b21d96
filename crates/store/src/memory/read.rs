//! What may be asked of the store in memory.

use std::collections::BTreeSet;

use domain::errand::ErrandId;
use domain::fact::{Aggregate, BodyMac, Fact, Raw, StrategyVersion};
use domain::id::{ID_BYTES, Prefix};
use domain::signal::{Content, SourceName};
use domain::{AccountId, DeliveryId, HandoffId, Moment, NodeId, PersonId, QuarantineId, UserId};

use super::fingerprint::{Fingerprint, fingerprint};
use super::journal::Parts;
use super::tables::{MemoryStore, accepted_key, name_of};
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
use crate::sealed;
use crate::snapshot::Snapshot;
use crate::traits::Read;
use crate::users::{UserRow, UserSecrets};

impl MemoryStore {
    fn stored(&self, position: u64, purpose: Option<&Purpose>) -> Option<Stored> {
        let parts = if purpose.is_some() { Parts::All } else { Parts::Clear };
        let entry = self.journal.entry(position, parts)?;
        // The bytes are those of a data folder, so only there they are counted.
        self.meter.entry(0);
        Some(Stored { position: Position(position), entry, damaged: false })
    }

    /// Where an aggregate's entries are, from the last one back.
    pub(super) fn back(&self, aggregate: Aggregate) -> impl Iterator<Item = u64> {
        let last = self.last.get(&aggregate).copied();
        std::iter::successors(last, |position| self.journal.prev(*position))
    }

    /// Whether the moment of an entry is like that.
    fn is_known(&self, position: u64, like: impl FnOnce(Moment) -> bool) -> bool {
        self.journal.moment(position).is_some_and(like)
    }

    fn arrived_at(&self, position: Position) -> Option<Pending> {
        let entry = self.journal.entry(position.0, Parts::All)?;
        let Aggregate::Node(node) = entry.header.aggregate else { return None };
        let accepted = entry.header.moment;
        let arrived = entry.facts.into_iter().next();
        let Some(Fact::SignalArrived { signal, source, import, content, .. }) = arrived else {
            return None;
        };
        Some(Pending { position, signal, node, source, import, accepted, content, damaged: false })
    }
}

impl MemoryStore {
    /// Nodes that are nobody's since an import was taken back, and that were this person's or were found by
    /// what leads to their nodes.
    fn nodes_set_aside(&self, person: PersonId, nodes: &[NodeId]) -> BTreeSet<NodeId> {
        let identifiers = self.identifiers.rows().iter();
        let theirs = identifiers.filter(|(_, to)| to.is_some_and(|to| nodes.contains(&to)));
        let names: BTreeSet<_> = theirs.map(|((name, _), _)| *name).collect();
        let aside = self.aside.rows().iter();
        let theirs =
            aside.filter(|((name, _), whose)| **whose == Some(person) || names.contains(name));
        let nobodys =
            |node: &NodeId| self.nodes.get(node).is_some_and(|(_, row)| row.pointer.is_none());
        theirs.map(|((_, node), _)| *node).filter(nobodys).collect()
    }
}

impl Read for MemoryStore {
    fn head(&self) -> Result<Head, StoreError> {
        Ok(Head { position: Position(self.journal.len()), hash: [0; 32] })
    }

    fn at(
        &self,
        position: Position,
        purpose: Option<&Purpose>,
    ) -> Result<Option<Stored>, StoreError> {
        Ok(self.stored(position.0, purpose))
    }

    fn history(
        &self,
        aggregate: Aggregate,
        after: Position,
        until: Option<Moment>,
        purpose: Option<&Purpose>,
    ) -> Result<Vec<Stored>, StoreError> {
        let later = self.back(aggregate).take_while(|position| *position > after.0);
        let known = later.filter(|position| {
            until.is_none_or(|until| self.is_known(*position, |moment| moment <= until))
        });
        let mut entries: Vec<Stored> =
            known.filter_map(|position| self.stored(position, purpose)).collect();
        entries.reverse();
        Ok(entries)
    }

    fn since(
        &self,
        aggregate: Aggregate,
        since: Moment,
        limit: usize,
        purpose: Option<&Purpose>,
    ) -> Result<Vec<Stored>, StoreError> {
        let recent = self
            .back(aggregate)
            .take_while(|position| self.is_known(*position, |moment| moment >= since));
        let stored = recent.filter_map(|position| self.stored(position, purpose));
        let mut entries: Vec<Stored> = stored.take(limit).collect();
        entries.reverse();
        Ok(entries)
    }

    fn newest(
        &self,
        aggregate: Aggregate,
        upto: Position,
        limit: usize,
        purpose: Option<&Purpose>,
    ) -> Result<Vec<Stored>, StoreError> {
        let known = self.back(aggregate).filter(|position| *position <= upto.0);
        let stored = known.filter_map(|position| self.stored(position, purpose));
        Ok(stored.take(limit).collect())
    }

    fn snapshot(
        &self,
        of: Aggregate,
        version: &str,
        position: Position,
        until: Option<Moment>,
    ) -> Result<Option<Snapshot>, StoreError> {
        let rows = self.snapshots.rows().range((of, 0)..=(of, position.0)).rev();
        let mut fitting = rows.filter(|(_, (wrote, kept))| {
            wrote == version && until.is_none_or(|until| kept.moment <= until)
        });
        Ok(fitting.next().map(|(_, (_, kept))| Snapshot::clone(kept)))
    }

    fn newest_snapshot(&self, version: &str) -> Result<Option<(Aggregate, Position)>, StoreError> {
        let newest = self.newest_snapshot.get(&()).copied();
        let there = |place: &(Aggregate, u64)| {
            self.snapshots.get(place).is_some_and(|(wrote, _)| wrote == version)
        };
        Ok(newest.filter(there).map(|(of, position)| (of, Position(position))))
    }

    fn journal(
        &self,
        after: Position,
        limit: usize,
        purpose: Option<&Purpose>,
    ) -> Result<Vec<Stored>, StoreError> {
        let first = after.0.saturating_add(1);
        let last = first.saturating_add(limit as u64).min(self.journal.len() + 1);
        Ok((first..last).filter_map(|position| self.stored(position, purpose)).collect())
    }

    fn reads(&self) -> Reads {
        self.meter.reads()
    }

    fn pending(&self, after: Position, limit: usize) -> Result<Vec<Pending>, StoreError> {
        let waiting = self.waiting(after, limit)?;
        waiting.into_iter().filter_map(|at| self.pending_at(at).transpose()).collect()
    }

    fn waiting(&self, after: Position, limit: usize) -> Result<Vec<Position>, StoreError> {
        let waiting = self.inbox.rows().range(after.0 + 1..);
        Ok(waiting.take(limit).map(|(position, ())| Position(*position)).collect())
    }

    fn pending_at(&self, position: Position) -> Result<Option<Pending>, StoreError> {
        Ok(self.arrived_at(position))
    }

    fn first_pending(&self) -> Result<Option<Position>, StoreError> {
        Ok(self.inbox.rows().keys().next().map(|position| Position(*position)))
    }

    fn pending_count(&self) -> Result<u64, StoreError> {
        Ok(self.inbox.rows().len() as u64)
    }

    fn leads(&self, keys: &[Key]) -> Result<Vec<LeadsTo>, StoreError> {
        Ok(keys.iter().map(|key| self.led_to(key)).collect())
    }

    fn node(&self, node: NodeId) -> Result<Option<NodeRow>, StoreError> {
        Ok(self.nodes.get(&node).map(|(_, row)| *row))
    }

    fn cluster(&self, person: PersonId) -> Result<Vec<NodeRow>, StoreError> {
        let nodes = self.clusters.rows().range((person, 0)..=(person, u64::MAX));
        Ok(nodes.filter_map(|(_, node)| self.nodes.get(node).map(|(_, row)| *row)).collect())
    }

    fn accepted_at(
        &self,
        source: &SourceName,
        content: &Content,
    ) -> Result<Option<Position>, StoreError> {
        let known = self.dedupe.get(&accepted_key(source, content));
        Ok(known.map(|known| Position(known.position.into())))
    }

    fn set_aside_by(&self, keys: &[Key]) -> Result<Option<PersonId>, StoreError> {
        let aside = |key: &Key| {
            let name = super::tables::name_of(key);
            let mut rows = self.aside.rows().iter();
            rows.find_map(|((known, node), whose)| {
                let row = self.nodes.get(node).map(|(_, row)| row)?;
                let is_so = row.pointer.is_none_or(|pointer| Some(pointer.person) == *whose);
                whose.filter(|_| *known == name && is_so)
            })
        };
        Ok(keys.iter().find_map(aside))
    }

    fn account_of(&self, key: &Key) -> Result<Option<AccountId>, StoreError> {
        self.accounts.get(&name_of(key)).map(|account| self.forwarded(*account)).transpose()
    }

    fn is_sealable(&self, _node: NodeId) -> Result<bool, StoreError> {
        Ok(true)
    }

    fn body_mac(&self, node: NodeId, body: &[u8]) -> Result<Option<BodyMac>, StoreError> {
        let erased = self.erased.get(&node).is_some();
        Ok((!erased).then(|| self.plain_mac(body)))
    }

    fn forwarded(&self, account: AccountId) -> Result<AccountId, StoreError> {
        let mut end = account;
        for _ in 0..=self.forwarding.rows().len() {
            match self.forwarding.get(&end) {
                Some(next) => end = *next,
                None => return Ok(end),
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
        let range = *first..=*last;
        let within = |bytes: &[u8; ID_BYTES]| range.contains(bytes);
        let mut ids: Vec<[u8; ID_BYTES]> = match kind {
            IdKind::Node => self.nodes.rows().keys().map(|id| *id.bytes()).filter(within).collect(),
            IdKind::Account => {
                let known = self.last.rows().keys().filter_map(|aggregate| match aggregate {
                    Aggregate::Account(account) => Some(*account.bytes()),
                    Aggregate::Node(_)
                    | Aggregate::Desk
                    | Aggregate::Registry
                    | Aggregate::Quarantine
                    | Aggregate::Governance => None,
                });
                known.filter(within).collect()
            }
            IdKind::Person => {
                self.clusters.rows().keys().map(|(id, _)| *id.bytes()).filter(within).collect()
            }
            IdKind::Handoff => self
                .handoffs
                .rows()
                .keys()
                .map(|id| *id.bytes())
                .filter(within)
                .take(limit)
                .collect(),
            IdKind::Entry => {
                let entries = self.entries.rows().keys().map(|id| *id.bytes());
                entries.filter(within).take(limit).collect()
            }
        };
        // Some of the tables are in no order.
        ids.sort_unstable();
        ids.dedup();
        ids.truncate(limit);
        Ok(ids)
    }

    fn entry(&self, entry: QuarantineId) -> Result<Option<EntryRow>, StoreError> {
        Ok(self.entries.get(&entry).map(|(_, row)| row.clone()))
    }

    fn entries_found_by(&self, keys: &[Key]) -> Result<Vec<QuarantineId>, StoreError> {
        let of_key = |key: &Key| {
            let name = name_of(key);
            let first = (name, QuarantineId::from_bytes([0; ID_BYTES]));
            let last = (name, QuarantineId::from_bytes([0xff; ID_BYTES]));
            self.found.rows().range(first..=last).map(|((_, entry), ())| *entry)
        };
        let entries: std::collections::BTreeSet<_> = keys.iter().flat_map(of_key).collect();
        Ok(entries.into_iter().collect())
    }

    fn entries(
        &self,
        state: Option<EntryState>,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<EntryRow>, StoreError> {
        let before = cursor.map_or(u64::MAX, |cursor| cursor.0);
        let rows = self.entry_order.rows().range(..before).rev().filter_map(|(n, entry)| {
            let (_, row) = self.entries.get(entry)?;
            state.is_none_or(|state| row.state == state).then(|| (*n, row.clone()))
        });
        Ok(page(rows, limit))
    }

    fn raw(&self, entry: QuarantineId, purpose: &Purpose) -> Result<Option<Raw>, StoreError> {
        let Some((_, row)) = self.entries.get(&entry) else { return Ok(None) };
        let stored = self.stored(row.raw_at.0, Some(purpose));
        Ok(stored.and_then(|stored| sealed::raw_of(stored.entry, entry)))
    }

    fn handoff(&self, handoff: HandoffId) -> Result<Option<HandoffRow>, StoreError> {
        Ok(self.handoffs.get(&handoff).map(|(_, row)| row.clone()))
    }

    fn handoffs(
        &self,
        filter: &HandoffFilter,
        cursor: Option<Cursor>,
        limit: usize,
    ) -> Result<Page<HandoffRow>, StoreError> {
        let before = cursor.map_or(u64::MAX, |cursor| cursor.0);
        let rows = self.handoff_order.rows().range(..before).rev().filter_map(|(n, handoff)| {
            let (_, row) = self.handoffs.get(handoff)?;
            let wanted = filter.state.is_none_or(|state| row.state == state)
                && filter.owner.as_ref().is_none_or(|owner| row.owner == *owner);
            wanted.then(|| (*n, row.clone()))
        });
        Ok(page(rows, limit))
    }

    fn outbox_row(&self, errand: ErrandId) -> Result<Option<OutboxRow>, StoreError> {
        Ok(self.outbox.get(&errand).map(|(_, row)| row.clone()))
    }

    fn outbox_claimable(&self, now: Moment, limit: usize) -> Result<Vec<OutboxRow>, StoreError> {
        let due = self.outbox_due.rows().iter().take_while(|((due, _), _)| *due <= now);
        let row = |errand| self.outbox.get(errand).map(|(_, row)| row.clone());
        Ok(due.take(limit).filter_map(|(_, errand)| row(errand)).collect())
    }

    fn outbox_waiting(
        &self,
        destination: &str,
        recipient: &str,
        now: Moment,
        limit: usize,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        let wanted = |row: &OutboxRow| {
            row.attempt == 0
                && row.recipient.as_deref() == Some(recipient)
                && row.destination == destination
        };
        let due = self.outbox_due.rows().iter().take_while(|((due, _), _)| *due <= now);
        let rows = due.filter_map(|(_, errand)| self.outbox.get(errand));
        let rows = rows.filter(|(_, row)| wanted(row)).take(limit);
        Ok(rows.map(|(_, row)| row.clone()).collect())
    }

    fn outbox_bundle(&self, bundle: DeliveryId) -> Result<Vec<OutboxRow>, StoreError> {
        let rows = self.outbox.rows().values().filter(|(_, row)| row.bundle == Some(bundle));
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by_key(|(n, _)| *n);
        Ok(rows.into_iter().map(|(_, row)| row.clone()).collect())
    }

    fn outbox_next(&self) -> Result<Option<Moment>, StoreError> {
        Ok(self.outbox_due.rows().keys().next().map(|(due, _)| *due))
    }

    fn outbox_count(&self) -> Result<u64, StoreError> {
        Ok(self.outbox.rows().len() as u64)
    }

    fn outbox_body(
        &self,
        row: &OutboxRow,
        _purpose: &Purpose,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.bodies.get(&row.errand).map(|body| body.bytes.clone()))
    }

    fn timers_due(&self, now: Moment, limit: usize) -> Result<Vec<Timer>, StoreError> {
        let due = self.timers.rows().iter().take_while(|((due, _), _)| *due <= now);
        let timer = |((due, _), (wake, account)): (&(Moment, _), &(_, AccountId))| Timer {
            due: *due,
            account: *account,
            wake: *wake,
        };
        Ok(due.take(limit).map(timer).collect())
    }

    fn next_due(&self) -> Result<Option<Moment>, StoreError> {
        Ok(self.timers.rows().keys().next().map(|(due, _)| *due))
    }

    fn force(&self) -> Result<Option<StrategyInForce>, StoreError> {
        Ok(self.force.get(&()).cloned())
    }

    fn strategy(&self, version: StrategyVersion) -> Result<Option<Vec<u8>>, StoreError> {
        let mut kept = self.strategies.rows().iter();
        Ok(kept.find(|((_, known), _)| *known == version).map(|(_, files)| files.clone()))
    }

    fn strategies(&self) -> Result<Vec<StrategyRow>, StoreError> {
        let row = |(since, version): &(Moment, StrategyVersion)| StrategyRow {
            version: *version,
            since: *since,
        };
        Ok(self.strategies.rows().keys().map(row).collect())
    }

    fn counters(&self) -> Result<Vec<(String, u64)>, StoreError> {
        Ok(self.counters.rows().iter().map(|(name, count)| (name.clone(), *count)).collect())
    }

    fn answer(
        &self,
        key: &str,
        request: &[u8; 32],
        now: Moment,
    ) -> Result<Option<StoredAnswer>, StoreError> {
        let kept = self.answers.get(&key.to_owned()).filter(|answer| answer.expires > now);
        Ok(kept.map(|answer| StoredAnswer {
            same: answer.request == *request,
            status: answer.status,
            body: answer.body.clone(),
        }))
    }

    fn key_by_hash(&self, hash: &[u8; 32]) -> Result<Option<KeyRow>, StoreError> {
        Ok(self.keys.rows().values().find(|row| row.hash == *hash).cloned())
    }

    fn keys(&self) -> Result<Vec<KeyRow>, StoreError> {
        Ok(self.keys.rows().values().cloned().collect())
    }

    fn users(&self) -> Result<Vec<UserRow>, StoreError> {
        Ok(self.users.rows().values().map(|(row, _)| row.clone()).collect())
    }

    fn user_by_email(&self, email: &str) -> Result<Option<UserRow>, StoreError> {
        let found = self.users.rows().values().find(|(_, secrets)| secrets.email == email);
        Ok(found.map(|(row, _)| row.clone()))
    }

    fn user_secrets(&self, user: UserId) -> Result<Option<UserSecrets>, StoreError> {
        let found = self.users.rows().values().find(|(row, _)| row.user == user);
        Ok(found.map(|(_, secrets)| secrets.clone()))
    }

    fn setting(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.settings.get(&name.to_owned()).cloned())
    }

    fn erasable(&self, person: PersonId) -> Result<Option<Erasable>, StoreError> {
        let cluster = self.cluster(person)?;
        let mut nodes: Vec<NodeId> = cluster.iter().map(|row| row.node).collect();
        nodes.extend(self.nodes_set_aside(person, &nodes));
        if nodes.is_empty() {
            return Ok(None);
        }
        let mut accounts: Vec<AccountId> =
            cluster.iter().filter_map(|row| row.pointer).map(|pointer| pointer.account).collect();
        accounts.sort_unstable();
        accounts.dedup();
        let theirs = self
            .identifiers
            .rows()
            .iter()
            .filter(|(_, node)| node.is_some_and(|node| nodes.contains(&node)));
        let mut entries: Vec<QuarantineId> = theirs
            .flat_map(|((name, _), _)| {
                let first = (*name, QuarantineId::from_bytes([0; ID_BYTES]));
                let last = (*name, QuarantineId::from_bytes([0xff; ID_BYTES]));
                self.found.rows().range(first..=last).map(|((_, entry), ())| *entry)
            })
            .collect();
        let aside = self.aside.rows().iter().filter(|(_, whose)| **whose == Some(person));
        for ((name, _), _) in aside {
            let found = self.found.rows().keys().filter(|(known, _)| known == name);
            entries.extend(found.map(|(_, entry)| *entry));
        }
        let held = self.entries.rows().iter();
        let held = held.filter_map(|(entry, (_, row))| Some((row.signal?, *entry))).collect();
        entries.extend(held_of(self, &nodes, &held)?);
        entries.sort_unstable();
        entries.dedup();
        Ok(Some(Erasable { person, nodes, accounts, entries }))
    }
}

impl MemoryStore {
    /// When somebody who has one of these identifiers was erased last. The name of a company says so of
    /// the company alone, and of nobody there.
    pub(super) fn erased_at(&self, keys: &[Key]) -> Option<Moment> {
        if self.suppressed.rows().is_empty() {
            return None;
        }
        let of_somebody = keys.iter().any(Key::names_a_subject);
        let subjects = keys.iter().filter(|key| !of_somebody || key.names_a_subject());
        subjects.filter_map(|key| self.suppressed.get(&suppression(&name_of(key)))).max().copied()
    }
}

pub(super) fn suppression(name: &Fingerprint) -> Fingerprint {
    fingerprint(&[b"suppressed", name])
}

fn page<T>(mut rows: impl Iterator<Item = (u64, T)>, limit: usize) -> Page<T> {
    let mut taken = Vec::new();
    let mut last = None;
    for (n, row) in rows.by_ref().take(limit) {
        last = Some(n);
        taken.push(row);
    }
    let next = if rows.next().is_some() { last.map(Cursor) } else { None };
    Page { rows: taken, next }
}
