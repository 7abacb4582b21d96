//! A row that another import, or a source, brings again is a witness: it is recorded, once for a group.

use crank::{IntakeItem, IntakeOutcome};
use domain::fact::{Fact, Raw};
use domain::signal::IdentifierKind::Email;
use domain::signal::Incoming;
use domain::{ImportId, SignalId};

use crate::office::{Office, WEDNESDAY_NOON, signal};

fn row(number: u64) -> Incoming {
    let mail = format!("p{number}@c0.example");
    signal(number, "page.viewed", &[(Email, &mail)], &[], WEDNESDAY_NOON)
}

/// Offers rows in one group; what came of each.
fn offer(office: &mut Office, rows: &[Incoming], import: Option<ImportId>) -> Vec<IntakeOutcome> {
    let now = office.now;
    office.crank.begin().expect("a group");
    let raw = || -> Raw { panic!("nothing is kept apart here") };
    let offered = rows.iter().map(|row| {
        let offer = IntakeItem::Signal { incoming: row, raw: &raw, line: None };
        office.crank.accept(&offer, import, now).expect("memory").outcome
    });
    let offered = offered.collect();
    office.crank.commit().expect("memory");
    offered
}

type Witnessed = (ImportId, Option<ImportId>, Vec<SignalId>);

fn witnessed(office: &Office) -> Vec<Witnessed> {
    let entries = office.entries();
    let facts = entries.iter().flat_map(|stored| &stored.entry.facts);
    let found = facts.filter_map(|fact| {
        let Fact::SignalsWitnessed { first, import, signals } = fact else { return None };
        Some((*first, *import, signals.clone()))
    });
    found.collect()
}

#[test]
fn found_d1_a_row_that_another_import_brings_again_has_a_witness() {
    let (a, b) = (ImportId::caused_by(&[b"a"]), ImportId::caused_by(&[b"b"]));
    let mut office = Office::open();
    let rows = [row(1), row(2), row(3)];
    assert_eq!(offer(&mut office, &rows, Some(a)), [IntakeOutcome::Accepted; 3]);
    // The same import once more says nothing new.
    assert_eq!(offer(&mut office, &rows, Some(a)), [IntakeOutcome::Duplicate; 3]);
    assert_eq!(witnessed(&office), []);
    offer(&mut office, &rows[..2], Some(b));
    offer(&mut office, &rows[2..], None);
    let signals: Vec<SignalId> = office
        .entries()
        .iter()
        .flat_map(|stored| &stored.entry.facts)
        .filter_map(|fact| {
            let Fact::SignalArrived { signal, .. } = fact else { return None };
            Some(*signal)
        })
        .collect();
    let wanted = [(a, Some(b), signals[..2].to_vec()), (a, None, signals[2..].to_vec())];
    assert_eq!(witnessed(&office), wanted);
}

#[test]
fn found_d1_what_a_source_sent_first_needs_no_witness() {
    let mut office = Office::open();
    offer(&mut office, &[row(1)], None);
    offer(&mut office, &[row(1)], Some(ImportId::caused_by(&[b"a"])));
    assert_eq!(witnessed(&office), []);
}

#[test]
fn found_d1_a_group_that_is_forgotten_leaves_no_witness() {
    let (a, b) = (ImportId::caused_by(&[b"a"]), ImportId::caused_by(&[b"b"]));
    let mut office = Office::open();
    offer(&mut office, &[row(1)], Some(a));
    let (now, again) = (office.now, row(1));
    office.crank.begin().expect("a group");
    let raw = || -> Raw { panic!("nothing is kept apart here") };
    let item = IntakeItem::Signal { incoming: &again, raw: &raw, line: None };
    office.crank.accept(&item, Some(b), now).expect("memory");
    office.crank.roll_back();
    offer(&mut office, &[row(2)], None);
    assert_eq!(witnessed(&office), []);
}
