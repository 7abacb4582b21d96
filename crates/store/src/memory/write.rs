//! What may be told to the store in memory.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::errand::{ErrandId, Wake};
use domain::fact::{Aggregate, BodyMac, Entry, EntryChange, Fact, StrategyVersion};
use domain::signal::{Content, IdentifierKind, SourceName};
use domain::{AccountId, HandoffId, KeyId, Moment, NodeId, PersonId, QuarantineId};

use super::fingerprint::fingerprint;
use super::journal::{Line, Parts};
use super::read::suppression;
use super::tables::{AcceptedId, Body, MemoryStore, accepted_key, name_of, shortened};
use crate::arrival::{Acceptance, Accepted, Arrival, TakenBefore};
use crate::counter_names;
use crate::current::{Answer, HandoffRow, KeyRow, OutboxRow, StrategyInForce, Timer};
use crate::erasure::Erasable;
use crate::error::StoreError;
use crate::identity::{BindOutcome, Key, Kinds, LeadsTo, NodeRow, Pointer};
use crate::journal::Position;
use crate::quarantine::{EntryRow, EntryState, QuarantineRequest, Quarantined};
use crate::sealed::{self, BodyFate, SealOwner};
use crate::snapshot::{Snapshot, thinned};
use crate::traits::{Read, Store};
use crate::users::{UserRow, UserSecrets};

impl MemoryStore {
    fn in_group(&self) -> Result<(), StoreError> {
        if self.grouped { Ok(()) } else { Err(StoreError::Group("not begun")) }
    }

    fn push(
        &mut self,
        entry: &Entry,
        macs: &[(usize, BodyMac)],
        content: Option<&Content>,
    ) -> Position {
        let aggregate = entry.header.aggregate;
        let prev = self.last.get(&aggregate).copied().unwrap_or(0);
        let position = self.journal.push(&Line { entry, prev, macs, content });
        self.last.put(aggregate, position);
        Position(position)
    }

    /// What is kept of the bodies that an entry queues, by the places of their facts: they are no part
    /// of them.
    fn macs(&self, entry: &Entry) -> Vec<(usize, BodyMac)> {
        let facts = entry.facts.iter().enumerate();
        let queued = facts.filter_map(|(place, fact)| Some((place, sealed::queued(fact)?)));
        queued.map(|(place, (_, _, body))| (place, self.plain_mac(&body.bytes))).collect()
    }

    fn known_node(&self, node: NodeId) -> Result<(u64, NodeRow), StoreError> {
        self.nodes.get(&node).copied().ok_or(StoreError::OwnerUnknown)
    }

    fn make_node(&mut self, node: NodeId, shared: bool) {
        let known = self.nodes.get(&node).map(|(n, _)| *n);
        let n = known.unwrap_or_else(|| self.nodes.rows().len() as u64);
        let row = NodeRow { node, pointer: None, verified: false, kinds: Kinds::default(), shared };
        self.nodes.put(node, (n, row));
    }

    fn node_for(&mut self, arrival: &Arrival<'_>) -> Result<(NodeId, bool), StoreError> {
        let node = NodeId::caused_by(&[arrival.signal.bytes()]);
        self.node_of_strongest(arrival.keys, node)
    }

    /// The node that the strongest identifier leads to, else this one.
    fn node_of_strongest(
        &mut self,
        keys: &[Key],
        node: NodeId,
    ) -> Result<(NodeId, bool), StoreError> {
        let strongest = self.strongest(keys);
        if let Some((_, LeadsTo::Node(row))) = strongest {
            return Ok((row.node, false));
        }
        self.make_node(node, strongest.is_some_and(|(_, leads)| leads.is_shared()));
        if let Some((key, _)) = strongest {
            self.lead(key, node)?;
        }
        Ok((node, true))
    }

