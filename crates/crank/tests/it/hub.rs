//! One account with a long history: what is asked of it costs what it returns, whatever was before.

use crank::{
    Crank, CrankError, account_known, find_merge, handoff_changes, handoff_history, handoff_known,
    signal_status,
};
use domain::fact::{By, Fact};
use domain::signal::IdentifierKind::{Cookie, Email, ExternalId};
use domain::{HandoffId, Moment, Span};
use engine::as_of::AsOf;
use store::sqlite::SqliteStore;
use store::{Position, Read, Reads};

use crate::folder::Folder;

/// Signals of the account: many beside the interval of snapshots. An account that is large when it is
/// written down is written down less often, so the bounds below are for one of this size.
const SIGNALS: usize = 1_200;
/// People of the company; the first of them sends half of all.
const PEOPLE: usize = 40;

/// What an account is written down after: the history is ten times as long.
const SNAPSHOT_EVERY: u64 = 300;

/// An account at which many things happened.
struct Hub {
    folder: Folder,
    /// The handoff that began last.
    handoff: HandoffId,
    /// In the middle of its history.
    middle: Moment,
}

fn hub(snapshot_every: Option<u64>) -> Hub {
    let mut folder = Folder::open();
    folder.crank.snapshot_every(snapshot_every);
    let mut middle = folder.now;
    for n in 0..SIGNALS / 100 {
        let signals: Vec<_> = (0..100).map(|at| visit(&mut folder, n * 100 + at)).collect();
        folder.accept(&signals).expect("accepted");
        while folder.crank.waiting().expect("counts") > 0 {
            folder.crank.take_turns(folder.now, 100).expect("taken");
        }
        folder.now = folder.now + Span::minutes(1);
        if n == SIGNALS / 200 {
            middle = folder.now;
        }
    }
    let handoff = folder.does("form.submitted", "p7@acme.com").handoff.expect("a handoff");
    folder.does("page.viewed", "p7@acme.com");
    folder.now = folder.now + Span::minutes(1);
    Hub { folder, handoff, middle }
}

fn visit(folder: &mut Folder, n: usize) -> domain::signal::Incoming {
    let who = if n.is_multiple_of(2) { 0 } else { n / 2 % PEOPLE };
    let (address, cookie) = (format!("p{who}@acme.com"), format!("c{who}"));
    folder.signal_of("page.viewed", &[(Email, &address), (Cookie, &cookie)])
}

/// What was decoded meanwhile.
fn cost(store: &SqliteStore, ask: impl FnOnce(&SqliteStore)) -> Reads {
    let before = store.reads();
    ask(store);
    let after = store.reads();
    less(after, before)
}

fn less(after: Reads, before: Reads) -> Reads {
    Reads {
        entries: after.entries - before.entries,
        bytes: after.bytes - before.bytes,
        steps: after.steps - before.steps,
    }
}

#[expect(clippy::print_stderr, reason = "the figures are what the test is about")]
fn tell(what: &str, cost: Reads) {
    eprintln!("{what:>10}: {:>7} entries, {:>10} bytes", cost.entries, cost.bytes);
}

/// All costs of a hub, each told and looked at.
fn costs(hub: Hub, snapshot_every: Option<u64>, look: impl Fn(&str, Reads)) {
    let (handoff, middle) = (hub.handoff, hub.middle);
    let told = |what: &str, cost: Reads| {
        tell(what, cost);
        look(what, cost);
    };
    // After a start nothing is in memory.
    let mut folder = hub.folder.try_reopen().expect("opens");
    folder.crank.snapshot_every(snapshot_every);
    let store = folder.crank.store();
    told("start", store.reads());
    let account = store.handoff(handoff).expect("reads").expect("a row").account;
    told(
        "context",
        cost(store, |store| {
            assert!(account_known(store, account, None).expect("reads").is_known());
        }),
    );
    told(
        "as of",
        cost(store, |store| {
            assert!(account_known(store, account, Some(middle)).expect("reads").is_known());
        }),
    );
    told(
        "brief",
        cost(store, |store| {
            handoff_known(store, handoff, AsOf::Assignment).expect("reads").expect("there");
        }),
    );
    told(
        "why",
        cost(store, |store| {
            handoff_history(store, handoff, AsOf::Latest).expect("reads").expect("there");
        }),
    );
    let before = folder.crank.store().reads();
    folder.does("page.viewed", "p3@acme.com");
    let after = folder.crank.store().reads();
    told("signal", less(after, before));
}

#[test]
fn found_h4_why_reads_each_entry_of_an_account_once() {
    let hub = hub(None);
    let head = Crank::store(&hub.folder.crank).head().expect("reads").position.0;
    costs(hub, None, |what, cost| {
        // The chain of the account is read for the facts of the handoff, and once more to fold.
        let most = if what == "why" || what == "brief" { 2 * head } else { head };
        assert!(cost.entries <= most, "{what}: {} of {head}", cost.entries);
    });
}

