//! One view has one moment: the handoff, its person and its account as they were known then.

use crank::{account_known, handoff_known};
use domain::signal::IdentifierKind::{self, Cookie, Email, ExternalId};
use domain::{HandoffId, Moment, Span, Value};
use engine::as_of::{Absent, AsOf, FoldedHandoff};
use engine::names::NoNames;
use engine::stages::brief::{self, Brief, Plan};
use store::Read;

use crate::office::Office;

fn known(office: &Office, handoff: HandoffId, as_of: AsOf) -> FoldedHandoff {
    let known = handoff_known(office.crank.store(), handoff, as_of).expect("memory");
    known.expect("it was there")
}

/// What a brief says, claims and unknowns.
fn says(office: &Office, handoff: HandoffId, as_of: AsOf) -> Vec<String> {
    let known = known(office, handoff, as_of);
    let brief = brief::write_with(known.get(), &NoNames, Plan::default());
    let Brief { claims, unknown, .. } = &brief;
    let claims = claims.iter().map(|claim| claim.text.clone());
    claims.chain(unknown.iter().map(|unknown| unknown.text.to_string())).collect()
}

fn asks(office: &mut Office, subject: &[(IdentifierKind, &str)]) -> HandoffId {
    let title = ("person.title", Value::from("Engineer"));
    let signal = office.signal("form.submitted", subject, &[title]);
    let handoff = office.send(signal).handoff.expect("who asks is handed off");
    office.later(Span::minutes(5));
    handoff
}

/// Two who are handed off apart and turn out to be one; the first two are their handoffs.
fn merged() -> (Office, [HandoffId; 2], [Vec<String>; 2]) {
    let mut office = Office::open();
    let by_mail = [(Email, "ada@acme.com")];
    let by_id = [(ExternalId, "u-1"), (Cookie, "c-1")];
    let handoffs = [asks(&mut office, &by_mail), asks(&mut office, &by_id)];
    let before = handoffs.map(|handoff| says(&office, handoff, AsOf::Assignment));
    office.later(Span::minutes(5));
    office.does("page.viewed", &[(ExternalId, "u-1"), (Email, "ada@acme.com")]);
    office.later(Span::minutes(5));
    (office, handoffs, before)
}

#[test]
fn found_a12_a_brief_of_an_earlier_moment_keeps_its_person_after_a_merge() {
    let (office, handoffs, before) = merged();
    let people = handoffs.map(|handoff| office.handoff(handoff).person);
    assert_eq!(people[0], people[1], "they are one");
    for (handoff, before) in handoffs.into_iter().zip(before) {
        assert!(before.contains(&"Title: “Engineer”".to_owned()), "{before:?}");
        assert_eq!(says(&office, handoff, AsOf::Assignment), before);
        let then = AsOf::Moment(office.handoff(handoff).opened);
        assert_eq!(says(&office, handoff, then), before);
    }
    let latest = says(&office, handoffs[1], AsOf::Latest);
    assert!(latest.contains(&"Email: “ada@acme.com”".to_owned()), "{latest:?}");
}

#[test]
fn found_a12_a_merge_that_was_undone_changes_no_earlier_brief() {
    let (mut office, handoffs, before) = merged();
    let merged_at = office.now;
    let while_one = handoffs.map(|handoff| says(&office, handoff, AsOf::Moment(merged_at)));
    office.later(Span::minutes(5));
    let winner = office.handoff(handoffs[0]).person;
    let facts = office.crank.store().journal(store::Position::START, 1_000, None).expect("memory");
    let loser = facts.iter().flat_map(|stored| &stored.entry.facts).find_map(|fact| {
        let domain::fact::Fact::PeopleMerged { loser, .. } = fact else { return None };
        Some(*loser)
    });
    let now = office.now;
    office.crank.begin().expect("a group");
    let people = (winner, loser.expect("a merge"));
    crate::office::undo_merge(&mut office.crank, people, now).expect("undone");
    office.crank.commit().expect("memory");
    for at in 0..2 {
        assert_eq!(says(&office, handoffs[at], AsOf::Assignment), before[at]);
        assert_eq!(says(&office, handoffs[at], AsOf::Moment(merged_at)), while_one[at]);
    }
}

#[test]
fn found_a12_the_erased_read_erased_at_every_moment() {
    let (mut office, handoffs, _) = merged();
    let person = office.handoff(handoffs[0]).person;
    let now = office.now;
    office.crank.erase(person, &domain::fact::By::Operator, now).expect("erased");
    office.later(Span::minutes(5));
    for handoff in handoffs {
        for as_of in [AsOf::Assignment, AsOf::Moment(now), AsOf::Latest] {
            let says = says(&office, handoff, as_of);
            assert!(says.contains(&"The person was erased".to_owned()), "{as_of:?} {says:?}");
            assert!(!says.iter().any(|text| text.contains("unknown")), "{as_of:?} {says:?}");
        }
    }
}

