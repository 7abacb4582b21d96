//! What the checkpoint holds, what a person does about it, and who is erased.

use crank::{CrankError, EntryFault, ErasureSubject, IntakeItem, ReadEntry, Repair};
use domain::fact::{By, Fact, Raw};
use domain::handoff::State;
use domain::reason::Code;
use domain::signal::IdentifierKind::{Company, Domain, Email};
use domain::signal::{Identifier, Incoming, SourceName};
use domain::{PersonId, Span, Value};
use store::{EntryState, Position, Purpose, Read};

use crate::folder::Folder;
use crate::office::Office;

/// Nobody reads bytes again where a signal was held.
pub(crate) fn unasked<S>(
    _: &S,
    _: &store::EntryRow,
    _: &Raw,
) -> Result<ReadEntry, Vec<EntryFault>> {
    Err(vec![EntryFault::whole(Code::Unreadable, "not asked for")])
}

#[test]
fn a_broken_contract_holds_the_signal_until_a_person_repairs_it() {
    let mut office = Office::open();
    let taken = office.does("quote.asked", &[(Email, "ada@acme.com")]);
    let entry = taken.entry.expect("held");
    assert_eq!(taken.reasons, [Code::FieldRequired]);
    let row = office.crank.store().entry(entry).expect("memory").expect("there");
    assert_eq!((row.cause, row.field.as_deref()), (Code::FieldRequired, Some("person.title")));

    let unread = unasked;
    office.crank.begin().expect("a group");
    let still = office.crank.release(entry, &unread, office.now);
    assert!(matches!(still, Err(CrankError::StillHeld(_))), "{still:?}");
    office.crank.roll_back();

    office.crank.begin().expect("a group");
    let repair = Repair { field: "person.title".to_owned(), value: "Head of Field".to_owned() };
    office.crank.repair(entry, &[repair], &unread, office.now).expect("open");
    office.crank.release(entry, &unread, office.now).expect("repaired");
    office.crank.commit().expect("memory");
    let row = office.crank.store().entry(entry).expect("memory").expect("there");
    assert_eq!(row.state, EntryState::Released);
    let person = office.person_of(&[(Email, "ada@acme.com")]);
    let node = office.crank.store().cluster(person).expect("memory")[0];
    let account = office.account(node.pointer.expect("resolved").account);
    let title = account.known().person_field(person, "title").expect("known");
    assert_eq!((&title.value, title.repaired), (&Value::from("Head of Field"), true));
}

#[test]
fn an_entry_that_is_thrown_away_stays_away() {
    let mut office = Office::open();
    let entry = office.does("quote.asked", &[(Email, "ada@acme.com")]).entry.expect("held");
    office.crank.begin().expect("a group");
    office.crank.discard(entry, office.now).expect("open");
    let again = office.crank.discard(entry, office.now);
    assert!(matches!(again, Err(CrankError::EntryClosed(_))));
    office.crank.commit().expect("memory");
}

#[test]
fn who_is_erased_is_nobody_and_their_handoff_ends() {
    let mut office = Office::open();
    let id = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
    office.does("page.viewed", &[(Email, "bea@acme.com")]);
    let person = office.person_of(&[(Email, "ada@acme.com")]);
    let row = office.crank.store().handoff(id).expect("memory").expect("there");
    let receipt = office.crank.erase(person, &By::Operator, office.now).expect("known");
    assert_eq!(receipt.taken[0].accounts, [row.account]);
    let account = office.account(row.account);
    let account = account.known();
    assert_eq!(account.handoffs[&id].state, State::Withdrawn);
    let erased: Vec<_> = account.nodes().map(|(_, node)| node).filter(|node| node.erased).collect();
    assert_eq!(erased.len(), 1);
    assert!(erased[0].touchpoints.is_empty() && erased[0].person_fields.is_empty());
    assert_eq!(account.nodes().filter(|(_, node)| !node.touchpoints.is_empty()).count(), 1);
}

/// What was said of a company alone goes, and what comes late of it stays out; its people stay as they are.
#[test]
fn a_company_is_erased_and_its_people_stay() {
    let mut office = Office::open();
    let handoff = office.does("form.submitted", &[(Email, "ada@acme.com")]).handoff.expect("one");
    office.does("intent.surge", &[(Domain, "acme.com")]);
    let late = office.signal("intent.surge", &[(Domain, "acme.com")], &[]);
    let hers = office.signal("page.viewed", &[(Email, "ada@acme.com"), (Domain, "acme.com")], &[]);
    let account = office.crank.store().handoff(handoff).expect("memory").expect("there").account;
    let company = ErasureSubject::Company(account);
    let erased = office.crank.erase(company, &By::Operator, office.now).expect("known");
    let [taken] = erased.taken.as_slice() else { panic!("one node in {erased:?}") };
    let known = office.account(account);
    let known = known.known();
    let gone = known.nodes().filter(|(_, node)| node.erased).map(|(_, node)| node.id);
    assert_eq!(gone.collect::<Vec<_>>(), taken.nodes);
    assert!(known.handoffs[&handoff].is_open());
    let again = office.crank.erase(company, &By::Operator, office.now);
    assert!(matches!(again, Err(CrankError::NoCompany(_))), "{again:?}");

    let raw = || -> Raw { panic!("nothing is kept apart here") };
    let mut accepts = |incoming: &Incoming| {
        office.crank.begin().expect("a group");
        let item = IntakeItem::Signal { incoming, raw: &raw, line: None };
        let offered = office.crank.accept(&item, None, office.now).expect("memory");
        office.crank.commit().expect("memory");
        offered.signal.is_some()
    };
    assert!(!accepts(&late), "it is from before");
    assert!(accepts(&hers), "she was not erased");
    office.later(Span::hours(1)).does("intent.surge", &[(Domain, "acme.com")]);
    let known = office.account(account);
    let known = known.known();
    let of_company = known.companies.iter().filter_map(|node| known.node(*node));
    assert_eq!(of_company.filter(|node| !node.erased).count(), 1, "it is known anew");
}

