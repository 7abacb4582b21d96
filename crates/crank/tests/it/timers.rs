//! The table of timers is a function of what is known: what each handoff waits for is a row, and each
//! row is something that a handoff waits for.

use std::collections::{BTreeMap, BTreeSet};

use domain::errand::Wake;
use domain::fact::{Aggregate, Fact, Sealed};
use domain::reason::Code;
use domain::signal::IdentifierKind::Email;
use domain::{AccountId, HandoffId, Moment, Span};
use engine::event::{Deed, handoff_of};
use engine::state::Waking;
use store::memory::MemoryStore;
use store::{FolderProblem, Read, Store, Timer};

use crate::office::{Office, ROUTING, by_ann};

/// Compares in both directions. A row may be put off: looking again and resting are no facts. Timers
/// of the handoffs in `rested` were parked.
#[track_caller]
pub(crate) fn check_timers(
    timers: &[Timer],
    waits: &[(AccountId, Waking)],
    rested: &BTreeSet<HandoffId>,
) {
    let mut rows: BTreeMap<(AccountId, Wake), Moment> = BTreeMap::new();
    for timer in timers {
        let before = rows.insert((timer.account, timer.wake), timer.due);
        assert_eq!(before, None, "a second timer for {:?}", timer.wake);
    }
    for (account, Waking { wake, due }) in waits {
        let row = rows.remove(&(*account, *wake));
        let row = row.unwrap_or_else(|| panic!("{wake:?} is waited for, and no timer is there"));
        let said = due.expect("this engine says every moment");
        let looks_again = matches!(wake, Wake::Route { .. }) || rested.contains(&handoff_of(*wake));
        assert!(row == said || (looks_again && row > said), "{wake:?} at {row}, said: {said}");
    }
    assert!(rows.is_empty(), "nothing waits for {rows:?}");
}

const CHAIN: &str = "
hot:
  calendar: owner
  accept:      { within: 2h, warn: 1h }
  first touch: { within: 4h }
  on silence:
    - { at: warn,   do: remind }
    - { after: 15m, do: tell manager }
";

#[track_caller]
fn check(office: &Office) -> Vec<Timer> {
    let timers = office.crank.store().timers_due(Moment(i64::MAX), 1_000).expect("memory");
    let mut waits = Vec::new();
    for id in office.handoffs() {
        let row = office.crank.store().handoff(id).expect("memory").expect("a row");
        let known = office.account(row.account);
        let handoff = known.known().handoff(id).expect("of its account");
        waits.extend(handoff.wakes().into_iter().map(|waking| (row.account, waking)));
    }
    check_timers(&timers, &waits, &BTreeSet::new());
    timers
}

#[test]
fn a_timer_goes_with_what_it_was_for() {
    let mut office = Office::with(ROUTING, &[("sla.yaml", CHAIN)]);
    let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("a handoff");
    assert_eq!(check(&office).len(), 4, "warn, accept, first touch, the chain");
    office.act(id, Deed::Accept { note: None, member: None, by: Some(by_ann()) });
    let left: Vec<Wake> = check(&office).into_iter().map(|timer| timer.wake).collect();
    let touch = domain::handoff::Target::FirstTouch;
    assert_eq!(left, [Wake::Due { handoff: id, target: touch, generation: 0 }]);
}

#[test]
fn a_chain_that_begins_again_has_one_timer() {
    let mut office = Office::with(ROUTING, &[("sla.yaml", CHAIN)]);
    let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("a handoff");
    office.later(Span::minutes(20));
    office.act(id, Deed::Accept { note: None, member: None, by: Some(by_ann()) });
    let bad = domain::reason::Code::NotNow;
    office.act(id, Deed::Reject { note: None, reason: bad, by: Some(by_ann()) });
    check(&office);
    office.wait_until(office.now + Span::minutes(75));
    check(&office);
}

#[test]
fn a_step_that_the_strategy_has_no_more_rests() {
    let mut office = Office::with(ROUTING, &[("sla.yaml", CHAIN)]);
    office.does("form.submitted", &[(Email, "ada@acme.com")]);
    let short = CHAIN.split("  on silence").next().expect("a first part");
    office.apply(ROUTING, &[("sla.yaml", short)]);
    office.wait_until(office.now + Span::hours(5));
    let timers = check_but_rests(&office);
    let chain = timers.iter().find(|timer| matches!(timer.wake, Wake::Chain { .. }));
    assert!(chain.is_some_and(|timer| timer.due > office.now), "it is looked at again tomorrow");
}

