//! Webhooks that come in: believed by their signature, once by their id.

use std::os::unix::fs::PermissionsExt as _;

use baton::config::resolved::{SourceKind, SourceSettings};
use baton::runtime::clock;
use connectors::standard_webhooks::{Secret, sign};
use domain::signal::SourceName;
use domain::{Moment, Span};

use crate::cli::program::Place;
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
    for stranger in ["nobody", "web"] {
        let path = format!("/v1/hooks/{stranger}");
        assert_eq!(house.post(&path, &json, b"{}").problem(401), "signature-missing");
    }
}

/// Groups that were committed so far.
fn commits(house: &House) -> String {
    let text = house.get("/metrics").text();
    let line = text.lines().find(|line| line.starts_with("baton_commit_seconds_count"));
    line.unwrap().to_owned()
}

#[test]
fn found_h8_a_source_that_is_not_there_is_answered_as_one_whose_signature_does_not_fit() {
    let house = house();
    let hook = Hook::of("m-1");
    let (now, stale) = (hook.moment.seconds().to_string(), "1000000000".to_owned());
    let nobodys = "whsec_bm9ib2R5LWhhcy10aGlzLXNlY3JldC1vZi0zMi1ieXQ=";
    let stranger = Hook { secret: nobodys, ..Hook::of("m-1") }.signature();
    let whole =
        [("webhook-id", "m-1"), ("webhook-timestamp", &now), ("webhook-signature", &stranger)];
    let large = "a".repeat(200_000);
    let late =
        [("webhook-id", "m-1"), ("webhook-timestamp", &stale), ("webhook-signature", "v1,A")];
    let asked: [(&[(&str, &str)], &str); 7] = [
        (&[], BODY),
        (&whole[..2], BODY),
        (&whole, BODY),
        (&whole, &large),
        (&late, BODY),
        (&[whole[0], whole[1], whole[2], ("Content-Encoding", "gzip")], BODY),
        (&[whole[0], whole[1], whole[2], ("Content-Encoding", "br")], BODY),
    ];
    let before = commits(&house);
    for (headers, body) in asked {
        let told = |name: &str| {
            let reply = house.post(&format!("/v1/hooks/{name}"), headers, body.as_bytes());
            assert!((400..500).contains(&reply.status), "{name}: {}", reply.text());
            let mut headers = reply.headers;
            headers.retain(|(name, _)| !name.eq_ignore_ascii_case("date"));
            (reply.status, headers, reply.body)
        };
        let known = told("billing");
        for other in ["other", "nobody", "web", "not_a.name--", "UPPER", &"a".repeat(100)] {
            assert_eq!(told(other), known, "{other}, {headers:?}");
        }
    }
    assert_eq!(commits(&house), before, "nothing was written");
    assert_eq!(house.get("/v1/quarantine").json()["entries"], serde_json::json!([]));
    assert_eq!(hook.send(&house).json()["accepted"], 1);
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

#[test]
fn w9_a_key_that_the_message_brings_along_is_not_looked_at() {
    let house = house();
    let hook = Hook { secret: OTHER, ..Hook::of("m-1") };
    let (timestamp, signature) = (hook.moment.seconds().to_string(), hook.signature());
    let headers = [
        ("Content-Type", "application/json"),
        ("webhook-id", hook.id),
        ("webhook-timestamp", timestamp.as_str()),
        ("webhook-signature", signature.as_str()),
        ("webhook-secret", OTHER),
        ("webhook-public-key", "whpk_MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE="),
        ("Authorization", "Bearer key-admin"),
    ];
    let reply = house.post("/v1/hooks/billing", &headers, BODY.as_bytes());
    assert_eq!(reply.problem(401), "signature-wrong");
}

#[test]
fn w11_a_weak_secret_is_refused_when_the_server_starts() {
    let place = Place::new();
    place.write(
        "baton.toml",
        "[sources.billing]\nkind = \"webhook\"\ncredential = \"file:secret\"\n",
    );
    let serve = ["serve", "--config", "baton.toml", "--listen", "127.0.0.1:0"];
    for weak in ["whsec_", "whsec_c2l4dGVlbi1ieXRlcy4uLg==", "whsec_%%%", "hunter2"] {
        let path = place.write("secret", weak);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
        let ended = place.run(&serve);
        ended.failed(2, "secret-unfit");
        assert!(weak == "whsec_" || !ended.err.contains(weak), "{}", ended.err);
    }
    let path = place.write("secret", "\n");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(place.run(&serve).code, Some(2));
}

#[test]
fn w12_a_timestamp_is_whole_seconds_in_decimal() {
    let house = house();
    let now = clock::now().seconds();
    let hook = Hook::of("m-1");
    let signature = hook.signature();
    for timestamp in
        ["1e9", "-1", "+1", "0x1", "", &format!("{now}.0"), &format!("{now}000"), &"9".repeat(40)]
    {
        let headers = [
            ("Content-Type", "application/json"),
            ("webhook-id", hook.id),
            ("webhook-timestamp", timestamp),
            ("webhook-signature", signature.as_str()),
        ];
        let reply = house.post("/v1/hooks/billing", &headers, BODY.as_bytes());
        assert_eq!(reply.status, 401, "{timestamp}");
        reply.problem(401);
    }
    assert_eq!(Hook::of("m-1").send(&house).json()["accepted"], 1, "its id was not taken");
}

#[test]
fn w14_what_comes_out_of_order_is_kept_with_its_own_time() {
    let house = house();
    for (id, time) in [("m-2", "2026-11-20T13:40:00Z"), ("m-1", "2026-11-20T13:38:00Z")] {
        let body =
            BODY.replace("2026-11-20T13:38:02Z", time).replace("form.quote", "stage.changed");
        let hook = Hook { signed: &body, ..Hook::of(id) };
        assert_eq!(hook.send_with(&house, &hook.signature(), &body).json()["accepted"], 1);
    }
    let touches = house.until("both", |house| {
        let account = house.get("/v1/accounts/ada-works.example").json();
        let touches = account["touchpoints"].as_array()?.clone();
        (touches.len() == 2).then_some(touches)
    });
    assert_eq!(touches[0]["source_id"], "m-2", "newest first: {touches:?}");
    assert_eq!(touches[1]["source_id"], "m-1");
}

#[test]
fn w16_what_we_sent_ourselves_makes_no_signal_when_it_loops_back() {
    let house = house();
    let body = r#"{"delivery":"d-0123456789abcdef","step":"tell the CRM","handoff":"h-0123456789abcdef","data":{"handoff":{"id":"h-0123456789abcdef"}}}"#;
    let hook = Hook { signed: body, ..Hook::of("d-0123456789abcdef") };
    let told = hook.send_with(&house, &hook.signature(), body).json();
    assert_eq!((&told["accepted"], &told["quarantined"]), (&0.into(), &1.into()), "{told}");
    assert_eq!(house.get("/v1/handoffs").json()["handoffs"], serde_json::json!([]));
}
