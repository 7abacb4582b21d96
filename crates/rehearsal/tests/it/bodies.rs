//! What was sent is made again from what is kept of it: the same bytes, or it says why not.

use std::collections::BTreeMap;

use crank::{StrategyCache, bodies_checked};
use domain::fact::{Aggregate, By, ClaimCode, Entry, Fact};
use domain::handoff::DeliveryState;
use domain::{AccountId, DeliveryId, HandoffId, Moment, Span};
use engine::as_of::{Journal, PositionedEntry, queued_deliveries};
use engine::names::Strategies;
use engine::stages::deliver::{Again, BodyVerdict, body_again, judged};
use engine::state::Base;
use rehearsal::world::Scale;
use store::memory::MemoryStore;
use store::{HandoffRow, Position, Purpose, Read, StoreError, Stored};

use crate::played::{played, rows};

const SEED: u64 = 11;
/// Parts in a thousand of the demo.
const SCALE: Scale = Scale(80);

/// The facts of a world that make a body hard to make again.
#[derive(Default)]
struct Course {
    delivered: BTreeMap<DeliveryId, HandoffId>,
    merges: usize,
    reassigned: usize,
    erased: usize,
}

fn facts(store: &impl Read) -> Course {
    let mut seen = Course::default();
    let mut queued = BTreeMap::new();
    let mut owners: BTreeMap<HandoffId, usize> = BTreeMap::new();
    for stored in store.journal(Position::START, usize::MAX, None).expect("memory") {
        for fact in stored.entry.facts {
            if let Fact::DeliveryQueued { delivery, handoff, .. } = fact {
                queued.insert(delivery, handoff);
            } else if let Fact::DeliveryMoved {
                delivery, state: DeliveryState::Delivered, ..
            } = fact
            {
                seen.delivered.insert(delivery, queued[&delivery]);
            } else if let Fact::OwnerAssigned { handoff, .. } = fact {
                *owners.entry(handoff).or_default() += 1;
            }
            seen.merges += usize::from(matches!(fact, Fact::PeopleMerged { .. }));
            seen.erased += usize::from(matches!(fact, Fact::PersonErased { .. }));
        }
    }
    seen.reassigned = owners.values().filter(|times| **times > 1).count();
    seen
}

