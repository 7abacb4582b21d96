//! Domains in one form, and the part of them that somebody registered.

use std::borrow::Cow;

/// The part of a domain that somebody registered, in ASCII and lower case; none for a public suffix
/// alone, an address literal or what is no domain. A domain under an unlisted suffix is registrable
/// at its last two labels.
pub fn registrable(domain: &str) -> Option<Cow<'_, str>> {
    if is_plain_host(domain) {
        return psl::domain_str(domain).map(Cow::Borrowed);
    }
    let trimmed = domain.trim().trim_end_matches('.');
    let host = trimmed.split_once("://").map_or(trimmed, |(_, rest)| rest);
    let host = host.split(['/', '?', '#', ':']).next().unwrap_or_default();
    if host.is_empty() || host.len() > 253 || host.parse::<std::net::Ipv4Addr>().is_ok() {
        return None;
    }
    let ascii = in_ascii(host)?;
    psl::domain_str(&ascii).map(|domain| Cow::Owned(domain.to_owned()))
}

/// Whether a host is in its one form as it stands, and no address: its last label begins with a letter.
/// Most are.
fn is_plain_host(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    last.as_bytes().first().is_some_and(u8::is_ascii_lowercase)
        && !host.bytes().any(|byte| byte.is_ascii_uppercase())
        && has_plain_labels(host)
}

/// A host in its ASCII form (UTS 46, strict). Most are in it already, but for their case.
pub(super) fn in_ascii(host: &str) -> Option<String> {
    if has_plain_labels(host) {
        return Some(host.to_ascii_lowercase());
    }
    idna::domain_to_ascii_strict(host).ok()
}

fn has_plain_labels(host: &str) -> bool {
    host.len() <= 253 && host.as_bytes().split(|byte| *byte == b'.').all(is_plain_label)
}

/// Letters, digits and hyphens within, and none of the prefixes that mean something (`xn--`).
fn is_plain_label(bytes: &[u8]) -> bool {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    (1..=63).contains(&bytes.len())
        && bytes.iter().all(plain)
        && bytes[0] != b'-'
        && bytes[bytes.len() - 1] != b'-'
        && bytes.get(2..4) != Some(b"--")
}
