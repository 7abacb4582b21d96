//! The same store in memory: no sealing, no files. For rehearsal, the demo's virtual past and
//! tests. What is kept, found, refused and forgotten is as in a data folder; the head has no hash.

mod kept;
mod read;
mod write;

use domain::errand::Wake;
use domain::fact::{Aggregate, Entry, StrategyVersion};
use domain::{AccountId, DeliveryId, HandoffId, KeyId, Moment, NodeId, PersonId, QuarantineId};
use sha2::{Digest, Sha256};

use crate::current::{Answer, Force, HandoffRow, KeyRow, OutboxRow};
use crate::identity::{Key, NodeRow};
use crate::quarantine::EntryRow;
use kept::Kept;

/// A truncated hash of what names something.
type Hash = [u8; 16];

/// What is known of an accepted id.
#[derive(Clone, Debug)]
struct Known {
    position: u64,
    /// The hash of its body; `None` after an erasure.
    body: Option<[u8; 32]>,
    node: NodeId,
}

#[derive(Debug)]
struct Line {
    entry: Entry,
    /// The entry of the same aggregate before; 0 for the first.
    prev: u64,
}

/// Everything that one run keeps.
#[derive(Debug, Default)]
pub struct MemoryStore {
    grouped: bool,
    lines: Vec<Line>,
    /// Where the journal ended when the group began.
    lines_before: usize,
    /// Lines whose sealed parts were taken away in this group, as they were.
    stripped: Vec<(usize, Entry)>,
    last: Kept<Aggregate, u64>,
    dedupe: Kept<Hash, Known>,
    inbox: Kept<u64, ()>,
    identifiers: Kept<(Hash, bool), NodeId>,
    nodes: Kept<NodeId, (u64, NodeRow)>,
    clusters: Kept<(PersonId, u64), NodeId>,
    accounts: Kept<Hash, AccountId>,
    forwarding: Kept<AccountId, AccountId>,
    entries: Kept<QuarantineId, (u64, EntryRow)>,
    entry_order: Kept<u64, QuarantineId>,
    items: Kept<Hash, QuarantineId>,
    found: Kept<(Hash, QuarantineId), ()>,
    handoffs: Kept<HandoffId, (u64, HandoffRow)>,
    handoff_order: Kept<u64, HandoffId>,
    outbox: Kept<DeliveryId, (u64, OutboxRow)>,
    outbox_due: Kept<(Moment, u64), DeliveryId>,
    /// Orders deliveries that are due at one moment.
    outbox_next: u64,
    /// By the wake's CBOR, as in a data folder, so that equal moments come in the same order.
    timers: Kept<(Moment, Vec<u8>), (Wake, AccountId)>,
    strategies: Kept<(Moment, StrategyVersion), Vec<u8>>,
    force: Kept<(), Force>,
    counters: Kept<String, u64>,
    answers: Kept<String, Answer>,
    keys: Kept<(Moment, KeyId), KeyRow>,
    settings: Kept<String, Vec<u8>>,
    suppressed: Kept<Hash, Moment>,
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
        $store.timers.$verb();
        $store.strategies.$verb();
        $store.force.$verb();
        $store.counters.$verb();
        $store.answers.$verb();
        $store.keys.$verb();
        $store.settings.$verb();
        $store.suppressed.$verb();
    };
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn close_group(&mut self) {
        every_table!(self, commit);
        self.stripped.clear();
        self.grouped = false;
    }

    fn forget_group(&mut self) {
        every_table!(self, roll_back);
        while let Some((at, entry)) = self.stripped.pop() {
            self.lines[at].entry = entry;
        }
        self.lines.truncate(self.lines_before);
        self.grouped = false;
    }
}

/// Names an identifier without its trust.
fn name_of(key: &Key) -> Hash {
    hash(&[&[key.kind as u8], key.scope.as_bytes(), key.value.as_bytes()])
}

fn hash(parts: &[&[u8]]) -> Hash {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut short = Hash::default();
    short.copy_from_slice(&hash.finalize()[..16]);
    short
}
