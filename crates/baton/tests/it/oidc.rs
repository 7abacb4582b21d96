//! Signing in with an identity provider: a small one that checks what it is shown, and signs what it says.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use baton::config::Secret;
use baton::config::resolved::ProviderSettings;
use baton::runtime::clock;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::house::{Force, House, Reply};
use crate::sign_in::{ANN, Browser, PASSWORD, credentials, done};

const ANN_THERE: &str = r#"{"sub":"ann-7","email":"ann@acme.example","email_verified":true}"#;

/// An identity provider.
#[derive(Clone)]
struct Provider {
    address: SocketAddr,
    inside: Arc<Mutex<Inside>>,
}

struct Inside {
    pair: EcdsaKeyPair,
    key: &'static str,
    /// What was begun, by its code: the query of the browser, and what is said of whoever signs in.
    codes: BTreeMap<String, (BTreeMap<String, String>, Value)>,
    /// Whether what it says of somebody is in its token; else it is asked for beside it.
    says_in_token: bool,
    asked: Vec<String>,
}

fn pair() -> EcdsaKeyPair {
    let (chance, how) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
    let kept = EcdsaKeyPair::generate_pkcs8(how, &chance).unwrap();
    EcdsaKeyPair::from_pkcs8(how, kept.as_ref(), &chance).unwrap()
}

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The fields of a query or a form. What is escaped in this test is `/`, `:` and blanks alone.
fn fields(text: &str) -> BTreeMap<String, String> {
    let plain = |text: &str| text.replace("%3A", ":").replace("%2F", "/").replace('+', " ");
    let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), plain(value))).collect()
}

impl Provider {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let inside = Inside {
            pair: pair(),
            key: "one",
            codes: BTreeMap::new(),
            says_in_token: true,
            asked: Vec::new(),
        };
        let provider =
            Self { address: listener.local_addr().unwrap(), inside: Arc::new(Mutex::new(inside)) };
        let own = provider.clone();
        thread::spawn(move || listener.incoming().flatten().for_each(|stream| own.answer(stream)));
        provider
    }

    fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// A server whose people sign in there.
    fn house(&self) -> House {
        let settings = ProviderSettings {
            issuer: self.issuer(),
            client: "baton".to_owned(),
            credential: Secret::new("a secret: of it".to_owned()),
            trusts_email: false,
        };
        House::with(Force::Strategy, |config| {
            config.identity_provider = Some(settings);
            config.allow_private = vec!["127.0.0.1/32".parse().unwrap()];
        })
    }

    fn answer(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let (mut first, mut line) = (String::new(), String::new());
        let mut headers = BTreeMap::new();
        reader.read_line(&mut first).unwrap();
        while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
            let (name, value) = line.split_once(':').unwrap();
            headers.insert(name.to_lowercase(), value.trim().to_owned());
            line.clear();
        }
        let length = headers.get("content-length").map_or(0, |text| text.parse().unwrap());
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
        let said = self.said(&path, &headers, &String::from_utf8(body).unwrap());
        self.inside.lock().unwrap().asked.push(path);
        let (status, body) = said.map_or((400, "{}".to_owned()), |body| (200, body.to_string()));
        let head = format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: ");
        stream.write_all(format!("{head}{}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
    }

    fn said(&self, path: &str, headers: &BTreeMap<String, String>, body: &str) -> Option<Value> {
        let issuer = self.issuer();
        let mut inside = self.inside.lock().unwrap();
        match path {
            "/.well-known/openid-configuration" => Some(json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/authorize"),
                "token_endpoint": format!("{issuer}/token"),
                "jwks_uri": format!("{issuer}/keys"),
                "userinfo_endpoint": format!("{issuer}/me"),
            })),
            "/keys" => {
                let point = inside.pair.public_key().as_ref();
                let (x, y) = (encoded(&point[1..33]), encoded(&point[33..]));
                let key = json!({"kty": "EC", "crv": "P-256", "kid": inside.key, "x": x, "y": y});
                Some(json!({ "keys": [key] }))
            }
            "/token" => {
                let form = fields(body);
                // Name and secret are escaped before they are joined.
                let shown = format!("Basic {}", STANDARD.encode("baton:a+secret%3A+of+it"));
                let (begun, person) = inside.codes.remove(form.get("code")?)?;
                let challenge = encoded(Sha256::digest(form.get("code_verifier")?));
                let fits = headers.get("authorization") == Some(&shown)
                    && begun["code_challenge"] == challenge
                    && begun["redirect_uri"] == form["redirect_uri"]
                    && form["grant_type"] == "authorization_code";
                fits.then(|| {
                    json!({
                        "access_token": person.to_string(),
                        "token_type": "Bearer",
                        "id_token": inside.token(&issuer, &begun["nonce"], &person),
                    })
                })
            }
            "/me" => {
                serde_json::from_str(headers.get("authorization")?.strip_prefix("Bearer ")?).ok()
            }
            _ => None,
        }
    }

    /// Somebody signs in there: what their browser was sent with, and the way back.
    fn signs_in(&self, sent: &Reply, person: &str) -> String {
        assert_eq!(sent.status, 303, "{}", sent.text());
        let there = sent.header("location").unwrap();
        let (page, query) = there.split_once('?').unwrap();
        assert_eq!(page, format!("{}/authorize", self.issuer()));
        let query = fields(query);
        assert_eq!(
            (query["client_id"].as_str(), query["scope"].as_str()),
            ("baton", "openid email")
        );
        let back = format!("{}?state={}&code=", query["redirect_uri"], query["state"]);
        let mut inside = self.inside.lock().unwrap();
        let code = format!("code-{}", inside.asked.len() + inside.codes.len());
        inside.codes.insert(code.clone(), (query, serde_json::from_str(person).unwrap()));
        let (_, path) = back.split_once("/sign-in/").unwrap();
        format!("/sign-in/{path}{code}&session_state=7")
    }
}

