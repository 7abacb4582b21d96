//! What happens when nobody does anything, and what is held, faulted, repaired and suppressed.

use domain::fact::Fact;
use domain::handoff::{Action, MemberId, Owner, QueueName, State};
use domain::reason::Code;
use domain::signal::IdentifierKind::{Email, ExternalId};
use domain::{HandoffId, Span, Value};
use engine::event::Answer;
use engine::event::Deed;
use store::{Position, Read};

use crate::office::{Office, ROUTING, TEAM_OF_THREE, by_ann};

const DONE: Answer = Answer::Delivered { status: Some(200) };
const NEVER: Answer = Answer::Never { code: Code::DestinationRefused, status: Some(422) };

const CHAIN: &str = "
hot:
  calendar: owner
  accept:      { within: 2h, warn: 1h }
  on silence:
    - { at: warn,   do: remind }
    - { after: 15m, do: tell manager }
    - { after: 15m, do: reassign }
    - { after: 15m, do: pool sales }
    - { after: 15m, do: queue unassigned }
";

fn asks(office: &mut Office) -> HandoffId {
    office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("a handoff")
}

/// The steps of the chain that were taken, with whom they told.
fn escalations(office: &Office) -> Vec<(u16, Option<String>)> {
    let journal = office.crank.store().journal(Position::START, 10_000, None).expect("memory");
    let facts = journal.into_iter().flat_map(|stored| stored.entry.facts);
    facts
        .filter_map(|fact| {
            let Fact::Escalated { step, told, .. } = fact else { return None };
            Some((step, told.map(|member| member.to_string())))
        })
        .collect()
}

#[test]
fn the_chain_runs_on_its_own_clock_to_its_end() {
    let mut office = Office::with(ROUTING, &[("sla.yaml", CHAIN), ("team.csv", TEAM_OF_THREE)]);
    let id = asks(&mut office);
    let first = office.handoff(id).owner;
    office.wait_until(office.now + Span::minutes(60));
    assert_eq!(escalations(&office), [(0, Some(first.id().to_owned()))], "reminded");
    office.wait_until(office.now + Span::minutes(15));
    assert_eq!(escalations(&office)[1], (1, Some("ann".to_owned())), "the manager knows");
    office.wait_until(office.now + Span::minutes(15));
    let second = office.handoff(id).owner;
    assert_ne!(second, first, "given to the next");
    office.wait_until(office.now + Span::minutes(15));
    assert_eq!(office.handoff(id).owner, first, "the pool: all others have had it");
    office.wait_until(office.now + Span::minutes(15));
    let queued = office.handoff(id);
    assert_eq!(queued.owner, Owner::Queue(QueueName("unassigned".to_owned())));
    assert_eq!(queued.routing.reasons[0].code, Code::ChainEnded, "and not because a person asked");
    let overdue = office.now + Span::hours(3);
    office.wait_until(overdue);
    let told = escalations(&office);
    assert_eq!(told.last(), Some(&(u16::MAX - 1, Some("ann".to_owned()))), "its owner is told");
    office.wait_until(office.now + Span::days(30));
    assert_eq!(escalations(&office), told, "and that is all");
}

#[test]
fn a_manager_who_gives_it_away_begins_the_chain_anew() {
    let mut office = Office::with(ROUTING, &[("sla.yaml", CHAIN), ("team.csv", TEAM_OF_THREE)]);
    let id = asks(&mut office);
    office.wait_until(office.now + Span::minutes(125));
    assert!(matches!(office.handoff(id).owner, Owner::Queue(_)));
    let bob = Owner::Person(MemberId("bob".into()));
    office.act(id, Deed::Reassign { note: None, to: bob, by: Some(by_ann()) });
    let before = escalations(&office).len();
    office.wait_until(office.now + Span::minutes(61));
    assert_eq!(escalations(&office)[before..], [(0, Some("bob".to_owned()))]);
}

