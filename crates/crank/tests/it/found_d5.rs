//! Repair is the reading path: typed as the contract asks, all faults at once, held for what is wrong now.

use crank::{EntryFault, Repair, Repaired};
use domain::fact::By;
use domain::reason::Code;
use domain::signal::IdentifierKind::{self, Cookie, Email};
use domain::{QuarantineId, Span, Value};
use store::{EntryRow, EntryState, Read};

use crate::office::{Office, ROUTING};
use crate::quarantine::unasked;

const CONTRACT: &str = r"
apiVersion: v3.1.0
kind: DataContract
id: quotes
version: 1.0.0
name: Quotes
status: active
customProperties:
  - { property: batonSeam, value: signal }
schema:
  - name: quote
    customProperties:
      - { property: batonKinds, value: [quote.asked] }
    properties:
      - { name: account.employees, logicalType: integer, required: true, logicalTypeOptions: { minimum: 1 } }
      - { name: budget, logicalType: number }
      - { name: urgent, logicalType: boolean }
      - { name: subject.email, logicalType: string, required: true }
";

fn office() -> Office {
    Office::with(ROUTING, &[("contracts/lead.yaml", CONTRACT)])
}

fn held(office: &mut Office, who: (IdentifierKind, &str), says: &[(&str, Value)]) -> QuarantineId {
    let signal = office.signal("quote.asked", &[who], says);
    office.send(signal).entry.expect("held")
}

fn repair(office: &mut Office, entry: QuarantineId, values: &[(&str, &str)]) -> Repaired {
    let repair = |(field, value): &(&str, &str)| Repair {
        field: (*field).to_owned(),
        value: (*value).to_owned(),
    };
    let (repairs, now): (Vec<_>, _) = (values.iter().map(repair).collect(), office.now);
    let repaired = office.crank.grouped(|crank| crank.repair(entry, &repairs, &unasked, now));
    repaired.expect("memory").expect("open")
}

fn row(office: &Office, entry: QuarantineId) -> EntryRow {
    office.crank.store().entry(entry).expect("memory").expect("there")
}

fn told(faults: &[EntryFault]) -> Vec<(Code, &str, Option<&str>)> {
    faults
        .iter()
        .map(|one| (one.code, one.field.as_deref().unwrap_or(""), one.value.as_deref()))
        .collect()
}

#[test]
fn found_d5_what_is_typed_in_has_the_type_that_the_contract_asks_for() {
    let rows: [(&str, Value, &str, Value); 4] = [
        ("account.employees", "many".into(), "12", Value::Integer(12)),
        ("budget", "a lot".into(), "1250", Value::Integer(1_250)),
        ("urgent", "very".into(), "yes", Value::Boolean(true)),
        ("urgent", Value::Integer(3), "false", Value::Boolean(false)),
    ];
    for (field, wrong, typed, right) in rows {
        let mut office = office();
        let fine = ("account.employees", Value::Integer(5));
        let says: Vec<_> =
            if field == fine.0 { vec![(field, wrong)] } else { vec![fine, (field, wrong)] };
        let entry = held(&mut office, (Email, "ada@acme.com"), &says);
        assert_eq!(row(&office, entry).cause, Code::FieldType);
        assert_eq!(repair(&mut office, entry, &[(field, typed)]), Repaired::Ready, "{field}");
        let now = office.now;
        let released = office.crank.grouped(|crank| crank.release(entry, &unasked, now));
        released.expect("memory").expect("nothing is wrong with it");
        let person = office.person_of(&[(Email, "ada@acme.com")]);
        let node = office.crank.store().cluster(person).expect("memory")[0];
        let account = office.account(node.pointer.expect("resolved").account);
        let account = account.known();
        let touch =
            account.node(node.node).expect("a node").touchpoints.iter().next().expect("one");
        let of_account = field.strip_prefix("account.").and_then(|name| account.field(name));
        let known = of_account.map(|known| &known.value).or(touch.fields.get(field));
        assert_eq!(known, Some(&right), "{field}");
    }
}

