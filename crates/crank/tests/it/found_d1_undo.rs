//! An import that is taken back leaves what there would be without it, whatever it shared with others.

mod history;
mod left;
mod outside;

use std::ops::Range;

use crank::{CrankError, UndoOrder, UndoProgress};
use domain::fact::{By, UndoneImport};
use domain::signal::IdentifierKind::Email;
use domain::{ImportId, Value};

use crate::office::Office;
use history::{History, Somebody, Step, known_of, offer, play, record};
use outside::compare;

/// Worlds that are looked at.
const WORLDS: u64 = 120;

fn import() -> ImportId {
    ImportId::caused_by(&[b"to be taken back"])
}

fn order(consents: bool) -> UndoOrder {
    UndoOrder { import: import(), consents, by: By::Operator }
}

/// Takes the import back to its end.
fn undo(office: &mut Office, consents: bool) -> UndoneImport {
    let (order, now) = (order(consents), office.now);
    loop {
        match office.crank.undo_import(&order, false, now) {
            Ok(UndoProgress::UnderWay) => {}
            Ok(UndoProgress::Done(counts)) => return counts,
            // It was over when the program was killed.
            Err(CrankError::ImportUndone(_)) => return UndoneImport::default(),
            Err(error) => panic!("{error}"),
        }
    }
}

/// Does as much of it as one call does, so many times, and is killed then: what was committed is there.
fn begin_and_be_killed(mut office: Office, consents: bool, calls: u64) -> Office {
    office.crank.bound_undo(1);
    for _ in 0..calls {
        let done = office.crank.undo_import(&order(consents), false, office.now).expect("memory");
        if done != UndoProgress::UnderWay {
            break;
        }
    }
    office.opened_again()
}

/// Whether the same came of both histories, with and without the import, of those who were not left alone;
/// the others are as they were. Says whether anybody was left alone.
fn is_same(seed: u64, consents: bool, killed_after: Option<u64>) -> Result<bool, String> {
    is_same_in(&History::of(seed, consents), consents, killed_after)
}

fn is_same_in(
    history: &History,
    consents: bool,
    killed_after: Option<u64>,
) -> Result<bool, String> {
    let mut with = play(history, |step| Some(step.clone()));
    let mut without = play(history, Step::without_import);
    let before = known_of(&mut with.crank);
    if let Some(calls) = killed_after {
        with = begin_and_be_killed(with, consents, calls);
    }
    let is_left = undo(&mut with, consents).left.any();
    let (undone, mut without) = (known_of(&mut with.crank), known_of(&mut without.crank));
    if is_left {
        let is_as_before = |somebody: &&Somebody| before.contains(somebody);
        let left: Vec<Somebody> = undone.iter().filter(is_as_before).cloned().collect();
        let told = |somebody: &Somebody| left.iter().any(|left| left.shares_with(somebody));
        without.retain(|somebody| !told(somebody));
        without.extend(left);
        without.sort();
    }
    compare(&undone, &without, history).map(|()| is_left)
}

fn check_worlds(seeds: Range<u64>, consents: bool, killed_after: impl Fn(u64) -> Option<u64>) {
    let many = seeds.end - seeds.start;
    let (mut differ, mut left) = (Vec::new(), 0);
    for seed in seeds {
        match is_same(seed, consents, killed_after(seed)) {
            Ok(is_left) => left += u64::from(is_left),
            Err(says) => differ.push((seed, says)),
        }
    }
    let first: Vec<_> = differ.iter().take(3).collect();
    assert!(differ.is_empty(), "{} of {many} worlds differ, such as {first:#?}", differ.len());
    assert!(left * 3 < many, "somebody is left alone in {left} of {many} worlds");
}

#[test]
fn found_d1_an_import_taken_back_equals_a_history_without_it() {
    check_worlds(0..WORLDS, true, |_| None);
}

#[test]
fn found_d1_one_that_is_killed_half_way_goes_on_and_ends_as_any_other() {
    check_worlds(WORLDS..WORLDS + WORLDS / 3, true, |seed| Some(2 + seed % 4));
}

#[test]
fn found_d1_consents_that_it_withdrew_stay_unless_they_are_to_go() {
    // Where nobody withdraws a consent, there is no difference.
    check_worlds(2 * WORLDS..2 * WORLDS + WORLDS / 3, false, |_| None);
    let row = |office: &mut Office, fields: &[(&str, Value)]| {
        office.signal("page.viewed", &[(Email, "ada@acme.com")], fields)
    };
    for consents in [false, true] {
        let mut office = Office::open_again();
        record(&mut office);
        let withdraws = row(&mut office, &[("consent.email", Value::Boolean(false))]);
        offer(&mut office, &withdraws, Some(import()));
        office.crank.take_turns(office.now, 10).expect("memory");
        undo(&mut office, consents);
        let asks = office.does("form.submitted", &[(Email, "ada@acme.com")]);
        assert_eq!(asks.handoff.is_none(), !consents, "{consents}: {asks:?}");
    }
}

#[test]
fn found_d1_so_does_one_whose_rows_chose_who_is_most_engaged() {
    let (mut differ, mut surges) = (Vec::new(), 0);
    for seed in 0..2 * WORLDS {
        let history = History::with_surges(seed);
        surges += history.steps.iter().filter(|step| step.told().contains("intent.surge")).count();
        if let Err(says) = is_same_in(&history, true, None) {
            differ.push((seed, says));
        }
    }
    assert!(surges > 400, "companies look around: {surges}");
    let first: Vec<_> = differ.iter().take(2).collect();
    assert!(differ.is_empty(), "{} worlds differ, such as {first:#?}", differ.len());
}

#[test]
fn found_d1_the_comparison_finds_what_was_left_behind() {
    let mut found = 0;
    for seed in 0..40 {
        let history = History::of(seed, true);
        let mut with = play(&history, |step| Some(step.clone()));
        let mut without = play(&history, Step::without_import);
        let same = compare(&known_of(&mut with.crank), &known_of(&mut without.crank), &history);
        found += u64::from(same.is_err());
    }
    assert!(found > 30, "an import that is not taken back shows in {found} of 40 worlds");
}
