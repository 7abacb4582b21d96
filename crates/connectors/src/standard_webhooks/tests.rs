//! Signatures good and bad, and what the messages say.

use std::path::PathBuf;

use domain::reason::Code;
use domain::signal::SourceName;
use proptest::prelude::*;

use super::*;
use crate::reading::{BodyError, Item, Source, VerifiedKinds};

#[path = "../../../../tools/skipped_test.rs"]
mod skipped_test;

const NOW: i64 = 1_763_640_000;
const BODY: &[u8] = br#"{"type":"lead.created","timestamp":"2025-11-20T12:00:00Z","data":{"email":"ada@acme.com","plan":"pro"}}"#;

fn secret(byte: u8) -> Secret {
    Secret::parse(&format!("whsec_{}", STANDARD.encode([byte; 32]))).unwrap()
}

fn now() -> Moment {
    Moment::from_seconds(NOW)
}

/// Judges a request at `NOW` that was signed with secret 1 unless it says otherwise.
fn judge(id: &str, timestamp: &str, signature: &str, body: &[u8]) -> Result<(), SignatureError> {
    verify(&[secret(1)], &Headers { id, timestamp, signature }, body, now())
}

fn signed(id: &str) -> String {
    sign(&secret(1), id, now(), BODY)
}

fn read_in(id: &str, body: &[u8]) -> Result<Vec<Item>, BodyError> {
    let name = SourceName::new("billing").unwrap();
    read(id, body, Source { name: &name, verifies: &VerifiedKinds::NONE })
}

fn item(id: &str, body: &[u8]) -> Item {
    read_in(id, body).unwrap().remove(0)
}

#[test]
fn what_is_signed_is_believed() {
    assert_eq!(judge("m1", &NOW.to_string(), &signed("m1"), BODY), Ok(()));
}

/// The vectors of the test data, where it is.
#[test]
fn the_published_vectors_fit() {
    let default = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    let folder = option_env!("BATON_TEST_DATA").map_or(default, PathBuf::from);
    let file = folder.join("standard-webhooks/vectors.json");
    let Ok(text) = std::fs::read_to_string(&file) else {
        skipped_test::skipped(&format!("{} is not there", file.display()));
        return;
    };
    let vectors: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    assert!(!vectors.is_empty());
    for vector in vectors {
        let of = |name: &str| vector[name].as_str().unwrap().to_owned();
        let secret = Secret::parse(&of("secret")).unwrap();
        let seconds = vector["webhook_timestamp"].as_i64().unwrap();
        let (id, signature, body) = (of("webhook_id"), of("webhook_signature"), of("body"));
        let at = Moment::from_seconds(seconds);
        assert_eq!(sign(&secret, &id, at, body.as_bytes()), signature);
        let timestamp = seconds.to_string();
        let headers = Headers { id: &id, timestamp: &timestamp, signature: &signature };
        assert_eq!(verify(&[secret], &headers, body.as_bytes(), at), Ok(()));
    }
}

#[test]
fn w1_no_or_garbage_signatures_are_refused() {
    let garbage =
        ["", "v1", "v1,", "v1,*", "garbage", "v1,AAAA", &"v1,".repeat(1_000), "\u{0}", "v1,é"];
    for signature in garbage {
        assert_eq!(judge("m1", &NOW.to_string(), signature, BODY), Err(SignatureError::NoneFits));
    }
    let almost = signed("m1").replace("v1,", "v1;");
    assert_eq!(judge("m1", &NOW.to_string(), &almost, BODY), Err(SignatureError::NoneFits));
    let time = NOW.to_string();
    let find =
        |headers: &[(&'static str, &'static [u8])]| Headers::find(headers.iter().copied()).err();
    assert_eq!(find(&[]), Some(SignatureError::HeaderMissing(ID)));
    let two: [(&str, &[u8]); 2] = [(ID, b"m1"), (TIMESTAMP, b"1")];
    assert_eq!(find(&two), Some(SignatureError::HeaderMissing(SIGNATURE)));
    let twice: [(&str, &[u8]); 2] = [(ID, b"m1"), ("Webhook-Id", b"m2")];
    assert_eq!(find(&twice), Some(SignatureError::HeaderTwice(ID)));
    assert_eq!(find(&[(ID, b"\xFF")]), Some(SignatureError::HeaderMissing(ID)));
    let signature = signed("m1");
    let all: [(&str, &[u8]); 4] = [
        ("Webhook-ID", b"m1"),
        ("webhook-timestamp", time.as_bytes()),
        ("x-other", b"\xFF"),
        ("webhook-signature", signature.as_bytes()),
    ];
    let found = Headers::find(all).unwrap();
    assert_eq!(verify(&[secret(1)], &found, BODY, now()), Ok(()));
}

