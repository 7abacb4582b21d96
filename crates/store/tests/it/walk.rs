//! Two stores that are told the same at random answer the same.

use domain::fact::{Aggregate, By, Fact, Note};
use domain::handoff::{MemberId, Owner, State};
use domain::{HandoffId, Moment, NodeId};
use store::chance::Chance;
use store::memory::MemoryStore;
use store::sqlite::{SqliteStore, doctor};
use store::{Acceptance, HandoffFilter, Key, Position, Purpose, Read, Store, Stored, Timer, story};

const SEEDS: u64 = 6;
const GROUPS: usize = 60;
const PEOPLE: u8 = 8;

#[test]
fn both_answer_the_same() {
    for seed in 0..SEEDS {
        println!("seed {seed}");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data");
        let mut data = SqliteStore::open(&path, Chance::seeded(seed)).unwrap();
        let mut memory = MemoryStore::new();
        let mut dice = Chance::seeded(seed + 100);
        for group in 0..GROUPS {
            let keep = roll(&mut dice, 5) > 0;
            let script: Vec<[u8; 4]> =
                (0..roll(&mut dice, 12)).map(|_| dice.draw().unwrap()).collect();
            let told =
                (play(&mut data, group, &script, keep), play(&mut memory, group, &script, keep));
            assert_eq!(told.0, told.1, "group {group} of seed {seed}");
            assert_eq!(state(&data), state(&memory), "after group {group} of seed {seed}");
            if group % 20 == 19 {
                data.close().unwrap();
                data = SqliteStore::open(&path, Chance::seeded(seed + 200 + group as u64)).unwrap();
            }
        }
        data.close().unwrap();
        let told = doctor::examine(&path).unwrap();
        let journal = |code: &str| {
            !matches!(
                code,
                "store-handoff-differs"
                    | "store-delivery-differs"
                    | "store-timer-missing"
                    | "store-timer-stray"
                    | "store-aggregate-differs"
                    | "store-force-differs"
                    | "store-time-fell"
            )
        };
        let damage: Vec<_> = told.iter().filter(|problem| journal(problem.code)).collect();
        assert!(damage.is_empty(), "seed {seed}: {damage:?}");
    }
}

fn roll(dice: &mut Chance, sides: u8) -> u8 {
    dice.draw::<1>().unwrap()[0] % sides
}

fn key(who: u8, verified: bool) -> Key {
    Key { verified, ..story::email(&format!("person-{who}@acme.example")) }
}

/// Plays a group of turns and tells what was answered.
fn play<S: Store>(store: &mut S, group: usize, script: &[[u8; 4]], keep: bool) -> Vec<String> {
    store.begin().unwrap();
    let told = script.iter().map(|dice| step(store, group, *dice)).collect();
    if keep {
        store.commit().unwrap();
        store.settle_erasures().unwrap();
    } else {
        store.roll_back();
    }
    told
}

