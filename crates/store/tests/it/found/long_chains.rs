//! A long chain is read where it is asked about: what was said before and since costs little.

use domain::fact::{Aggregate, Fact};
use domain::{AccountId, Moment, NodeId};
use store::sqlite::SqliteStore;
use store::{Position, Read, Store, story};

use super::{lived_in, open};

/// Entries of the chain.
const LONG: i64 = 6_000;
/// Entries that are read at once.
const PAGE: usize = 64;

fn hub() -> Aggregate {
    Aggregate::Account(story::acme())
}

fn moment(n: i64) -> Moment {
    Moment(1_900_000_000_000_000 + n * 1_000)
}

fn say(store: &mut SqliteStore, account: AccountId, n: i64) {
    let node = NodeId::caused_by(&[&n.to_be_bytes()]);
    let fact = Fact::NodeLeft { node, to: account };
    // Three entries have one moment.
    let said = story::entry(Aggregate::Account(account), moment(n / 3 * 3), vec![fact]);
    store.append(&said).expect("appends");
}

/// A folder with a long chain, between whose entries others stand.
fn long() -> SqliteStore {
    let folder = lived_in();
    let mut store = open(&folder);
    let other = AccountId::caused_by(&[b"other"]);
    story::group(&mut store, |store| {
        for n in 0..LONG {
            say(store, story::acme(), n);
            for _ in 0..n % 3 {
                say(store, other, n);
            }
        }
    });
    // The folder is removed with the test; the open files stay.
    drop(folder);
    store
}

fn steps(store: &SqliteStore, ask: impl FnOnce(&SqliteStore)) -> u64 {
    let before = store.reads().steps;
    ask(store);
    store.reads().steps - before
}

#[test]
fn found_h4_what_was_known_long_ago_is_found_without_a_step_for_each_entry_since() {
    let store = long();
    let all = store.history(hub(), Position::START, None, None).expect("reads");
    assert!(all.len() > LONG as usize);
    for n in [0, 1, 2, 3, 100, 101, 2_999, 3_000, LONG - 300, LONG - 2, LONG] {
        let until = moment(n);
        let known: Vec<_> =
            all.iter().filter(|stored| stored.entry.header.moment <= until).cloned().collect();
        let after = known[known.len().saturating_sub(10)].position;
        let mut told = Vec::new();
        let cost = steps(&store, |store| {
            told = store.history(hub(), after, Some(until), None).expect("reads");
        });
        let wanted: Vec<_> = known.into_iter().filter(|stored| stored.position > after).collect();
        assert_eq!(told, wanted, "at {n}");
        assert!(cost < 400, "{cost} steps for {} entries at {n}", told.len());
    }
}

#[test]
fn found_h4_a_chain_that_is_read_in_pages_is_walked_once() {
    let store = long();
    let all = store.history(hub(), Position::START, None, None).expect("reads");
    let mut read = Vec::new();
    let cost = steps(&store, |store| {
        let mut upto = Position(u64::MAX);
        loop {
            let page = store.newest(hub(), upto, PAGE, None).expect("reads");
            let Some(oldest) = page.last() else { break };
            upto = Position(oldest.position.0 - 1);
            read.extend(page);
        }
    });
    read.reverse();
    assert_eq!(read, all);
    assert!(cost <= all.len() as u64 + 1, "{cost} steps for {} entries", all.len());
}
