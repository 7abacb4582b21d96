//! A group that fails while the journal cannot be read: nothing is decided from what is made up.

use std::sync::Arc;

use crank::CrankError;
use domain::fact::{By, Fact, Mode};
use domain::handoff::MemberId;
use engine::desk::Desk;
use rules::compile;

use crate::folder::Folder;
use crate::office::{ROUTING, files};

/// The desk's entries can no longer be read.
const HIDE: &str = "UPDATE journal SET body = x'00' WHERE aggregate IN \
     (SELECT n FROM aggregates WHERE id = x'02')";

/// A folder whose desk knows something: ann is paused, and somebody has had a lead.
fn lived_in() -> Folder {
    let mut folder = Folder::open();
    folder.does("form.submitted", "ada@ada.com");
    let now = folder.now;
    let paused =
        folder.group(|crank| crank.pause(&MemberId("ann".into()), None, None, &By::Operator, now));
    paused.expect("pauses");
    folder
}

/// The desk is that of before, and the next lead goes where it must.
fn check_desk(folder: &mut Folder, before: &Desk) {
    assert_eq!(folder.crank.desk(), before, "neither empty nor that of the group");
    let taken = folder.does("form.submitted", "bea@bea.com");
    assert_eq!(taken.owner.expect("an owner").id(), "bob", "ann is paused, bob is not");
}

#[test]
fn found_a8_a_group_that_fails_leaves_the_desk_although_the_journal_cannot_be_read() {
    let mut folder = lived_in();
    let before = folder.crank.desk().clone();
    folder.damage_database(HIDE);
    let now = folder.now;
    let failed = folder.group(|crank| -> Result<(), CrankError> {
        crank.pause(&MemberId("bob".into()), None, None, &By::Operator, now)?;
        Err(CrankError::NoStrategy)
    });
    assert!(failed.is_err());
    check_desk(&mut folder, &before);
}

#[test]
fn found_a8_a_panic_in_a_group_leaves_the_desk_although_the_journal_cannot_be_read() {
    let mut folder = lived_in();
    let before = folder.crank.desk().clone();
    folder.damage_database(HIDE);
    let now = folder.now;
    let failed = folder.group(|crank| -> Result<(), CrankError> {
        crank.resume(&MemberId("ann".into()), &By::Operator, now)?;
        panic!("the program fails");
    });
    assert!(failed.is_err());
    check_desk(&mut folder, &before);
}

#[test]
fn found_a8_a_turn_that_fails_leaves_the_desk_although_the_journal_cannot_be_read() {
    let mut folder = lived_in();
    let before = folder.crank.desk().clone();
    folder.damage_database(HIDE);
    folder.crank.plant(Box::new(|entry| {
        entry.facts.iter().any(|fact| matches!(fact, Fact::OwnerAssigned { .. }))
    }));
    let taken = folder.does("form.submitted", "cid@cid.com");
    assert!(taken.entry.is_some(), "the signal is kept apart");
    folder.crank.plant(Box::new(|_| false));
    check_desk(&mut folder, &before);
}

#[test]
fn found_a8_a_strategy_in_force_whose_files_are_gone_is_not_nothing_in_force() {
    let folder = lived_in();
    folder.damage_database("DELETE FROM strategies");
    let told = folder.try_reopen();
    assert!(matches!(told, Err(CrankError::StrategyBroken(_))), "{told:?}");
}

#[test]
fn found_a8_contracts_that_cannot_be_read_are_not_no_contracts() {
    let mut folder = lived_in();
    folder.damage_database("UPDATE strategies SET files = x'ff'");
    let (now, strategy) = (folder.now, compile(&files(ROUTING)).strategy.expect("compiles"));
    let applied = folder.crank.grouped(|crank| {
        crank.apply(&files(ROUTING), Arc::new(strategy), Mode::Live, &By::Operator, now)
    });
    let applied = applied.expect("no commit failed").map(|_| ());
    assert!(matches!(applied, Err(CrankError::StrategyBroken(_))), "{applied:?}");
}
