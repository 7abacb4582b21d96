//! So many wait, and no more; a place is free again once its holder was told or has gone.

use crank::TurnReport;
use domain::SignalId;

use super::{WAITERS_MAX, Waiters, WaitingPlaces};

fn signal(n: usize) -> SignalId {
    SignalId::caused_by(&[&n.to_be_bytes()])
}

fn report(n: usize) -> TurnReport {
    let signal = signal(n);
    TurnReport { signal, action: None, handoff: None, owner: None, reasons: vec![], entry: None }
}

#[test]
fn found_h3_those_who_wait_for_a_decision_are_bounded() {
    let (places, mut waiters) = (WaitingPlaces::default(), Waiters::default());
    let mut told = Vec::new();
    for n in 0..WAITERS_MAX {
        let (waiter, decision) = places.take().expect("there is room");
        waiters.add(signal(n), waiter);
        told.push(decision);
    }
    assert!(places.take().is_none(), "all places are taken");
    assert_eq!(waiters.count(), WAITERS_MAX);

    // One is told, one goes away.
    waiters.tell(&report(0));
    assert_eq!(told[0].try_recv().expect("was told").signal, signal(0));
    drop(told.remove(1));
    let first = places.take().expect("who was told has left");
    assert!(places.take().is_none(), "who has gone is found at the next sweep");
    waiters.sweep();
    let second = places.take().expect("who has gone has left");
    assert!(places.take().is_none());
    assert_eq!(waiters.count(), WAITERS_MAX - 2);

    // One that was never handed in gives its place back, too.
    drop((first, second));
    assert!(places.take().is_some());
    drop(waiters);
    let all: Vec<_> = (0..WAITERS_MAX).map_while(|_| places.take()).collect();
    assert_eq!(all.len(), WAITERS_MAX);
}
