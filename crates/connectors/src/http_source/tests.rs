//! Paths, forms, signatures, and the examples of the page.

use domain::Value;
use domain::signal::{IdentifierKind, SourceName};
use domain::{Moment, Span};
use hmac::{Hmac, KeyInit as _, Mac as _};
use notation::{Diagnostics, Sources};
use sha2::Sha256;

use super::read::{HttpMap, Shape, one, read};
use super::verify::{
    Algorithm, Check, Encoding, Secrets, Signed, SignedHeader, VerifyError, field, header,
};
use super::{FORMAT, form};
use crate::import::{RowResult, parse_map};
use crate::json::path::JsonPath;
use crate::json::{self, Json};
use crate::reading::{Item, Source, VerifiedKinds};

fn found(path: &str, document: &str) -> Vec<String> {
    let json = json::parse(document.as_bytes(), 1 << 20).expect("JSON");
    JsonPath::parse(path).expect("a path").find(&json).into_iter().map(json::write).collect()
}

#[test]
fn paths_lead_where_they_say() {
    let document = r#"{"a":{"b c":[1,2,{"d":"x"}]},"l":[{"t":"e","v":"1"},{"t":"p","v":2,"on":true},{"t":"e","v":null}],"e-mail":"y"}"#;
    for (path, expected) in [
        ("$.a['b c'][0]", vec!["1"]),
        ("$.a[\"b c\"][-1].d", vec!["\"x\""]),
        ("$.l[*].t", vec!["\"e\"", "\"p\"", "\"e\""]),
        ("$.l[?@.t=='e'].v", vec!["\"1\"", "null"]),
        ("$.l[?(@.t == 'p' && @.v == 2)].v", vec!["2"]),
        ("$.l[?@.t=='p' || @.v=='1'].t", vec!["\"e\"", "\"p\""]),
        ("$.l[?@.t!='e'].v", vec!["2"]),
        ("$.l[?@.on].v", vec!["2"]),
        ("$.l[?@.on==true].v", vec!["2"]),
        ("$.l[?@.v==null].t", vec!["\"e\""]),
        ("$.none.of[3].these", vec![]),
        ("e-mail", vec!["\"y\""]),
        ("$.e-mail", vec!["\"y\""]),
        ("$.a.*[1]", vec!["2"]),
    ] {
        assert_eq!(found(path, document), expected, "{path}");
    }
    for unread in
        ["$..a", "$.l[1:2]", "$.l[0,1]", "$.l[?length(@)>1]", "$.", "$[", "$['a", "$.a b", "$x", ""]
    {
        assert!(JsonPath::parse(unread).is_err(), "{unread}");
    }
    assert!(JsonPath::parse(&format!("$.{}", "a".repeat(600))).is_err());
}

