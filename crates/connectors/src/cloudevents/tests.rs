//! Events as they come, good and bad.

use domain::Value;
use domain::signal::SourceName;
use proptest::prelude::*;

use super::*;
use crate::reading::VerifiedKinds;

fn with<T>(read: impl FnOnce(Source<'_>) -> T) -> T {
    let verifies = VerifiedKinds::of([IdentifierKind::ExternalId]);
    let name = SourceName::new("web").unwrap();
    read(Source { name: &name, verifies: &verifies })
}

#[track_caller]
fn one_of(items: Result<Vec<Item>, BodyError>) -> Item {
    let mut items = items.expect("the body is readable");
    assert_eq!(items.len(), 1);
    items.remove(0)
}

#[track_caller]
fn item(text: &str) -> Item {
    with(|source| one_of(structured(text.as_bytes(), source)))
}

/// An event with these members beside the required ones.
fn event(members: &str) -> String {
    format!(
        r#"{{"specversion":"1.0","id":"e1","source":"/site","type":"Form.Submitted"{members}}}"#
    )
}

#[track_caller]
fn read(members: &str) -> Content {
    item(&event(members)).unwrap_or_else(|rejected| panic!("{rejected:?}")).content
}

#[track_caller]
fn refused(text: &str, code: Code, field: Option<&str>) -> Box<Rejected> {
    let rejected = item(text).expect_err("it is rejected");
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
fn an_event_becomes_a_signal() {
    let content = read(
        r#","time":"2026-11-20T13:38:02.911+01:00","data":{"email":" Ada@Example.com ","userId":42,
        "path":"/pricing","person":{"title":"CTO","cookie":"c-1"},"account":{"domain":"example.com",
        "name":"Example","employees":120},"consent":{"email":true,"phone":null},
        "form":{"a":{"b":1}},"seats":2.50}"#,
    );
    assert_eq!(content.kind, "form.submitted");
    assert_eq!((content.origin.as_str(), content.source_id.as_str()), ("/site", "e1"));
    assert_eq!(content.occurred.unwrap().to_string(), "2026-11-20T12:38:02.911000Z");
    let subject = [
        "external_id=42!",
        "email=Ada@Example.com",
        "cookie=c-1",
        "domain=example.com",
        "company=Example",
    ];
    assert_eq!(who(&content), subject);
    let expected = [
        "account.domain=example.com",
        "account.employees=120",
        "account.name=Example",
        "consent.email=true",
        "form=a: b: 1",
        "path=/pricing",
        "person.title=CTO",
        "seats=2.5",
    ];
    assert_eq!(fields(&content), expected);
}

#[test]
fn data_names_somebody_in_several_places() {
    for (data, subject) in [
        (r#"{"external_id":"7","user_id":"8"}"#, vec!["external_id=7!", "external_id=8!"]),
        (r#"{"subject":{"email":"a@b.c","anonymous_id":"x"}}"#, vec!["email=a@b.c", "cookie=x"]),
        (r#"{"person":{"phone":4915112345678}}"#, vec!["phone=4915112345678"]),
        (r#"{"traits":{"anonymousId":"x"},"cookie":"x"}"#, vec!["cookie=x"]),
        (r#"{"company":"Acme","domain":"acme.com"}"#, vec!["domain=acme.com", "company=Acme"]),
        (
            r#"{"company":{"name":"Acme","website":"https://www.acme.com:443/x?y"}}"#,
            vec!["domain=acme.com", "company=Acme"],
        ),
        (r#"{"email":"","phone":null,"cookie":"  "}"#, vec![]),
        (r#"{"subject":"Hello","person":"Ada"}"#, vec![]),
    ] {
        let content = read(&format!(r#","data":{data}"#));
        assert_eq!(who(&content), subject, "{data}");
    }
}

#[test]
fn the_subject_attribute_speaks_only_where_data_is_silent() {
    for (members, subject) in [
        (r#","subject":"ada@example.com""#, vec!["email=ada@example.com"]),
        (r#","subject":"4711""#, vec!["external_id=4711!"]),
        (r#","subject":"a@b@c","data":null"#, vec!["external_id=a@b@c!"]),
        (r#","subject":"4711","data":{"domain":"b.c"}"#, vec!["external_id=4711!", "domain=b.c"]),
        (r#","subject":"4711","data":{"email":"a@b.c"}"#, vec!["email=a@b.c"]),
        (r#","subject":null"#, vec![]),
    ] {
        assert_eq!(who(&read(members)), subject, "{members}");
    }
}

#[test]
fn what_is_required_is_required() {
    let without = |name: &str| {
        let mut event: serde_json::Value = serde_json::from_str(&event("")).unwrap();
        event.as_object_mut().unwrap().remove(name);
        event.to_string()
    };
    for name in ["specversion", "source", "type"] {
        refused(&without(name), Code::AttributeMissing, Some(name));
    }
    refused(&without("id"), Code::IdMissing, Some("id"));
    let other = |from: &str, to: &str| event("").replace(from, to);
    refused(&other(r#""e1""#, r#"" ""#), Code::IdMissing, Some("id"));
    refused(&other(r#""e1""#, "null"), Code::IdMissing, Some("id"));
    refused(&other(r#""e1""#, "9007199254740993"), Code::ValueUnreadable, Some("id"));
    refused(&other(r#""e1""#, r#""a\nb""#), Code::TextInvalid, Some("id"));
    refused(&other("/site", ""), Code::AttributeMissing, Some("source"));
    refused(&other("1.0", "0.3"), Code::ValueUnreadable, Some("specversion"));
    refused(&other("Form.Submitted", &"x".repeat(129)), Code::ValueUnreadable, Some("type"));
}

#[test]
fn h16_a_long_id_is_refused() {
    let long = event("").replace("e1", &"x".repeat(10_000));
    refused(&long, Code::ValueUnreadable, Some("id"));
    let kept = item(&event("").replace("e1", &"x".repeat(1_024))).unwrap();
    assert_eq!(kept.content.source_id.len(), 1_024);
}

#[test]
fn j3_ids_and_money_stay_exact() {
    let content = read(
        r#","data":{"user_id":9007199254740993,"amount":0.1,"total":0.3,"big":18446744073709551616}"#,
    );
    assert_eq!(who(&content), ["external_id=9007199254740993!"]);
    assert_eq!(fields(&content), ["amount=0.1", "big=18446744073709551616", "total=0.3"]);
    refused(&event(r#","data":{"amount":1e400}"#), Code::NumberUnreadable, None);
    refused(&event(r#","data":{"user_id":1.5}"#), Code::ValueUnreadable, Some("data.user_id"));
}

#[test]
fn j9_null_missing_and_empty_are_three() {
    assert_eq!(fields(&read(r#","data":{"a":null,"b":""}"#)), ["b="]);
    assert_eq!(fields(&read(r#","data":{}"#)), Vec::<String>::new());
    let body = |data: &str| item(&event(&format!(r#","data":{data}"#))).unwrap().body;
    assert_ne!(body(r#"{"a":null}"#), body("{}"));
    assert_ne!(body(r#"{"a":null}"#), body(r#"{"a":""}"#));
}

#[test]
fn j10_swapped_types_are_refused() {
    for (data, field) in [
        (r#"{"email":{"$gt":""}}"#, "data.email"),
        (r#"{"email":["a@b.c"]}"#, "data.email"),
        (r#"{"email":true}"#, "data.email"),
        (r#"{"email":5}"#, "data.email"),
        (r#"{"person":{"cookie":[]}}"#, "data.person.cookie"),
        (r#"{"consent":{"email":"true"}}"#, "data.consent.email"),
        (r#"{"consent":{"email":1}}"#, "data.consent.email"),
        (r#"{"consent.email":"yes"}"#, "data.consent.email"),
        (r#"{"account":{"domain":{}}}"#, "data.account.domain"),
        ("[1]", "data"),
        ("\"x\"", "data"),
        ("true", "data"),
    ] {
        refused(&event(&format!(r#","data":{data}"#)), Code::ValueUnreadable, Some(field));
    }
    refused(&event(r#","time":5"#), Code::TimeUnreadable, Some("time"));
    refused(&event(r#","subject":["x"]"#), Code::ValueUnreadable, Some("subject"));
}

#[test]
fn j12_an_unknown_field_is_kept_for_the_contract_to_judge() {
    assert_eq!(fields(&read(r#","comexampleother":"x","data":{"unheard":1}"#)), ["unheard=1"]);
}

#[test]
fn j13_wrong_times_are_refused() {
    for time in [
        "0000-00-00",
        "0000-00-00T00:00:00Z",
        "9999-12-31T24:00",
        "9999-12-31T24:00:00Z",
        "2026-11-20T23:59:60Z",
        "2026-11-20T13:38:02+99:99",
        "10000-01-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-11-20T13:38:02",
        "2026-11-20T13:38:02Z[UTC]",
        "yesterday",
        "",
        "1763645882",
    ] {
        refused(&event(&format!(r#","time":"{time}""#)), Code::TimeUnreadable, Some("time"));
    }
    assert_eq!(read(r#","time":null"#).occurred, None);
}

#[test]
fn w13_a_time_far_away_is_read_as_it_is_said() {
    for time in ["1970-01-01T00:00:00.000000Z", "2200-01-01T00:00:00.000000Z"] {
        let content = read(&format!(r#","time":"{time}""#));
        assert_eq!(content.occurred.unwrap().to_string(), time);
    }
}

#[test]
fn w14_the_order_of_times_is_not_judged_here() {
    let later = event(r#","time":"2026-11-20T13:00:00Z""#);
    let earlier = event(r#","time":"2026-11-20T12:00:00Z""#).replace("e1", "e2");
    let body = format!("[{later},{earlier}]");
    let items = with(|source| batch(body.as_bytes(), source)).unwrap();
    let ids: Vec<_> = items.into_iter().map(|item| item.unwrap().content.source_id).collect();
    assert_eq!(ids, ["e1", "e2"]);
}

#[test]
fn an_unreadable_body_is_no_item() {
    let bodies: [&[u8]; 9] =
        [b"", b"{", b"{}{}", b"[1]", b"5", b"\"x\"", b"\xEF\xBB\xBF{}", b"{\0}\0", b"<xml/>"];
    for body in bodies {
        let read = with(|source| structured(body, source));
        assert!(matches!(read, Err(BodyError::Unreadable(_))), "{body:?}: {read:?}");
    }
}

#[test]
fn what_is_rejected_keeps_its_bytes_and_its_id() {
    let text = event(r#","data":{"a":1,"a":2}"#);
    let rejected = refused(&text, Code::KeyTwice, None);
    assert_eq!(rejected.raw, text.as_bytes());
    assert_eq!((rejected.origin.as_str(), rejected.source_id.as_deref()), ("/site", Some("e1")));
    assert_eq!((rejected.format.as_str(), rejected.cut), ("cloudevents", false));
    let deep = event(&format!(r#","data":{}1{}"#, "[".repeat(100), "]".repeat(100)));
    assert_eq!(refused(&deep, Code::TooDeep, None).source_id.as_deref(), Some("e1"));
    let twice = refused(&event(r#","id":"e2""#), Code::KeyTwice, None);
    assert_eq!(twice.source_id, None);
}

#[test]
fn personal_data_is_in_no_error() {
    for members in [
        r#","data":{"email":["ada@example.com"]}"#,
        r#","data":{"a":"ada@example.com","a":1}"#,
        r#","time":"ada@example.com""#,
        r#","data":{"x":"ada@example.com","y":1e999}"#,
        r#","data":{"consent":{"ada@example.com":1}}"#,
        r#","data":{"consent.ada@example.com":1}"#,
    ] {
        let rejected = item(&event(members)).unwrap_err();
        assert!(!format!("{rejected:?}").contains("ada@"), "{rejected:?}");
    }
}

fn codes(items: Vec<Item>) -> Vec<Option<Code>> {
    items.into_iter().map(|item| item.err().map(|rejected| rejected.code)).collect()
}

#[test]
fn one_bad_item_spoils_no_other() {
    let all = [
        event(""),
        event(r#","data":{"a":1,"a":1}"#),
        event(&format!(r#","data":{{"a":"{}"}}"#, "x".repeat(ITEM_BYTES_MAX))),
        event(r#","data":{"a":"\ud800"}"#),
        event(r#","data":{"a":NaN}"#),
        event(&format!(r#","data":{}{}"#, "[".repeat(9_999), "]".repeat(9_999))),
        "5".to_owned(),
        "{}".to_owned(),
        event(""),
    ];
    let expected = [
        None,
        Some(Code::KeyTwice),
        Some(Code::ItemTooLarge),
        Some(Code::TextInvalid),
        Some(Code::NumberUnreadable),
        Some(Code::TooDeep),
        Some(Code::Unreadable),
        Some(Code::AttributeMissing),
        None,
    ];
    let array = format!("[{}]", all.join(","));
    assert_eq!(codes(with(|source| batch(array.as_bytes(), source)).unwrap()), expected);
    let text = all.join("\n");
    let items = with(|source| lines(text.as_bytes(), source)).unwrap();
    let large = items[2].as_ref().unwrap_err();
    assert_eq!((large.raw.len(), large.cut), (ITEM_BYTES_MAX, true));
    assert_eq!(large.source_id.as_deref(), Some("e1"));
    assert_eq!(codes(items), expected);
}

#[test]
fn undecodable_bytes_spoil_one_item() {
    let (before, behind) = (br#"[{"id":""#, format!("\"}},{}]", event("")));
    let array = [before.as_slice(), b"\xFF", behind.as_bytes()].concat();
    let items = with(|source| batch(&array, source)).unwrap();
    assert_eq!(codes(items), [Some(Code::BytesUndecodable), None]);
}

#[test]
fn a_broken_array_is_unreadable_and_a_broken_line_is_not() {
    for broken in [format!("[{}", event("")), format!("[{},{{\"a\":}}]", event(""))] {
        let read = with(|source| batch(broken.as_bytes(), source));
        assert!(matches!(read, Err(BodyError::Unreadable(_))), "{read:?}");
    }
    let text = format!("{}\n{{\"a\":}}\n\n{}\r\n", event(""), event(""));
    let items = with(|source| lines(text.as_bytes(), source)).unwrap();
    assert_eq!(codes(items), [None, Some(Code::Unreadable), None]);
    let empty = with(|source| (batch(b"[]", source), lines(b"\n", source)));
    assert!(matches!(empty, (Ok(batch), Ok(lines)) if batch.is_empty() && lines.is_empty()));
}

#[test]
fn j8_a_body_has_at_most_ten_thousand_items() {
    let of = |count: usize| format!("[{}{{}}]", "{},".repeat(count - 1));
    let read = |count: usize| with(|source| batch(of(count).as_bytes(), source));
    assert_eq!(read(10_000).unwrap().len(), 10_000);
    assert_eq!(read(1_000_000).unwrap_err(), BodyError::TooManyItems);
    let text = "1\n".repeat(10_001);
    let read = with(|source| lines(text.as_bytes(), source));
    assert_eq!(read.unwrap_err(), BodyError::TooManyItems);
}

#[test]
fn order_and_blanks_make_no_other_body() {
    let body = |text: &str| item(text).unwrap().body;
    let members = r#","data":{"a":1,"b":{"c":"x"}}"#;
    let one = body(&event(members));
    let spread = r#"{ "data" : {"b":{"c":"\u0078"}, "a":1.0},
        "type":"Form.Submitted","source":"/site","id":"e1","specversion":"1.0" }"#;
    assert_eq!(one, body(spread));
    assert_eq!(one, body(&event(&format!(r#"{members},"traceparent":"00-1-2-01""#))));
    assert_ne!(one, body(&event(&members.replace('1', "2"))));
    assert_ne!(one, body(&event(&format!(r#"{members},"time":"2026-01-01T00:00:00Z""#))));
}

#[test]
fn base64_is_read_where_it_says_json() {
    let encoded = STANDARD.encode(r#"{"a":1}"#);
    let with_type =
        |kind: &str| event(&format!(r#","data_base64":"{encoded}","datacontenttype":"{kind}""#));
    let plain = item(&event(r#","data":{"a":1}"#)).unwrap();
    assert_eq!(item(&with_type("application/json; charset=utf-8")).unwrap(), plain);
    let field = Some("data_base64");
    refused(&with_type("text/xml"), Code::ValueUnreadable, field);
    let broken = STANDARD.encode("{");
    for members in [
        format!(r#","data":{{}},"data_base64":"{encoded}""#),
        r#","data_base64":"*""#.to_owned(),
        r#","data_base64":5"#.to_owned(),
        format!(r#","data_base64":"{broken}""#),
    ] {
        refused(&event(&members), Code::ValueUnreadable, field);
    }
}

const HEADERS: [(&str, &str); 5] = [
    ("Ce-Specversion", "1.0"),
    ("ce-id", "e1"),
    ("ce-source", "/site"),
    ("ce-type", "Form.Submitted"),
    ("content-type", "application/json"),
];

fn in_binary(more: &[(&str, &str)], body: &[u8]) -> Result<Vec<Item>, BodyError> {
    let own = HEADERS.iter().filter(|one| more.iter().all(|other| other.0 != one.0));
    let headers = own.chain(more).map(|(name, value)| (*name, value.as_bytes()));
    with(|source| binary(headers, body, source))
}

#[test]
fn binary_mode_is_the_same_event() {
    let members = r#","time":"2026-11-20T13:38:02Z","subject":"€ 100%","data":{"a":1}"#;
    let plain = item(&event(members)).unwrap();
    for (subject, kind) in [
        ("%E2%82%AC%20100%", "application/json"),
        ("\"%e2%82%ac 100\\%\"", "text/plain;charset=UTF-8"),
        ("€ 100%", "application/vnd.x+json"),
    ] {
        let time = ("ce-time", "2026-11-20T13:38:02Z");
        let more = [time, ("ce-subject", subject), ("content-type", kind)];
        assert_eq!(one_of(in_binary(&more, br#"{ "a": 1 }"#)).unwrap(), plain, "{subject}");
    }
    assert_eq!(one_of(in_binary(&[], b"")).unwrap(), item(&event("")).unwrap());
}

#[test]
fn binary_mode_is_refused_in_parts() {
    for body in [&b"{"[..], br#"{},"subject":"ada@example.com""#, b"\xEF\xBB\xBF{}"] {
        assert!(in_binary(&[], body).is_err(), "{body:?}");
    }
    for (more, body, code, field) in [
        (vec![("ce-id", "a"), ("ce-id", "b")], "{}", Code::KeyTwice, "id"),
        (vec![("ce-id", "%00")], "{}", Code::TextInvalid, "id"),
        (vec![("ce-id", "%FF")], "{}", Code::TextInvalid, "id"),
        (vec![("ce-id", "")], "{}", Code::IdMissing, "id"),
        (vec![("ce-data", "{}")], "{}", Code::ValueUnreadable, "headers"),
        (vec![("ce-a_b", "x")], "{}", Code::ValueUnreadable, "headers"),
        (vec![], r#"{"a":1,"a":2}"#, Code::KeyTwice, "data"),
        (vec![], "[]", Code::ValueUnreadable, "data"),
        (vec![("content-type", "text/xml")], "<a/>", Code::ValueUnreadable, "data"),
    ] {
        let rejected = one_of(in_binary(&more, body.as_bytes())).expect_err(body);
        assert_eq!((rejected.code, rejected.field.as_deref()), (code, Some(field)), "{rejected:?}");
        assert_eq!(rejected.origin, "/site");
    }
}

#[test]
fn h6_many_headers_are_bounded() {
    let names: Vec<String> = (0..10_000).map(|at| format!("ce-x{at}")).collect();
    let more: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "x")).collect();
    let rejected = one_of(in_binary(&more, b"{}")).unwrap_err();
    assert_eq!(rejected.field.as_deref(), Some("headers"));
    assert!(rejected.raw.len() < 10_000);
}

#[test]
fn what_binary_mode_rejects_is_kept_in_structured_mode() {
    let rejected = one_of(in_binary(&[("ce-time", "soon")], br#"{"a":1}"#)).unwrap_err();
    let text = String::from_utf8(rejected.raw).unwrap();
    assert_eq!(item(&text).unwrap_err().code, Code::TimeUnreadable);
    let mended = text.replace("soon", "2026-11-20T13:38:02Z");
    assert_eq!(item(&mended).unwrap().content.fields["a"], Value::Integer(1));

    // Nothing in data that was not read to its end can pass for an attribute.
    let deep = format!(r#"{}1{} ,"subject":"ada@example.com""#, "[".repeat(70), "]".repeat(70));
    let rejected = one_of(in_binary(&[], deep.as_bytes())).unwrap_err();
    assert_eq!(rejected.code, Code::TooDeep);
    assert_eq!(peek(&rejected.raw, b"subject"), None);
    let again = item(std::str::from_utf8(&rejected.raw).unwrap()).unwrap_err();
    assert_eq!(again.code, Code::TooDeep);
}

#[test]
fn outcomes_are_ordinary_kinds() {
    for kind in ["handoff.outcome", "handoff.debrief"] {
        let read = item(&event("").replace("Form.Submitted", kind)).unwrap();
        assert_eq!(read.content.kind, kind);
    }
}

proptest! {
    #[test]
    fn any_bytes_are_items_or_no_body(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        with(|source| {
            let _ = structured(&bytes, source);
            let _ = batch(&bytes, source);
            let _ = lines(&bytes, source);
            let _ = binary([("ce-id", &bytes[..]), ("ce-time", &bytes[..])], &bytes, source);
        });
    }

    #[test]
    fn any_data_is_a_signal_or_rejected(
        key in "[a-z.]{0,9}|consent|person|account|email",
        text in any::<String>(),
        number in any::<f64>(),
    ) {
        let text = serde_json::to_string(&text).unwrap();
        for data in [
            format!("{{\"{key}\":{text}}}"),
            format!("{{\"{key}\":{{\"{key}\":{number}}}}}"),
            format!("{{\"person\":{{\"{key}\":[{text}]}}}}"),
        ] {
            let _ = with(|source| one(event(&format!(",\"data\":{data}")).as_bytes(), source));
        }
    }
}
