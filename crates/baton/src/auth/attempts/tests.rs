use std::net::IpAddr;

use domain::{Moment, Span};

use super::{Attempts, REMEMBERED_MAX, SLOWEST};

const NOON: Moment = Moment::from_seconds(1_790_000_000);

fn peer(number: u32) -> IpAddr {
    IpAddr::from(number.to_be_bytes())
}

#[test]
fn a_peer_that_tries_too_often_waits_and_others_do_not() {
    let attempts = Attempts::default();
    for account in 0..20 {
        attempts.count(peer(7), &format!("{account}@acme.example"), NOON).expect("a first try");
    }
    let seconds = attempts.count(peer(7), "ann@acme.example", NOON).expect_err("too often");
    assert!((1..=7).contains(&seconds), "{seconds}");
    attempts.count(peer(8), "ann@acme.example", NOON).expect("somebody else");
    let later = NOON + Span::seconds(i64::try_from(seconds).expect("few"));
    attempts.count(peer(7), "ann@acme.example", later).expect("one has come back");
    let v6 = |last: u16| IpAddr::from([0x2001, 0xdb8, 0, 1, 0, 0, 0, last]);
    for last in 0..20 {
        attempts.count(v6(last), "ann@acme.example", NOON).expect("a first try");
    }
    assert!(attempts.count(v6(99), "ann@acme.example", NOON).is_err(), "one network is one peer");
}

#[test]
fn a2_an_account_that_many_try_is_answered_slowly_and_never_locked() {
    let attempts = Attempts::default();
    let mut slowest = Span(0);
    for number in 0..10_000 {
        let attempt = attempts.count(peer(number), "ann@acme.example", NOON).expect("never locked");
        assert!(number > 4 || attempt.delay == Span(0), "the first are answered at once");
        assert!(attempt.delay >= slowest && attempt.delay <= SLOWEST);
        slowest = attempt.delay;
    }
    assert_eq!(slowest, SLOWEST);
    let other = attempts.count(peer(1), "bob@acme.example", NOON).expect("another account");
    assert_eq!(other.delay, Span(0), "it is as fast as ever");
    let hers = attempts.count(peer(20_000), "ann@acme.example", NOON).expect("never locked");
    attempts.succeeded(&hers, NOON);
    let next = attempts.count(peer(20_000), "ann@acme.example", NOON).expect("never locked");
    assert_eq!(next.delay, Span(0), "who was right is slowed down no more");
}

#[test]
fn what_is_remembered_is_bounded() {
    let attempts = Attempts::default();
    for number in 0..2 * REMEMBERED_MAX as u32 {
        attempts.count(peer(number), &format!("{number}"), NOON).expect("a first try");
    }
    let table = attempts.lock();
    assert!(table.peers.len() <= REMEMBERED_MAX && table.accounts.len() <= REMEMBERED_MAX);
}
