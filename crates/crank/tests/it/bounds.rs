//! What is kept in memory is bounded in bytes: what was used longest ago leaves first.

use domain::signal::IdentifierKind::Email;
use domain::{Span, Value};
use store::Read;

use engine::event::Answer;

use crate::office::Office;

const MIB: usize = 1 << 20;

/// Somebody who says a text of so many bytes.
fn says(office: &mut Office, who: &str, bytes: usize) {
    let text = Value::Text("x".repeat(bytes).into());
    let signal = office.signal("page.viewed", &[(Email, who)], &[("page.text", text)]);
    office.send(signal);
    office.later(Span::SECOND);
}

/// An address at a company of its own.
fn address(n: usize) -> String {
    format!("p@company-{n}.com")
}

#[test]
fn found_h2_large_signals_stay_within_the_bound() {
    let mut office = Office::open();
    office.crank.bound_accounts(16 * MIB);
    for n in 0..200 {
        says(&mut office, &address(n), 200 << 10);
        let bytes = office.crank.accounts_bytes();
        assert!(bytes <= 17 * MIB, "{bytes} bytes after {n}");
    }
    assert!(office.crank.accounts_bytes() > 8 * MIB, "what has room stays");
}

#[test]
fn found_h2_many_small_accounts_stay_within_the_bound() {
    let mut office = Office::open();
    office.crank.bound_accounts(MIB);
    for n in 0..2_000 {
        says(&mut office, &address(n), 10);
        assert!(office.crank.accounts_bytes() <= MIB + (64 << 10), "after {n}");
    }
}

#[test]
fn found_h2_an_account_that_grows_in_memory_is_counted_as_it_grows() {
    let mut office = Office::open();
    office.crank.bound_accounts(usize::MAX);
    for n in 0..40 {
        says(&mut office, "ada@acme.com", 100 << 10);
        let least = (n + 1) * (100 << 10);
        let bytes = office.crank.accounts_bytes();
        assert!(bytes >= least && bytes <= least + least / 4 + (64 << 10), "{bytes} of {least}");
    }
    let grown = office.crank.accounts_bytes();
    // Loaded anew, it weighs the same within a quarter.
    office.crank.bound_accounts(0);
    says(&mut office, "bea@firm.com", 1);
    says(&mut office, "cid@other.com", 1);
    office.crank.bound_accounts(usize::MAX);
    assert!(office.crank.accounts_bytes() < MIB, "it left");
    says(&mut office, "ada@acme.com", 1);
    let folded = office.crank.accounts_bytes();
    assert!(folded.abs_diff(grown) <= grown / 4, "{folded} folded, {grown} grown");
}

#[test]
fn found_h2_what_was_used_longest_ago_leaves_first() {
    let mut office = Office::open();
    office.crank.bound_accounts(usize::MAX);
    for n in 0..8 {
        says(&mut office, &address(n), MIB);
    }
    // The first is used again, so the second is the oldest.
    says(&mut office, &address(0), 1);
    office.crank.bound_accounts(7 * MIB);
    says(&mut office, &address(9), 1);
    let before = office.crank.accounts_bytes();
    let account = |office: &mut Office, n| {
        let person = office.person_of(&[(Email, address(n).as_str())]);
        let nodes = office.crank.store().cluster(person).expect("memory");
        nodes[0].pointer.expect("resolved").account
    };
    office.crank.bound_accounts(usize::MAX);
    let first = account(&mut office, 0);
    office.crank.account(first).expect("memory");
    assert_eq!(office.crank.accounts_bytes(), before, "the first was there");
    let second = account(&mut office, 1);
    office.crank.account(second).expect("memory");
    assert!(office.crank.accounts_bytes() > before, "the second was not");
}

#[test]
fn accounts_that_are_all_at_hand_make_room_as_one_of_them_grows() {
    let mut office = Office::open();
    office.crank.bound_accounts(usize::MAX);
    for n in 0..4 {
        says(&mut office, &address(n), MIB);
    }
    office.crank.bound_accounts(5 * MIB);
    for _ in 0..20 {
        says(&mut office, &address(3), 100 << 10);
        let bytes = office.crank.accounts_bytes();
        assert!(bytes <= 5 * MIB + (200 << 10), "{bytes}");
    }
}

#[test]
fn found_h2_an_account_larger_than_the_bound_still_works() {
    let mut office = Office::open();
    office.crank.bound_accounts(1);
    for _ in 0..20 {
        says(&mut office, "ada@acme.com", 50 << 10);
    }
    let asked = office.does("form.submitted", &[(Email, "ada@acme.com")]);
    let handoff = office.handoff(asked.handoff.expect("a handoff"));
    let row = office.crank.store().handoff(handoff.id).expect("memory").expect("there");
    let folded = office.account(row.account);
    assert_eq!(office.crank.account(row.account).expect("memory"), folded.known());
    let touches: usize = folded.known().nodes().map(|(_, node)| node.touchpoints.len()).sum();
    assert_eq!(touches, 21);
}

#[test]
fn found_h2_a_group_that_fails_gives_back_what_it_counted() {
    let mut office = Office::open();
    says(&mut office, "ada@acme.com", 10);
    let before = office.crank.accounts_bytes();
    let signal = office.signal("page.viewed", &[(Email, "bea@firm.com")], &[]);
    office.offer(&signal);
    office.crank.begin().expect("a group");
    office.crank.turns(office.now, 10).expect("memory");
    assert!(office.crank.accounts_bytes() > before);
    office.crank.roll_back();
    assert!(office.crank.accounts_bytes() <= before);
}

#[test]
fn found_h2_bodies_that_were_just_queued_stay_within_the_bound() {
    let delivered = |_: &str| Answer::Delivered { status: Some(200) };
    let bodies = |bound: usize| {
        let mut office = Office::open();
        office.crank.bound_queued_bodies(bound);
        for n in 0..20 {
            office.does("form.submitted", &[(Email, &address(n))]);
            let bytes = office.crank.queued_body_bytes();
            assert!(bytes <= bound, "{bytes} of {bound} after {n}");
        }
        let mut sent = Vec::new();
        for _ in 0..20 {
            sent.extend(office.deliver(delivered).into_iter().map(|attempt| attempt.body));
        }
        assert_eq!(office.crank.queued_body_bytes(), 0, "what was sent is held no more");
        sent
    };
    // What had no room is read back: the same bytes leave.
    let all = bodies(usize::MAX);
    assert!(all.len() >= 20, "{} bodies", all.len());
    assert_eq!(bodies(0), all);
    assert_eq!(bodies(4 << 10), all);
}
