//! One account with a long history: what is asked of it costs what it returns, whatever was before.

use crank::{Crank, account_known, handoff_history, handoff_known};
use domain::signal::IdentifierKind::{Cookie, Email};
use domain::{HandoffId, Moment, Span};
use engine::as_of::AsOf;
use store::sqlite::SqliteStore;
use store::{Read, Reads};

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
    Reads { entries: after.entries - before.entries, bytes: after.bytes - before.bytes }
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
    let (entries, bytes) = (after.entries - before.entries, after.bytes - before.bytes);
    told("signal", Reads { entries, bytes });
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