#[test]
fn w2_stale_and_future_timestamps_are_refused() {
    for (off, expected) in [
        (0, Ok(())),
        (-300, Ok(())),
        (300, Ok(())),
        (-301, Err(SignatureError::TooOld)),
        (301, Err(SignatureError::TooNew)),
        (-86_400 * 90, Err(SignatureError::TooOld)),
    ] {
        let at = Moment::from_seconds(NOW + off);
        let signature = sign(&secret(1), "m1", at, BODY);
        assert_eq!(judge("m1", &(NOW + off).to_string(), &signature, BODY), expected, "{off}");
    }
}

#[test]
fn w3_the_signature_is_of_the_bytes_as_they_came() {
    let value: serde_json::Value = serde_json::from_slice(BODY).unwrap();
    let again = serde_json::to_vec_pretty(&value).unwrap();
    let refused = judge("m1", &NOW.to_string(), &signed("m1"), &again);
    assert_eq!(refused, Err(SignatureError::NoneFits));
    assert_eq!(item("m1", &again).unwrap(), item("m1", BODY).unwrap());
}

#[test]
fn w4_a_replay_is_too_old_or_the_same_signal() {
    let first = item("m1", BODY).unwrap();
    for (later, believed) in [(1, true), (6 * 60, false), (76 * 3_600, false), (90 * 86_400, false)]
    {
        let at = Moment::from_seconds(NOW + later);
        let signature = signed("m1");
        let headers = Headers { id: "m1", timestamp: &NOW.to_string(), signature: &signature };
        assert_eq!(verify(&[secret(1)], &headers, BODY, at).is_ok(), believed, "{later}");
        // Sent again by its owner with a fresh signature, it has the same id and the same body.
        assert_eq!(item("m1", BODY).unwrap(), first);
    }
}

#[test]
fn w5_the_same_id_with_another_body_is_told_apart() {
    let other = String::from_utf8(BODY.to_vec()).unwrap().replace("pro", "free");
    let (one, other) = (item("m1", BODY).unwrap(), item("m1", other.as_bytes()).unwrap());
    assert_eq!(one.content.source_id, other.content.source_id);
    assert_ne!(one.body, other.body);
}

#[test]
fn w6_an_id_with_a_dot_moves_no_seam() {
    // "m1.T1" + "." + T2 and "m1" + "." + T1 with T2 at the front of the body sign the same text.
    let body = [format!("{NOW}.").as_bytes(), BODY].concat();
    let signature = sign(&secret(1), "m1", now(), &body);
    assert_eq!(judge("m1", &NOW.to_string(), &signature, &body), Ok(()));
    let spliced = judge(&format!("m1.{NOW}"), &NOW.to_string(), &signature, BODY);
    assert_eq!(spliced, Err(SignatureError::IdUnfit));
    for id in ["", ".", "a b", "a\nb", "ä", &"x".repeat(257)] {
        let signature = sign(&secret(1), id, now(), BODY);
        assert_eq!(judge(id, &NOW.to_string(), &signature, BODY), Err(SignatureError::IdUnfit));
    }
}

#[test]
fn w7_one_of_several_signatures_is_enough_and_the_number_is_bounded() {
    let wrong = sign(&secret(2), "m1", now(), BODY);
    let right = signed("m1");
    let time = NOW.to_string();
    assert_eq!(judge("m1", &time, &format!("{wrong} {right}"), BODY), Ok(()));
    assert_eq!(judge("m1", &time, &format!("{right} {wrong}"), BODY), Ok(()));
    let headers = Headers { id: "m1", timestamp: &time, signature: &wrong };
    assert_eq!(verify(&[secret(1), secret(2)], &headers, BODY, now()), Ok(()));
    let many = |count: usize| format!("{}{right}", format!("{wrong} ").repeat(count));
    assert_eq!(judge("m1", &time, &many(31), BODY), Ok(()));
    assert_eq!(judge("m1", &time, &many(32), BODY), Err(SignatureError::NoneFits));
    assert_eq!(judge("m1", &time, &many(1_000), BODY), Err(SignatureError::NoneFits));
}