    /// The strongest identifier that is not held by several people, and where it leads; where all are,
    /// the strongest of them.
    fn strongest<'k>(&self, keys: &'k [Key]) -> Option<(&'k Key, LeadsTo)> {
        let found = keys.iter().map(|key| (key, self.led_to(key)));
        let mut first = None;
        for one in found {
            if !one.1.is_shared() {
                return Some(one);
            }
            first = first.or(Some(one));
        }
        first
    }

    /// Where an identifier leads.
    pub(super) fn led_to(&self, key: &Key) -> LeadsTo {
        match self.identifiers.get(&(name_of(key), key.verified)) {
            None => LeadsTo::Nowhere,
            Some(None) => LeadsTo::Nobody,
            Some(Some(node)) => {
                self.nodes.get(node).map_or(LeadsTo::Nowhere, |(_, row)| LeadsTo::Node(*row))
            }
        }
    }

    /// Lets an identifier lead to a node, wherever it led.
    fn lead(&mut self, key: &Key, node: NodeId) -> Result<(), StoreError> {
        let (n, row) = self.known_node(node)?;
        self.identifiers.put((name_of(key), key.verified), Some(node));
        let row = NodeRow {
            verified: row.verified || key.verified,
            kinds: row.kinds.with(key.kind),
            ..row
        };
        self.nodes.put(node, (n, row));
        Ok(())
    }

    fn node_of(&self, entry: &Entry, handoff: HandoffId) -> Option<NodeId> {
        sealed::proposed_in(entry, handoff)
            .or_else(|| self.handoffs.get(&handoff).map(|(_, row)| row.node))
    }

    fn move_body(&mut self, fact: &Fact, moment: Moment) {
        let Fact::DeliveryMoved { delivery, state, .. } = fact else { return };
        let errand = ErrandId::from(*delivery);
        match sealed::fate(*state, moment) {
            BodyFate::Stays => {}
            BodyFate::Dropped => {
                self.bodies.remove(&errand);
            }
            BodyFate::KeptUntil(until) => {
                self.bodies_until.put((until, errand), ());
            }
        }
    }

    /// Every note and body belongs to a handoff whose node is known.
    fn check_owners(&self, entry: &Entry) -> Result<(), StoreError> {
        let mut bodies = entry.facts.iter().filter_map(sealed::queued);
        if bodies.any(|(_, handoff, _)| self.node_of(entry, handoff).is_none()) {
            return Err(StoreError::OwnerUnknown);
        }
        for fact in entry.facts.iter().filter(|fact| fact.sealed().is_there()) {
            let known = match sealed::seal_owner(fact) {
                Some(SealOwner::Handoff(handoff)) => {
                    sealed::proposed_in(entry, handoff).is_some()
                        || self.handoffs.get(&handoff).is_some()
                }
                Some(SealOwner::Chain) => {
                    matches!(entry.header.aggregate, Aggregate::Node(_) | Aggregate::Governance)
                }
                Some(SealOwner::Entry(_)) | None => true,
            };
            if !known {
                return Err(StoreError::OwnerUnknown);
            }
        }
        Ok(())
    }

    fn move_entry(&mut self, entry: QuarantineId, change: impl FnOnce(&mut EntryRow)) {
        if let Some((n, mut row)) = self.entries.get(&entry).cloned() {
            change(&mut row);
            self.entries.put(entry, (n, row));
        }
    }

    fn project(&mut self, fact: &Fact, at: Position) {
        let Some((entry, change)) = fact.of_entry() else { return };
        self.move_entry(entry, |row| match change {
            EntryChange::Repaired => {
                row.state = EntryState::Repaired;
                row.raw_at = at;
            }
            EntryChange::StillHeld(cause, field) => {
                row.state = EntryState::Waiting;
                row.raw_at = at;
                row.cause = cause;
                row.field = field.map(str::to_owned);
            }
            EntryChange::Released(signal) => {
                row.state = EntryState::Released;
                row.signal = Some(signal);
            }
            EntryChange::Discarded => row.state = EntryState::Discarded,
        });
    }

    fn unlist(&mut self, errand: ErrandId) {
        if let Some((n, row)) = self.outbox.get(&errand) {
            let listed = (row.claimable_at(), *n);
            self.outbox_due.remove(&listed);
        }
    }

    /// Takes away the sealed parts that are under the key of an erased node or entry.
    fn strip_erased(&mut self, erasable: &Erasable) {
        for position in 1..=self.journal.len() {
            let Some(entry) = self.journal.entry(position, Parts::All) else { continue };
            let facts = entry.facts.iter().enumerate();
            let carried = facts.filter(|(_, fact)| fact.sealed().is_there());
            let theirs = carried.filter(|(_, fact)| self.is_erased(&entry, fact, erasable));
            let erased: Vec<usize> = theirs.map(|(place, _)| place).collect();
            if !erased.is_empty() {
                self.journal.strip(position, &erased);
            }
        }
    }

    fn is_erased(&self, entry: &Entry, fact: &Fact, erasable: &Erasable) -> bool {
        let node = match sealed::seal_owner(fact) {
            None => None,
            Some(SealOwner::Entry(entry)) => return erasable.entries.contains(&entry),
            Some(SealOwner::Chain) => match entry.header.aggregate {
                Aggregate::Node(node) => Some(node),
                Aggregate::Account(_)
                | Aggregate::Desk
                | Aggregate::Registry
                | Aggregate::Quarantine
                | Aggregate::Governance => None,
            },
            Some(SealOwner::Handoff(handoff)) => sealed::proposed_in(entry, handoff)
                .or_else(|| self.handoffs.get(&handoff).map(|(_, row)| row.node)),
        };
        node.is_some_and(|node| erasable.nodes.contains(&node))
    }
}

