//! Whether a form was sent from a page of ours, and how a request came here.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, header};

use super::cookie::Transport;
use crate::config::Range;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// How somebody came to a proxy: `https`, or anything else.
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
/// Who came to a proxy; each proxy adds whom it heard, at the end.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// What a proxy adds for whom it forwards.
const FORWARDED: [HeaderName; 5] = [
    HeaderName::from_static("forwarded"),
    FORWARDED_FOR,
    FORWARDED_PROTO,
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-real-ip"),
];
/// Addresses that are read of whom proxies say that they heard.
const FORWARDED_MAX: usize = 16;

/// Whether a request may be a form of ours. A browser says where a post comes from; what is no browser
/// says nothing, and has no cookie that somebody else could make it send.
pub fn is_ours(headers: &HeaderMap, transport: Transport, public_url: Option<&str>) -> bool {
    if let Some(site) = headers.get(FETCH_SITE) {
        // `none` is somebody who typed the address or loaded the answer again.
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    if public_url.is_some_and(|url| origin.as_bytes().eq_ignore_ascii_case(url.as_bytes())) {
        return true;
    }
    let Some(host) = headers.get(header::HOST) else { return false };
    let scheme: &[u8] = if transport == Transport::Tls { b"https://" } else { b"http://" };
    let named = origin.as_bytes().strip_prefix(scheme);
    named.is_some_and(|named| named.eq_ignore_ascii_case(host.as_bytes()))
}

/// How a request came here, and from whom.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arrival {
    /// Whether others could read along.
    pub transport: Transport,
    /// Who sent it: the peer, or whom a trusted proxy names.
    pub client: IpAddr,
    /// Whether it was sent on this machine, and not through a proxy.
    pub is_near: bool,
}

impl Arrival {
    /// What a connection and the head of a request say. What a proxy adds counts where it is trusted, and of
    /// everybody else tells only that somebody forwards.
    pub fn of(
        (peer, over_tls): (Option<SocketAddr>, bool),
        headers: &HeaderMap,
        trusted: &[Range],
    ) -> Self {
        let peer = peer.map(|peer| peer.ip().to_canonical());
        let is_forwarded = FORWARDED.iter().any(|name| headers.contains_key(name));
        let is_near = peer.is_some_and(|peer| peer.is_loopback()) && !is_forwarded;
        let proxy = peer.filter(|peer| trusted.iter().any(|range| range.contains(*peer)));
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        let transport = if over_tls || proxy.is_some() && came_over_tls(headers) {
            Transport::Tls
        } else if is_near && host.is_some_and(is_loopback_name) {
            // Behind a proxy on this machine everybody is near; what they ask for and what it adds tell
            // them apart.
            Transport::Loopback
        } else {
            Transport::Plain
        };
        let client = match proxy {
            Some(proxy) => forwarded_client(proxy, headers, trusted),
            None => peer.unwrap_or(Ipv4Addr::UNSPECIFIED.into()),
        };
        Self { transport, client, is_near }
    }
}

/// Whether a proxy says that a request came to it over TLS. Where it says two things it says nothing.
fn came_over_tls(headers: &HeaderMap) -> bool {
    let mut said = headers.get_all(FORWARDED_PROTO).into_iter();
    let only = said.next().filter(|_| said.next().is_none());
    only.is_some_and(|proto| proto.as_bytes().eq_ignore_ascii_case(b"https"))
}

/// Whom a chain of trusted proxies heard: from the end, the first who is none of them. What stands before is
/// whatever that one claims.
fn forwarded_client(proxy: IpAddr, headers: &HeaderMap, trusted: &[Range]) -> IpAddr {
    let lines: Vec<&str> =
        headers.get_all(FORWARDED_FOR).into_iter().filter_map(|line| line.to_str().ok()).collect();
    let named = lines.iter().rev().flat_map(|line| line.rsplit(','));
    let mut client = proxy;
    for name in named.take(FORWARDED_MAX) {
        let Some(address) = address_of(name.trim()) else { break };
        client = address;
        if !trusted.iter().any(|range| range.contains(address)) {
            break;
        }
    }
    client
}

/// An address, with or without a port.
fn address_of(name: &str) -> Option<IpAddr> {
    let with_port = || name.parse::<SocketAddr>().map(|address| address.ip());
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    bare.parse::<IpAddr>().or_else(|_| with_port()).ok().map(|address| address.to_canonical())
}

/// Whether a host's name, with or without a port, is this machine's own.
fn is_loopback_name(host: &str) -> bool {
    if let Ok(address) = host.parse::<SocketAddr>() {
        return address.ip().is_loopback();
    }
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        Some(_) | None => host,
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests;