#[test]
fn what_cannot_be_delivered_is_mended_a_few_times_and_then_a_queue_has_it() {
    let mut office = Office::open();
    let id = asks(&mut office);
    let mut seen = Vec::new();
    for _ in 0..40 {
        office.deliver(|destination| if destination == "chat" { NEVER } else { DONE });
        seen.push(office.handoff(id).state);
        office.wait_until(office.now + Span::minutes(15));
    }
    assert!(seen.contains(&State::Faulted));
    let journal = office.crank.store().journal(Position::START, 10_000, None).expect("memory");
    let repaired = journal
        .iter()
        .flat_map(|stored| &stored.entry.facts)
        .filter(|fact| matches!(fact, Fact::HandoffMoved { state: State::Repaired, .. }));
    assert_eq!(repaired.count(), 4);
    let handoff = office.handoff(id);
    assert_eq!(handoff.state, State::Queued);
    assert_eq!(handoff.owner, Owner::Queue(QueueName("unassigned".to_owned())));
    assert_eq!(handoff.routing.reasons[0].code, Code::AttemptsUsedUp);
}

#[test]
fn offers_pass_on_so_often_and_then_a_queue_has_it() {
    let mut office = Office::open();
    let id = asks(&mut office);
    for _ in 0..40 {
        if office.handoff(id).state == State::Offered {
            office.act(id, Deed::Reject { note: None, reason: Code::NotNow, by: None });
        }
    }
    assert_eq!(office.handoff(id).owner, Owner::Queue(QueueName("unassigned".to_owned())));
}

const THREE: &str = "\
id,name,email,manager,region,languages,weight,calendar,joined,left
ann,Ann,ann@office.example,,dach,de,1,berlin,2020-01-01,
bob,Bob,bob@office.example,ann,dach,de,1,berlin,2020-01-01,
eve,Eve,eve@office.example,ann,dach,de,1,berlin,2020-01-01,
";

#[test]
fn whose_lead_was_given_to_another_has_had_it() {
    let mut office = Office::with(ROUTING, &[("team.csv", THREE)]);
    let id = asks(&mut office);
    let first = office.handoff(id).owner;
    let names = ["ann", "bob", "eve"].map(|name| Owner::Person(MemberId(name.into())));
    let others: Vec<&Owner> = names.iter().filter(|owner| **owner != first).collect();
    let by = Some(by_ann());
    office.act(id, Deed::Reassign { note: None, to: others[0].clone(), by: by.clone() });
    // Whoever is owed most would be next, were it not for who has had it.
    office.credit(first.id(), 900);
    office.act(id, Deed::Reject { note: None, reason: Code::NotNow, by });
    assert_eq!(office.handoff(id).owner, *others[1], "{first:?} had it before");
}

#[test]
fn round_after_round_nobody_has_it_again_before_all_others() {
    let mut office = Office::with(ROUTING, &[("team.csv", THREE)]);
    let id = asks(&mut office);
    let mut seen = Vec::new();
    for _ in 0..9 {
        let owner = office.handoff(id).owner.id().to_owned();
        // The present one is owed so much that every turn would be theirs.
        office.credit(&owner, 900);
        seen.push(owner);
        office.act(id, Deed::Reject { note: None, reason: Code::NotNow, by: None });
    }
    for round in seen.chunks(3) {
        let names: std::collections::BTreeSet<&String> = round.iter().collect();
        assert_eq!(names.len(), 3, "{seen:?}");
    }
}

#[test]
fn a_recycled_lead_comes_back_after_its_date_and_not_before() {
    let mut office = Office::open();
    let id = asks(&mut office);
    let recycled = Deed::Outcome {
        outcome: State::Recycled,
        occurred: None,
        returns: Some(office.now + Span::days(7)),
        note: None,
        by: None,
    };
    office.act(id, recycled);
    office.wait_until(office.now + Span::days(7) - Span::SECOND);
    let early = office.does("form.submitted", &[(Email, "ada@acme.com")]);
    assert_eq!(early.action, Some(Action::Nurture));
    assert!(early.reasons.contains(&Code::Resting));
    office.wait_until(office.now + Span::SECOND);
    let back = office.does("form.submitted", &[(Email, "ada@acme.com")]);
    assert!(back.handoff.is_some_and(|new| new != id), "{back:?}");
}