#[test]
fn w8_only_v1_is_trusted() {
    let right = signed("m1");
    for version in ["v1a", "v2", "v0", "V1", "v11", ""] {
        let other = right.replacen("v1", version, 1);
        let judged = judge("m1", &NOW.to_string(), &other, BODY);
        assert_eq!(judged, Err(SignatureError::NoneFits), "{version}");
    }
}

#[test]
fn w9_a_key_offered_in_a_header_is_not_looked_at() {
    let attacker = secret(9);
    let signature = sign(&attacker, "m1", now(), BODY);
    let time = NOW.to_string();
    let key = STANDARD.encode([9; 32]);
    let headers: [(&str, &[u8]); 5] = [
        (ID, b"m1"),
        (TIMESTAMP, time.as_bytes()),
        (SIGNATURE, signature.as_bytes()),
        ("webhook-public-key", key.as_bytes()),
        ("webhook-secret", key.as_bytes()),
    ];
    let found = Headers::find(headers).unwrap();
    assert_eq!(verify(&[secret(1)], &found, BODY, now()), Err(SignatureError::NoneFits));
    assert_eq!(verify(&[], &found, BODY, now()), Err(SignatureError::NoneFits));
}

#[test]
fn w10_the_secret_of_somebody_else_does_not_fit() {
    let signature = sign(&secret(2), "m1", now(), BODY);
    let refused = judge("m1", &NOW.to_string(), &signature, BODY);
    assert_eq!(refused, Err(SignatureError::NoneFits));
}

#[test]
fn w11_weak_secrets_are_refused_at_the_door() {
    let of = |length: usize| format!("whsec_{}", STANDARD.encode(vec![7; length]));
    for (text, expected) in [
        (String::new(), SecretError::Empty),
        ("whsec_".to_owned(), SecretError::Empty),
        ("  ".to_owned(), SecretError::Empty),
        (of(16), SecretError::Length),
        (of(23), SecretError::Length),
        (of(65), SecretError::Length),
        ("whsec_not base64!".to_owned(), SecretError::Encoding),
        (format!("whsk_{}", STANDARD.encode([7; 32])), SecretError::KeyPair),
    ] {
        assert_eq!(Secret::parse(&text).unwrap_err(), expected, "{text}");
    }
    for length in [24, 32, 64] {
        let secret = Secret::parse(&of(length)).unwrap();
        assert_eq!(format!("{secret:?}"), "****");
    }
}

#[test]
fn w12_a_timestamp_is_decimal_seconds() {
    for timestamp in ["1e9", "-5", "+5", "", " 1", "0x5", "1.5", "1_000", "١", "1763640000000000"]
    {
        let signature = signed("m1");
        let judged = judge("m1", timestamp, &signature, BODY);
        assert_eq!(judged, Err(SignatureError::TimestampUnfit), "{timestamp}");
    }
    let ms = (NOW * 1_000).to_string();
    assert_eq!(judge("m1", &ms, &signed("m1"), BODY), Err(SignatureError::TimestampUnfit));
}

#[test]
fn a_message_becomes_a_signal() {
    let content = item("m1", BODY).unwrap().content;
    assert_eq!((content.kind.as_str(), content.source_id.as_str()), ("lead.created", "m1"));
    assert_eq!(content.origin, ORIGIN);
    assert_eq!(content.occurred.unwrap().to_string(), "2025-11-20T12:00:00.000000Z");
    assert_eq!(content.subject[0].value, "ada@acme.com");
    assert_eq!(content.fields["plan"].to_string(), "pro");
}

