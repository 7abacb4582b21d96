//! What is sealed under one person's key is damaged: everybody else goes on, and what concerns the
//! person is parked, said and told apart from what was erased.

use crank::{
    CrankError, IntakeOutcome, Parked, ParkedItem, ReadEntry, account_known, handoff_history,
    in_words,
};
use domain::fact::{Aggregate, By, Raw};
use domain::handoff::{Action, Actor, DeliveryState};
use domain::reason::Code;
use domain::signal::Incoming;
use domain::{HandoffId, NodeId, Span};
use engine::as_of::AsOf;
use engine::event::Answer;
use engine::event::Deed;
use store::sqlite::SqliteStore;
use store::{EntryRow, Position, Read, Stored};

use crate::folder::Folder;
use crate::office::{delivery_of, handoff_of};

const DONE: Answer = Answer::Delivered { status: Some(200) };
const ADA: &str = "ada@acme.com";
/// At the same company.
const BEA: &str = "bea@acme.com";
const CID: &str = "cid@cid.com";

/// The ways in which a key can be damaged.
const WAYS: [&str; 3] = [
    "UPDATE keys SET wrapped = randomblob(72) WHERE owner = ",
    "DELETE FROM keys WHERE owner = ",
    "UPDATE keys SET wrapped = x'00ff' WHERE owner = ",
];

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn number_of(node: NodeId) -> String {
    format!("(SELECT n FROM db.aggregates WHERE id = x'00{}')", hex(node.bytes()))
}

/// Closes the folder, damages the key of a node, and opens it again.
fn damaged(folder: Folder, node: NodeId, way: &str) -> Folder {
    folder.reopened_after(&format!("{way}{};", number_of(node))).expect("it opens all the same")
}

fn node_of(folder: &Folder, handoff: HandoffId) -> NodeId {
    folder.crank.store().handoff(handoff).expect("reads").expect("there").node
}

/// Ada and Bea of one company have a handoff each.
fn lived_in() -> (Folder, HandoffId, HandoffId) {
    let mut folder = Folder::open();
    let ada = folder.does("form.submitted", ADA).handoff.expect("a handoff");
    let bea = folder.does("form.submitted", BEA).handoff.expect("a handoff");
    (folder, ada, bea)
}

/// The same, with Ada's key damaged.
fn with_damage(way: &str) -> (Folder, HandoffId, HandoffId) {
    let (folder, ada, bea) = lived_in();
    let node = node_of(&folder, ada);
    (damaged(folder, node, way), ada, bea)
}

#[test]
fn found_a16_a_batch_with_one_broken_key_is_accepted_but_for_that_person() {
    for way in WAYS {
        let (mut folder, ..) = with_damage(way);
        let batch: Vec<Incoming> =
            [CID, ADA, BEA].map(|who| folder.signal("page.viewed", who)).into();
        for expected in [IntakeOutcome::Accepted, IntakeOutcome::Duplicate] {
            let offered = folder.accept(&batch).expect("the batch is answered");
            assert_eq!((offered[0].outcome, offered[2].outcome), (expected, expected), "{way}");
            if expected == IntakeOutcome::Accepted {
                assert_eq!(offered[1].outcome, IntakeOutcome::Quarantined, "{way}");
                assert_eq!(offered[1].reason, Some(Code::SealedDamaged));
                let entry = offered[1].entry.expect("kept");
                assert_eq!(folder.crank.take_parked()[0].what, ParkedItem::Arrival(entry));
            } else {
                assert_eq!(offered[1].outcome, IntakeOutcome::Duplicate, "it is kept once");
            }
        }
        assert_eq!(folder.take_turns().len(), 2);
        assert_eq!((folder.crank.parked(), folder.crank.parked_damaged()), (1, 1));
        assert!(folder.examine().contains(&"store-key-missing"), "the doctor names it");
    }
}

#[test]
fn found_a16_a_signal_that_waits_and_does_not_open_holds_nothing_up() {
    for way in WAYS {
        let mut folder = Folder::open();
        let batch: Vec<Incoming> =
            [CID, ADA, BEA].map(|who| folder.signal("form.submitted", who)).into();
        let offered = folder.accept(&batch).expect("accepted");
        let mut folder = damaged(folder, offered[1].node.expect("a node"), way);
        let taken = folder.take_turns();
        let actions: Vec<_> = taken.iter().map(|one| one.action).collect();
        assert_eq!(actions, [Some(Action::HandOff), None, Some(Action::HandOff)], "{way}");
        assert_eq!(taken[1].reasons, [Code::SealedDamaged], "and not erased");
        let row = folder.crank.store().entry(taken[1].entry.expect("kept")).expect("reads");
        assert_eq!(row.expect("there").cause, Code::SealedDamaged);
    }
}

