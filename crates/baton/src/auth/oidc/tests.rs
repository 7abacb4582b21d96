use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Moment, Span};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};

use super::ProviderFault;
use super::flows::{FLOW_LASTS, Flow, Flows};
use super::id_token::{self, Expected, Identity, Keys, judge};
use super::provider::{Provider, document_of};
use crate::auth::token::Token;

const ISSUER: &str = "https://login.example.com";
const NOW: Moment = Moment(1_800_000_000_000_000);

/// A key that a provider signs with.
struct Signer {
    pair: EcdsaKeyPair,
    chance: SystemRandom,
}

impl Signer {
    fn draw() -> Self {
        let (chance, how) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let kept = EcdsaKeyPair::generate_pkcs8(how, &chance).expect("chance");
        let pair = EcdsaKeyPair::from_pkcs8(how, kept.as_ref(), &chance).expect("a key");
        Self { pair, chance }
    }

    fn keys(&self, id: &str) -> Keys {
        let point = self.pair.public_key().as_ref();
        let (x, y) = (encoded(&point[1..33]), encoded(&point[33..]));
        let key = json!({"kty": "EC", "crv": "P-256", "kid": id, "use": "sig", "x": x, "y": y});
        Keys::parse(json!({ "keys": [key] }).to_string().as_bytes()).expect("keys")
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let (header, claims) = (header.to_string(), claims.to_string());
        let message = format!("{}.{}", encoded(header.as_bytes()), encoded(claims.as_bytes()));
        let signature = self.pair.sign(&self.chance, message.as_bytes()).expect("chance");
        format!("{message}.{}", encoded(signature.as_ref()))
    }
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn seconds(after: Span) -> i64 {
    (NOW + after).0 / 1_000_000
}

/// What a provider says of Ann, for the sign-in of this nonce.
fn ann(nonce: &Token) -> Value {
    json!({
        "iss": ISSUER,
        "aud": "baton",
        "sub": "ann-7",
        "nonce": nonce.reveal(),
        "exp": seconds(Span::minutes(5)),
        "email": " Ann@Acme.Example ",
        "email_verified": true,
    })
}

fn header() -> Value {
    json!({"alg": "ES256", "kid": "one", "typ": "JWT"})
}

fn expected(nonce: &Token) -> Expected<'_> {
    Expected { issuer: ISSUER, client: "baton", nonce, now: NOW }
}

fn address(identity: &Identity, trusts_email: bool) -> Option<&str> {
    identity.address(trusts_email).ok()
}

#[test]
fn whoever_the_provider_signed_for_is_known_by_the_address_that_it_verified() {
    let (signer, nonce) = (Signer::draw(), Token::draw().expect("chance"));
    let token = signer.sign(&header(), &ann(&nonce));
    let keys = signer.keys("one");
    assert!(keys.may_have_signed(&token));
    assert!(!signer.keys("two").may_have_signed(&token), "it has other keys by now");
    let identity = judge(&token, &keys, expected(&nonce)).expect("it counts");
    assert_eq!(identity.subject, "ann-7");
    assert_eq!(address(&identity, false), Some("ann@acme.example"));
    assert_eq!(format!("{identity:?}"), "Identity(****)");
}

#[test]
fn a_token_with_anything_else_than_what_is_expected_counts_for_nothing() {
    let (signer, nonce) = (Signer::draw(), Token::draw().expect("chance"));
    let keys = signer.keys("one");
    let other = Token::draw().expect("chance");
    let changes: [(&str, Value); 12] = [
        ("iss", json!("https://login.example.org")),
        ("iss", json!(null)),
        ("aud", json!("somebody-else")),
        ("aud", json!([])),
        ("azp", json!("somebody-else")),
        ("nonce", json!(other.reveal())),
        ("nonce", json!(null)),
        ("exp", json!(seconds(Span::minutes(-2)))),
        ("exp", json!("soon")),
        ("sub", json!("")),
        ("sub", json!("s".repeat(256))),
        ("sub", json!(7)),
    ];
    for (claim, value) in changes {
        let mut claims = ann(&nonce);
        claims[claim] = value.clone();
        let token = signer.sign(&header(), &claims);
        let judged = judge(&token, &keys, expected(&nonce));
        assert_eq!(judged, Err(ProviderFault::Token), "{claim}: {value}");
    }
    let mut claims = ann(&nonce);
    claims.as_object_mut().expect("claims").remove("exp");
    let endless = signer.sign(&header(), &claims);
    assert_eq!(judge(&endless, &keys, expected(&nonce)), Err(ProviderFault::Token));
}