/// A signal that names a company alone, so that nothing in the entry says whose it is.
fn of_a_company(mut signal: Incoming) -> Incoming {
    let firm = Identifier { kind: Company, value: "Firm GmbH".into(), verified: false };
    signal.content.subject = vec![firm];
    signal
}

#[test]
fn what_is_held_of_the_erased_is_erased_though_it_names_nobody() {
    let mut office = Office::open();
    let signal = of_a_company(office.signal("quote.asked", &[], &[]));
    let entry = office.send(signal).entry.expect("held");
    let person = person_of_the_only_node(office.crank.store());
    let receipt = office.crank.erase(person, &By::Operator, office.now).expect("known");
    assert_eq!(receipt.taken[0].entries, [entry]);
    let row = office.crank.store().entry(entry).expect("memory").expect("there");
    assert_eq!(row.state, EntryState::Erased);
    let again = office.crank.grouped(|crank| crank.discard(entry, office.now)).expect("memory");
    assert!(matches!(again, Err(CrankError::EntryClosed(_))));

    let mut folder = Folder::open();
    let signal = of_a_company(folder.signal("quote.asked", "nobody@acme.com"));
    folder.accept(&[signal]).expect("accepted");
    let entry = folder.take_turns()[0].entry.expect("held");
    let person = person_of_the_only_node(folder.crank.store());
    let receipt = folder.crank.erase(person, &By::Operator, folder.now).expect("known");
    assert_eq!(receipt.taken[0].entries, [entry]);
    let raw = folder.crank.store().raw(entry, &Purpose::VIEW).expect("reads");
    assert!(raw.is_none(), "its key is gone");
    assert!(folder.examine().is_empty());
}

fn person_of_the_only_node(store: &impl Read) -> PersonId {
    let journal = store.journal(Position::START, 1_000, None).expect("reads");
    let resolved = journal.iter().flat_map(|stored| &stored.entry.facts).find_map(|fact| {
        let Fact::NodeJoined { person, .. } = fact else { return None };
        Some(*person)
    });
    resolved.expect("a node")
}

#[test]
fn what_was_said_once_need_not_be_said_again() {
    let mut office = Office::open();
    let title = Value::from("Head of Field");
    let told = office.signal("page.viewed", &[(Email, "ada@acme.com")], &[("person.title", title)]);
    office.send(told);
    let taken = office.does("quote.asked", &[(Email, "ada@acme.com")]);
    assert_eq!(taken.entry, None, "{:?}", taken.reasons);
    let other = office.does("quote.asked", &[(Email, "bea@acme.com")]);
    assert!(other.entry.is_some(), "nobody told us who bea is");
}

/// What could not be read, as it came.
fn unreadable(origin: &str) -> Raw {
    Raw {
        bytes: b"not JSON".to_vec(),
        file: None,
        detail: String::new(),
        format: "cloudevents".to_owned(),
        origin: origin.to_owned(),
        source_id: None,
        cut: false,
        repairs: Vec::new(),
    }
}

fn rejected<'a>(source: &'a SourceName, raw: &'a Raw) -> IntakeItem<'a> {
    IntakeItem::Rejected {
        source,
        cause: Code::Unreadable,
        field: None,
        raw,
        line: None,
        item: b"the same item",
    }
}

#[test]
fn found_a6_a_duplicate_is_counted_once_whichever_way_it_came() {
    let mut office = Office::open();
    let source = SourceName::new("web").expect("a name");
    let raw = unreadable("");
    office.crank.begin().expect("a group");
    for _ in 0..3 {
        office.crank.accept(&rejected(&source, &raw), None, office.now).expect("taken in");
    }
    office.crank.commit().expect("memory");
    let counts = office.crank.store().counters().expect("memory");
    assert_eq!(counts, [(store::counter_names::duplicates(&source), 2)]);
}

#[test]
fn the_same_bytes_from_two_places_of_a_source_are_two_entries() {
    let mut folder = Folder::open();
    let (source, now) = (SourceName::new("web").expect("a name"), folder.now);
    let doors = ["", "segment", "https://forms.acme.com"].map(unreadable);
    let entries: Vec<_> = doors
        .iter()
        .map(|raw| {
            let taken = folder.group(|crank| crank.accept(&rejected(&source, raw), None, now));
            taken.expect("kept apart").entry.expect("an entry")
        })
        .collect();
    let again = folder.group(|crank| crank.accept(&rejected(&source, &doors[1]), None, now));
    assert_eq!(again.expect("known").entry, Some(entries[1]));
    let mut each = entries.clone();
    each.sort();
    each.dedup();
    assert_eq!(each.len(), entries.len(), "{entries:?}");
}