fn step<S: Store>(store: &mut S, group: usize, [what, one, two, three]: [u8; 4]) -> String {
    let who = key(one % PEOPLE, three % 4 > 0);
    let now = story::noon(group as i64 * 10);
    match what % 10 {
        0..=3 => {
            let mut form =
                story::form(&format!("f-{}", two % 64), &who.value, &format!("{}", three % 3));
            form.content.occurred = Some(now);
            let keys = if three % 7 == 0 { vec![] } else { vec![who] };
            let outcome = story::offer(store, &form, &keys, now);
            if let Acceptance::Accepted(accepted) = &outcome {
                store.point(accepted.node, story::person(accepted.node), story::acme()).unwrap();
                if three % 2 == 0 {
                    story::hand_off(store, accepted, &format!("body {two}"));
                }
            }
            format!("{outcome:?}")
        }
        4 => {
            let cookie = Key { scope: "web".into(), ..key(two % 16, true) };
            let Some(row) = found(store, &who) else { return String::new() };
            format!("{:?}", store.bind(&cookie, row))
        }
        5 => {
            let (Some(one), Some(two)) =
                (found(store, &who), found(store, &key(two % PEOPLE, true)))
            else {
                return String::new();
            };
            format!("{:?}", store.point(one, story::person(two), story::acme()))
        }
        6 => {
            let text = format!("person-{},{}", one % PEOPLE, two % 8);
            format!("{:?}", story::keep_apart(store, &text, &[who]))
        }
        7 => {
            let Some(node) = found(store, &who) else { return String::new() };
            let person = store.node(node).unwrap().unwrap().pointer.unwrap().person;
            let erasable = store.erasable(person).unwrap().unwrap();
            let (nodes, entries) = (erasable.nodes.clone(), erasable.entries.clone());
            store.erase(&erasable, now).unwrap();
            let fact = Fact::PersonErased { person, nodes, entries, by: By::Operator };
            let at = store.append(&story::entry(Aggregate::Governance, now, vec![fact]));
            format!("{erasable:?} {at:?}")
        }
        8 => {
            let Some(node) = found(store, &who) else { return String::new() };
            let Some(mut row) = store.handoff(story::handoff(node)).unwrap() else {
                return "no handoff".to_owned();
            };
            row.state = State::ALL[usize::from(two) % State::ALL.len()];
            row.owner = Owner::Person(MemberId(format!("rep-{}", three % 3).into()));
            row.version += 1;
            store.put_handoff(&row).unwrap();
            let note = Some(Box::new(Note::new(vec![two; 9])));
            let fact = Fact::OutcomeRecorded {
                handoff: row.handoff,
                outcome: row.state,
                occurred: None,
                by: None,
                note,
            };
            format!(
                "{:?}",
                store.append(&story::entry(Aggregate::Account(story::acme()), now, vec![fact]))
            )
        }
        _ => {
            let due = store.outbox_claimable(Moment(i64::MAX), 3).unwrap();
            for mut row in due.iter().cloned() {
                row.attempt += 1;
                row.claimed_until = Some(now);
                row.due = now;
                if row.attempt > 2 {
                    store.outbox_delete(row.errand).unwrap();
                } else {
                    store.outbox_put(&row).unwrap();
                }
            }
            let timers: Vec<Timer> = store.timers_due(Moment(i64::MAX), 2).unwrap();
            for timer in &timers {
                store.timer_delete(timer).unwrap();
            }
            format!("{due:?} {timers:?}")
        }
    }
}

fn found<S: Store>(store: &S, key: &Key) -> Option<NodeId> {
    store.candidates(std::slice::from_ref(key)).unwrap()[0].map(|row| row.node)
}

/// A MAC is under a key of the folder, which there is none of in memory.
fn without_macs(mut entries: Vec<Stored>) -> Vec<Stored> {
    for stored in &mut entries {
        for fact in &mut stored.entry.facts {
            *fact = fact.with_mac(None);
        }
    }
    entries
}

/// All that can be asked.
fn state<S: Read>(store: &S) -> Vec<String> {
    let view = Some(&Purpose::VIEW);
    let mut told = vec![
        format!("{:?}", store.head().unwrap().position),
        format!("{:?}", without_macs(store.journal(Position::START, 10_000, view).unwrap())),
        format!("{:?}", store.pending(Position::START, 10_000).unwrap()),
        format!("{:?}", store.counters().unwrap()),
        format!("{:?}", store.outbox_claimable(Moment(i64::MAX), 10_000).unwrap()),
        format!("{:?} {:?}", store.outbox_next().unwrap(), store.next_due().unwrap()),
        format!("{:?}", store.timers_due(Moment(i64::MAX), 10_000).unwrap()),
        format!("{:?}", store.handoffs(&HandoffFilter::default(), None, 10_000).unwrap()),
        format!(
            "{:?}",
            without_macs(
                store
                    .history(
                        Aggregate::Account(story::acme()),
                        Position(9),
                        Some(story::noon(200)),
                        None
                    )
                    .unwrap()
            )
        ),
    ];
    let entries = store.entries(None, None, 10_000).unwrap().rows;
    for row in &entries {
        told.push(format!("{row:?} {:?}", store.raw(row.entry, &Purpose::VIEW).unwrap()));
    }
    for who in 0..PEOPLE {
        for verified in [true, false] {
            let row = store.candidates(&[key(who, verified)]).unwrap()[0];
            let pointer = row.and_then(|row| row.pointer);
            let cluster = pointer.map(|pointer| store.cluster(pointer.person).unwrap());
            let erasable = pointer.map(|pointer| store.erasable(pointer.person).unwrap());
            told.push(format!("{row:?} {cluster:?} {erasable:?}"));
        }
    }
    let everything = HandoffId::prefix("h-0").unwrap();
    told.push(format!("{:?}", store.matching(store::IdKind::Handoff, &everything, 50).unwrap()));
    told
}