#[test]
fn a_token_that_the_provider_did_not_sign_counts_for_nothing() {
    let (signer, forger) = (Signer::draw(), Signer::draw());
    let nonce = Token::draw().expect("chance");
    let keys = signer.keys("one");
    let true_one = signer.sign(&header(), &ann(&nonce));
    let (message, signature) = true_one.rsplit_once('.').expect("three parts");
    let (head, _) = message.split_once('.').expect("two parts");
    let mut other = ann(&nonce);
    other["email"] = json!("boss@acme.example");
    let none = json!({"alg": "none"}).to_string();
    let unsigned =
        format!("{}.{}.", encoded(none.as_bytes()), encoded(other.to_string().as_bytes()));
    let forged = [
        forger.sign(&header(), &other),
        format!("{head}.{}.{signature}", encoded(other.to_string().as_bytes())),
        format!("{message}."),
        unsigned,
        // Signed with what everybody knows: the public key as a shared secret.
        forger.sign(&json!({"alg": "HS256", "kid": "one"}), &other),
        forger.sign(&json!({"alg": "ES256", "kid": "one", "crit": ["b64"]}), &other),
        forger.sign(&json!({"alg": "RS256", "kid": "one"}), &other),
        "x".to_owned(),
        String::new(),
    ];
    for token in forged {
        assert_eq!(judge(&token, &keys, expected(&nonce)), Err(ProviderFault::Token), "{token}");
    }
    assert!(judge(&true_one, &keys, expected(&nonce)).is_ok(), "and the true one does");
}

#[test]
fn an_address_that_was_not_verified_never_counts_and_one_without_a_word_only_where_it_is_trusted() {
    let (signer, nonce) = (Signer::draw(), Token::draw().expect("chance"));
    let keys = signer.keys("one");
    let known = |verified: Value| {
        let mut claims = ann(&nonce);
        claims["email_verified"] = verified;
        judge(&signer.sign(&header(), &claims), &keys, expected(&nonce)).expect("it counts")
    };
    for (said, counts, counts_if_trusted) in [
        (json!(true), true, true),
        (json!("true"), true, true),
        (json!(false), false, false),
        (json!("false"), false, false),
        (json!(null), false, true),
    ] {
        let identity = known(said.clone());
        assert_eq!(address(&identity, false).is_some(), counts, "{said}");
        assert_eq!(address(&identity, true).is_some(), counts_if_trusted, "{said}");
    }
    let more = json!({"sub": "ann-7", "email": "ann@acme.example", "email_verified": true});
    let identity = known(json!(null));
    let said = id_token::more(more.to_string().as_bytes(), identity.clone()).expect("of the same");
    assert_eq!(address(&said, false), Some("ann@acme.example"));
    let other = json!({"sub": "bob-8", "email": "ann@acme.example", "email_verified": true});
    let said = id_token::more(other.to_string().as_bytes(), identity);
    assert_eq!(said, Err(ProviderFault::Token), "what is said of somebody else");
}

#[test]
fn a_browser_is_sent_with_what_binds_the_answer_to_it_and_comes_back_once() {
    let document = json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://login.example.com/authorize?tenant=7",
        "token_endpoint": "https://login.example.com/token",
        "jwks_uri": "https://login.example.com/keys",
    });
    assert_eq!(document_of(ISSUER), "https://login.example.com/.well-known/openid-configuration");
    let provider = Provider::parse(document.to_string().as_bytes(), ISSUER).expect("fits");
    assert!(provider.takes_basic, "what the standard has where nothing is said");
    let back_to = "https://baton.example.com/sign-in/oidc/callback";
    let flow = Flow::draw(back_to.to_owned(), Some("/inbox".to_owned())).expect("chance");
    let flows = Flows::default();
    let state = flows.begin(flow.clone(), NOW).expect("chance");
    let address = provider.authorization_address("baton", &state, &flow);
    for part in ["tenant=7", "response_type=code", "client_id=baton", "code_challenge_method=S256"]
    {
        assert!(address.contains(part), "{address}");
    }
    assert!(!address.contains(flow.verifier.reveal()), "only its hash goes through the browser");
    let back = flows.end(&state, NOW + Span::minutes(1)).expect("it was begun");
    assert_eq!((back.next.as_deref(), back.nonce), (Some("/inbox"), flow.nonce.clone()));
    assert!(flows.end(&state, NOW).is_none(), "it counts once");
    let late = flows.begin(flow, NOW).expect("chance");
    assert!(flows.end(&late, NOW + FLOW_LASTS).is_none(), "and not for ever");
}

#[test]
fn a_provider_that_is_not_the_issuer_or_asks_for_secrets_in_the_clear_is_refused() {
    let document = |issuer: &str, token: &str| {
        json!({
            "issuer": issuer,
            "authorization_endpoint": "https://login.example.com/authorize",
            "token_endpoint": token,
            "jwks_uri": "https://login.example.com/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        })
        .to_string()
    };
    let fit = document(ISSUER, "https://login.example.com/token");
    let provider = Provider::parse(fit.as_bytes(), ISSUER).expect("fits");
    assert!(!provider.takes_basic);
    for unfit in [
        document("https://login.example.org", "https://login.example.com/token"),
        document(ISSUER, "http://login.example.com/token"),
        document(ISSUER, "file:///etc/passwd"),
        document(ISSUER, "https://me:secret@login.example.com/token"),
        "{}".to_owned(),
        "<html>".to_owned(),
    ] {
        assert_eq!(Provider::parse(unfit.as_bytes(), ISSUER), Err(ProviderFault::Unfit), "{unfit}");
    }
}
