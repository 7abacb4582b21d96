use std::net::SocketAddr;

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::{is_ours, transport};
use crate::auth::cookie::Transport;

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
        assert_eq!(is_ours(&headers(&pairs), Transport::Loopback), ours, "{pairs:?}");
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
        let found = transport(Some(peer), &headers(&[("host", host)]));
        assert_eq!(found == Transport::Loopback, near, "{peer} {host}");
    }
    let forwarded = headers(&[("host", "localhost"), ("x-forwarded-for", "203.0.113.9")]);
    let peer = "127.0.0.1:4000".parse().expect("an address");
    assert_eq!(transport(Some(peer), &forwarded), Transport::Plain, "a proxy forwards somebody");
    assert_eq!(transport(None, &headers(&[("host", "localhost")])), Transport::Plain);
}