impl Inside {
    fn token(&self, issuer: &str, nonce: &str, person: &Value) -> String {
        let mut claims = json!({
            "iss": issuer,
            "aud": "baton",
            "sub": person["sub"],
            "nonce": nonce,
            "exp": clock::now().0 / 1_000_000 + 60,
        });
        if self.says_in_token {
            claims["email"] = person["email"].clone();
            claims["email_verified"] = person["email_verified"].clone();
        }
        let header = json!({"alg": "ES256", "kid": self.key});
        let message = format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()));
        let signature = self.pair.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        format!("{message}.{}", encoded(signature))
    }
}

/// A browser that goes to the provider, signs in there and comes back.
fn come(house: &House, provider: &Provider, person: &str) -> (Browser, Reply) {
    let mut browser = Browser::of(house);
    let sent = browser.open("/sign-in/oidc?next=%2Fme");
    let back = provider.signs_in(&sent, person);
    let reply = browser.open(&back);
    (browser, reply)
}

#[test]
fn a_user_signs_in_with_the_companys_account_and_comes_to_the_page_they_wanted() {
    let provider = Provider::open();
    let house = provider.house();
    done(&house, &ANN, PASSWORD);
    let page = Browser::of(&house).open("/sign-in?next=%2Fme").text();
    assert!(page.contains("href=\"/sign-in/oidc?next=/me\""), "{page}");
    for says_in_token in [true, false] {
        provider.inside.lock().unwrap().says_in_token = says_in_token;
        let (mut browser, reply) = come(&house, &provider, ANN_THERE);
        assert_eq!(
            (reply.status, reply.header("location")),
            (303, Some("/me")),
            "{}",
            reply.text()
        );
        assert!(browser.open("/me").text().contains("a rep"));
    }
    // The provider signs with another key from now on.
    {
        let mut inside = provider.inside.lock().unwrap();
        (inside.pair, inside.key) = (pair(), "two");
    }
    let (_, reply) = come(&house, &provider, ANN_THERE);
    assert_eq!(reply.status, 502, "its keys are asked for again, but not at once");
    let asked = provider.inside.lock().unwrap().asked.clone();
    let documents = asked.iter().filter(|path| path.contains("well-known")).count();
    assert_eq!(documents, 1, "what a provider is, is remembered: {asked:?}");
}