#[test]
fn found_h4_what_is_asked_of_a_hub_costs_what_it_returns() {
    let hub = hub(Some(SNAPSHOT_EVERY));
    let head = Crank::store(&hub.folder.crank).head().expect("reads").position.0;
    assert!(head > 8 * SNAPSHOT_EVERY, "{head} entries");
    costs(hub, Some(SNAPSHOT_EVERY), |what, cost| {
        // Entries since the snapshot, those of the group that was committed before it among them, and
        // those since the handoff began.
        let most = 2 * SNAPSHOT_EVERY;
        assert!(cost.entries <= most, "{what}: {} of {head}", cost.entries);
    });
}

#[test]
fn found_h4_what_became_of_a_signal_costs_what_was_said_since() {
    let mut hub = hub(Some(SNAPSHOT_EVERY));
    let folder = &mut hub.folder;
    let signal = folder.signal("form.submitted", "p3@acme.com");
    let accepted = folder.accept(&[signal]).expect("accepted").remove(0);
    let (signal, node) = accepted.signal.zip(accepted.node).expect("was accepted");
    let status = |folder: &Folder| {
        let mut known = None;
        let cost = cost(folder.crank.store(), |store| {
            known = Some(signal_status(store, signal, node).expect("reads"));
        });
        assert!(cost.entries <= 100, "{cost:?}");
        known.expect("asked")
    };
    let waits = status(folder);
    assert!(waits.arrived && waits.decided.is_none(), "{waits:?}");
    let taken = folder.take_turns();
    let wanted = taken.iter().find(|taken| taken.signal == signal).expect("had its turn");
    let known = status(folder);
    let decided = known.decided.expect("was decided");
    assert_eq!(Some(decided.action), wanted.action);
    assert_eq!((decided.handoff, known.owner), (wanted.handoff, wanted.owner.clone()));
    assert_eq!(decided.reasons, wanted.reasons);
    let nobody = signal_status(folder.crank.store(), domain::SignalId::from_bytes([7; 10]), node);
    assert!(!nobody.expect("reads").arrived);
}

#[test]
fn found_h4_what_changed_costs_what_was_said_since_the_handoff_began() {
    let hub = hub(Some(SNAPSHOT_EVERY));
    let store = hub.folder.crank.store();
    let mut changes = Vec::new();
    let cost = cost(store, |store| {
        changes = handoff_changes(store, hub.handoff, 0, 50).expect("reads");
    });
    assert!(cost.entries <= 100, "{cost:?}");
    let row = store.handoff(hub.handoff).expect("reads").expect("a row");
    let last = changes.last().expect("it changed");
    assert_eq!((last.version, last.state, &last.owner), (row.version, row.state, &row.owner));
    assert!(changes.is_sorted_by_key(|change| change.version));
    let newer = handoff_changes(store, hub.handoff, row.version - 1, 50).expect("reads");
    assert!(newer.iter().all(|change| change.version == row.version) && !newer.is_empty());
    assert_eq!(
        handoff_changes(store, hub.handoff, 0, 2).expect("reads"),
        changes[changes.len() - 2..]
    );
}

#[test]
fn found_h4_the_loop_takes_a_merge_back_without_going_through_histories() {
    let mut hub = hub(Some(SNAPSHOT_EVERY));
    let folder = &mut hub.folder;
    folder.sends("page.viewed", &[(ExternalId, "u-1")], &[]);
    folder.sends("page.viewed", &[(ExternalId, "u-1"), (Email, "p0@acme.com")], &[]);
    let upto = folder.crank.store().head().expect("reads").position;
    let merged = folder.crank.store().journal(Position(upto.0 - 20), 40, None).expect("reads");
    let merged = merged.iter().flat_map(|stored| &stored.entry.facts).find_map(|fact| {
        let Fact::PeopleMerged { winner, loser, .. } = fact else { return None };
        Some((*winner, *loser))
    });
    let (winner, loser) = merged.expect("they were merged");
    // The one who looks for it reads the whole history of one who did a lot.
    let found = find_merge(folder.crank.store(), winner, loser).expect("is found");
    for _ in 0..3 {
        folder.does("page.viewed", "p5@acme.com");
    }
    let (now, before) = (folder.now, folder.crank.store().reads());
    let undone = folder.group(|crank| crank.undo_merge(winner, loser, found, &By::Operator, now));
    undone.expect("is taken back");
    let cost = less(folder.crank.store().reads(), before);
    tell("undo", cost);
    assert!(cost.entries <= 100, "{cost:?}");
    // What was taken back meanwhile is not taken back again.
    let again = folder.group(|crank| crank.undo_merge(winner, loser, found, &By::Operator, now));
    let again = again.expect_err("it is taken back already");
    assert!(matches!(again.error(), CrankError::NotMerged(..)), "{again:?}");
    let gone = find_merge(folder.crank.store(), winner, loser);
    assert!(matches!(gone, Err(CrankError::NotMerged(..))), "{gone:?}");
}
