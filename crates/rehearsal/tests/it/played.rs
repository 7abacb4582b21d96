//! A made world that was played, and its handoffs.

use crank::{Crank, Ids};
use rehearsal::demo;
use rehearsal::world::{Scale, World};
use store::memory::MemoryStore;
use store::{HandoffFilter, HandoffRow, Read};

/// Plays the demo's ninety days over memory.
pub(crate) fn played(seed: u64, scale: Scale) -> Crank<MemoryStore> {
    let world = World::scaled(seed, scale);
    let mut crank =
        Crank::open(MemoryStore::new(), Ids::Derived(world.seed)).expect("an empty store opens");
    demo::play_history(&mut crank, &world, &mut |_| {}).expect("it plays");
    crank
}

/// Every handoff, page by page.
pub(crate) fn rows(store: &impl Read) -> Vec<HandoffRow> {
    let (mut rows, mut cursor) = (Vec::new(), None);
    loop {
        let page = store.handoffs(&HandoffFilter::default(), cursor, 200).expect("memory");
        rows.extend(page.rows);
        cursor = page.next;
        if cursor.is_none() {
            return rows;
        }
    }
}