#[test]
fn only_users_come_in_each_as_the_account_that_they_came_with_first() {
    let provider = Provider::open();
    let house = provider.house();
    done(&house, &ANN, PASSWORD);
    for person in [
        r#"{"sub":"bob-8","email":"bob@acme.example","email_verified":true}"#,
        r#"{"sub":"ann-7","email":"ann@acme.example","email_verified":false}"#,
        r#"{"sub":"ann-7","email":"ann@acme.example"}"#,
        r#"{"sub":"ann-7"}"#,
    ] {
        let (mut browser, reply) = come(&house, &provider, person);
        assert_eq!(reply.problem(403), "sign-in-unknown", "{person}");
        assert_eq!(browser.open("/me").status, 303, "{person}");
    }
    assert_eq!(come(&house, &provider, ANN_THERE).1.status, 303);
    // Ann left, and somebody else has her address by now.
    let heir = ANN_THERE.replace("ann-7", "heir-9");
    assert_eq!(come(&house, &provider, &heir).1.problem(403), "sign-in-unknown");
    assert_eq!(come(&house, &provider, ANN_THERE).1.status, 303, "she herself comes in");
}

#[test]
fn a_way_back_counts_once_in_the_browser_that_began_it() {
    let provider = Provider::open();
    let house = provider.house();
    done(&house, &ANN, PASSWORD);
    let mut ann = Browser::of(&house);
    let back = provider.signs_in(&ann.open("/sign-in/oidc"), ANN_THERE);
    // Somebody sends Bob the way back, so that he works as Ann without knowing it.
    let mut bob = Browser::of(&house);
    assert_eq!(bob.open(&back).problem(400), "sign-in-unfinished");
    bob.open("/sign-in/oidc");
    assert_eq!(bob.open(&back).problem(400), "sign-in-unfinished", "his own is another one");
    let from_elsewhere = format!("{back}&iss=https://login.example.org");
    assert_eq!(ann.open(&from_elsewhere).problem(400), "sign-in-unfinished");
    assert_eq!(ann.open(&back).problem(400), "sign-in-unfinished", "it was used");
    let refused = ann.open("/sign-in/oidc");
    let state =
        fields(refused.header("location").unwrap().split_once('?').unwrap().1)["state"].clone();
    let back = format!("/sign-in/oidc/callback?state={state}&error=access_denied");
    assert_eq!(ann.open(&back).problem(502), "identity-provider");
    for odd in ["/sign-in/oidc/callback", "/sign-in/oidc/callback?state=x&code=%FF"] {
        assert_eq!(ann.open(odd).problem(400), "sign-in-unfinished", "{odd}");
    }
    let away = provider.signs_in(&ann.open("/sign-in/oidc?next=%2F%2Fevil.example"), ANN_THERE);
    assert_eq!(ann.open(&away).header("location"), Some("/"), "nobody is sent elsewhere");
}

#[test]
fn without_a_provider_there_is_no_way_and_without_passwords_there_is_that_alone() {
    let house = House::open();
    for path in ["/sign-in/oidc", "/sign-in/oidc/callback?state=x&code=y"] {
        assert_eq!(Browser::of(&house).open(path).problem(404), "route-missing", "{path}");
    }
    let nobody = Provider::open();
    let house = House::with(Force::Strategy, |config| {
        config.passwords = false;
        config.allow_private.clear();
        config.identity_provider = Some(ProviderSettings {
            issuer: nobody.issuer(),
            client: "baton".to_owned(),
            credential: Secret::new("secret".to_owned()),
            trusts_email: false,
        });
    });
    done(&house, &ANN, PASSWORD);
    let mut browser = Browser::of(&house);
    assert!(!browser.open("/sign-in").text().contains("password"));
    let form = credentials("ann@acme.example", PASSWORD);
    assert_eq!(browser.post("/sign-in", &form).problem(404), "route-missing");
    // No private address is called that nobody allowed.
    assert_eq!(browser.open("/sign-in/oidc").problem(502), "identity-provider");
    assert!(nobody.inside.lock().unwrap().asked.is_empty());
}
