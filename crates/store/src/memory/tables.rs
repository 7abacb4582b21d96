//! The tables in memory, and going back to where a group began.

use std::num::NonZeroU32;
use std::sync::Arc;

use domain::errand::{ErrandId, Wake};
use domain::fact::{Aggregate, BodyMac, StrategyVersion};
use domain::signal::{Content, SourceName};
use domain::{AccountId, HandoffId, KeyId, Moment, NodeId, PersonId, QuarantineId, UserId};
use sha2::{Digest, Sha256};

use super::fingerprint::{Fingerprint, fingerprint};
use super::journal::Journal;
use super::transaction_map::{TransactionHashMap, TransactionMap};
use crate::current::{Answer, HandoffRow, KeyRow, OutboxRow, StrategyInForce};
use crate::identity::{Key, NodeRow};
use crate::journal::Meter;
use crate::quarantine::EntryRow;
use crate::snapshot::Snapshot;
use crate::users::{UserRow, UserSecrets};

/// The id of an accepted signal, within its source and stream: the start of its fingerprint. There is one for
/// each signal, so it has no more bytes than tell them apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct AcceptedKey([u32; 3]);

impl AcceptedKey {
    pub(super) fn of(name: Fingerprint) -> Self {
        let (words, _) = name.as_chunks::<4>();
        Self([words[0], words[1], words[2]].map(u32::from_be_bytes))
    }
}

/// What is known of an accepted id.
#[derive(Clone, Copy, Debug)]
pub(super) struct AcceptedId {
    /// Where the signal stands. There is no memory for entries that this has no room for.
    pub(super) position: u32,
    /// The hash of its body, shortened; `None` after an erasure.
    pub(super) body: Option<NonZeroU32>,
}

/// The body of an errand.
#[derive(Clone, Debug)]
pub(super) struct Body {
    pub(super) node: NodeId,
    pub(super) bytes: Vec<u8>,
}

/// Everything that one run keeps.
#[derive(Debug, Default)]
pub struct MemoryStore {
    pub(super) grouped: bool,
    /// Whether what is to be sent is let go once it is queued: nobody will send it.
    pub(super) sends_nothing: bool,
    pub(super) journal: Journal,
    pub(super) last: TransactionHashMap<Aggregate, u64>,
    pub(super) dedupe: TransactionHashMap<AcceptedKey, AcceptedId>,
    pub(super) inbox: TransactionMap<u64, ()>,
    /// The node that an identifier leads to; none where several people have it.
    pub(super) identifiers: TransactionHashMap<(Fingerprint, bool), Option<NodeId>>,
    pub(super) nodes: TransactionHashMap<NodeId, (u64, NodeRow)>,
    pub(super) clusters: TransactionMap<(PersonId, u64), NodeId>,
    pub(super) accounts: TransactionHashMap<Fingerprint, AccountId>,
    pub(super) forwarding: TransactionMap<AccountId, AccountId>,
    pub(super) entries: TransactionMap<QuarantineId, (u64, EntryRow)>,
    pub(super) entry_order: TransactionMap<u64, QuarantineId>,
    pub(super) items: TransactionMap<Fingerprint, QuarantineId>,
    pub(super) found: TransactionMap<(Fingerprint, QuarantineId), ()>,
    pub(super) handoffs: TransactionMap<HandoffId, (u64, HandoffRow)>,
    pub(super) handoff_order: TransactionMap<u64, HandoffId>,
    pub(super) outbox: TransactionMap<ErrandId, (u64, OutboxRow)>,
    pub(super) outbox_due: TransactionMap<(Moment, u64), ErrandId>,
    /// What is to be sent.
    pub(super) bodies: TransactionMap<ErrandId, Body>,
    /// Until when the bodies of failed errands are kept.
    pub(super) bodies_until: TransactionMap<(Moment, ErrandId), ()>,
    /// Orders errands that are due at one moment.
    pub(super) outbox_next: u64,
    /// By the wake's CBOR, as in a data folder, so that equal moments come in the same order.
    pub(super) timers: TransactionMap<(Moment, Vec<u8>), (Wake, AccountId)>,
    pub(super) strategies: TransactionMap<(Moment, StrategyVersion), Vec<u8>>,
    pub(super) force: TransactionMap<(), StrategyInForce>,
    pub(super) counters: TransactionMap<String, u64>,
    pub(super) answers: TransactionMap<String, Answer>,
    pub(super) keys: TransactionMap<(Moment, KeyId), KeyRow>,
    pub(super) users: TransactionMap<(Moment, UserId), (UserRow, UserSecrets)>,
    pub(super) settings: TransactionMap<String, Vec<u8>>,
    pub(super) suppressed: TransactionMap<Fingerprint, Moment>,
    /// Whose nodes were, and what led to them, before an import was taken back.
    pub(super) aside: TransactionMap<(Fingerprint, NodeId), Option<PersonId>>,
    pub(super) erased: TransactionMap<NodeId, ()>,
    pub(super) snapshots: TransactionMap<(Aggregate, u64), (String, Arc<Snapshot>)>,
    pub(super) newest_snapshot: TransactionMap<(), (Aggregate, u64)>,
    /// What was read.
    pub(super) meter: Meter,
}

