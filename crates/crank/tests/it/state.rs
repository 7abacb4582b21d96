//! What is known in memory is what the journal alone folds to, at every moment.

use domain::Span;
use domain::fact::{Aggregate, Entry};
use domain::signal::IdentifierKind::{Cookie, Email, ExternalId};
use engine::state::replay;
use store::{Position, Purpose, Read};

use crate::office::Office;

fn journal(office: &Office) -> Vec<Entry> {
    let journal = office.crank.store().journal(Position::START, 10_000, Some(&Purpose::TURN));
    journal.expect("memory").into_iter().map(|stored| stored.entry).collect()
}

/// Every account in memory, replayed, and folded by itself.
#[track_caller]
fn check(office: &mut Office) {
    let journal = journal(office);
    let replayed = replay(&journal);
    for entry in &journal {
        let Aggregate::Account(account) = entry.header.aggregate else { continue };
        let folded = office.account(account);
        let live = office.crank.account(account).expect("memory");
        assert_eq!(live, folded.known(), "in memory and folded by itself");
        assert_eq!(replayed.account(account), Some(folded.known()), "the journal replayed");
    }
    assert_eq!(replayed.desk(), office.crank.desk());
}

#[test]
fn found_a9_what_waits_for_its_turn_is_not_known_before() {
    let mut office = Office::open();
    for _ in 0..3 {
        let signal = office.signal("page.viewed", &[(Email, "ada@acme.com")], &[]);
        office.offer(&signal);
    }
    for left in [2, 1, 0] {
        office.crank.take_turns(office.now, 1).expect("memory");
        assert_eq!(office.crank.waiting().expect("memory"), left);
        check(&mut office);
    }
}

#[test]
fn a_node_that_moves_takes_along_what_the_journal_says_of_it() {
    let mut office = Office::open();
    office.does("page.viewed", &[(Cookie, "c1")]);
    let waits = office.signal("page.viewed", &[(Cookie, "c1")], &[]);
    office.offer(&waits);
    let tells = office.signal("form.submitted", &[(Email, "ada@acme.com"), (Cookie, "c1")], &[]);
    office.offer(&tells);
    // The visit that waits has its turn before the form that moves its node, or after.
    for _ in 0..2 {
        office.crank.take_turns(office.now, 1).expect("memory");
        check(&mut office);
    }
}

#[test]
fn found_a9_two_people_who_become_one_are_what_the_journal_says() {
    let mut office = Office::open();
    office.does("form.submitted", &[(ExternalId, "u1")]);
    office.later(Span::MINUTE).does("form.submitted", &[(Email, "ada@acme.com")]);
    let waits = office.signal("page.viewed", &[(ExternalId, "u1")], &[]);
    office.offer(&waits);
    let tells = office.signal("page.viewed", &[(ExternalId, "u1"), (Email, "ada@acme.com")], &[]);
    office.offer(&tells);
    for _ in 0..2 {
        office.crank.take_turns(office.now, 1).expect("memory");
        check(&mut office);
    }
}