#[test]
fn a_cloudevent_is_read_as_one() {
    let body = br#"{"specversion":"1.0","id":"e1","source":"/crm","type":"lead.created"}"#;
    let content = item("m1", body).unwrap().content;
    assert_eq!((content.origin.as_str(), content.source_id.as_str()), ("/crm", "e1"));
    let broken = br#"{"specversion":"1.0","id":"e1","source":"/crm"}"#;
    assert_eq!(item("m1", broken).unwrap_err().format, "cloudevents");
}

#[test]
fn w13_a_message_of_another_century_is_read_as_it_is_said() {
    for year in ["1970", "2200"] {
        let body = format!(r#"{{"type":"x","timestamp":"{year}-01-01T00:00:00Z"}}"#);
        let content = item("m1", body.as_bytes()).unwrap().content;
        assert!(content.occurred.unwrap().to_string().starts_with(year));
    }
}

#[test]
fn messages_that_say_nothing_are_rejected() {
    for (body, code) in [
        ("{}", Code::AttributeMissing),
        ("[]", Code::ValueUnreadable),
        (r#"{"type":5}"#, Code::ValueUnreadable),
        (r#"{"type":"x","timestamp":"soon"}"#, Code::TimeUnreadable),
        (r#"{"type":"x","data":[]}"#, Code::ValueUnreadable),
        (r#"{"type":"x","type":"y"}"#, Code::KeyTwice),
    ] {
        let rejected = item("m1", body.as_bytes()).unwrap_err();
        assert_eq!(rejected.code, code, "{body}");
        assert_eq!(rejected.source_id.as_deref(), Some("m1"));
    }
    assert!(read_in("m1", b"{").is_err());
    assert!(read_in("m1", b"\xEF\xBB\xBF{}").is_err());
}

#[test]
fn w16_what_we_sent_ourselves_is_kept_apart() {
    let delivery = domain::DeliveryId::caused_by(&[b"x"]);
    let handoff = domain::HandoffId::caused_by(&[b"x"]);
    let body = format!(r#"{{"delivery":"{delivery}","handoff":"{handoff}","sends":{{}}}}"#);
    let rejected = item(&delivery.to_string(), body.as_bytes()).unwrap_err();
    assert_eq!(rejected.code, Code::AttributeMissing);
}

#[test]
fn a_body_is_verified_in_parts_and_idle_work_fits_nothing() {
    let timestamp = NOW.to_string();
    let signature = signed("m1");
    let headers = Headers { id: "m1", timestamp: &timestamp, signature: &signature };
    for (secrets, fits) in
        [(vec![secret(1)], true), (vec![secret(2), secret(1)], true), (vec![], false)]
    {
        let mut verifier = Verifier::new(&secrets, 4, &headers, now()).unwrap();
        for part in BODY.chunks(7) {
            verifier.update(part);
        }
        assert_eq!(verifier.finish().is_ok(), fits);
    }
    // Whoever signs with the key of the idle work has signed nothing.
    let mut forged = begun(&[0; 32], "m1", &timestamp);
    forged.update(BODY);
    let forged = format!("v1,{}", STANDARD.encode(forged.finalize().into_bytes()));
    let headers = Headers { id: "m1", timestamp: &timestamp, signature: &forged };
    for secrets in [vec![], vec![secret(1)]] {
        let mut verifier = Verifier::new(&secrets, 4, &headers, now()).unwrap();
        verifier.update(BODY);
        assert_eq!(verifier.finish(), Err(SignatureError::NoneFits));
    }
}

proptest! {
    #[test]
    fn any_request_is_judged(id in any::<String>(), timestamp in any::<String>(), signature in any::<String>(), body in prop::collection::vec(any::<u8>(), 0..100)) {
        let headers = Headers { id: &id, timestamp: &timestamp, signature: &signature };
        prop_assert!(verify(&[secret(1)], &headers, &body, now()).is_err());
        let _ = read_in(&id, &body);
        let _ = Secret::parse(&signature);
    }

    #[test]
    fn one_flipped_bit_is_refused(at in 0..BODY.len(), bit in 0..8u32) {
        let mut body = BODY.to_vec();
        body[at] ^= 1 << bit;
        prop_assert!(judge("m1", &NOW.to_string(), &signed("m1"), &body).is_err());
    }
}