#[test]
fn found_a16_what_was_parked_goes_on_once_the_key_is_restored() {
    let mut folder = Folder::open();
    let signal = folder.signal("form.submitted", ADA);
    let offered = folder.accept(&[signal]).expect("accepted");
    let node = number_of(offered[0].node.expect("a node"));
    let away = format!(
        "CREATE TABLE away AS SELECT * FROM keys WHERE owner = {node}; \
         DELETE FROM keys WHERE owner = {node};"
    );
    let mut folder = folder.reopened_after(&away).expect("opens");
    let entry = folder.take_turns()[0].entry.expect("kept");
    let late = folder.signal("form.submitted", ADA);
    let late = folder.accept(&[late]).expect("answered")[0].entry.expect("kept");
    let release = |folder: &mut Folder, entry, again: Option<&Incoming>| {
        let now = folder.now;
        let again = again.cloned();
        let read = move |_: &SqliteStore, _: &EntryRow, _: &Raw| {
            let incoming = again.clone().ok_or_else(Vec::new)?;
            Ok(ReadEntry { incoming, unplaced: Vec::new() })
        };
        folder.group(|crank| crank.release(entry, &read, now))
    };
    let refused = release(&mut folder, entry, None).expect_err("it does not open yet");
    assert!(
        matches!(refused.error(), CrankError::StillHeld(why) if in_words(why).contains("keys.db"))
    );
    let back = "INSERT INTO keys SELECT * FROM away; DROP TABLE away;";
    let mut folder = folder.reopened_after(back).expect("opens");
    release(&mut folder, entry, None).expect("it opens");
    assert_eq!(folder.handoffs().len(), 1, "the signal was decided");
    let mut again = folder.signal("page.viewed", ADA);
    again.content.source_id = "m-again".into();
    let (_, outcome) = release(&mut folder, late, Some(&again)).expect("it can be sealed");
    assert_eq!(outcome, IntakeOutcome::Accepted);
}

#[test]
fn found_a16_timers_go_on_where_they_can_be_judged_and_say_why_where_not() {
    for way in WAYS {
        let (mut folder, ada, bea) = with_damage(way);
        folder.now = folder.now + Span::minutes(46);
        assert!(folder.crank.take_timers(folder.now, 100).expect("fire") > 0);
        for id in [ada, bea] {
            let warned = folder.handoff(id).clocks.values().any(|clock| clock.warned);
            assert!(warned, "a warning seals nothing: {way}");
        }
        folder.now = folder.now + Span::minutes(15);
        let mut fired = 0;
        for _ in 0..20 {
            fired += folder.crank.take_timers(folder.now, 100).expect("one is at fault");
        }
        assert!(fired < 20, "what rests is not tried at once again");
        assert!(folder.handoff(bea).round > 1, "the other offer has run out");
        let parked = folder.handoff(ada);
        assert_eq!(parked.reasons[0].code, Code::SealedDamaged, "people see why");
        let told = folder.crank.take_parked();
        assert!(told.iter().any(|one| one.what == ParkedItem::Timer(ada)), "{told:?}");
        let (now, hour) = (folder.now, folder.now + Span::HOUR);
        let due = folder.crank.next_timer(now).expect("reads").expect("it comes again");
        assert!(due <= hour, "within the hour, so that a restored key is seen");
    }
}

#[test]
fn found_a16_a_delivery_that_does_not_open_fails_and_the_others_leave() {
    for way in WAYS {
        let (mut folder, ada, bea) = with_damage(way);
        let mut claimed = Vec::new();
        for _ in 0..6 {
            claimed.extend(folder.crank.take_claims(folder.now, 10).expect("one is at fault"));
        }
        assert_eq!(claimed.len(), 1);
        assert_eq!(handoff_of(&mut folder.crank, &claimed[0].row), bea);
        let closed = folder.handoff(ada).deliveries[0].clone();
        assert_eq!((closed.state, closed.code), (DeliveryState::Failed, Some(Code::SealedDamaged)));
    }
}

