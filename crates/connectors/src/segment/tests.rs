//! Messages as clients send them, and as they should not.

use domain::signal::{Content, IdentifierKind, SourceName};
use proptest::prelude::*;

use super::*;
use crate::reading::VerifiedKinds;

const RECEIVED: &str = "2026-11-20T12:00:00Z";

fn with<T>(read: impl FnOnce(Source<'_>) -> T) -> T {
    let verifies = VerifiedKinds::of([IdentifierKind::ExternalId, IdentifierKind::Email]);
    let name = SourceName::new("web").unwrap();
    read(Source { name: &name, verifies: &verifies })
}

fn items(call: Call, body: &str) -> Vec<Item> {
    with(|source| read(call, body.as_bytes(), source, RECEIVED.parse().unwrap()))
        .unwrap_or_else(|error| panic!("{error}"))
}

fn item(call: Call, body: &str) -> Item {
    items(call, body).remove(0)
}

#[track_caller]
fn content(call: Call, body: &str) -> Content {
    item(call, body).unwrap_or_else(|rejected| panic!("{rejected:?}")).content
}

#[track_caller]
fn refused(call: Call, body: &str, code: Code, field: Option<&str>) -> Box<Rejected> {
    let rejected = item(call, body).expect_err("it is rejected");
    assert_eq!((rejected.code, rejected.field.as_deref()), (code, field), "{rejected:?}");
    rejected
}

fn who(content: &Content) -> Vec<String> {
    let mark = |verified| if verified { "!" } else { "" };
    let text = |one: &domain::signal::Identifier| {
        format!("{}={}{}", one.kind.name(), one.value, mark(one.verified))
    };
    content.subject.iter().map(text).collect()
}

fn fields(content: &Content) -> Vec<String> {
    content.fields.iter().map(|(name, value)| format!("{name}={value}")).collect()
}

#[test]
fn calls_have_names_and_letters() {
    for (name, call) in [
        ("track", Call::Track),
        ("t", Call::Track),
        ("i", Call::Identify),
        ("p", Call::Page),
        ("s", Call::Screen),
        ("g", Call::Group),
        ("a", Call::Alias),
        ("b", Call::Batch),
        ("batch", Call::Batch),
    ] {
        assert_eq!(Call::named(name), Some(call));
    }
    for other in ["", "x", "Track", "tr", "é"] {
        assert_eq!(Call::named(other), None, "{other}");
    }
}

#[test]
fn a_page_is_seen() {
    let content = content(
        Call::Page,
        r#"{"messageId":"m1","anonymousId":"anon-1","timestamp":"2026-11-20T11:59:00.5Z","name":"Home",
        "category":"Docs","properties":{"path":"/pricing","title":"Pricing","a":{"b":1,"c":{"d":2}}},
        "context":{"page":{"path":"/other","url":"https://x.test/pricing","referrer":"","secret":"x"},
        "campaign":{"name":"fall","source":"ads","medium":"cpc","id":"7"},"ip":"10.0.0.1",
        "userAgent":"Mozilla","locale":"de-DE"},"writeKey":"wk","sentAt":"2026-11-20T11:59:01Z"}"#,
    );
    assert_eq!((content.kind.as_str(), content.origin.as_str()), ("page.viewed", "segment"));
    assert_eq!(content.source_id, "m1");
    assert_eq!(content.occurred.unwrap().to_string(), "2026-11-20T11:59:00.500000Z");
    assert_eq!(who(&content), ["cookie=anon-1"]);
    let expected = [
        "a.b=1",
        "a.c=d: 2",
        "campaign=fall",
        "campaign.id=7",
        "category=Docs",
        "locale=de-DE",
        "medium=cpc",
        "name=Home",
        "path=/pricing",
        "referrer=",
        "source=ads",
        "title=Pricing",
        "url=https://x.test/pricing",
    ];
    assert_eq!(fields(&content), expected);
}

