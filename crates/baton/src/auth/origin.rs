//! Whether a form was sent from a page of ours, and how a request came here.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, header};

use super::cookie::Transport;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// What a proxy adds for whom it forwards.
const FORWARDED: [HeaderName; 4] = [
    HeaderName::from_static("forwarded"),
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-real-ip"),
];

/// Whether a request may be a form of ours. A browser says where a post comes from; what is no browser
/// says nothing, and has no cookie that somebody else could make it send.
pub fn is_ours(headers: &HeaderMap, transport: Transport) -> bool {
    if let Some(site) = headers.get(FETCH_SITE) {
        // `none` is somebody who typed the address or loaded the answer again.
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Some(host) = headers.get(header::HOST) else { return false };
    let scheme: &[u8] = if transport == Transport::Tls { b"https://" } else { b"http://" };
    let named = origin.as_bytes().strip_prefix(scheme);
    named.is_some_and(|named| named.eq_ignore_ascii_case(host.as_bytes()))
}

/// How a request came here: from whom, and to which host.
pub fn transport(peer: Option<SocketAddr>, headers: &HeaderMap) -> Transport {
    let near = peer.is_some_and(|peer| peer.ip().to_canonical().is_loopback());
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    // Behind a proxy on this machine everybody is near; what they ask for and what it adds tell them apart.
    let forwarded = FORWARDED.iter().any(|name| headers.contains_key(name));
    if near && !forwarded && host.is_some_and(is_loopback_name) {
        Transport::Loopback
    } else {
        Transport::Plain
    }
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
