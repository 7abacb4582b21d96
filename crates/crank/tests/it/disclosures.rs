//! Readings of personal data are recorded once an hour, in the crank's time.

use crank::{Crank, Disclosure, Ids};
use domain::fact::{By, Fact, ReadFor, ReadOf};
use domain::handoff::Actor;
use domain::signal::IdentifierKind::Email;
use domain::{AccountId, KeyId, QuarantineId, Span};
use store::chance::Chance;
use store::sqlite::SqliteStore;
use store::{Position, Read};

use crate::office::{Office, WEDNESDAY_NOON};

fn disclosure(reader: &str, purpose: ReadFor, account: &[u8]) -> Disclosure {
    Disclosure {
        reader: By::Key(KeyId::caused_by(&[reader.as_bytes()])),
        purpose,
        reason: None,
        of: ReadOf::Account(AccountId::caused_by(&[account])),
        nodes: 1,
        actor: Actor::Person,
    }
}

fn recorded(office: &Office) -> usize {
    let journal = office.crank.store().journal(Position::START, 1_000, None).expect("memory");
    let facts = journal.iter().flat_map(|stored| &stored.entry.facts);
    facts.filter(|fact| matches!(fact, Fact::Unsealed { .. })).count()
}

fn reads(office: &mut Office, disclosure: &Disclosure) {
    let now = office.now;
    office.crank.record_disclosure(disclosure, now).expect("memory");
}

#[test]
fn found_h5_a_reading_is_recorded_once_for_a_reader_purpose_account_and_hour() {
    let mut office = Office::open();
    let ann = disclosure("ann", ReadFor::View, b"acme");
    for _ in 0..3 {
        reads(&mut office, &ann);
    }
    assert_eq!(recorded(&office), 1, "refreshing discloses nothing new");
    for other in [
        disclosure("ben", ReadFor::View, b"acme"),
        disclosure("ann", ReadFor::AccessRequest, b"acme"),
        disclosure("ann", ReadFor::View, b"initech"),
        Disclosure { of: ReadOf::Everybody, ..ann.clone() },
        Disclosure { reason: Some("case 17".to_owned()), ..ann.clone() },
    ] {
        reads(&mut office, &other);
        reads(&mut office, &other);
    }
    assert_eq!(recorded(&office), 6);
    office.later(Span::minutes(61));
    reads(&mut office, &ann);
    reads(&mut office, &ann);
    assert_eq!(recorded(&office), 7, "the next hour");
}

/// What is known of an account grows within the hour: the records count all that was read.
#[test]
fn found_h5_a_reading_of_more_than_was_recorded_is_recorded() {
    let home = tempfile::tempdir().expect("a folder");
    let records = |nodes: &[u64]| {
        let store = SqliteStore::open(&home.path().join("data"), Chance::system());
        let mut crank = Crank::open(store.expect("opens"), Ids::Derived(7)).expect("opens");
        for nodes in nodes {
            let read = Disclosure { nodes: *nodes, ..disclosure("ann", ReadFor::View, b"acme") };
            crank.record_disclosure(&read, WEDNESDAY_NOON).expect("it is recorded");
        }
        let journal = crank.store().journal(Position::START, 1_000, None).expect("reads");
        let facts = journal.into_iter().flat_map(|stored| stored.entry.facts);
        let nodes = |fact| if let Fact::Unsealed { nodes, .. } = fact { Some(nodes) } else { None };
        facts.filter_map(nodes).collect::<Vec<_>>()
    };
    assert_eq!(records(&[2, 2, 1, 5, 3, 5]), [2, 5]);
    // Another process knows the most that was counted.
    assert_eq!(records(&[4, 5, 6]), [2, 5, 6]);
}

/// Processes have a folder one after the other; the journal says what the hour had before.
#[test]
fn found_h5_a_reading_is_recorded_once_an_hour_over_all_processes() {
    let home = tempfile::tempdir().expect("a folder");
    let records = |minutes: i64, readings: &[Disclosure]| {
        let store = SqliteStore::open(&home.path().join("data"), Chance::seeded(minutes as u64));
        let mut crank = Crank::open(store.expect("opens"), Ids::Derived(7)).expect("opens");
        for disclosure in readings {
            let now = WEDNESDAY_NOON + Span::minutes(minutes);
            crank.record_disclosure(disclosure, now).expect("it is recorded");
        }
        let journal = crank.store().journal(Position::START, 1_000, None).expect("reads");
        journal.len()
    };
    let ann = disclosure("ann", ReadFor::View, b"acme");
    let others = [
        Disclosure { reason: Some("case 17".to_owned()), ..ann.clone() },
        Disclosure { of: ReadOf::Entry(QuarantineId::from_bytes([3; 10])), ..ann.clone() },
        Disclosure { of: ReadOf::Everybody, reader: By::Operator, ..ann.clone() },
        disclosure("ann", ReadFor::View, b"initech"),
    ];
    assert_eq!(records(5, std::slice::from_ref(&ann)), 1);
    assert_eq!(records(20, std::slice::from_ref(&ann)), 1, "another process, the same hour");
    assert_eq!(records(25, &others), 5, "others are others");
    assert_eq!(records(30, &[&others[..], std::slice::from_ref(&ann)].concat()), 5);
    assert_eq!(records(61, std::slice::from_ref(&ann)), 6, "the next hour");
    assert_eq!(records(59, &others), 10, "time does not fall, so it is the next hour for them too");
    assert_eq!(records(62, &[&others[..], &[ann]].concat()), 10);
}

#[test]
fn found_a3_a_reading_before_the_clock_goes_back_does_not_make_the_time_fall() {
    let mut office = Office::open();
    for (at, back) in [(10, 0), (40, 5), (3 * 24 * 60, 1), (1, 0)] {
        office.now = WEDNESDAY_NOON + Span::minutes(at);
        reads(&mut office, &disclosure("ann", ReadFor::View, &[at as u8]));
        office.now = WEDNESDAY_NOON + Span::minutes(back);
        office.does("page.viewed", &[(Email, "ada@acme.com")]);
        reads(&mut office, &disclosure("ben", ReadFor::View, &[at as u8]));
    }
    let journal = office.crank.store().journal(Position::START, 1_000, None).expect("memory");
    let moments: Vec<_> = journal.iter().map(|stored| stored.entry.header.moment).collect();
    assert!(moments.is_sorted(), "{moments:?}");
}