#[test]
fn found_a12_forwarding_is_followed_as_of_the_moment_that_is_asked_about() {
    let mut office = Office::open();
    office.does("page.viewed", &[(Cookie, "c-1")]);
    let node = office.crank.store().node(node_of(&office)).expect("memory").expect("a node");
    let alone = node.pointer.expect("resolved").account;
    let before = office.now;
    office.later(Span::hours(1));
    office.does("form.submitted", &[(Email, "ada@acme.com"), (Cookie, "c-1")]);
    let at = |until: Option<Moment>| {
        let known = account_known(office.crank.store(), alone, until).expect("memory");
        (known.account().id, known.account().members.len())
    };
    let (now, _) = at(None);
    assert_ne!(now, alone, "it went where its only visitor went");
    assert_eq!(now, office.crank.store().forwarded(alone).expect("memory"));
    assert_eq!(at(Some(office.now)), at(None));
    assert_eq!(at(Some(before)), (alone, 1), "then it was an account of its own");
    assert_eq!(at(Some(before - Span::hours(1))), (alone, 0), "before, nothing was known");
}

#[test]
fn found_a12_the_person_of_a_handoff_is_known_where_they_went() {
    let mut office = Office::open();
    let handoff = asks(&mut office, &[(ExternalId, "u-1"), (Email, "ada@gmail.com")]);
    office.later(Span::minutes(5));
    office.does("page.viewed", &[(ExternalId, "u-1"), (Email, "ada@acme.com")]);
    let latest = known(&office, handoff, AsOf::Latest);
    let seen = latest.get();
    assert_ne!(seen.held_by(), seen.account().id, "they left the account that has the handoff");
    let person = Some(seen.account().members[&seen.handoff().node]);
    assert_eq!(Some(seen.person()), person);
    let says = says(&office, handoff, AsOf::Latest);
    assert!(says.iter().any(|text| text.starts_with("Email: ")), "{says:?}");
}

#[test]
fn found_a12_what_was_taken_together_and_came_behind_was_not_known_yet() {
    let mut office = Office::open();
    let who = [(Email, "ada@acme.com")];
    let asked = office.signal("form.submitted", &who, &[]);
    let titled = office.signal("page.viewed", &who, &[("person.title", "Engineer".into())]);
    office.offer(&asked);
    office.offer(&titled);
    let taken = office.crank.take_turns(office.now, 10).expect("memory");
    let handoff = taken[0].handoff.expect("who asks is handed off");
    let then = says(&office, handoff, AsOf::Assignment);
    assert!(then.contains(&"What they do there: unknown".to_owned()), "{then:?}");
    for as_of in [AsOf::Moment(office.now), AsOf::Latest] {
        let says = says(&office, handoff, as_of);
        assert!(says.contains(&"Title: “Engineer”".to_owned()), "{as_of:?} {says:?}");
    }
}

#[test]
fn found_a12_a_handoff_that_did_not_exist_yet_says_so() {
    let mut office = Office::open();
    let before = office.now;
    office.later(Span::hours(1));
    let proposed = office.now;
    let handoff = asks(&mut office, &[(Email, "ada@acme.com")]);
    let at = |as_of| handoff_known(office.crank.store(), handoff, as_of).expect("memory");
    let absent = at(AsOf::Moment(before)).expect_err("it was not there yet");
    assert_eq!(absent, Absent::NotYet { asked: before, proposed });
    let unknown = HandoffId::caused_by(&[b"nobody's"]);
    let absent = handoff_known(office.crank.store(), unknown, AsOf::Latest).expect("memory");
    assert_eq!(absent.err(), Some(Absent::Unknown));
    for as_of in [AsOf::Moment(proposed), AsOf::Assignment, AsOf::Latest] {
        assert_eq!(at(as_of).expect("it is there").get().moment(), proposed);
    }
}

#[test]
fn found_a12_a_handoff_reads_as_it_was_at_its_moment() {
    use domain::handoff::State;
    use engine::event::Deed;
    let mut office = Office::open();
    let offered = office.now;
    let handoff = asks(&mut office, &[(Email, "ada@acme.com")]);
    office.act(handoff, Deed::Accept { note: None, member: None, by: None });
    let accepted = office.now;
    office.later(Span::hours(1));
    let met =
        Deed::Outcome { outcome: State::Met, occurred: None, returns: None, note: None, by: None };
    office.act(handoff, met);
    let state = |as_of| known(&office, handoff, as_of).get().handoff().state;
    assert_eq!(state(AsOf::Assignment), State::Offered, "when its owner got it");
    assert_eq!(state(AsOf::Moment(offered)), State::Offered);
    assert_eq!(state(AsOf::Moment(accepted)), State::Accepted);
    assert_eq!(state(AsOf::Moment(office.now)), State::Met);
    assert_eq!(state(AsOf::Latest), State::Met);
}

fn node_of(office: &Office) -> domain::NodeId {
    let facts = office.crank.store().journal(store::Position::START, 1_000, None).expect("memory");
    let mut nodes = facts.iter().filter_map(|stored| {
        let domain::fact::Aggregate::Node(node) = stored.entry.header.aggregate else {
            return None;
        };
        Some(node)
    });
    nodes.next_back().expect("a signal came")
}
