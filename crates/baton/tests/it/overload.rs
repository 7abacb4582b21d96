//! More comes in than can be decided: what is accepted is decided in time, the rest is told when to
//! come again, and health answers meanwhile.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde_json::Value;

use crate::house::{EVENT, Force, House, call, quote, view};
use crate::signals::kept;

/// The signals that are sent at most until somebody is told to wait.
const SENT_MAX: usize = 120_000;
const BATCH: usize = 500;

fn batch(writer: usize, number: usize) -> (Vec<String>, String) {
    let ids: Vec<String> = (0..BATCH).map(|at| format!("{writer}-{number}-{at}")).collect();
    let events: Vec<Value> = ids
        .iter()
        .enumerate()
        .map(|(at, id)| {
            let who = format!("who{}", (number * BATCH + at) % 400);
            if at % 50 == 0 {
                let mut event = quote(&who);
                event["id"] = id.as_str().into();
                event
            } else {
                view(id, &who)
            }
        })
        .collect();
    (ids, serde_json::to_string(&events).unwrap())
}

fn figure(house: &House, name: &str) -> u64 {
    let text = call(house.address, "GET", "/metrics", &[], b"").text();
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap().parse::<f64>().unwrap() as u64
}

#[test]
fn found_h3_what_waits_for_its_turn_is_bound_and_what_is_accepted_is_decided() {
    let house = House::open();
    let (accepted, refused) = (Mutex::new(BTreeSet::new()), AtomicBool::new(false));
    let most_waited = thread::scope(|scope| {
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let (house, accepted, refused) = (&house, &accepted, &refused);
                scope.spawn(move || {
                    let headers =
                        [EVENT[0], ("Content-Type", "application/cloudevents-batch+json")];
                    let mut refusals = 0;
                    for number in 0..SENT_MAX / BATCH / 4 {
                        let (ids, body) = batch(writer, number);
                        let reply = house.post("/v1/signals", &headers, body.as_bytes());
                        if reply.status == 202 {
                            accepted.lock().unwrap().extend(ids);
                        } else {
                            assert_eq!(reply.problem(429), "overloaded");
                            let after =
                                reply.header("retry-after").unwrap().parse::<u64>().unwrap();
                            assert!((1..=600).contains(&after), "{after}");
                            refused.store(true, Ordering::Relaxed);
                            refusals += 1;
                        }
                        if refusals == 8 {
                            break;
                        }
                    }
                })
            })
            .collect();
        let mut most = 0;
        while !writers.iter().all(thread::ScopedJoinHandle::is_finished) {
            for path in ["/healthz", "/readyz"] {
                assert_eq!(call(house.address, "GET", path, &[], b"").status, 200);
            }
            let allowed = (4 * figure(&house, "baton_signals_decided_a_second")).max(2_000);
            most = most.max(figure(&house, "baton_signals_pending").saturating_sub(allowed));
        }
        most
    });
    assert!(refused.into_inner(), "nobody was told to wait");
    // The speed falls and rises while all this goes on; half a second of it is allowed for.
    assert!(most_waited <= 2_000, "{most_waited} more waited than can be decided in time");
    house.until("all that was accepted to be decided", |house| {
        (figure(house, "baton_signals_pending") == 0).then_some(())
    });
    let reply = house.event("?wait=decision&timeout_ms=10000", &quote("last"));
    assert_eq!(reply.status, 200, "{}", reply.text());
    let mut accepted = accepted.into_inner().unwrap();
    accepted.insert("quote-last".to_owned());
    let turns = figure(&house, "baton_turns_total");
    assert_eq!(turns, accepted.len() as u64, "each one is decided once");
    let folder = house.close();
    let kept = kept(&folder.path().join("data"));
    assert_eq!(kept.len(), accepted.len(), "none twice");
    assert_eq!(kept.into_iter().collect::<BTreeSet<_>>(), accepted);
}

#[test]
fn without_a_strategy_nobody_is_told_to_wait_for_turns() {
    let house = House::with(Force::Nothing, |_| {});
    let headers = [EVENT[0], ("Content-Type", "application/cloudevents-batch+json")];
    for number in 0..10 {
        let (_, body) = batch(0, number);
        assert_eq!(house.post("/v1/signals", &headers, body.as_bytes()).status, 202);
    }
    assert_eq!(figure(&house, "baton_signals_pending"), 10 * BATCH as u64);
    assert_eq!(figure(&house, "baton_requests_overloaded_total"), 0);
}