#[test]
fn who_is_suppressed_is_withdrawn_and_stays_so_until_they_consent() {
    let mut office = Office::open();
    let id = asks(&mut office);
    let says = |office: &mut Office, consent: bool| {
        office.later(Span::MINUTE);
        let fields = [("consent.email", Value::Boolean(consent))];
        let signal = office.signal("page.viewed", &[(Email, "ada@acme.com")], &fields);
        office.send(signal)
    };
    let no = says(&mut office, false);
    assert_eq!(no.action, Some(Action::Suppress));
    assert!(no.reasons.contains(&Code::ConsentWithdrawn));
    assert_eq!(office.handoff(id).state, State::Withdrawn);
    assert!(office.deliver(|_| DONE).is_empty(), "nothing leaves");
    assert_eq!(office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff, None);
    // The rule that suppressed is gone; the person has not consented.
    let lenient = "table: readiness\nhit: first\ncolumns: { asked: 'seen(\"form.submitted\", \"1d\")' }\n\
        outputs: [decision, kind, sla]\nrows:\n  - [ true, hand off, marketing-to-sales, hot ]\n\
        \x20 - [ \"-\", nurture, \"-\", \"-\" ]\n";
    office.apply(ROUTING, &[("readiness.yaml", lenient)]);
    let still = office.does("form.submitted", &[(Email, "ada@acme.com")]);
    assert_eq!((still.action, still.handoff), (Some(Action::Suppress), None));
    assert!(says(&mut office, true).handoff.is_some());
}

#[test]
fn consent_is_the_persons_in_whichever_account_they_appear() {
    let mut office = Office::open();
    let ada = [(ExternalId, "u1"), (Email, "ada@acme.com")];
    let id = office.does("form.submitted", &ada).handoff.expect("a handoff");
    office.does("page.viewed", &[(Email, "ada@other.com")]);
    let both = [(ExternalId, "u1"), (Email, "ada@acme.com"), (Email, "ada@other.com")];
    office.does("page.viewed", &both);
    let fields = [("consent.email", Value::Boolean(false))];
    let signal = office.signal("page.viewed", &[(Email, "ada@other.com")], &fields);
    assert_eq!(office.send(signal).action, Some(Action::Suppress));
    assert!(!office.handoff(id).is_open(), "the handoff of the other account ends too");
    assert_eq!(office.does("form.submitted", &ada).action, Some(Action::Suppress));
}

#[test]
fn a_company_whose_last_person_leaves_stays_a_company_of_its_own() {
    let mut office = Office::open();
    let account = |office: &Office, who: &str| {
        let person = office.person_of(&[(Email, who)]);
        let node = office.crank.store().cluster(person).expect("memory")[0];
        node.pointer.expect("resolved").account
    };
    office.does("page.viewed", &[(ExternalId, "u1"), (Email, "ada@acme.com")]);
    office.later(Span::MINUTE).does("page.viewed", &[(ExternalId, "u1"), (Email, "ada@other.com")]);
    office.later(Span::MINUTE).does("page.viewed", &[(Email, "bea@acme.com")]);
    office.does("page.viewed", &[(Email, "cid@other.com")]);
    assert_ne!(account(&office, "bea@acme.com"), account(&office, "cid@other.com"));
}

#[test]
fn a_clock_that_steps_by_thirty_days_neither_storms_nor_stalls() {
    let mut office = Office::open();
    let real = office.now;
    office.now = real + Span::days(30);
    asks(&mut office);
    office.now = real + Span::MINUTE;
    office.does("page.viewed", &[(Email, "bea@acme.com")]);
    let id = office.does("form.submitted", &[(Email, "cid@acme.com")]).handoff;
    let mut owners = std::collections::BTreeSet::new();
    for _ in 0..600 {
        office.now = office.now + Span::minutes(1);
        office.crank.begin().expect("a group");
        let fired = office.crank.fire_timers(office.now, 100).expect("memory");
        office.crank.commit().expect("memory");
        assert!(fired < 10, "a storm");
        if let Some(id) = id {
            owners.insert(office.handoff(id).owner);
        }
    }
    let journal = office.crank.store().journal(Position::START, 10_000, None).expect("memory");
    assert!(journal.windows(2).all(|two| two[0].entry.header.moment <= two[1].entry.header.moment));
    let due = office.crank.next_timer(office.now).expect("memory").expect("a timer");
    assert!(due - office.now < Span::days(4), "the next timer is within reach: {due}");
}
