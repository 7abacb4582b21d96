//! What was kept apart, put right.

use domain::Moment;
use domain::signal::SourceName;

use super::*;
use crate::reading::VerifiedKinds;

fn with<T>(read: impl FnOnce(Source<'_>) -> T) -> T {
    let name = SourceName::new("web").unwrap();
    read(Source { name: &name, verifies: &VerifiedKinds::NONE })
}

fn raw(item: Item, repairs: &[(&str, &str)]) -> Raw {
    let mut raw = item.expect_err("it was rejected").into_raw();
    let owned = |(field, text): &(&str, &str)| ((*field).to_owned(), (*text).to_owned());
    raw.repairs = repairs.iter().map(owned).collect();
    raw
}

fn again(raw: &Raw) -> Result<Incoming, Vec<RowFault>> {
    with(|source| read(raw, source, Moment::EPOCH)).expect("the format is known")
}

fn event(data: &str) -> Item {
    let text =
        format!(r#"{{"specversion":"1.0","id":"e1","source":"/s","type":"x","data":{data}}}"#);
    with(|source| cloudevents::one(text.as_bytes(), source))
}

#[test]
fn a_field_that_was_put_right_is_taken() {
    let rejected = event(r#"{"email":["a@b.c"],"consent":{"email":"yes"},"n":1.50}"#);
    let entry = raw(rejected, &[("data.email", "a@b.c"), ("data.consent.email", "true")]);
    let expected = event(r#"{"email":"a@b.c","consent":{"email":true},"n":1.5}"#).unwrap();
    assert_eq!(again(&entry).unwrap(), expected);
}

#[test]
fn a_dotted_key_and_a_missing_one_are_found() {
    let entry = raw(event(r#"{"consent.email":"yes"}"#), &[("data.consent.email", "false")]);
    assert_eq!(again(&entry).unwrap(), event(r#"{"consent.email":false}"#).unwrap());
    let entry = raw(event("[1]"), &[("data.person.title", "CTO")]);
    assert_eq!(again(&entry).unwrap(), event(r#"{"person":{"title":"CTO"}}"#).unwrap());
}

#[test]
fn without_a_repair_it_is_rejected_again() {
    let entry = raw(event(r#"{"email":5}"#), &[]);
    assert!(again(&entry).is_err());
    let entry = raw(event(r#"{"a":1,"a":2}"#), &[("data.a", "1")]);
    let faults = again(&entry).unwrap_err();
    assert_eq!(faults[0].code.as_str(), "key-twice");
}

#[test]
fn each_format_is_read_by_its_own() {
    let page = br#"{"messageId":"m","userId":"u","timestamp":"soon"}"#;
    let read = with(|source| segment::read(segment::Call::Page, page, source, Moment::EPOCH));
    let entry = raw(read.unwrap().remove(0), &[("timestamp", "2026-11-20T10:00:00Z")]);
    assert_eq!(again(&entry).unwrap().content.kind, "page.viewed");

    let read = with(|source| standard_webhooks::read("m1", br#"{"data":{}}"#, source));
    let entry = raw(read.unwrap().remove(0), &[("type", "lead.created")]);
    let content = again(&entry).unwrap().content;
    assert_eq!((content.kind.as_str(), content.source_id.as_str()), ("lead.created", "m1"));

    let mut other = raw(event("5"), &[]);
    other.format = "csv".to_owned();
    assert!(with(|source| super::read(&other, source, Moment::EPOCH)).is_none());
}

#[test]
fn found_d5_a_number_can_be_put_where_a_number_stood() {
    for (text, expected) in [("7", "7"), ("12.50", "12.5"), ("seven", r#""seven""#)] {
        let entry = raw(event(r#"{"email":5,"n":1.5}"#), &[("email", "a@b.c"), ("n", text)]);
        let right = event(&format!(r#"{{"email":"a@b.c","n":{expected}}}"#)).unwrap();
        assert_eq!(again(&entry).unwrap(), right, "{text}");
    }
}

#[test]
fn found_d5_a_name_of_a_contract_leads_to_its_place_in_each_format() {
    let wrong = event(r#"{"consent":{"email":"yes"}}"#);
    let names =
        [("data.consent.email", "true"), ("subject.email", "a@b.c"), ("person.title", "CTO")];
    let right = event(r#"{"email":"a@b.c","consent":{"email":true},"person":{"title":"CTO"}}"#);
    assert_eq!(again(&raw(wrong, &names)).unwrap(), right.unwrap());

    let read = |call, body: &str| {
        let read = with(|source| segment::read(call, body.as_bytes(), source, Moment::EPOCH));
        read.unwrap().remove(0)
    };
    let wrong = read(segment::Call::Identify, r#"{"messageId":"m","timestamp":"soon"}"#);
    let at = "2026-11-20T10:00:00Z";
    let entry = raw(wrong, &[("occurred", at), ("email", "a@b.c"), ("person.title", "CTO")]);
    let content = again(&entry).unwrap().content;
    assert_eq!(content.subject[0].value, "a@b.c");
    assert_eq!(content.fields.get("person.title").and_then(|value| value.text()), Some("CTO"));
    let wrong = read(segment::Call::Page, r#"{"messageId":"m","properties":{"seats":3}}"#);
    let entry = raw(wrong, &[("external_id", "u1"), ("seats", "4")]);
    let content = again(&entry).unwrap().content;
    assert_eq!(content.fields.get("seats"), Some(&domain::Value::Integer(4)));
}

#[test]
fn found_d5_all_that_is_wrong_is_told_at_once_with_its_values() {
    let entry = raw(event(r#"{"email":["x"],"consent":{"sms":"yes"},"phone":true}"#), &[]);
    let mut told: Vec<_> = again(&entry)
        .unwrap_err()
        .into_iter()
        .map(|fault| (fault.field.unwrap(), fault.value.unwrap()))
        .collect();
    told.sort();
    let said = |field: &str, value: &str| (field.to_owned(), value.to_owned());
    let expected = [
        said("data.consent.sms", "yes"),
        said("data.email", r#"["x"]"#),
        said("data.phone", "true"),
    ];
    assert_eq!(told, expected);
}
