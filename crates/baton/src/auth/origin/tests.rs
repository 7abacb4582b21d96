use std::net::SocketAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::{Arrival, is_ours};
use crate::auth::cookie::Transport;
use crate::config::Range;

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let pair = |(name, value): &(&'static str, &'static str)| {
        (HeaderName::from_static(name), HeaderValue::from_static(value))
    };
    pairs.iter().map(pair).collect()
}

#[test]
fn a_form_counts_that_comes_from_a_page_of_ours_or_from_no_browser() {
    const HOST: (&str, &str) = ("host", "localhost:8080");
    for (ours, pairs) in [
        (true, vec![HOST, ("sec-fetch-site", "same-origin")]),
        (true, vec![HOST, ("sec-fetch-site", "none")]),
        (false, vec![HOST, ("sec-fetch-site", "cross-site")]),
        (false, vec![HOST, ("sec-fetch-site", "same-site")]),
        (false, vec![HOST, ("sec-fetch-site", "same-site"), ("origin", "http://localhost:8080")]),
        (true, vec![HOST, ("origin", "http://localhost:8080")]),
        (true, vec![HOST, ("origin", "http://LOCALHOST:8080")]),
        (false, vec![HOST, ("origin", "http://localhost:8081")]),
        (false, vec![HOST, ("origin", "https://localhost:8080")]),
        (false, vec![HOST, ("origin", "null")]),
        (false, vec![("origin", "http://localhost:8080")]),
        (true, vec![HOST]),
    ] {
        assert_eq!(is_ours(&headers(&pairs), Transport::Loopback, None), ours, "{pairs:?}");
    }
}

#[test]
fn plain_http_counts_as_near_only_where_peer_and_host_are() {
    for (near, peer, host) in [
        (true, "127.0.0.1:4000", "localhost:8080"),
        (true, "127.0.0.1:4000", "127.0.0.1:8080"),
        (true, "127.0.0.1:4000", "LOCALHOST"),
        (true, "[::1]:4000", "[::1]:8080"),
        (true, "[::ffff:127.0.0.1]:4000", "127.0.0.1"),
        (false, "127.0.0.1:4000", "baton.example.com"),
        (false, "127.0.0.1:4000", "localhost.example.com"),
        (false, "127.0.0.1:4000", "127.0.0.1.example.com:8080"),
        (false, "10.0.0.7:4000", "localhost:8080"),
        (false, "10.0.0.7:4000", "10.0.0.1:8080"),
    ] {
        let peer: SocketAddr = peer.parse().expect("an address");
        let found = Arrival::of((Some(peer), false), &headers(&[("host", host)]), &[]);
        assert_eq!(found.transport == Transport::Loopback, near, "{peer} {host}");
    }
    let forwarded = headers(&[("host", "localhost"), ("x-forwarded-for", "203.0.113.9")]);
    let peer = "127.0.0.1:4000".parse().expect("an address");
    let found = Arrival::of((Some(peer), false), &forwarded, &[]);
    assert_eq!(found.transport, Transport::Plain, "a proxy forwards somebody");
    assert!(!found.is_near, "and it is not the machine that asks");
    let found = Arrival::of((None, false), &headers(&[("host", "localhost")]), &[]);
    assert_eq!(found.transport, Transport::Plain);
}

#[test]
fn an_origin_counts_that_is_the_public_address_whatever_host_a_proxy_asks_for() {
    let url = Some("https://baton.example.com");
    for (ours, origin) in [
        (true, "https://baton.example.com"),
        (true, "https://BATON.example.com"),
        (false, "http://baton.example.com"),
        (false, "https://baton.example.com.evil.example"),
        (false, "https://evil.example"),
    ] {
        let asked = headers(&[("host", "10.0.0.1:8080"), ("origin", origin)]);
        assert_eq!(is_ours(&asked, Transport::Tls, url), ours, "{origin}");
    }
}

/// How something arrives from a peer, through proxies of 10.0.0.0/8.
fn arrived(peer: &str, over_tls: bool, pairs: &[(&'static str, &'static str)]) -> Arrival {
    let trusted: Range = "10.0.0.0/8".parse().expect("a range");
    let peer: SocketAddr = peer.parse().expect("an address");
    let host = [("host", "baton.example.com")];
    Arrival::of((Some(peer), over_tls), &headers(&[&host, pairs].concat()), &[trusted])
}

#[test]
fn a_trusted_proxy_says_who_asks_and_how_they_came_and_nobody_else_does() {
    const HTTPS: (&str, &str) = ("x-forwarded-proto", "https");
    let by = |names| ("x-forwarded-for", names);
    let (proxy, other) = ("10.0.0.5:4000", "192.0.2.9:4000");
    for (transport, client, peer, pairs) in [
        (Transport::Tls, "198.51.100.7", proxy, vec![HTTPS, by("198.51.100.7")]),
        // Whatever a client puts before is its own claim.
        (Transport::Tls, "198.51.100.7", proxy, vec![HTTPS, by("127.0.0.1, 198.51.100.7")]),
        (Transport::Tls, "198.51.100.7", proxy, vec![HTTPS, by("198.51.100.7, 10.0.0.9")]),
        (Transport::Tls, "2001:db8::7", proxy, vec![HTTPS, by("[2001:db8::7]:443")]),
        (Transport::Tls, "198.51.100.7", proxy, vec![HTTPS, by("1.1.1.1"), by("198.51.100.7:9")]),
        (Transport::Tls, "10.0.0.5", proxy, vec![HTTPS, by("198.51.100.7, unknown")]),
        (Transport::Tls, "10.0.0.5", proxy, vec![HTTPS]),
        (Transport::Plain, "198.51.100.7", proxy, vec![by("198.51.100.7")]),
        (Transport::Plain, "10.0.0.5", proxy, vec![("x-forwarded-proto", "http")]),
        (Transport::Plain, "10.0.0.5", proxy, vec![("x-forwarded-proto", "https, http")]),
        (Transport::Plain, "10.0.0.5", proxy, vec![HTTPS, ("x-forwarded-proto", "http")]),
        (Transport::Plain, "192.0.2.9", other, vec![HTTPS, by("198.51.100.7")]),
    ] {
        let found = arrived(peer, false, &pairs);
        let client = client.parse().expect("an address");
        let wanted = Arrival { transport, client, is_near: false };
        assert_eq!(found, wanted, "{peer} {pairs:?}");
    }
    let over_tls = arrived(other, true, &[("x-forwarded-proto", "http")]);
    assert_eq!(over_tls.transport, Transport::Tls, "what the listener knows itself");
}