/// The same where a step of the chain rests.
fn check_but_rests(office: &Office) -> Vec<Timer> {
    let timers = office.crank.store().timers_due(Moment(i64::MAX), 1_000).expect("memory");
    assert!(timers.iter().all(|timer| timer.due > office.now), "nothing fires for ever");
    timers
}

/// An earlier version did not write when a chain goes on: where its timer is lost, no replay knows it.
#[test]
fn found_timers_a_chain_whose_next_moment_nobody_knows_is_missed() {
    let mut office = Office::with(ROUTING, &[("sla.yaml", CHAIN)]);
    office.does("form.submitted", &[(Email, "ada@acme.com")]);
    let chains = |store: &MemoryStore| {
        let missed = crank::missing_timers(store).expect("folds");
        missed.into_iter().filter(|missed| matches!(missed.wake, Wake::Chain { .. })).collect()
    };
    let of_today: Vec<crank::MissingTimer> = chains(office.crank.store());
    assert_eq!(of_today, [], "its timer is there");
    for names_engine in [true, false] {
        let mut store = MemoryStore::new();
        store.begin().expect("memory");
        for mut entry in office.entries().into_iter().map(|stored| stored.entry) {
            if !names_engine {
                entry.header.engine = None;
            }
            entry.facts.retain(|fact| fact.sealed() == Sealed::Nothing);
            for fact in &mut entry.facts {
                if let (Fact::HandoffMoved { chain, .. }, false) = (fact, names_engine) {
                    *chain = None;
                }
            }
            if matches!(entry.header.aggregate, Aggregate::Account(_)) {
                store.append(&entry).expect("memory");
            }
        }
        store.commit().expect("memory");
        let missed = chains(&store);
        assert_eq!(missed.len(), 1, "{missed:?}");
        assert_eq!(missed[0].due.is_some(), names_engine, "{missed:?}");
        let problem = FolderProblem::of_timer(
            missed[0].handoff,
            &missed[0].waits_for(),
            missed[0].due.is_some(),
        );
        let code = if names_engine { "store-timer-missing" } else { "store-timer-unsaid" };
        assert_eq!(problem.code, code);
    }
}

/// Where the chain ended in a queue, nothing of it is to come, although an earlier version did not say so.
#[test]
fn found_timers_a_chain_that_ended_in_a_queue_is_not_missed() {
    let ends = "hot:\n  accept: { within: 1h }\n  on silence:\n    - { at: breach, do: tell manager }\n    \
                - { after: 1h, do: queue unassigned }\n";
    let mut office = Office::with(ROUTING, &[("sla.yaml", ends)]);
    office.does("form.submitted", &[(Email, "ada@acme.com")]);
    office.wait_until(office.now + Span::days(2));
    let ended = |fact: &Fact| {
        let Fact::OwnerAssigned { routing, .. } = fact else { return false };
        routing.reasons.iter().any(|reason| reason.code == Code::ChainEnded)
    };
    let entries = office.entries();
    assert!(entries.iter().any(|stored| stored.entry.facts.iter().any(ended)), "it has ended");
    let mut store = MemoryStore::new();
    store.begin().expect("memory");
    for mut entry in entries.into_iter().map(|stored| stored.entry) {
        entry.header.engine = None;
        entry.facts.retain(|fact| fact.sealed() == Sealed::Nothing);
        for fact in &mut entry.facts {
            if let Fact::HandoffMoved { chain: moment, .. } | Fact::Escalated { next: moment, .. } =
                fact
            {
                *moment = None;
            }
        }
        if matches!(entry.header.aggregate, Aggregate::Account(_)) {
            store.append(&entry).expect("memory");
        }
    }
    store.commit().expect("memory");
    let missed = crank::missing_timers(&store).expect("folds");
    let chains = missed.iter().filter(|missed| matches!(missed.wake, Wake::Chain { .. }));
    assert_eq!(chains.count(), 0, "{missed:?}");
}