#[test]
fn a_form_is_an_object_of_its_fields() {
    let written = |text: &str| form::parse(text.as_bytes()).map(|json| json::write(&json));
    assert_eq!(written("a=1&b=x+y%21&a=2&c").unwrap(), r#"{"a":["1","2"],"b":"x y!","c":""}"#);
    assert_eq!(written("a=%E4%zz").map_err(|error| error.code).unwrap_err().as_str(), "unreadable");
    assert!(written("a=%00").is_err());
    assert!(written(&"a=1&".repeat(1_001)).is_err());
    assert_eq!(written("").unwrap(), "{}");
    assert_eq!(field(Shape::Form, b"key=a%20b&rest=1", "key").as_deref(), Some("a b"));
    assert_eq!(field(Shape::Json, br#"{"key":"a b","rest":"#, "key").as_deref(), Some("a b"));
    assert_eq!(field(Shape::Json, br#"{"in":{"key":"a"}}"#, "key"), None);
}

fn map(text: &str) -> HttpMap {
    let mut sources = Sources::new();
    let file = sources.add("map.yaml", text.to_owned());
    let mut out = Diagnostics::new();
    let map = parse_map(&sources, file, &mut out);
    let told: Vec<&str> = out.list().iter().map(|one| one.message.as_str()).collect();
    HttpMap::new(map.unwrap_or_else(|| panic!("{told:?}")).body.expect("a body")).expect("paths")
}

fn items(map: &HttpMap, shape: Shape, secret: Option<&str>, body: &str) -> Vec<Item> {
    let name = SourceName::new("web").unwrap();
    let verifies = VerifiedKinds::of([IdentifierKind::Email]);
    let source = Source { name: &name, verifies: &verifies };
    read(map, shape, secret, body.as_bytes(), source).expect("a body")
}

#[test]
fn found_d7_the_examples_of_the_page_are_read() {
    let page = include_str!("../../../../docs/how-to/http-maps.md");
    let block = |text: &str, kind: &str| -> Vec<String> {
        let fence = format!("```{kind}\n");
        let parts = text.split(fence.as_str()).skip(1);
        parts.map(|part| part.split("```").next().unwrap_or_default().to_owned()).collect()
    };
    let maps = block(page, "yaml");
    let mut bodies: Vec<(Shape, String)> =
        block(page, "json").into_iter().map(|body| (Shape::Json, body)).collect();
    bodies.extend(block(page, "form").into_iter().map(|body| (Shape::Form, body)));
    assert_eq!((maps.len(), bodies.len()), (4, 4));
    for (text, (shape, body)) in maps.iter().zip(&bodies) {
        let read = items(&map(text), *shape, Some("google_key"), body.trim());
        let [Ok(incoming)] = read.as_slice() else { panic!("{text}: {read:?}") };
        let content = &incoming.content;
        assert_eq!(incoming.source.as_str(), "web");
        assert_eq!(content.subject[0].value, "ada@acme.example", "{text}");
        assert!(content.subject[0].verified);
        assert_eq!(content.fields.get("person.name"), Some(&Value::from("Ada Lovelace")));
        assert!(!content.source_id.ends_with("-1"), "it has an id of its own");
    }
}

#[test]
fn found_d7_lists_bring_items_and_bad_ones_spoil_no_other() {
    let map = map(
        "source: x\nbody:\n  kind: lead.created\n  id: id\n  subject: { email: $.mail }\n  fields: { n: { column: $.n, type: integer } }\n",
    );
    let body = r#"[{"id":1,"mail":"a@b.example","n":"x"},{"id":2,"mail":"nobody"},{"mail":"c@d.example"},7]"#;
    let read = items(&map, Shape::Json, None, body);
    let told: Vec<_> = read
        .iter()
        .map(|item| match item {
            Ok(incoming) => incoming.content.source_id.to_string(),
            Err(rejected) => rejected.code.to_string(),
        })
        .collect();
    assert_eq!(told, ["lead.created:1", "address-unreadable", "id-missing", "value-unreadable"]);
    // An entry is read again by its map, with what a person put in place.
    let Err(rejected) = read.into_iter().nth(1).unwrap() else { panic!("held") };
    let mut raw = rejected.into_raw();
    assert_eq!(raw.format, FORMAT);
    let name = SourceName::new("web").unwrap();
    let source = Source { name: &name, verifies: &VerifiedKinds::NONE };
    let again = one(&map, &raw, source).expect("JSON").result;
    assert!(matches!(again, RowResult::Quarantine(_)));
    raw.repairs = vec![("$.mail".to_owned(), "b@b.example".to_owned())];
    let again = one(&map, &raw, source).expect("JSON").result;
    let RowResult::Signal(mended) = again else { panic!("mended") };
    let incoming = mended.incoming;
    assert_eq!(incoming.content.subject[0].value, "b@b.example");
    assert!(
        !incoming.content.subject[0].verified,
        "what is verified is the configuration's to say"
    );
}

#[test]
fn found_d7_the_secret_of_a_body_is_kept_nowhere() {
    let map = map("source: x\nbody: { kind: x, id: id, subject: { email: mail } }\n");
    let read =
        items(&map, Shape::Json, Some("key"), r#"{"id":1,"mail":"nobody","key":"hush-hush"}"#);
    let Err(rejected) = &read[0] else { panic!("held") };
    assert!(!String::from_utf8_lossy(&rejected.raw).contains("hush"));
    let read = items(&map, Shape::Form, Some("key"), "id=1&mail=nobody&key=hush-hush");
    let Err(rejected) = &read[0] else { panic!("held") };
    assert!(!String::from_utf8_lossy(&rejected.raw).contains("hush"));
}

const NOW: i64 = 1_800_000_000;

fn signed(prefix: &str, encoding: Encoding, template: &str) -> SignedHeader {
    SignedHeader {
        header: "X-Signature".to_owned(),
        prefix: prefix.to_owned(),
        algorithm: Algorithm::Sha256,
        encoding,
        signed: Signed::parse(template).expect("a template"),
        timestamp: None,
        tolerance: Span::seconds(300),
        secrets: Secrets::parse("one two").expect("secrets"),
    }
}

fn verified(how: &SignedHeader, value: &str, body: &[u8]) -> Result<(), VerifyError> {
    let now = Moment::EPOCH + Span::seconds(NOW);
    let headers = [("x-signature", value.as_bytes())];
    let mut verifier = how.begin(&headers, now)?;
    for part in body.chunks(3) {
        verifier.update(part);
    }
    verifier.finish()
}

fn hex(secret: &str, text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    let digits = mac.finalize().into_bytes();
    digits.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[test]
fn found_d7_signatures_fit_or_do_not() {
    let plain = signed("sha256=", Encoding::Hex, "{body}");
    let good = format!("sha256={}", hex("two", "the body"));
    assert_eq!(verified(&plain, &good, b"the body"), Ok(()));
    assert_eq!(verified(&plain, &good.to_uppercase().replace("SHA", "sha"), b"the body"), Ok(()));
    for wrong in [
        (good.as_str(), "the bodY"),
        (&good[7..], "the body"),
        ("sha256=", "the body"),
        ("sha256=zz", "the body"),
        (&good[..good.len() - 2], "the body"),
        ("", ""),
    ] {
        assert_eq!(
            verified(&plain, wrong.0, wrong.1.as_bytes()),
            Err(VerifyError::Wrong),
            "{wrong:?}"
        );
    }
    let other = format!("sha256={}", hex("three", "the body"));
    assert_eq!(verified(&plain, &other, b"the body"), Err(VerifyError::Wrong));

    let timed = signed("v1=", Encoding::Hex, "{t}.{body}");
    let at = |time: i64| format!("t={time},v1={}", hex("one", &format!("{time}.x")));
    assert_eq!(verified(&timed, &at(NOW), b"x"), Ok(()));
    assert_eq!(verified(&timed, &at(NOW - 300), b"x"), Ok(()));
    assert_eq!(verified(&timed, &at(NOW - 301), b"x"), Err(VerifyError::Stale));
    assert_eq!(verified(&timed, &at(NOW + 301), b"x"), Err(VerifyError::Stale));
    assert_eq!(verified(&timed, &at(NOW).replace("t=", "t=-"), b"x"), Err(VerifyError::Missing));
    assert_eq!(verified(&timed, &at(NOW)[13..], b"x"), Err(VerifyError::Missing));
    let moved = at(NOW).replace(&NOW.to_string(), &(NOW - 1).to_string());
    assert_eq!(verified(&timed, &moved, b"x"), Err(VerifyError::Wrong));
    for template in ["", "{t}", "{body}{body}", "{x}{body}", "{body"] {
        assert_eq!(Signed::parse(template), None, "{template}");
    }
}

#[test]
fn found_d7_secrets_in_headers_and_fields() {
    let secrets = Secrets::parse("old new").unwrap();
    assert!(secrets.has("new") && secrets.has("old") && !secrets.has("ne") && !secrets.has(""));
    assert!(Secrets::parse("  ").is_none());
    let knows = |value| Check::knows(&secrets, "Token ", value);
    assert_eq!(knows(Ok("Token new")), Ok(()));
    assert_eq!(knows(Ok("new")), Err(VerifyError::Wrong));
    let twice = [("x-key", b"new".as_slice()), ("X-Key", b"new".as_slice())];
    assert_eq!(header(twice, "x-key"), Err(VerifyError::Missing), "two are none");
    assert_eq!(header(twice, "y-key"), Err(VerifyError::Missing));
    assert_eq!(format!("{secrets:?}"), "****");
}

#[test]
fn what_is_no_object_is_held() {
    assert!(matches!(json::parse(b"7", 10), Ok(Json::Integer(7))));
    let map = map("source: x\nbody: { kind: x, subject: { email: mail } }\n");
    assert!(items(&map, Shape::Json, None, "7")[0].is_err());
    let name = SourceName::new("web").unwrap();
    let source = Source { name: &name, verifies: &VerifiedKinds::NONE };
    assert!(read(&map, Shape::Json, None, b"<html>", source).is_err());
    assert!(read(&map, Shape::Json, None, b"[{]", source).is_err());
}