#[test]
fn found_a16_a_body_that_is_gone_is_damage_and_no_erasure() {
    let (folder, ada, bea) = lived_in();
    // Nothing is in memory any more.
    let mut folder = folder.try_reopen().expect("opens");
    folder.damage_database("DELETE FROM bodies");
    for _ in 0..6 {
        assert!(folder.crank.take_claims(folder.now, 10).expect("one at a time").is_empty());
    }
    for id in [ada, bea] {
        let closed = folder.handoff(id).deliveries[0].clone();
        let said = (closed.state, closed.code);
        assert_eq!(said, (DeliveryState::Failed, Some(Code::SealedDamaged)));
    }
}

#[test]
fn found_a16_an_answer_after_which_nothing_can_be_sealed_is_kept_in_plain() {
    let (mut folder, ada, _) = lived_in();
    let claimed = folder.crank.take_claims(folder.now, 10).expect("claims");
    let mut rows = claimed.iter().map(|attempt| &attempt.row);
    let hers = rows.find(|row| handoff_of(&mut folder.crank, row) == ada).expect("hers");
    let delivery = delivery_of(hers);
    let node = node_of(&folder, ada);
    let mut folder = damaged(folder, node, WAYS[0]);
    let now = folder.now;
    let failed = folder.group(|crank| crank.answered(delivery, 1, &DONE, now));
    let failed = failed.expect_err("the next step cannot be sealed");
    assert!(failed.error().is_damage() && failed.error().is_of_one());
    let why = failed.error().park_code();
    folder.crank.park_answer(delivery, 1, &DONE, why, now).expect("it can be said");
    let known = folder.handoff(ada).delivery(delivery).cloned().expect("hers");
    assert_eq!((known.state, known.code), (DeliveryState::Delivered, Some(Code::SealedDamaged)));
    assert!(folder.crank.store().outbox_row(delivery.into()).expect("reads").is_none());
}

#[test]
fn found_a16_a_deed_is_refused_as_damage_and_the_next_is_done() {
    let (mut folder, ada, bea) = with_damage(WAYS[1]);
    let now = folder.now;
    let mut act = |id, deed: &Deed| folder.group(|crank| crank.act(id, deed, Actor::Person, now));
    let reject = Deed::Reject { note: None, reason: Code::NotNow, by: None };
    let refused = act(ada, &reject).expect_err("the next owner cannot be told");
    assert!(refused.error().is_damage(), "{refused}");
    act(bea, &reject).expect("done");
}

#[test]
fn found_a16_what_does_not_open_reads_as_damaged_and_not_as_erased() {
    for way in WAYS {
        let (folder, ada, bea) = with_damage(way);
        let row = folder.crank.store().handoff(ada).expect("reads").expect("there");
        let account = folder.account(row.account);
        let node = |id| account.known().node(id).expect("a member").clone();
        let (hers, other) = (node(row.node), node(node_of(&folder, bea)));
        assert!(hers.damaged && !hers.erased, "{way}");
        assert!(!other.damaged && !other.touchpoints.is_empty(), "{way}");
        assert!(!folder.handoff(ada).deliveries.is_empty(), "what is clear is known");
    }
}

#[test]
fn found_a16_bytes_that_were_altered_are_damage_of_that_person_alone() {
    let (mut folder, ada, bea) = lived_in();
    let node = hex(node_of(&folder, ada).bytes());
    folder.damage_database(&format!(
        "UPDATE sealed SET bytes = zeroblob(length(bytes)) WHERE owner = \
         (SELECT n FROM aggregates WHERE id = x'00{node}')"
    ));
    folder = folder.try_reopen().expect("opens");
    let row = folder.crank.store().handoff(ada).expect("reads").expect("there");
    assert!(folder.account(row.account).known().node(row.node).expect("a member").damaged);
    let taken = folder.does("page.viewed", BEA);
    assert!(taken.action.is_some(), "it is decided");
    assert!(taken.entry.is_none() && folder.handoffs().contains(&bea));
}

