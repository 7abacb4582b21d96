//! Room is bounded, shared among peers, and given up by the oldest where those may not stay.

use std::net::IpAddr;
use std::sync::Arc;

use super::{Budget, NoRoom, OldestHolder};

const KIB: usize = 1024;

fn peer(last: u8) -> IpAddr {
    [10, 0, 0, last].into()
}

#[test]
fn a_peer_has_half_and_everybody_the_whole() {
    let budget = Arc::new(Budget::new(8 * KIB, OldestHolder::Stays));
    let (mut one, mut other) = (budget.reserve(peer(1)), budget.reserve(peer(1)));
    assert_eq!(one.try_more(3 * KIB), Ok(()));
    assert_eq!(other.try_more(2 * KIB), Err(NoRoom), "a peer has half");
    assert_eq!(other.try_more(KIB), Ok(()));
    let (mut second, mut third) = (budget.reserve(peer(2)), budget.reserve(peer(3)));
    assert_eq!(second.try_more(4 * KIB), Ok(()));
    assert_eq!(third.try_more(1), Err(NoRoom), "the whole is held");
    one.less(KIB);
    assert_eq!(third.try_more(KIB), Ok(()));
    drop((one, other, second, third));
    assert_eq!(budget.used(), (0, 8 * KIB));
}

#[tokio::test]
async fn the_oldest_gives_way_where_it_may_not_stay() {
    let budget = Arc::new(Budget::new(8 * KIB, OldestHolder::GivesWay));
    let mut held: Vec<_> = (0..4).map(|_| budget.reserve(peer(1))).collect();
    for reservation in &mut held {
        assert_eq!(reservation.more(KIB).await, Ok(()));
    }
    let mut fresh = budget.reserve(peer(1));
    let mut older = held.remove(0);
    let waited = tokio::spawn(async move { (fresh.more(KIB).await, fresh) });
    older.has_to_end().await;
    assert_eq!(older.try_more(1), Err(NoRoom), "what has to end holds no more");
    drop(older);
    let (granted, fresh) = waited.await.unwrap();
    assert_eq!(granted, Ok(()));
    assert_eq!(budget.used(), (4 * KIB, 4 * KIB));
    drop((fresh, held));
    assert_eq!(budget.used().0, 0);
}

#[tokio::test]
async fn another_peer_takes_nothing_from_those_within_their_share() {
    let budget = Arc::new(Budget::new(8 * KIB, OldestHolder::GivesWay));
    let mut quiet = budget.reserve(peer(2));
    assert_eq!(quiet.more(KIB).await, Ok(()));
    let mut loud = budget.reserve(peer(1));
    assert_eq!(loud.more(4 * KIB).await, Ok(()));
    let mut louder = budget.reserve(peer(1));
    let waited = tokio::spawn(async move { louder.more(KIB).await });
    loud.has_to_end().await;
    drop(loud);
    assert_eq!(waited.await.unwrap(), Ok(()));
    assert_eq!(quiet.more(KIB).await, Ok(()), "it was never told to end");
}