macro_rules! every_table {
    ($store:ident, $verb:ident) => {
        $store.last.$verb();
        $store.dedupe.$verb();
        $store.inbox.$verb();
        $store.identifiers.$verb();
        $store.nodes.$verb();
        $store.clusters.$verb();
        $store.accounts.$verb();
        $store.forwarding.$verb();
        $store.entries.$verb();
        $store.entry_order.$verb();
        $store.items.$verb();
        $store.found.$verb();
        $store.handoffs.$verb();
        $store.handoff_order.$verb();
        $store.outbox.$verb();
        $store.outbox_due.$verb();
        $store.bodies.$verb();
        $store.bodies_until.$verb();
        $store.timers.$verb();
        $store.strategies.$verb();
        $store.force.$verb();
        $store.counters.$verb();
        $store.answers.$verb();
        $store.keys.$verb();
        $store.users.$verb();
        $store.settings.$verb();
        $store.suppressed.$verb();
        $store.aside.$verb();
        $store.erased.$verb();
        $store.snapshots.$verb();
        $store.newest_snapshot.$verb();
    };
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty store of a run whose deliveries go nowhere. What is to be sent has no bytes where an attempt
    /// asks for it; facts keep of a body what they always keep.
    pub fn sending_nothing() -> Self {
        Self { sends_nothing: true, ..Self::default() }
    }

    /// What a fact keeps of a body. There are no keys here, so it is the start of the plain hash; of a body
    /// that goes nowhere it is what tells it from others.
    pub(super) fn plain_mac(&self, body: &[u8]) -> BodyMac {
        if self.sends_nothing {
            return BodyMac(fingerprint(&[body]));
        }
        let mut hash = Sha256::new();
        hash.update((body.len() as u64).to_be_bytes());
        hash.update(body);
        let mut short = [0; 16];
        short.copy_from_slice(&hash.finalize()[..16]);
        BodyMac(short)
    }

    pub(super) fn close_group(&mut self) {
        every_table!(self, commit);
        self.journal.commit();
        self.grouped = false;
    }

    pub(super) fn forget_group(&mut self) {
        every_table!(self, roll_back);
        self.journal.roll_back();
        self.grouped = false;
    }
}

/// The id of a signal within its source and stream.
pub(super) fn accepted_key(source: &SourceName, content: &Content) -> AcceptedKey {
    AcceptedKey::of(fingerprint(&[
        b"signal",
        source.as_str().as_bytes(),
        content.origin.as_bytes(),
        content.source_id.as_bytes(),
    ]))
}

/// Names an identifier without its trust.
pub(super) fn name_of(key: &Key) -> Fingerprint {
    fingerprint(&[&[key.kind as u8], key.scope.as_bytes(), key.value.as_bytes()])
}

/// The first four bytes of a body's hash. There is one for each signal, and it is only ever compared
/// with that of another body under the same id.
pub(super) fn shortened(hash: &[u8; 32]) -> NonZeroU32 {
    let (first, _) = hash.split_first_chunk::<4>().expect("it has thirty-two");
    NonZeroU32::new(u32::from_be_bytes(*first)).unwrap_or(NonZeroU32::MIN)
}
