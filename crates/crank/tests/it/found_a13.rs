//! Explanations of what the engine really said: who, what and why come from the facts.

use crank::{StrategyCache, handoff_history};
use domain::fact::By;
use domain::handoff::{Actor, MemberId, Owner, QueueName, State};
use domain::reason::Code;
use domain::signal::IdentifierKind::Email;
use domain::{HandoffId, Span};
use engine::as_of::AsOf;
use engine::event::Answer;
use engine::event::Deed;
use engine::explain::{NotesShown, text, why};
use engine::names::Strategies;
use engine::view::Reader;

use crate::office::{Office, ROUTING};

/// The explanation in one line, so that it does not matter where it wraps.
fn told(office: &Office, handoff: HandoffId, as_of: AsOf) -> String {
    let store = office.crank.store();
    let history = handoff_history(store, handoff, as_of).expect("memory").expect("it is there");
    let mut cache = StrategyCache::default();
    let versions = history.strategies().into_iter();
    let kept = versions.filter_map(|version| cache.version(store, version).expect("it compiles"));
    let strategies: Strategies = kept.collect();
    let told =
        text(&why(&history, &strategies, &Reader::without_personal(""), NotesShown::LeftOut));
    told.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn now(office: &Office, handoff: HandoffId) -> String {
    told(office, handoff, AsOf::Latest)
}

fn asks(office: &mut Office) -> HandoffId {
    let handoff = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff;
    office.later(Span::minutes(10));
    handoff.expect("who asks is handed off")
}

fn by(who: &str) -> By {
    By::Member(MemberId(who.into()))
}

fn to(who: &str) -> Owner {
    Owner::Person(MemberId(who.into()))
}

fn outcome(outcome: State, who: &str) -> Deed {
    Deed::Outcome { outcome, occurred: None, returns: None, note: None, by: Some(by(who)) }
}

#[test]
fn found_a13_a_reassignment_is_by_whoever_asked_for_it() {
    let mut office = Office::open();
    let handoff = asks(&mut office);
    let offered = office.now - Span::minutes(10);
    office.act(handoff, Deed::Reassign { note: None, to: to("bob"), by: Some(by("ann")) });
    let told_now = now(&office, handoff);
    assert!(told_now.starts_with("Offered to Bob at 2026-11-25 11:10:00 UTC"), "{told_now}");
    assert!(told_now.contains("because Ann assigned it by hand decided"), "{told_now}");
    assert!(told_now.contains("before Ann from 2026-11-25 11:00:00 UTC to 11:10: route 1"));
    let then = told(&office, handoff, AsOf::Moment(offered));
    assert!(then.starts_with("Offered to Ann at 2026-11-25 11:00:00 UTC"), "{then}");
    assert!(then.contains("because route 1 \"everybody\" matched pool sales"), "{then}");
    assert!(!then.contains("by hand") && !then.contains("Bob from"), "{then}");
}

#[test]
fn found_a13_whoever_accepts_rejects_and_says_what_came_of_it_is_named() {
    let mut office = Office::open();
    let handoff = asks(&mut office);
    office.act(handoff, Deed::Reject { note: None, reason: Code::BadFit, by: Some(by("ann")) });
    let rejected = now(&office, handoff);
    assert!(rejected.starts_with("Offered to Bob at"), "{rejected}");
    assert!(rejected.contains("because route 1 \"everybody\" matched"), "a rule: {rejected}");
    assert!(rejected.contains("rejected by Ann: Refused: not a fit at 11:10"), "{rejected}");
    assert!(rejected.contains("not Ann had this lead before"), "{rejected}");
    office.later(Span::minutes(5));
    office.act(handoff, Deed::Accept { note: None, member: None, by: Some(by("bob")) });
    let accepted = now(&office, handoff);
    assert!(accepted.starts_with("With Bob since 2026-11-25 11:10:00 UTC"), "{accepted}");
    assert!(accepted.contains("state accepted since 2026-11-25 11:15:00 UTC, by Bob"));
    office.later(Span::hours(1));
    office.act(handoff, outcome(State::Met, "bob"));
    let met = now(&office, handoff);
    assert!(met.contains("state met since 2026-11-25 12:15:00 UTC, by Bob"), "{met}");
    assert!(met.contains("11:15:00: accepted by Bob"), "{met}");
    office.later(Span::hours(1));
    office.act(handoff, outcome(State::Recycled, "bob"));
    let recycled = now(&office, handoff);
    assert!(recycled.contains("state recycled since 2026-11-25 13:15:00 UTC, by Bob"));
    assert!(recycled.contains("recycled by Bob: The lead was recycled and rests"), "{recycled}");
}

#[test]
fn found_a13_an_offer_that_ran_out_is_told_as_time() {
    let mut office = Office::open();
    let handoff = asks(&mut office);
    office.wait_until(office.now + Span::hours(1));
    let told = now(&office, handoff);
    assert!(told.starts_with("Offered to Bob at 2026-11-25 12:00:00 UTC"), "{told}");
    assert!(told.contains("expired: Nobody accepted in time at 12:00"), "{told}");
    assert!(!told.contains("by hand") && !told.contains("by Ann"), "nobody did it: {told}");
}

#[test]
fn found_a13_who_takes_it_out_of_a_queue_is_named_and_no_route() {
    let queue = ROUTING.replace("{ pool: sales } }", "{ queue: unassigned } }");
    let mut office = Office::under(&queue);
    let handoff = asks(&mut office);
    let queued = now(&office, handoff);
    assert!(queued.starts_with("In the queue unassigned at 2026-11-25 11:00:00 UTC"), "{queued}");
    assert!(queued.contains("because route 1 \"everybody\" matched"), "{queued}");
    office.act(
        handoff,
        Deed::Accept { note: None, member: Some(MemberId("bob".into())), by: Some(by("bob")) },
    );
    let told = now(&office, handoff);
    assert!(told.starts_with("With Bob since 2026-11-25 11:10:00 UTC"), "{told}");
    assert!(told.contains("because Bob assigned it by hand decided"), "{told}");
    assert!(told.contains("before the queue unassigned from 2026-11-25 11:00:00 UTC"), "{told}");
}

#[test]
fn found_a13_a_deed_of_nobody_who_is_named_is_told_so() {
    for (actor, says) in [
        (Actor::Person, "because somebody who is not named assigned it by hand"),
        (Actor::Operator, "because the operator of the machine assigned it by hand"),
        (Actor::Source, "because a source assigned it by hand"),
    ] {
        let mut office = Office::open();
        let handoff = asks(&mut office);
        let deed = Deed::Reassign {
            note: None,
            to: Owner::Queue(QueueName("unassigned".into())),
            by: None,
        };
        office.crank.begin().expect("a group");
        office.crank.act(handoff, &deed, actor, office.now).expect("allowed");
        office.crank.commit().expect("memory");
        let told = now(&office, handoff);
        assert!(told.contains(says), "{told}");
    }
}

#[test]
fn found_a13_a_delivery_that_failed_is_told_in_its_own_words() {
    let ways = [
        (Code::DestinationRefused, "The destination refused for good"),
        (Code::AddressMissing, "Whom it is for has no address at the destination"),
        (Code::DestinationFailed, "The destination failed"),
    ];
    for (code, says) in ways {
        let mut office = Office::open();
        let handoff = asks(&mut office);
        let refused = |_: &str| Answer::Never { code, status: Some(410) };
        office.deliver(refused);
        let told = now(&office, handoff);
        assert!(told.starts_with("With Ann since 2026-11-25 11:00:00 UTC"), "{told}");
        let failed = format!("delivery \"tell the CRM\" to crm: failed: {says}, status 410");
        let state = format!("state faulted since 2026-11-25 11:10:00 UTC: {failed}");
        assert!(told.contains(&state), "{state} in {told}");
        let others = ways.iter().filter(|(other, _)| *other != code);
        assert!(others.clone().all(|(_, other)| !told.contains(other)), "{told}");
        office.wait_until(office.now + Span::hours(2));
        let mended = now(&office, handoff);
        let before = "before Ann from 2026-11-25 11:00:00 UTC to ";
        assert!(mended.contains(before) && mended.contains(&failed), "{mended}");
    }
}

#[test]
fn found_a13_steps_of_the_chain_are_told_with_whom_they_are_for() {
    let stay = ROUTING.replace("offer: { then: next member }", "offer: { then: stay }");
    let mut office = Office::under(&stay);
    let first = asks(&mut office);
    let second = office.does("form.submitted", &[(Email, "bo@else.com")]).handoff;
    let bobs = [first, second.expect("who asks is handed off")];
    office.wait_until(office.now + Span::hours(2));
    let told = bobs.map(|handoff| now(&office, handoff));
    let bobs = told.iter().find(|told| told.starts_with("Offered to Bob")).expect("his turn");
    for says in [
        "step 1 of the chain on silence: remind, Bob",
        "step 2 of the chain on silence: tell the manager, Ann",
        "the time to accept runs out, due 2026-11-25 12:",
        "the time to accept was missed, due 2026-11-25 12:",
    ] {
        assert!(bobs.contains(says), "{says} in {bobs}");
    }
}

#[test]
fn found_a13_a_fence_says_what_it_looked_at() {
    let strategy = "strategy: office\nseed: 7\nautonomy: { assign: automatic }\nfences:\n  \
                    - { when: 'account.revenue > 100', then: review, say: \"A large one\" }\n";
    let mut office = Office::with(ROUTING, &[("strategy.yaml", strategy)]);
    let handoff = asks(&mut office);
    let told = now(&office, handoff);
    assert!(told.contains("state in review since 2026-11-25 11:00:00 UTC"), "{told}");
    assert!(told.contains("fence 1 \"A large one\" fired: revenue unknown"), "{told}");
}
