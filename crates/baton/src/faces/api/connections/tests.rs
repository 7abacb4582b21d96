//! Nobody can shut others out by being connected.

use std::net::IpAddr;
use std::sync::Arc;

use super::{
    CONNECTIONS_MAX, ConnectionGuard, ConnectionScope, Connections, HEALTH_MAX, STRANGERS_MAX,
};

fn peer(number: usize) -> IpAddr {
    [10, 0, (number >> 8) as u8, number as u8].into()
}

/// Whether somebody was told to leave.
fn has_left(place: &ConnectionGuard) -> bool {
    let leaving = std::pin::pin!(place.state.has_to_leave());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    leaving.poll(&mut context).is_ready()
}

#[test]
fn a_peer_without_a_key_has_a_share_and_its_oldest_gives_way() {
    let connections = Arc::new(Connections::default());
    let quiet = connections.enter(peer(2));
    let loud: Vec<ConnectionGuard> =
        (0..STRANGERS_MAX).map(|_| connections.enter(peer(1))).collect();
    assert!(loud.iter().all(|place| !has_left(place)));
    let fresh = connections.enter(peer(1));
    assert_eq!(fresh.scope, ConnectionScope::Any);
    assert!(has_left(&loud[0]) && !has_left(&loud[1]) && !has_left(&quiet));
}

#[test]
fn whoever_has_shown_a_key_stays_and_the_loudest_peer_gives_way() {
    let connections = Arc::new(Connections::default());
    let quiet = connections.enter(peer(3));
    let known = (0..400).map(|_| connections.enter(peer(1)));
    let known: Vec<ConnectionGuard> = known.inspect(|place| place.state.known()).collect();
    let fill = CONNECTIONS_MAX - known.len() - 1;
    let strangers: Vec<ConnectionGuard> = (0..fill).map(|_| connections.enter(peer(2))).collect();
    let fresh: Vec<ConnectionGuard> = (0..fill).map(|_| connections.enter(peer(4))).collect();
    assert!(fresh.iter().all(|place| place.scope == ConnectionScope::Any));
    assert!(strangers.iter().filter(|place| has_left(place)).count() >= fill / 2);
    assert!(known.iter().all(|place| !has_left(place)) && !has_left(&quiet));
}

#[test]
fn health_has_seats_that_nobody_can_keep() {
    let connections = Arc::new(Connections::default());
    let mut known = Vec::new();
    while known.len() < CONNECTIONS_MAX {
        let place = connections.enter(peer(known.len() / 100));
        place.state.known();
        known.push(place);
    }
    let asking: Vec<ConnectionGuard> =
        (0..=HEALTH_MAX).map(|_| connections.enter(peer(9))).collect();
    assert!(asking.iter().all(|place| place.scope == ConnectionScope::Health));
    assert!(has_left(&asking[0]) && !has_left(&asking[1]));
    drop(known);
    assert_eq!(connections.enter(peer(9)).scope, ConnectionScope::Any);
}