impl MemoryStore {
    /// Drops the snapshots that somebody who is erased is in, and those of their accounts.
    fn drop_snapshots_about(&mut self, erasable: &Erasable) {
        let holds = |kept: &Snapshot| {
            let of = |account: &AccountId| kept.of == Aggregate::Account(*account);
            kept.nodes.iter().any(|(node, _)| erasable.nodes.contains(node))
                || erasable.accounts.iter().any(of)
        };
        let rows = self.snapshots.rows().iter();
        let theirs: Vec<_> =
            rows.filter(|(_, (_, kept))| holds(kept)).map(|(place, _)| *place).collect();
        for place in theirs {
            self.snapshots.remove(&place);
        }
    }
}

impl Store for MemoryStore {
    const BODIES_IN_MEMORY: bool = true;

    fn begin(&mut self) -> Result<(), StoreError> {
        if self.grouped {
            return Err(StoreError::Group("already begun"));
        }
        self.grouped = true;
        self.journal.begin();
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.in_group()?;
        self.close_group();
        Ok(())
    }

    fn roll_back(&mut self) {
        if self.grouped {
            self.forget_group();
        }
    }

    fn sync_head(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn make_room(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn draw_reserve(&mut self) -> Result<(), StoreError> {
        Err(StoreError::Full)
    }

    fn checkpoint_idle(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    fn accept(&mut self, arrival: &Arrival<'_>) -> Result<Acceptance, StoreError> {
        self.in_group()?;
        let content = &arrival.incoming.content;
        let source = &arrival.incoming.source;
        let id = accepted_key(source, content);
        let body = shortened(&arrival.incoming.body);
        if let Some(known) = self.dedupe.get(&id) {
            let first = Position(known.position.into());
            if known.body.is_none_or(|known| known == body) {
                self.count(&counter_names::duplicates(source), 1)?;
                return Ok(Acceptance::Duplicate { first });
            }
            return Ok(Acceptance::Reused { first });
        }
        if let Some(erased) = self.erased_at(arrival.keys)
            && content.occurred.is_none_or(|occurred| occurred <= erased)
        {
            self.count(counter_names::ERASED, 1)?;
            return Ok(Acceptance::Erased);
        }
        let (node, new_node) = self.node_for(arrival)?;
        let position = self.push(&arrival.entry(node), &[], Some(content));
        let at = u32::try_from(position.0).expect("memory is full long before");
        self.dedupe.put(id, AcceptedId { position: at, body: Some(body) });
        self.inbox.put(position.0, ());
        let signal = arrival.signal;
        Ok(Acceptance::Accepted(Accepted { signal, node, new_node, position }))
    }

    fn done(&mut self, position: Position) -> Result<(), StoreError> {
        self.in_group()?;
        self.inbox.remove(&position.0);
        Ok(())
    }

    fn quarantine(&mut self, item: &QuarantineRequest<'_>) -> Result<Quarantined, StoreError> {
        self.in_group()?;
        let name = fingerprint(&[
            b"item",
            item.source.as_str().as_bytes(),
            item.raw.origin.as_bytes(),
            item.item,
        ]);
        if let Some(entry) = self.items.get(&name).copied() {
            self.count(&counter_names::duplicates(item.source), 1)?;
            return Ok(Quarantined::Known { entry });
        }
        if self.erased_at(item.found).is_some() {
            self.count(counter_names::ERASED, 1)?;
            return Ok(Quarantined::Erased);
        }
        let position = self.push(&item.entry(Some(item.raw.clone())), &[], None);
        let row = EntryRow {
            entry: item.entry,
            source: item.source.clone(),
            cause: item.cause,
            field: item.field.map(str::to_owned),
            line: item.line,
            import: item.import,
            signal: item.signal,
            since: item.moment,
            state: EntryState::Waiting,
            raw_at: position,
        };
        let n = self.entry_order.rows().len() as u64 + 1;
        self.entries.put(item.entry, (n, row));
        self.entry_order.put(n, item.entry);
        self.items.put(name, item.entry);
        for key in item.found {
            self.found.put((name_of(key), item.entry), ());
        }
        Ok(Quarantined::Kept { entry: item.entry, position })
    }

    fn append(&mut self, entry: &Entry) -> Result<Position, StoreError> {
        self.in_group()?;
        self.check_owners(entry)?;
        if let Aggregate::Node(node) = entry.header.aggregate
            && self.nodes.get(&node).is_none()
        {
            self.make_node(node, false);
        }
        let macs = self.macs(entry);
        let position = self.push(entry, &macs, None);
        for fact in &entry.facts {
            if let Some((delivery, handoff, body)) = sealed::queued(fact)
                && let Some(node) = self.node_of(entry, handoff)
            {
                let bytes = if self.sends_nothing { Vec::new() } else { body.bytes.clone() };
                self.bodies.put(delivery.into(), Body { node, bytes });
            }
            self.project(fact, position);
            self.move_body(fact, entry.header.moment);
        }
        Ok(position)
    }

    fn put_snapshot(&mut self, version: &str, snapshot: &Snapshot) -> Result<bool, StoreError> {
        self.in_group()?;
        let place = (snapshot.of, snapshot.position.0);
        self.snapshots.put(place, (version.to_owned(), Arc::new(snapshot.clone())));
        self.newest_snapshot.put((), place);
        let rows = self.snapshots.rows().iter();
        let others: Vec<_> =
            rows.filter(|(_, (wrote, _))| wrote != version).map(|(place, _)| *place).collect();
        for place in others {
            self.snapshots.remove(&place);
        }
        let of = (snapshot.of, 0)..=(snapshot.of, u64::MAX);
        let positions: Vec<u64> =
            self.snapshots.rows().range(of).map(|((_, position), _)| *position).collect();
        for position in thinned(&positions) {
            self.snapshots.remove(&(snapshot.of, position));
        }
        Ok(true)
    }

    fn bind(&mut self, key: &Key, node: NodeId) -> Result<BindOutcome, StoreError> {
        self.in_group()?;
        self.known_node(node)?;
        match self.led_to(key) {
            LeadsTo::Nobody => return Ok(BindOutcome::Nobody),
            LeadsTo::Node(holder) if holder.node == node => return Ok(BindOutcome::Here),
            LeadsTo::Node(holder) if holder.pointer.is_some() || holder.shared => {
                return Ok(BindOutcome::Elsewhere(holder.node));
            }
            LeadsTo::Node(_) | LeadsTo::Nowhere => {}
        }
        self.lead(key, node)?;
        Ok(BindOutcome::Here)
    }

    fn share(&mut self, key: &Key) -> Result<(), StoreError> {
        self.in_group()?;
        if !self.led_to(key).is_shared() {
            self.identifiers.put((name_of(key), key.verified), None);
        }
        Ok(())
    }

    fn point(
        &mut self,
        node: NodeId,
        person: PersonId,
        account: AccountId,
    ) -> Result<(), StoreError> {
        self.in_group()?;
        let (n, row) = self.known_node(node)?;
        if let Some(old) = row.pointer {
            self.clusters.remove(&(old.person, n));
        }
        self.clusters.put((person, n), node);
        let pointer = Some(Pointer { person, account });
        self.nodes.put(node, (n, NodeRow { pointer, ..row }));
        Ok(())
    }

    fn bind_account(&mut self, key: &Key, account: AccountId) -> Result<(), StoreError> {
        self.in_group()?;
        self.accounts.put(name_of(key), account);
        Ok(())
    }

    fn forward(&mut self, from: AccountId, to: AccountId) -> Result<(), StoreError> {
        self.in_group()?;
        if from == to {
            self.forwarding.remove(&from);
        } else {
            self.forwarding.put(from, to);
        }
        Ok(())
    }

    fn lead_nowhere(&mut self, key: &Key) -> Result<(), StoreError> {
        self.in_group()?;
        let name = name_of(key);
        if let LeadsTo::Node(row) = self.led_to(key) {
            let person = row.pointer.map(|pointer| pointer.person);
            let before = self.aside.get(&(name, row.node)).copied().flatten();
            self.aside.put((name, row.node), person.or(before));
        }
        self.identifiers.remove(&(name, key.verified));
        Ok(())
    }

    fn set_aside(&mut self, node: NodeId, stays: Option<PersonId>) -> Result<(), StoreError> {
        self.in_group()?;
        let (n, row) = self.known_node(node)?;
        if let Some(old) = row.pointer.filter(|_| stays.is_none()) {
            self.clusters.remove(&(old.person, n));
        }
        if stays.is_some() {
            let names: Vec<_> =
                self.aside.rows().keys().filter(|(_, of)| *of == node).copied().collect();
            for name in names {
                self.aside.put(name, stays);
            }
        }
        let pointer = row.pointer.filter(|_| stays.is_some());
        let kinds = Kinds::default();
        self.nodes.put(node, (n, NodeRow { node, pointer, verified: false, kinds, shared: false }));
        Ok(())
    }

    fn unbind_account(&mut self, key: &Key) -> Result<(), StoreError> {
        self.in_group()?;
        self.accounts.remove(&name_of(key));
        Ok(())
    }

    fn forget_id(&mut self, source: &SourceName, content: &Content) -> Result<(), StoreError> {
        self.in_group()?;
        self.dedupe.remove(&accepted_key(source, content));
        Ok(())
    }

    fn forget_item(&mut self, entry: QuarantineId) -> Result<(), StoreError> {
        self.in_group()?;
        let items = self.items.rows().iter();
        let names: Vec<_> =
            items.filter(|(_, held)| **held == entry).map(|(name, _)| *name).collect();
        for name in names {
            self.items.remove(&name);
        }
        Ok(())
    }

    fn accept_again(
        &mut self,
        arrival: &Arrival<'_>,
        before: &TakenBefore,
    ) -> Result<Accepted, StoreError> {
        self.in_group()?;
        let content = &arrival.incoming.content;
        let node = before.is_free.then_some(before.node);
        let node = node.unwrap_or_else(|| arrival.another_node());
        let (node, new_node) = self.node_of_strongest(arrival.keys, node)?;
        let position = self.push(&arrival.entry(node), &[], Some(content));
        let id = accepted_key(&arrival.incoming.source, content);
        if let Some(known) = self.dedupe.get(&id).copied() {
            let position = u32::try_from(position.0).expect("memory is full long before");
            self.dedupe.put(id, AcceptedId { position, ..known });
        }
        self.inbox.remove(&before.position.0);
        Ok(Accepted { signal: arrival.signal, node, new_node, position })
    }

    fn put_handoff(&mut self, row: &HandoffRow) -> Result<(), StoreError> {
        self.in_group()?;
        let n = match self.handoffs.get(&row.handoff) {
            Some((n, _)) => *n,
            None => self.handoff_order.rows().len() as u64 + 1,
        };
        self.handoff_order.put(n, row.handoff);
        self.handoffs.put(row.handoff, (n, row.clone()));
        Ok(())
    }

    fn outbox_put(&mut self, row: &OutboxRow) -> Result<(), StoreError> {
        self.in_group()?;
        self.unlist(row.errand);
        let n = self.outbox.get(&row.errand).map_or(self.outbox_next, |(n, _)| *n);
        self.outbox_next += 1;
        self.outbox_due.put((row.claimable_at(), n), row.errand);
        self.outbox.put(row.errand, (n, row.clone()));
        Ok(())
    }

    fn outbox_delete(&mut self, errand: ErrandId) -> Result<(), StoreError> {
        self.in_group()?;
        self.unlist(errand);
        self.outbox.remove(&errand);
        Ok(())
    }

    fn timer_put(&mut self, timer: &Timer) -> Result<(), StoreError> {
        self.in_group()?;
        self.timers.put(timer_key(timer), (timer.wake, timer.account));
        Ok(())
    }

    fn timer_delete(&mut self, timer: &Timer) -> Result<bool, StoreError> {
        self.in_group()?;
        Ok(self.timers.remove(&timer_key(timer)).is_some())
    }

    fn timer_drop(&mut self, wake: Wake) -> Result<(), StoreError> {
        self.in_group()?;
        let of_wake = self.timers.rows().iter().filter(|(_, (known, _))| *known == wake);
        let keys: Vec<_> = of_wake.map(|(key, _)| key.clone()).collect();
        for key in keys {
            self.timers.remove(&key);
        }
        Ok(())
    }

    fn put_strategy(
        &mut self,
        version: StrategyVersion,
        files: &[u8],
        moment: Moment,
    ) -> Result<(), StoreError> {
        self.in_group()?;
        if self.strategy(version)?.is_none() {
            self.strategies.put((moment, version), files.to_vec());
        }
        Ok(())
    }

    fn put_force(&mut self, force: &StrategyInForce) -> Result<(), StoreError> {
        self.in_group()?;
        self.force.put((), force.clone());
        Ok(())
    }

    fn count(&mut self, name: &str, by: u64) -> Result<(), StoreError> {
        self.in_group()?;
        let name = name.to_owned();
        let counted = self.counters.get(&name).copied().unwrap_or(0);
        self.counters.put(name, counted.saturating_add(by));
        Ok(())
    }

    fn name_in_entry(&mut self, entry: QuarantineId, keys: &[Key]) -> Result<(), StoreError> {
        self.in_group()?;
        for key in keys {
            self.found.put((name_of(key), entry), ());
        }
        Ok(())
    }

    fn put_answer(&mut self, key: &str, answer: &Answer) -> Result<(), StoreError> {
        self.in_group()?;
        self.answers.put(key.to_owned(), answer.clone());
        Ok(())
    }

    fn drop_bodies(&mut self, now: Moment) -> Result<u64, StoreError> {
        self.in_group()?;
        let kept = self.bodies_until.rows().keys();
        let old: Vec<_> = kept.take_while(|(until, _)| *until <= now).copied().collect();
        let mut dropped = 0;
        for (until, errand) in old {
            self.bodies_until.remove(&(until, errand));
            dropped += u64::from(self.bodies.get(&errand).is_some());
            self.bodies.remove(&errand);
        }
        Ok(dropped)
    }

    fn forget_answers(&mut self, now: Moment) -> Result<u64, StoreError> {
        self.in_group()?;
        let rows = self.answers.rows().iter();
        let expired: Vec<String> =
            rows.filter(|(_, answer)| answer.expires <= now).map(|(key, _)| key.clone()).collect();
        for key in &expired {
            self.answers.remove(key);
        }
        Ok(expired.len() as u64)
    }

    fn put_key(&mut self, row: &KeyRow) -> Result<(), StoreError> {
        self.in_group()?;
        self.keys.put((row.created, row.key), row.clone());
        Ok(())
    }

    fn revoke_key(&mut self, key: KeyId, moment: Moment) -> Result<bool, StoreError> {
        self.in_group()?;
        let held = self.keys.rows().values().find(|row| row.key == key).cloned();
        let Some(mut row) = held.filter(|row| row.revoked.is_none()) else { return Ok(false) };
        row.revoked = Some(moment);
        self.keys.put((row.created, row.key), row);
        Ok(true)
    }

    fn put_user(&mut self, row: &UserRow, secrets: &UserSecrets) -> Result<(), StoreError> {
        self.in_group()?;
        let before = self.users.rows().keys().find(|(_, user)| *user == row.user).copied();
        let added = before.map_or(row.added, |(added, _)| added);
        let row = UserRow { added, ..row.clone() };
        self.users.put((added, row.user), (row, secrets.clone()));
        Ok(())
    }

    fn put_setting(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        self.in_group()?;
        self.settings.put(name.to_owned(), value.to_vec());
        Ok(())
    }

    fn erase(&mut self, erasable: &Erasable, moment: Moment) -> Result<(), StoreError> {
        self.in_group()?;
        self.strip_erased(erasable);
        let bodies = self.bodies.rows().iter();
        let theirs: Vec<ErrandId> = bodies
            .filter(|(_, body)| erasable.nodes.contains(&body.node))
            .map(|(delivery, _)| *delivery)
            .collect();
        for delivery in theirs {
            self.bodies.remove(&delivery);
        }
        self.drop_snapshots_about(erasable);
        let identifiers = self.identifiers.rows().iter();
        let theirs: Vec<_> = identifiers
            .filter(|(_, node)| node.is_some_and(|node| erasable.nodes.contains(&node)))
            .map(|(name, _)| *name)
            .collect();
        for name in theirs {
            self.identifiers.remove(&name);
            self.suppressed.put(suppression(&name.0), moment);
        }
        let aside = self.aside.rows().iter();
        let theirs: Vec<_> = aside
            .filter(|((_, node), _)| erasable.nodes.contains(node))
            .map(|(name, person)| (*name, *person == Some(erasable.person)))
            .collect();
        for (name, names_them) in theirs {
            self.aside.remove(&name);
            if names_them {
                self.suppressed.put(suppression(&name.0), moment);
            }
        }
        let answers = self.answers.rows().iter();
        let about: Vec<_> = answers
            .filter(|(_, answer)| erasable.nodes.contains(&answer.node))
            .map(|(key, _)| key.clone())
            .collect();
        for key in about {
            self.answers.remove(&key);
        }
        let arrivals: BTreeSet<u64> =
            erasable.nodes.iter().flat_map(|node| self.back(Aggregate::Node(*node))).collect();
        let known = self.dedupe.rows().iter();
        let accepted: Vec<_> = known
            .filter(|(_, known)| arrivals.contains(&known.position.into()))
            .map(|(id, known)| (*id, AcceptedId { body: None, ..*known }))
            .collect();
        for (id, known) in accepted {
            self.dedupe.put(id, known);
        }
        for node in &erasable.nodes {
            self.erased.put(*node, ());
            if let Some((n, row)) = self.nodes.get(node).copied() {
                self.nodes
                    .put(*node, (n, NodeRow { kinds: Kinds::default(), verified: false, ..row }));
            }
        }
        for entry in &erasable.entries {
            self.move_entry(*entry, |row| {
                row.state = EntryState::Erased;
                row.field = None;
            });
            let items = self.items.rows().iter();
            let names: Vec<_> =
                items.filter(|(_, held)| *held == entry).map(|(name, _)| *name).collect();
            for name in names {
                self.items.remove(&name);
            }
            let found: Vec<_> =
                self.found.rows().keys().filter(|(_, held)| held == entry).copied().collect();
            for name in found {
                self.found.remove(&name);
            }
        }
        Ok(())
    }

    fn settle_erasures(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

fn timer_key(timer: &Timer) -> (Moment, Vec<u8>) {
    let mut wake = Vec::new();
    sealed::encode(&timer.wake, &mut wake);
    (timer.due, wake)
}

const _: () = assert!((IdentifierKind::Company as u8) < 8, "kinds fit into eight bits");