#[test]
fn found_a16_who_has_a_damaged_key_can_be_erased() {
    for way in WAYS {
        let (folder, ada, _) = lived_in();
        let mut folder = folder;
        let claimed = folder.crank.take_claims(folder.now, 10).expect("claims");
        let now = folder.now;
        for attempt in claimed {
            let errand = attempt.row.errand;
            folder.group(|crank| crank.answered(errand, 1, &DONE, now)).expect("answered");
        }
        let node = node_of(&folder, ada);
        let mut folder = damaged(folder, node, way);
        let row = folder.crank.store().handoff(ada).expect("reads").expect("there");
        let receipt =
            folder.crank.erase(row.person, &By::Operator, now).expect("they are forgotten");
        assert_eq!(receipt.taken[0].nodes, [node]);
        let account = folder.account(row.account);
        let known = account.known();
        assert!(known.node(node).is_none_or(|node| node.erased && !node.damaged));
        assert!(!folder.handoff(ada).is_open(), "{way}");
    }
}

/// The position of the newest entry that has a fact of a kind, of one of the accounts or nodes.
fn newest(folder: &Folder, kind: &str, of: impl Fn(Aggregate) -> bool) -> Position {
    let all = folder.crank.store().journal(Position::START, 1_000, None).expect("reads");
    let has = |stored: &&Stored| {
        of(stored.entry.header.aggregate)
            && stored.entry.facts.iter().any(|fact| fact.kind() == kind)
    };
    all.iter().rev().find(has).expect("there is one").position
}

fn unreadable(position: Position) -> String {
    format!("UPDATE journal SET body = x'00' WHERE position = {}", position.0)
}

#[test]
fn found_a16_an_arrival_that_cannot_be_read_holds_nothing_up() {
    let mut folder = Folder::open();
    let batch: Vec<Incoming> =
        [ADA, CID, BEA].map(|who| folder.signal("form.submitted", who)).into();
    let offered = folder.accept(&batch).expect("accepted");
    let ada = offered[0].node.expect("a node");
    let position = newest(&folder, "signal-arrived", |of| of == Aggregate::Node(ada));
    folder.damage_database(&unreadable(position));
    // What they say is no longer at hand, so that it has to be read.
    let mut folder = folder.try_reopen().expect("opens");
    let taken = folder.take_turns();
    let actions: Vec<_> = taken.iter().map(|one| one.action).collect();
    assert_eq!(actions, [Some(Action::HandOff), Some(Action::HandOff)]);
    let parked = folder.crank.take_parked();
    let wanted = Parked {
        what: ParkedItem::Entry(position.0),
        code: Code::EntryDamaged,
        entry: Some(position.0),
    };
    assert_eq!(parked, [wanted]);
    assert_eq!(folder.crank.parked(), 1);
    assert!(folder.examine().contains(&"store-entry-altered"), "the doctor names it");
}

#[test]
fn found_a16_an_account_with_an_entry_that_cannot_be_read_holds_nothing_up() {
    let (folder, ada, bea) = lived_in();
    let account = folder.crank.store().handoff(ada).expect("reads").expect("there").account;
    let position = newest(&folder, "owner-assigned", |of| of == Aggregate::Account(account));
    folder.damage_database(&unreadable(position));
    let mut folder = folder.try_reopen().expect("opens");

    // Whoever reads is told which entry, and what to do.
    let read = account_known(folder.crank.store(), account, None).map(drop);
    let error = read.expect_err("one of its entries is damaged");
    assert_eq!((error.code(), error.unreadable_entry()), ("store-entry-altered", Some(position.0)));
    for told in [position.0.to_string().as_str(), "doctor", "backup"] {
        assert!(error.to_string().contains(told), "{error}");
    }
    let history = handoff_history(folder.crank.store(), bea, AsOf::Latest).map(drop);
    assert!(history.is_err_and(|error| error.unreadable_entry() == Some(position.0)));

    // What concerns the account waits, under a code, and the rest goes on.
    let batch: Vec<Incoming> =
        [ADA, CID, BEA].map(|who| folder.signal("form.submitted", who)).into();
    folder.accept(&batch).expect("accepted");
    let taken = folder.take_turns();
    let told: Vec<_> = taken.iter().map(|one| (one.action, one.reasons.first().copied())).collect();
    assert_eq!(told[0], (None, Some(Code::EntryDamaged)));
    assert_eq!(told[1].0, Some(Action::HandOff));
    assert_eq!(told[2], (None, Some(Code::EntryDamaged)));
    let parked = folder.crank.take_parked();
    assert_eq!(parked.len(), 2);
    for parked in parked {
        assert_eq!((parked.code, parked.entry), (Code::EntryDamaged, Some(position.0)));
    }
    let row = folder.crank.store().entry(taken[0].entry.expect("kept")).expect("reads");
    assert_eq!(row.expect("there").cause, Code::EntryDamaged);
}
