//! Names and hosts.

use super::*;
use domain::Fields;

#[test]
fn a_web_address_has_a_host() {
    for (given, expected) in [
        ("acme.com", "acme.com"),
        ("https://www.acme.com/x", "acme.com"),
        ("http://ada@acme.com:8080?x", "acme.com"),
        ("acme.com/x", "acme.com"),
        ("ada@acme.com", "acme.com"),
        ("", ""),
        ("://", ""),
    ] {
        assert_eq!(host(given), expected, "{given}");
    }
}

#[test]
fn a_kind_is_lower_case_and_short() {
    assert_eq!(kind(" Lead.Created ", "type").unwrap(), "lead.created");
    assert_eq!(kind(&"x".repeat(128), "type").unwrap().len(), 128);
    for (given, code) in [
        ("", Code::AttributeMissing),
        (" ", Code::AttributeMissing),
        ("a\u{1b}[31m", Code::ValueUnreadable),
        (&"x".repeat(129), Code::ValueUnreadable),
    ] {
        assert_eq!(kind(given, "type").unwrap_err().code, code, "{given}");
    }
}

#[test]
fn the_first_value_of_a_field_stays() {
    let mut said = PayloadFields::nothing(VerifiedKinds::NONE);
    said.set("a".to_owned(), Json::Integer(1), "data", "a").unwrap();
    said.set("a".to_owned(), Json::Integer(2), "data", "a").unwrap();
    said.set("b".to_owned(), Json::Null, "data", "a").unwrap();
    assert_eq!(said.into_parts().1, Fields::from([("a", Value::Integer(1))]));
}

#[test]
fn names_of_fields_are_bounded() {
    let mut said = PayloadFields::nothing(VerifiedKinds::NONE);
    for name in ["", "person.", &"x".repeat(257)] {
        let misfit = said.set(name.to_owned(), Json::Integer(1), "data", "a").unwrap_err();
        assert_eq!(misfit.code, Code::ValueUnreadable);
        assert_eq!(misfit.field.as_deref(), Some("data.?"));
    }
}

#[test]
fn found_a15_a_name_that_may_be_somebody_is_not_told() {
    for (key, told) in [
        ("email", "data.email"),
        ("ada@b.c", "data.?"),
        ("+49 151", "data.?"),
        ("", "data.?"),
        ("ada_lovelace", "data.?"),
        ("ada.lovelace", "data.?"),
    ] {
        let mut said = PayloadFields::nothing(VerifiedKinds::NONE);
        let misfit = said.set("consent.x".to_owned(), Json::Integer(1), "data", key).unwrap_err();
        assert_eq!(misfit.field.as_deref(), Some(told));
    }
}

#[test]
fn sources_verify_what_they_are_configured_to() {
    let verifies = VerifiedKinds::of([IdentifierKind::Email, IdentifierKind::Domain]);
    assert!(verifies.has(IdentifierKind::Email) && verifies.has(IdentifierKind::Domain));
    assert!(!verifies.has(IdentifierKind::ExternalId) && !verifies.has(IdentifierKind::Phone));
    assert!(
        VerifiedKinds::ALL.has(IdentifierKind::Company)
            && !VerifiedKinds::NONE.has(IdentifierKind::Email)
    );
}
