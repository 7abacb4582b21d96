use axum::http::{HeaderMap, HeaderValue, header};

use super::{Cookie, Transport, clear, set, token};
use crate::auth::token::Token;

fn headers(cookie: &str) -> HeaderMap {
    let value = HeaderValue::try_from(cookie).expect("ASCII");
    HeaderMap::from_iter([(header::COOKIE, value)])
}

fn text(value: Option<HeaderValue>) -> String {
    value.map(|value| value.to_str().expect("ASCII").to_owned()).unwrap_or_default()
}

#[test]
fn a_cookie_is_read_as_it_was_set_and_hidden_from_scripts_and_other_sites() {
    let secret = Token::draw().expect("chance");
    for (transport, name) in
        [(Transport::Tls, "__Host-baton-session"), (Transport::Loopback, "baton-session")]
    {
        let given = text(set(&secret, Cookie::Session, transport));
        assert!(given.starts_with(&format!("{name}=")), "{given}");
        for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"] {
            assert!(given.contains(part), "{given}");
        }
        assert_eq!(given.contains("; Secure"), transport == Transport::Tls);
        assert!(!given.contains("Domain"), "{given}");
        let sent = format!("theme=dark; {name}={}", secret.reveal());
        assert_eq!(token(&headers(&sent), Cookie::Session, transport), Some(secret.clone()));
        assert!(text(clear(Cookie::Session, transport)).contains("Max-Age=0"));
    }
}

#[test]
fn no_secret_travels_where_others_may_read_along() {
    let secret = Token::draw().expect("chance");
    assert_eq!(set(&secret, Cookie::Session, Transport::Plain), None);
    let sent = format!("baton-session={}", secret.reveal());
    assert_eq!(token(&headers(&sent), Cookie::Session, Transport::Plain), None);
    assert_eq!(
        token(&headers(&sent), Cookie::Session, Transport::Tls),
        None,
        "the name of plain HTTP does not count"
    );
}

#[test]
fn two_secrets_at_once_are_none() {
    let [one, other] = [(); 2].map(|()| Token::draw().expect("chance"));
    let sent = format!("baton-session={}; baton-session={}", one.reveal(), other.reveal());
    assert_eq!(token(&headers(&sent), Cookie::Session, Transport::Loopback), None);
}
