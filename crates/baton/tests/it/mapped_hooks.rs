//! Posts of sources with a map: believed by a secret or a signature, read by JSON paths.

use std::sync::Arc;

use baton::config::resolved::{SourceKind, SourceSettings};
use connectors::http_source::verify::{Algorithm, Encoding, Secrets, Signed};
use connectors::http_source::{Check, HttpMap, SignedHeader};
use connectors::import::parse_map;
use connectors::reading::VerifiedKinds;
use domain::Span;
use domain::signal::{IdentifierKind, SourceName};
use notation::{Diagnostics, Sources};

use crate::house::{Force, House, Reply};

const MAP: &str = "source: ads
body:
  kind: form.quote
  lead: true
  id: $.lead_id
  subject: { email: { column: \"$.data[?@.id=='EMAIL'].value\", repair: [address] } }
  fields: { person.name: { column: \"$.data[?@.id=='NAME'].value\" }, campaign: text }
";

fn map() -> HttpMap {
    let mut sources = Sources::new();
    let file = sources.add("map.yaml", MAP.to_owned());
    let map = parse_map(&sources, file, &mut Diagnostics::new()).expect("a map");
    HttpMap::new(map.body.expect("a body")).expect("paths")
}

fn house() -> House {
    let secrets = || Secrets::parse("the-secret").expect("a secret");
    let checks = [
        ("field", Check::Field { field: "google_key".to_owned(), secrets: secrets() }),
        (
            "header",
            Check::Header {
                header: "x-secret".to_owned(),
                prefix: String::new(),
                secrets: secrets(),
            },
        ),
        (
            "signed",
            Check::Signature(SignedHeader {
                header: "x-signature".to_owned(),
                prefix: "sha256=".to_owned(),
                algorithm: Algorithm::Sha256,
                encoding: Encoding::Hex,
                signed: Signed::parse("{body}").expect("a template"),
                timestamp: None,
                tolerance: Span::seconds(300),
                secrets: secrets(),
            }),
        ),
    ];
    House::with(Force::Strategy, move |config| {
        for (name, check) in checks {
            let mut source = SourceSettings::of(SourceKind::Http);
            source.verifies = VerifiedKinds::of([IdentifierKind::Email]);
            source.map = Some(Arc::new(map()));
            source.check = Some(Arc::new(check));
            config.sources.insert(SourceName::new(name).unwrap(), source);
        }
    })
}

fn body(id: &str, key: &str) -> String {
    format!(
        r#"{{"google_key":"{key}","lead_id":"{id}","campaign":"spring","data":[{{"id":"NAME","value":"Ada"}},{{"id":"EMAIL","value":"ada@ada-works.example"}}]}}"#
    )
}

fn post(house: &House, source: &str, header: Option<(&str, &str)>, body: &str) -> Reply {
    let mut headers = vec![("Content-Type", "application/json")];
    headers.extend(header);
    house.post(&format!("/v1/hooks/{source}"), &headers, body.as_bytes())
}

#[test]
fn found_d7_a_field_of_the_body_proves_who_sends() {
    let house = house();
    let reply = post(&house, "field", None, &body("1", "the-secret"));
    assert_eq!(reply.status, 202, "{}", reply.text());
    assert_eq!(reply.json()["accepted"], 1);
    assert_eq!(reply.json()["results"][0]["source_id"], "form.quote:1");
    let again = post(&house, "field", None, &body("1", "the-secret"));
    assert_eq!(again.json()["duplicates"], 1);
    assert_eq!(post(&house, "field", None, &body("2", "another")).problem(401), "signature-wrong");
    assert_eq!(post(&house, "field", None, "{\"lead_id\":1}").status, 401);
    let late = format!("{{\"pad\":\"{}\",\"google_key\":\"the-secret\"}}", "x".repeat(70 * 1024));
    assert_eq!(post(&house, "field", None, &late).problem(413), "key-late");
    // A form with the secret in it, and what cannot be read of one.
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let sent = house.post("/v1/hooks/field", &form, b"google_key=the-secret&lead_id=9&campaign=x");
    assert_eq!(sent.json()["accepted"], 1, "{}", sent.text());
    let sent = house.post("/v1/hooks/field", &form, b"google_key=the-secret&campaign=x");
    assert_eq!(sent.json()["results"][0]["reason"], "id-missing", "{}", sent.text());
}

#[test]
fn found_d7_a_header_proves_who_sends() {
    let house = house();
    let good = Some(("x-secret", "the-secret"));
    assert_eq!(post(&house, "header", good, &body("1", "")).status, 202);
    let wrong = Some(("x-secret", "the-secre"));
    assert_eq!(post(&house, "header", wrong, &body("2", "")).problem(401), "signature-wrong");
    assert_eq!(post(&house, "header", None, &body("3", "")).problem(401), "signature-missing");
    assert_eq!(post(&house, "header", good, "<html>").problem(400), "body-unreadable");
    let xml = [("Content-Type", "text/xml"), ("x-secret", "the-secret")];
    assert_eq!(house.post("/v1/hooks/header", &xml, b"<a/>").problem(415), "type-unknown");
}

#[test]
fn found_d7_a_signature_proves_who_sends() {
    let house = house();
    let text = body("1", "");
    let signature = signature(&text);
    let good = Some(("x-signature", signature.as_str()));
    assert_eq!(post(&house, "signed", good, &text).status, 202);
    let changed = text.replace("Ada", "Eve");
    assert_eq!(post(&house, "signed", good, &changed).problem(401), "signature-wrong");
    assert_eq!(post(&house, "signed", None, &text).problem(401), "signature-missing");
}

/// The HMAC of a text by the secret, as RFC 2104 writes it down.
fn signature(text: &str) -> String {
    use sha2::{Digest as _, Sha256};
    let mut key = [0u8; 64];
    key[..10].copy_from_slice(b"the-secret");
    let padded = |pad: u8| key.map(|byte| byte ^ pad);
    let inner = Sha256::digest([&padded(0x36)[..], text.as_bytes()].concat());
    let outer = Sha256::digest([&padded(0x5c)[..], &inner[..]].concat());
    outer.iter().fold("sha256=".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}