#[test]
fn somebody_says_who_they_are() {
    let content = content(
        Call::Identify,
        r#"{"messageId":"m2","userId":4711,"anonymousId":"anon-1","traits":{"email":"ada@acme.com",
        "phone":"+49 151","firstName":"Ada","lastName":"L","name":"Ada L","title":"CTO",
        "company":{"name":"Acme","website":"https://acme.com/","employees":50,"industry":"tools"},
        "address":{"city":"Berlin"}}}"#,
    );
    assert_eq!(content.kind, "person.identified");
    let expected = [
        "external_id=4711!",
        "email=ada@acme.com!",
        "phone=+49 151",
        "cookie=anon-1",
        "domain=acme.com",
        "company=Acme",
    ];
    assert_eq!(who(&content), expected);
    let expected = [
        "account.employees=50",
        "account.industry=tools",
        "account.name=Acme",
        "account.website=https://acme.com/",
        "person.address=city: Berlin",
        "person.first_name=Ada",
        "person.last_name=L",
        "person.name=Ada L",
        "person.title=CTO",
    ];
    assert_eq!(fields(&content), expected);
}

#[test]
fn an_event_has_its_name_as_kind() {
    for (name, kind) in [
        ("Form Submitted", "form.submitted"),
        ("  Order -- Completed! ", "order.completed"),
        ("signup", "signup"),
        ("Prüfung_bestanden", "prüfung.bestanden"),
        ("A/B 2", "a.b.2"),
    ] {
        let content = content(Call::Track, &format!(r#"{{"userId":"u","event":"{name}"}}"#));
        assert_eq!(content.kind, kind);
    }
    for (event, code) in [
        ("\"\"", Code::AttributeMissing),
        ("\"!?\"", Code::AttributeMissing),
        ("null", Code::AttributeMissing),
        ("5", Code::ValueUnreadable),
        (&format!("\"{}\"", "x".repeat(129)), Code::ValueUnreadable),
        ("\"Handoff Outcome\"", Code::ValueUnreadable),
        ("\"handoff.debrief\"", Code::ValueUnreadable),
    ] {
        refused(
            Call::Track,
            &format!(r#"{{"messageId":"m","event":{event}}}"#),
            code,
            Some("event"),
        );
    }
}

#[test]
fn an_event_has_properties_and_context() {
    let content = content(
        Call::Track,
        r#"{"messageId":"m","userId":"u1","event":"Form Submitted","properties":{"form":"demo",
        "email":"other@b.c","source":"own"},"context":{"traits":{"email":"ada@acme.com","firstName":"Ada"},
        "page":{"path":"/demo"},"campaign":{"source":"ads"},"groupId":"g1"}}"#,
    );
    assert_eq!(who(&content), ["external_id=u1!", "email=ada@acme.com!"]);
    let expected = [
        "account.group_id=g1",
        "email=other@b.c",
        "form=demo",
        "page.path=/demo",
        "person.first_name=Ada",
        "source=own",
    ];
    assert_eq!(fields(&content), expected);
}

#[test]
fn a_company_a_screen_and_another_id() {
    let group = content(
        Call::Group,
        r#"{"messageId":"m","userId":"u","groupId":"g-1","traits":{"name":"Acme","domain":"acme.com","plan":"pro"}}"#,
    );
    assert_eq!(group.kind, "account.identified");
    assert_eq!(who(&group), ["external_id=u!", "domain=acme.com", "company=Acme"]);
    let expected = [
        "account.domain=acme.com",
        "account.group_id=g-1",
        "account.name=Acme",
        "account.plan=pro",
    ];
    assert_eq!(fields(&group), expected);
    refused(Call::Group, r#"{"userId":"u"}"#, Code::AttributeMissing, Some("groupId"));
    refused(Call::Group, r#"{"groupId":[]}"#, Code::ValueUnreadable, Some("groupId"));

    let screen = content(
        Call::Screen,
        r#"{"messageId":"m","userId":"u","name":"Home","properties":{"x":true}}"#,
    );
    assert_eq!(
        (screen.kind.as_str(), fields(&screen)),
        ("screen.viewed", vec!["name=Home".into(), "x=true".into()])
    );

    let alias = content(Call::Alias, r#"{"messageId":"m","userId":"u","previousId":"anon"}"#);
    assert_eq!(alias.kind, "person.aliased");
    assert_eq!(who(&alias), ["external_id=u!", "cookie=anon"]);
    refused(Call::Alias, r#"{"userId":"u"}"#, Code::AttributeMissing, Some("previousId"));
}

#[test]
fn the_name_of_a_property_may_be_somebody_and_is_not_told() {
    let body = r#"{"userId":"u","event":"x","properties":{"ada@b.c":{"":1}}}"#;
    refused(Call::Track, body, Code::ValueUnreadable, Some("properties.?"));
}

#[test]
fn a_message_is_about_somebody() {
    let field = Some("userId");
    for call in [Call::Track, Call::Page, Call::Screen, Call::Identify] {
        let body = r#"{"messageId":"m","event":"x","userId":null,"anonymousId":" "}"#;
        refused(call, body, Code::AttributeMissing, field);
    }
    let named = content(Call::Page, r#"{"context":{"traits":{"email":"ada@acme.com"}}}"#);
    assert_eq!(who(&named), ["email=ada@acme.com!"]);
    assert!(content(Call::Group, r#"{"groupId":"g"}"#).subject.is_empty());
}

#[test]
fn when_it_happened() {
    for (times, expected) in [
        (
            r#""timestamp":"2026-11-20T10:00:00Z","originalTimestamp":"2026-11-20T09:00:00Z""#,
            Some("2026-11-20T10:00:00Z"),
        ),
        (r#""originalTimestamp":"2026-11-20T09:00:00Z""#, Some("2026-11-20T09:00:00Z")),
        // The client's clock is three hours slow; it sent ten seconds after the event.
        (
            r#""originalTimestamp":"2026-11-20T09:00:00Z","sentAt":"2026-11-20T09:00:10Z""#,
            Some("2026-11-20T11:59:50Z"),
        ),
        (
            r#""originalTimestamp":"2026-11-20T09:00:00Z","sentAt":"2026-11-20T08:00:00Z""#,
            Some("2026-11-20T09:00:00Z"),
        ),
        (
            r#""originalTimestamp":"2026-11-20T09:00:00Z","sentAt":"soon""#,
            Some("2026-11-20T09:00:00Z"),
        ),
        (r#""sentAt":"2026-11-20T08:00:00Z""#, None),
    ] {
        let content = content(Call::Page, &format!(r#"{{"userId":"u",{times}}}"#));
        assert_eq!(content.occurred, expected.map(|text| text.parse().unwrap()), "{times}");
    }
    let batch = r#"{"sentAt":"2026-11-20T09:00:10Z","batch":[{"type":"page","userId":"u","originalTimestamp":"2026-11-20T09:00:00Z"}]}"#;
    let content = content(Call::Batch, batch);
    assert_eq!(content.occurred, Some("2026-11-20T11:59:50Z".parse().unwrap()));
    for bad in ["\"soon\"", "5", "\"2026-11-20T10:00:00\"", "\"0000-00-00T00:00:00Z\""] {
        let body = format!(r#"{{"messageId":"m","timestamp":{bad}}}"#);
        refused(Call::Page, &body, Code::TimeUnreadable, Some("timestamp"));
    }
}

#[test]
fn one_bad_message_spoils_no_other() {
    let large = format!(
        r#"{{"type":"page","messageId":"m","properties":{{"a":"{}"}}}}"#,
        "x".repeat(ITEM_BYTES_MAX)
    );
    let body = format!(
        r#"{{"batch":[{{"type":"page","userId":"u"}},{{"type":"page","a":1,"a":2}},{{"a":}},5,{{}},{{"type":"batch"}},
        {{"type":"page","properties":[]}},{{"type":"identify","traits":{{"email":{{"$gt":""}}}}}},{large},
        {{"type":"track","event":"x","userId":"u"}}],"writeKey":"wk"}}"#
    );
    let read = items(Call::Batch, &body);
    let codes: Vec<_> = read.iter().map(|item| item.as_ref().err().map(|one| one.code)).collect();
    let expected = [
        None,
        Some(Code::KeyTwice),
        Some(Code::Unreadable),
        Some(Code::Unreadable),
        Some(Code::AttributeMissing),
        Some(Code::ValueUnreadable),
        Some(Code::ValueUnreadable),
        Some(Code::ValueUnreadable),
        Some(Code::ItemTooLarge),
        None,
    ];
    assert_eq!(codes, expected);
    let fields: Vec<_> =
        read.iter().filter_map(|item| item.as_ref().err()?.field.as_deref()).collect();
    assert_eq!(fields, ["type", "type", "properties", "traits.email"]);
}

#[test]
fn a_body_that_is_no_batch_is_unreadable() {
    for body in [
        "",
        "[]",
        "{",
        "{}",
        r#"{"batch":5}"#,
        r#"{"batch":[}"#,
        r#"{"batch":[],"batch":[]}"#,
        "{\"batch\":[]} x",
    ] {
        let read = with(|source| read(Call::Batch, body.as_bytes(), source, Moment::EPOCH));
        assert!(matches!(read, Err(BodyError::Unreadable(_))), "{body}: {read:?}");
    }
    for body in ["", "[]", "{", "5", "\u{feff}{}"] {
        let read = with(|source| read(Call::Track, body.as_bytes(), source, Moment::EPOCH));
        assert!(matches!(read, Err(BodyError::Unreadable(_))), "{body}: {read:?}");
    }
    let many = format!(r#"{{"batch":[{}1]}}"#, "1,".repeat(10_000));
    let read = with(|source| read(Call::Batch, many.as_bytes(), source, Moment::EPOCH));
    assert_eq!(read.unwrap_err(), BodyError::TooManyItems);
}

#[test]
fn the_write_key_is_told_and_kept_nowhere() {
    for (body, key) in [
        (r#"{"writeKey":"wk-1","batch":[]}"#, Some("wk-1")),
        (r#"{"batch":[{"type":"page"},{"writeKey":"wk-2"}]}"#, Some("wk-2")),
        (r#"{"event":"x","writeKey":"wk\u002d3"}"#, Some("wk-3")),
        (r#"{"event":"x","context":{"writeKey":"deep"}}"#, None),
        (r#"{"writeKey":5}"#, None),
        (r#"{"writeKey":"a","writeKey":"b"}"#, None),
        ("nonsense", None),
    ] {
        assert_eq!(write_key(body.as_bytes()).as_deref(), key, "{body}");
    }
    for (begun, key) in [
        (r#"{"writeKey":"wk-1","batch":[{"type":"pa"#, Some("wk-1")),
        (r#"{"batch":[{"writeKey":"wk-2"},{"type":"pa"#, Some("wk-2")),
        (r#"{"sentAt":"x","batch":[{"type":"page"},{"writeKey":"wk-2","type":"pa"#, Some("wk-2")),
        (r#"{"event":"x","properties":{"writeKey":"deep","#, None),
        (r#"{"batch":[{"writeKey":"wk"#, None),
        (r#"{"batch"#, None),
        (r#"{"batch":"#, None),
        (r#"{"other":[{"writeKey":"wk-2"},"#, None),
    ] {
        assert_eq!(write_key(begun.as_bytes()).as_deref(), key, "{begun}");
    }
    let rejected = refused(
        Call::Track,
        r#"{"writeKey" : "wk-\"1","messageId":"m1","event":5}"#,
        Code::ValueUnreadable,
        Some("event"),
    );
    assert_eq!(rejected.raw, br#"{"writeKey":"","messageId":"m1","event":5}"#);
    assert_eq!((rejected.origin.as_str(), rejected.source_id.as_deref()), ("segment", Some("m1")));
    assert_eq!(rejected.format, "segment-track");
    for (bytes, kept) in [
        (r#"{"writeKey":"#, r#"{"writeKey":"#),
        (r#"{"writeKey":"torn"#, r#"{"writeKey":""#),
        (r#"{"writeKey":5,"writeKey":"b"}"#, r#"{"writeKey":5,"writeKey":""}"#),
    ] {
        assert_eq!(without_key(bytes.as_bytes()), kept.as_bytes());
    }
}

#[test]
fn the_same_message_sent_again_has_the_same_body() {
    let first = r#"{"messageId":"m","userId":"u","event":"x","properties":{"a":1},"sentAt":"2026-11-20T11:00:00Z","writeKey":"wk"}"#;
    let one = item(Call::Track, first).unwrap();
    for again in [
        r#"{"sentAt":"2026-11-20T11:30:00Z","userId":"u","event":"x","messageId":"m","type":"track","properties":{"a":1.0},"_metadata":{"retryCount":2}}"#,
        r#"{"userId":"u","event":"x","messageId":"m","properties":{"a":1},"writeKey":"other","receivedAt":"2026-11-20T11:30:00Z"}"#,
    ] {
        assert_eq!(item(Call::Track, again).unwrap(), one, "{again}");
    }
    let batched = r#"{"batch":[{"type":"track","userId":"u","event":"x","messageId":"m","properties":{"a":1}}],"sentAt":"2026-11-20T11:31:00Z","writeKey":"wk"}"#;
    assert_eq!(item(Call::Batch, batched).unwrap(), one);
    let other = item(Call::Track, &first.replace("\"a\":1", "\"a\":2")).unwrap();
    assert_ne!(other.body, one.body);
    assert_ne!(item(Call::Page, first).unwrap().body, one.body);
}

#[test]
fn a_message_without_an_id_has_one_of_its_body() {
    let id = |body: &str| content(Call::Track, body).source_id;
    let one = id(r#"{"userId":"u","event":"x"}"#);
    assert_eq!(one.len(), "sha256-".len() + 32);
    assert_eq!(
        one,
        id(r#"{"event":"x","userId":"u","sentAt":"2026-11-20T11:30:00Z","messageId":""}"#)
    );
    assert_ne!(one, id(r#"{"event":"x","userId":"v"}"#));
    refused(
        Call::Track,
        r#"{"event":"x","messageId":5}"#,
        Code::ValueUnreadable,
        Some("messageId"),
    );
}

#[test]
fn a_batch_shares_texts_of_its_context() {
    let body = r#"{"context":{"campaign":{"name":"fall","deep":{}},"traits":{"email":"x@y.z"},"locale":"de","groupId":"g"},
        "batch":[{"type":"page","anonymousId":"x"},{"type":"page","anonymousId":"x","context":{"campaign":{"name":"own"}}}]}"#;
    let read: Vec<_> =
        items(Call::Batch, body).into_iter().map(|item| item.unwrap().content).collect();
    assert_eq!(fields(&read[0]), ["account.group_id=g", "campaign=fall", "locale=de"]);
    assert_eq!(fields(&read[1]), ["account.group_id=g", "campaign=own", "locale=de"]);
    assert_eq!(who(&read[0]), ["cookie=x"]);
    let large = format!(r#"{{"context":{{"a":"{}"}},"batch":[]}}"#, "x".repeat(4_096));
    assert!(
        with(|source| super::read(Call::Batch, large.as_bytes(), source, Moment::EPOCH)).is_err()
    );
}

#[test]
fn a_rejected_message_can_be_read_again() {
    let rejected = refused(
        Call::Page,
        r#"{"messageId":"m","userId":"u","timestamp":"soon"}"#,
        Code::TimeUnreadable,
        Some("timestamp"),
    );
    let mended = String::from_utf8(rejected.raw).unwrap().replace("soon", "2026-11-20T10:00:00Z");
    let again =
        with(|source| one(mended.as_bytes(), &rejected.format, source, Moment::EPOCH)).unwrap();
    assert_eq!(again, item(Call::Page, &mended).unwrap());
    assert!(with(|source| one(b"{", FORMAT, source, Moment::EPOCH)).is_err());
}

proptest! {
    #[test]
    fn any_bytes_are_items_or_no_body(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = (write_key(&bytes), without_key(&bytes));
        for call in Call::ALL {
            let _ = with(|source| read(call, &bytes, source, Moment::EPOCH));
        }
    }

    #[test]
    fn no_write_key_is_kept(before in "[a-z{}\",:\\\\ ]{0,20}", behind in "[a-z{}\",:\\\\ ]{0,20}") {
        let bytes = format!("{before}\"writeKey\" : \"SECRET\"{behind}");
        let kept = String::from_utf8(without_key(bytes.as_bytes())).unwrap();
        prop_assert!(!kept.contains("SECRET"), "{bytes} -> {kept}");
    }
}
