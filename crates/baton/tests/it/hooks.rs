//! Webhooks that come in: believed by their signature, once by their id.

use baton::runtime::clock;
use baton::runtime::settings::{SourceKind, SourceSettings};
use connectors::standard_webhooks::{Secret, sign};
use domain::signal::SourceName;
use domain::{Moment, Span};

use crate::house::{Force, House, Reply};

const SECRET: &str = "whsec_aG9va3MtYXJlLWJlbGlldmVkLWJ5LXNpZ25hdHVyZQ==";
const OTHER: &str = "whsec_c29tZWJvZHktZWxzZXMtc2VjcmV0LW9mLTMyLWJ5dGVz";
const BODY: &str = r#"{"type":"form.quote","timestamp":"2026-11-20T13:38:02Z","data":{"email":"ada@ada-works.example"}}"#;

fn house() -> House {
    House::with(Force::Strategy, |config| {
        for (name, secret) in [("billing", SECRET), ("other", OTHER)] {
            let mut source = SourceSettings::of(SourceKind::Webhook);
            source.secrets = vec![Secret::parse(secret).unwrap()];
            config.sources.insert(SourceName::new(name).unwrap(), source);
        }
    })
}

struct Hook<'a> {
    id: &'a str,
    secret: &'a str,
    moment: Moment,
    signed: &'a str,
}

impl Hook<'_> {
    fn of(id: &str) -> Hook<'_> {
        Hook { id, secret: SECRET, moment: clock::now(), signed: BODY }
    }

    fn signature(&self) -> String {
        let secret = Secret::parse(self.secret).unwrap();
        sign(&secret, self.id, self.moment, self.signed.as_bytes())
    }

    fn send(&self, house: &House) -> Reply {
        self.send_with(house, &self.signature(), BODY)
    }

    fn send_with(&self, house: &House, signature: &str, body: &str) -> Reply {
        let timestamp = self.moment.seconds().to_string();
        let headers = [
            ("Content-Type", "application/json"),
            ("webhook-id", self.id),
            ("webhook-timestamp", timestamp.as_str()),
            ("webhook-signature", signature),
        ];
        house.post("/v1/hooks/billing", &headers, body.as_bytes())
    }
}

#[test]
fn w1_without_a_signature_nothing_is_believed() {
    let house = house();
    let json = [("Content-Type", "application/json")];
    let reply = house.post("/v1/hooks/billing", &json, BODY.as_bytes());
    assert_eq!(reply.problem(401), "signature-missing");
    for garbage in ["", "v1", "v1,", "v1,AAAA", "%%%"] {
        let reply = Hook::of("m-1").send_with(&house, garbage, BODY);
        assert_eq!(reply.problem(401), "signature-wrong", "{garbage}");
    }
    assert_eq!(house.post("/v1/hooks/nobody", &json, b"{}").problem(404), "source-missing");
    assert_eq!(house.post("/v1/hooks/web", &json, b"{}").problem(404), "source-missing");
}

#[test]
fn w2_an_old_or_early_signature_is_none() {
    let house = house();
    for (away, status) in [(-301, 401), (-290, 202), (290, 202), (302, 401)] {
        let id = format!("m{away}");
        let hook = Hook { moment: clock::now() + Span::seconds(away), ..Hook::of(&id) };
        assert_eq!(hook.send(&house).status, status, "{away}");
    }
}

#[test]
fn w3_a_body_written_anew_is_another_body() {
    let house = house();
    let hook = Hook::of("m-1");
    let anew = BODY.replace(",\"", ", \"");
    assert_eq!(hook.send_with(&house, &hook.signature(), &anew).problem(401), "signature-wrong");
}

#[test]
fn w4_w5_an_id_is_taken_in_once_and_with_one_body() {
    let house = house();
    assert_eq!(Hook::of("m-1").send(&house).json()["accepted"], 1);
    assert_eq!(Hook::of("m-1").send(&house).json()["duplicates"], 1);
    let other = BODY.replace("ada@", "ben@");
    let hook = Hook { signed: &other, ..Hook::of("m-1") };
    let told = hook.send_with(&house, &hook.signature(), &other).json();
    assert_eq!(told["results"][0]["reason"], "id-reused", "{told}");
}

#[test]
fn w6_w7_w8_w10_seams_rotation_downgrades_and_strangers() {
    let house = house();
    assert_eq!(Hook::of("m.1").send(&house).problem(401), "signature-wrong");
    let hook = Hook::of("m-1");
    let two = format!("v1,{} {}", "A".repeat(43) + "=", hook.signature());
    assert_eq!(hook.send_with(&house, &two, BODY).status, 202);
    let many = vec!["v1,AAAA"; 1_000].join(" ");
    assert_eq!(hook.send_with(&house, &many, BODY).problem(401), "signature-wrong");
    let asymmetric = hook.signature().replace("v1,", "v1a,");
    assert_eq!(hook.send_with(&house, &asymmetric, BODY).problem(401), "signature-wrong");
    let stranger = Hook { secret: OTHER, ..Hook::of("m-2") };
    assert_eq!(stranger.send(&house).problem(401), "signature-wrong");
}