#[test]
fn found_a21_every_body_that_was_confirmed_is_made_again_with_an_equal_mac() {
    let crank = played(SEED, SCALE);
    let store = crank.store();
    let (seen, mut strategies) = (facts(store), StrategyCache::default());
    let mut checked = BTreeMap::new();
    for row in rows(store) {
        let bodies = bodies_checked(store, row.handoff, &mut strategies).expect("memory");
        checked
            .extend(bodies.expect("it is there").iter().map(|body| (body.delivery, body.verdict)));
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for delivery in seen.delivered.keys() {
        *counts.entry(checked[delivery].as_str()).or_default() += 1;
    }
    println!(
        "seed {SEED}: {counts:?}, {} merges, {} reassigned, {} erasures",
        seen.merges, seen.reassigned, seen.erased
    );
    let bad: Vec<_> = checked
        .iter()
        .filter(|(_, verdict)| !matches!(verdict, BodyVerdict::Same | BodyVerdict::Erased))
        .collect();
    assert!(bad.is_empty(), "seed {SEED}: {} of {}: {:?}", bad.len(), checked.len(), bad.first());
    assert!(counts["same"] > 300, "{counts:?}");
    assert!(seen.merges > 0 && seen.reassigned > 0, "this world proves nothing");
}

#[test]
fn found_a21_what_was_sent_of_somebody_who_was_erased_says_erased() {
    let mut crank = played(SEED, SCALE);
    let delivered = facts(crank.store()).delivered;
    let rows = rows(crank.store());
    let people: Vec<_> = rows
        .iter()
        .filter(|row| delivered.values().any(|handoff| *handoff == row.handoff))
        .map(|row| row.person)
        .take(12)
        .collect();
    let now = crank.store().journal(Position::START, usize::MAX, None).expect("memory");
    let now = now.last().expect("it was played").entry.header.moment + Span::DAY;
    for person in &people {
        crank.erase(*person, &By::Operator, now).expect("they are erased");
    }
    let (store, mut strategies) = (crank.store(), StrategyCache::default());
    let (mut theirs, mut others) = (0, 0);
    for row in &rows {
        let bodies = bodies_checked(store, row.handoff, &mut strategies).expect("memory");
        let bodies = bodies.expect("its row stands");
        for body in bodies {
            let erased = people.contains(&row.person);
            assert!(!erased || body.verdict == BodyVerdict::Erased, "{}", row.handoff);
            match body.verdict {
                BodyVerdict::Erased if erased => theirs += 1,
                BodyVerdict::Erased | BodyVerdict::Same => others += 1,
                BodyVerdict::LaterVersion
                | BodyVerdict::NotKept
                | BodyVerdict::Damaged
                | BodyVerdict::Different => panic!("{}: {body:?}, seed {SEED}", row.handoff),
            }
        }
    }
    assert!(theirs >= 12 && others > 500, "{theirs}, {others}");
}

/// One claim is not what was written.
type Spoil = fn(&mut Entry);

#[test]
fn found_a21_one_changed_byte_is_found() {
    let crank = played(SEED, SCALE);
    let store = crank.store();
    let spoils: [Spoil; 3] = [
        |entry| change(entry, ClaimCode::ScorePart, |numbers| numbers[1] += 1),
        |entry| change(entry, ClaimCode::Due, |numbers| numbers[1] += 60_000_000),
        |entry| change(entry, ClaimCode::Consent, |numbers| numbers[0] ^= 1),
    ];
    let (mut flipped, mut spoiled, mut cache) = (0, [0; 3], StrategyCache::default());
    for row in rows(store).iter().take(24) {
        let whole = verdicts(store, &mut cache, row, |_| {}, |body| body);
        let other = verdicts(
            store,
            &mut cache,
            row,
            |_| {},
            |mut body| {
                body[7] ^= 1;
                body
            },
        );
        for (verdict, flip) in whole.iter().zip(&other) {
            assert!(*verdict != BodyVerdict::Same || *flip == BodyVerdict::Different);
            flipped += usize::from(*flip == BodyVerdict::Different);
        }
        for (count, spoil) in spoiled.iter_mut().zip(spoils) {
            let other = verdicts(store, &mut cache, row, spoil, |body| body);
            *count += whole.iter().zip(&other).filter(|(whole, other)| whole != other).count();
        }
    }
    assert!(flipped > 24, "{flipped}");
    assert!(spoiled.iter().all(|count| *count > 5), "{spoiled:?}");
}

fn change(entry: &mut Entry, code: ClaimCode, how: fn(&mut Vec<i64>)) {
    for fact in &mut entry.facts {
        let Fact::BriefWritten { says: Some(says), .. } = fact else { continue };
        let mut claims = says.claims.iter_mut().filter(|claim| claim.code == code);
        if let Some(claim) = claims.next() {
            how(&mut claim.numbers);
        }
    }
}

/// What comes of a handoff's bodies, made again from entries that may be spoiled, and changed then.
fn verdicts(
    store: &MemoryStore,
    cache: &mut StrategyCache,
    row: &HandoffRow,
    spoil: Spoil,
    alter: impl Fn(Vec<u8>) -> Vec<u8>,
) -> Vec<BodyVerdict> {
    let spoiled = Spoiled { store, spoil };
    let queued = queued_deliveries(&spoiled, row.account, row.handoff).expect("memory");
    let mut verdicts = Vec::new();
    for queued in &queued {
        let version = queued.strategy.expect("a strategy is in force");
        let strategy = cache.version(store, version).expect("it compiles").expect("it is kept");
        let versions = Strategies::from_iter([strategy]);
        verdicts.push(match body_again(queued, &versions) {
            Again::Made(body) => {
                let mac = store.body_mac(row.node, &alter(body)).expect("memory");
                judged(queued, mac)
            }
            Again::Erased => BodyVerdict::Erased,
            Again::NotKept => BodyVerdict::NotKept,
        });
    }
    verdicts
}

/// A journal of which something is not as it was written.
struct Spoiled<'s> {
    store: &'s MemoryStore,
    spoil: Spoil,
}

impl Journal for Spoiled<'_> {
    type Error = StoreError;

    /// All entries are folded, so that all are spoiled.
    fn base(&self, _: AccountId, _: u64, _: Option<Moment>) -> Result<Option<Base>, StoreError> {
        Ok(None)
    }

    fn newest(&self, _: Aggregate, _: u64, _: usize) -> Result<Vec<PositionedEntry>, StoreError> {
        unreachable!("nothing is asked for before a snapshot, and there is none")
    }

    fn entries(
        &self,
        aggregate: Aggregate,
        after: u64,
        until: Option<Moment>,
    ) -> Result<Vec<PositionedEntry>, StoreError> {
        let purpose = Some(&Purpose::TURN);
        let stored = self.store.history(aggregate, Position(after), until, purpose)?.into_iter();
        let placed = stored.map(|Stored { position, mut entry, damaged }| {
            (self.spoil)(&mut entry);
            PositionedEntry { position: position.0, entry, damaged }
        });
        Ok(placed.collect())
    }

    fn entries_of_handoff(
        &self,
        account: AccountId,
        _: HandoffId,
    ) -> Result<Vec<PositionedEntry>, StoreError> {
        self.entries(Aggregate::Account(account), 0, None)
    }
}
