//! People who are left alone where an import is taken back, and until when.

use crank::{Crank, CrankError, UndoOrder, UndoProgress};
use domain::fact::{By, LeftAlone, UndoneImport};
use domain::handoff::State;
use domain::signal::IdentifierKind::{self, Cookie, Email, ExternalId};
use engine::event::Deed;
use store::Read;
use store::memory::MemoryStore;

use super::history::{History, known_of, offer, play, record};
use super::{WORLDS, import, order, undo};
use crate::office::Office;

const ADA: (IdentifierKind, &str) = (ExternalId, "u1");

/// What taking the import back would come to.
fn look(office: &mut Office) -> UndoneImport {
    let order: UndoOrder = order(true);
    loop {
        match office.crank.undo_import(&order, true, office.now).expect("memory") {
            UndoProgress::UnderWay => {}
            UndoProgress::Done(counts) => return counts,
        }
    }
}

/// Does something in a group of its own.
fn in_a_group<T>(
    office: &mut Office,
    work: impl FnOnce(&mut Crank<MemoryStore>) -> Result<T, CrankError>,
) -> T {
    office.crank.begin().expect("a group");
    let done = work(&mut office.crank).expect("allowed");
    office.crank.commit().expect("memory");
    done
}

/// Whoever works something says what came of it.
fn end_what_is_worked(office: &mut Office) {
    for handoff in office.handoffs() {
        let known = office.handoff(handoff);
        if known.is_open() && known.is_taken() {
            let (outcome, by) = (State::Disqualified, Some(crate::office::by_ann()));
            let deed = Deed::Outcome { outcome, occurred: None, returns: None, note: None, by };
            office.act(handoff, deed);
        }
    }
}

#[test]
fn found_d1_a_look_tells_what_the_undo_comes_to_and_who_is_left_alone_stays_as_they_are() {
    let mut left_as_they_were = 0;
    for seed in 0..WORLDS {
        let history = History::of(seed, true);
        let mut office = play(&history, |step| Some(step.clone()));
        let before = known_of(&mut office.crank);
        let written = office.journal_len();
        let would = look(&mut office);
        assert_eq!(office.journal_len(), written, "seed {seed}: a look writes nothing");
        assert_eq!(known_of(&mut office.crank), before, "seed {seed}: a look changes nothing");
        let done = undo(&mut office, true);
        assert_eq!(done, would, "seed {seed}");
        if done.left.any() && done.signals == 0 {
            assert_eq!(known_of(&mut office.crank), before, "seed {seed}");
            end_what_is_worked(&mut office);
            let again = undo(&mut office, true);
            assert_eq!(again.left, LeftAlone::default(), "seed {seed}: it has ended");
            assert_eq!(again.signals, done.left.handoff_taken, "seed {seed}");
            left_as_they_were += 1;
        }
    }
    assert!(left_as_they_were > 5, "only {left_as_they_were} worlds left everybody alone");
}

#[test]
fn found_d1_whom_somebody_split_by_hand_is_left_alone_until_they_are_joined_again() {
    let mut office = Office::open_again();
    record(&mut office);
    let device = (Cookie, "c1");
    office.does("page.viewed", &[device]);
    office.does("page.viewed", &[ADA, (Email, "ada@acme.com")]);
    office.does("page.viewed", &[ADA, device]);
    let row = office.signal("page.viewed", &[(Email, "bob@acme.com")], &[]);
    offer(&mut office, &row, Some(import()));
    office.crank.take_turns(office.now, 10).expect("memory");
    let (ada, now) = (office.person_of(&[ADA]), office.now);
    let cluster = office.crank.store().cluster(ada).expect("memory");
    let visitor = cluster.first().expect("two nodes").node;
    let split = in_a_group(&mut office, |crank| {
        crank.split_person(ada, &[visitor], None, &By::Operator, now)
    });
    let before = known_of(&mut office.crank);
    let left = undo(&mut office, true);
    let wanted = LeftAlone { split_by_hand: 1, ..LeftAlone::default() };
    assert_eq!((left.signals, left.left), (0, wanted));
    assert_eq!(known_of(&mut office.crank), before);
    let two = (split.winner, split.loser);
    in_a_group(&mut office, |crank| crank.join_people(two, None, &By::Operator, now));
    let done = undo(&mut office, true);
    assert_eq!((done.signals, done.left), (1, LeftAlone::default()));
}
