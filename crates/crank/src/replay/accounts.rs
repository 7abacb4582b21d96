//! Handoffs, open deliveries and timers: each account is folded by itself, and its rows follow.

use domain::fact::{About, Aggregate, Fact};
use domain::id::ID_BYTES;
use domain::{AccountId, DeliveryId, HandoffId, Moment};
use engine::state::{Handoff, State, Waking, handoffs_spoken_of, replay};
use rustc_hash::FxHashMap;
use store::sqlite::anew::Anew;
use store::{HandoffRow, IdKind, OutboxRow, Position, Read, Store, StoreError, Stored, Timer};

use crate::rows::{advance, queued_row, row_of};

/// Accounts whose ids are read at once.
const AT_ONCE: usize = 10_000;

/// Rows, each with the place in the journal that gives it its place in the table.
#[derive(Default)]
struct Rows {
    handoffs: Vec<(Position, HandoffRow)>,
    deliveries: Vec<(Position, OutboxRow)>,
    timers: Vec<Timer>,
    /// Timers whose moment no fact and no row says.
    unsaid: u64,
}

/// Writes them; how many timers no fact says the moment of. `tell` hears how many accounts are
/// folded.
pub(super) fn write_accounts(
    anew: &mut Anew,
    tell: &mut dyn FnMut(u64),
) -> Result<u64, StoreError> {
    let mut rows = Rows::default();
    let mut folded = 0;
    let mut first = [0; ID_BYTES];
    loop {
        let range = (first, [u8::MAX; ID_BYTES]);
        let ids = anew.store().matching(IdKind::Account, &range, AT_ONCE)?;
        let Some(last) = ids.last().copied() else { break };
        for id in &ids {
            rows.of_account(anew, AccountId::from_bytes(*id))?;
            folded += 1;
        }
        tell(folded);
        match after(last) {
            Some(next) => first = next,
            None => break,
        }
    }
    rows.write(anew)
}

/// The id that comes next.
fn after(mut id: [u8; ID_BYTES]) -> Option<[u8; ID_BYTES]> {
    for byte in id.iter_mut().rev() {
        let (next, carried) = byte.overflowing_add(1);
        *byte = next;
        if !carried {
            return Some(id);
        }
    }
    None
}

impl Rows {
    fn of_account(&mut self, anew: &mut Anew, account: AccountId) -> Result<(), StoreError> {
        let history =
            anew.store().history(Aggregate::Account(account), Position::START, None, None)?;
        let state = replay(history.iter().map(|stored| &stored.entry));
        let mut walk = Walk::new(account, &state);
        for stored in &history {
            walk.entry(stored);
        }
        let Some(known) = state.account(account) else { return Ok(()) };
        for handoff in known.handoffs() {
            let opened = walk.opened.get(&handoff.id).copied().unwrap_or_default();
            let changed = walk.changed.get(&handoff.id).copied().unwrap_or(handoff.opened);
            self.handoffs.push((opened, row_of(account, handoff, changed)));
            for Waking { wake, due } in handoff.wakes() {
                let before = anew.timer(wake)?;
                match due.max(before) {
                    // A row that was put off stays so: no fact says that it was.
                    Some(due) => self.timers.push(Timer { due, account, wake }),
                    None => self.unsaid += 1,
                }
            }
        }
        self.deliveries.extend(walk.open.into_values().map(|row| (row.queued_at, row)));
        Ok(())
    }

    fn write(mut self, anew: &mut Anew) -> Result<u64, StoreError> {
        self.handoffs.sort_by_key(|(opened, _)| *opened);
        for (_, row) in &self.handoffs {
            anew.store().put_handoff(row)?;
        }
        self.deliveries.sort_by_key(|(queued_at, _)| *queued_at);
        for (_, row) in &self.deliveries {
            anew.put_errand(row)?;
        }
        for timer in &self.timers {
            anew.store().timer_put(timer)?;
        }
        Ok(self.unsaid)
    }
}

/// The facts of one account, one after the other.
struct Walk<'s> {
    account: AccountId,
    state: &'s State,
    /// Where each handoff was proposed.
    opened: FxHashMap<HandoffId, Position>,
    /// When each handoff was changed last.
    changed: FxHashMap<HandoffId, Moment>,
    /// Whose each delivery is.
    deliveries: FxHashMap<DeliveryId, HandoffId>,
    open: FxHashMap<DeliveryId, OutboxRow>,
}

impl<'s> Walk<'s> {
    fn new(account: AccountId, state: &'s State) -> Self {
        Self {
            account,
            state,
            opened: FxHashMap::default(),
            changed: FxHashMap::default(),
            deliveries: FxHashMap::default(),
            open: FxHashMap::default(),
        }
    }

    fn entry(&mut self, stored: &Stored) {
        let moment = stored.entry.header.moment;
        for fact in &stored.entry.facts {
            if let Fact::HandoffProposed { handoff, .. } = fact {
                self.opened.insert(*handoff, stored.position);
            }
            if let Fact::DeliveryQueued { delivery, handoff, .. } = fact {
                self.deliveries.insert(*delivery, *handoff);
                let signal = self.handoff(*handoff).map(|handoff| handoff.signal);
                let row = signal.and_then(|signal| {
                    queued_row(fact, self.account, signal, stored.position, moment)
                });
                self.open.extend(row.map(|row| (*delivery, row)));
            }
            if let About::Delivery(delivery, _) = fact.about()
                && let Some(row) = self.open.get_mut(&delivery)
                && !advance(row, fact, moment)
            {
                self.open.remove(&delivery);
            }
            for handoff in self.spoken_of(fact) {
                self.changed.insert(handoff, moment);
            }
        }
    }

    fn handoff(&self, handoff: HandoffId) -> Option<&'s Handoff> {
        let known = self.state.account(self.account)?;
        known.handoff(handoff).map(|known| &**known)
    }

    /// The handoffs whose rows a fact changes.
    fn spoken_of(&self, fact: &Fact) -> Vec<HandoffId> {
        match fact.about() {
            About::Delivery(delivery, _) => {
                self.deliveries.get(&delivery).copied().into_iter().collect()
            }
            About::Handoff(handoff) => vec![handoff],
            About::Merge(..) => {
                let known = self.state.account(self.account);
                let spoken = known.map_or_else(Vec::new, |known| handoffs_spoken_of(&known, fact));
                // Those that began later are not among them yet.
                spoken.into_iter().filter(|known| self.opened.contains_key(known)).collect()
            }
            About::Signal(_)
            | About::Entry(..)
            | About::Node(_)
            | About::Work(_)
            | About::Member(_)
            | About::Strategy(_)
            | About::Person(_)
            | About::Reading
            | About::Import(_)
            | About::User(_) => Vec::new(),
        }
    }
}