#[test]
fn found_d5_a_missing_address_can_be_added() {
    for name in ["email", "subject.email"] {
        let mut office = office();
        let says = [("account.employees", Value::Integer(5))];
        let entry = held(&mut office, (Cookie, "c-1"), &says);
        let before = row(&office, entry);
        assert_eq!(
            (before.cause, before.field.as_deref()),
            (Code::FieldRequired, Some("subject.email"))
        );
        assert_eq!(repair(&mut office, entry, &[(name, "eve@acme.com")]), Repaired::Ready);
        let now = office.now;
        let released = office.crank.grouped(|crank| crank.release(entry, &unasked, now));
        released.expect("memory").expect("nothing is wrong with it");
        assert_eq!(row(&office, entry).state, EntryState::Released);
    }
}

#[test]
fn found_d5_all_faults_are_told_and_the_entry_is_held_for_what_is_wrong_now() {
    let mut office = office();
    let says = [("account.employees", "many".into()), ("budget", "a lot".into())];
    let entry = held(&mut office, (Cookie, "c-1"), &says);
    assert_eq!(row(&office, entry).field.as_deref(), Some("account.employees"));
    // One of three is put right, and badly.
    let Repaired::StillHeld(faults) = repair(&mut office, entry, &[("account.employees", "0")])
    else {
        panic!("two are wrong besides")
    };
    let expected = [
        (Code::FieldRange, "account.employees", Some("0")),
        (Code::FieldType, "budget", Some("a lot")),
        (Code::FieldRequired, "subject.email", None),
    ];
    assert_eq!(told(&faults), expected);
    let range = row(&office, entry);
    assert_eq!((range.cause, range.state), (Code::FieldRange, EntryState::Waiting));
    // It moves on to the group of its next fault, and is never called repaired before it is.
    let values = [("account.employees", "7"), ("budget", "10")];
    assert!(matches!(repair(&mut office, entry, &values), Repaired::StillHeld(_)));
    let missing = row(&office, entry);
    assert_eq!(
        (missing.cause, missing.field.as_deref()),
        (Code::FieldRequired, Some("subject.email"))
    );
    assert_eq!(missing.state, EntryState::Waiting);
    assert_eq!(repair(&mut office, entry, &[("email", "eve@acme.com")]), Repaired::Ready);
    assert_eq!(row(&office, entry).state, EntryState::Repaired);
    // What was right can be made wrong again.
    assert!(matches!(repair(&mut office, entry, &[("budget", "none")]), Repaired::StillHeld(_)));
    assert_eq!(row(&office, entry).state, EntryState::Waiting);
}

#[test]
fn found_d5_what_nobody_may_change_is_refused_and_changes_nothing() {
    let mut office = office();
    let entry = held(&mut office, (Email, "ada@acme.com"), &[("account.employees", "many".into())]);
    let before = row(&office, entry);
    for name in ["kind", "origin", "occurred"] {
        let repaired = repair(&mut office, entry, &[(name, "something")]);
        assert!(matches!(repaired, Repaired::Refused(_)), "{name}: {repaired:?}");
        assert_eq!(row(&office, entry), before);
    }
}

#[test]
fn found_d5_an_address_that_was_typed_in_is_found_by_an_erasure() {
    let mut office = office();
    let known = office.does("page.viewed", &[(Email, "ada@acme.com")]);
    assert!(known.entry.is_none());
    // Typed as a field of its own, in the middle of a text, and in place of another that was typed before.
    for typed in [
        &[[("subject.email", "ada@acme.com")]][..],
        &[[("person.note", "asks for ada@acme.com, she says")]],
        &[[("person.note", "call ada@acme.com")], [("person.note", "nobody")]],
    ] {
        let entry = held(&mut office, (Cookie, "c-1"), &[("account.employees", 7.into())]);
        for repairs in typed {
            repair(&mut office, entry, repairs);
        }
        let person = office.person_of(&[(Email, "ada@acme.com")]);
        let now = office.now;
        let receipt = office.crank.erase(person, &By::Operator, now).expect("known");
        let entries = &receipt.taken[0].entries;
        assert!(entries.contains(&entry), "{typed:?}: {entries:?}");
        assert_eq!(row(&office, entry).state, EntryState::Erased);
        office.later(Span::hours(1)).does("page.viewed", &[(Email, "ada@acme.com")]);
    }
}
