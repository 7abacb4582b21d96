//! What every request passes before anybody looks at what it wants, and what every answer carries.

use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Version, header};
use axum::response::Response;

use super::problem::Problem;

/// The longest path and query, in bytes.
const TARGET_BYTES_MAX: usize = 8 * 1024;
/// Headers that would be answered differently by two readers if they stood twice.
const ONCE: [HeaderName; 8] = [
    header::HOST,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::TRANSFER_ENCODING,
    header::AUTHORIZATION,
    header::IF_MATCH,
    header::ORIGIN,
    header::COOKIE,
];
/// Query parameters that people put keys into.
const SECRETS: [&str; 9] = [
    "key",
    "api_key",
    "apikey",
    "access_token",
    "token",
    "auth",
    "authorization",
    "writekey",
    "write_key",
];

/// Refuses what two readers could understand differently.
pub(super) fn check(parts: &Parts) -> Result<(), Problem> {
    version(parts.version)?;
    headers(&parts.headers)?;
    target(parts)
}

fn version(version: Version) -> Result<(), Problem> {
    if version == Version::HTTP_11 {
        Ok(())
    } else {
        Err(Problem::new(505, "http-version", "only HTTP/1.1 is spoken here"))
    }
}

fn headers(headers: &HeaderMap) -> Result<(), Problem> {
    for name in &ONCE {
        if headers.get_all(name).iter().nth(1).is_some() {
            return Err(Problem::new(400, "header-twice", format!("`{name}` stands twice")));
        }
    }
    if headers.contains_key(header::CONTENT_LENGTH)
        && headers.contains_key(header::TRANSFER_ENCODING)
    {
        return Err(Problem::new(
            400,
            "length-unclear",
            "`Content-Length` and `Transfer-Encoding` do not go together",
        ));
    }
    if headers.contains_key(header::UPGRADE) {
        return Err(Problem::new(400, "header-unfit", "no other protocol is spoken here"));
    }
    let host = headers.get(header::HOST).map(HeaderValue::as_bytes);
    if host.is_some_and(is_host) {
        Ok(())
    } else {
        Err(Problem::new(400, "host-unfit", "`Host` is missing or names no host"))
    }
}

/// A name or address and perhaps a port.
fn is_host(host: &[u8]) -> bool {
    let known = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']')
    };
    let port = host.rsplit(|byte| *byte == b':').next().unwrap_or_default();
    let bracketed = host.starts_with(b"[");
    let colons = host.split(|byte| *byte == b':').count() - 1;
    let port_fits = bracketed
        || colons == 0
        || colons == 1 && std::str::from_utf8(port).is_ok_and(|port| port.parse::<u16>().is_ok());
    let names = if bracketed { host.contains(&b']') } else { !host.starts_with(b":") };
    (1..=255).contains(&host.len()) && host.iter().all(known) && port_fits && names
}

fn target(parts: &Parts) -> Result<(), Problem> {
    let uri = &parts.uri;
    if uri.scheme().is_some() || uri.authority().is_some() {
        return Err(Problem::new(400, "target-unfit", "the target is a path, not a whole address"));
    }
    let path = uri.path();
    if path.len() + uri.query().map_or(0, str::len) > TARGET_BYTES_MAX {
        return Err(Problem::target_too_long());
    }
    if path == "*" && parts.method == Method::OPTIONS {
        return Ok(());
    }
    // No path of ours needs an escape, an empty part or a dot of its own.
    let tricks = !path.starts_with('/')
        || path.contains("//")
        || path.contains(['%', '\\', ';'])
        || path.split('/').any(|part| matches!(part, "." | ".."))
        || !path.bytes().all(|byte| byte.is_ascii_graphic());
    if tricks {
        return Err(Problem::new(400, "path-unfit", "the path has an escape or an empty part"));
    }
    query(uri.query().unwrap_or_default())
}

fn query(query: &str) -> Result<(), Problem> {
    let mut seen = std::collections::BTreeSet::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let name = pair.split('=').next().unwrap_or_default();
        let lower = name.to_ascii_lowercase().replace('-', "_");
        if SECRETS.contains(&lower.as_str()) {
            return Err(Problem::new(
                400,
                "key-in-query",
                "a key does not belong into an address, where logs keep it: send it as a header \
                 and make a new one",
            ));
        }
        if name.contains('%') || !seen.insert(lower) {
            return Err(Problem::new(400, "query-twice", "a query parameter stands twice"));
        }
    }
    Ok(())
}

/// What every answer carries.
pub(super) fn dress(response: &mut Response) {
    const ALWAYS: [(HeaderName, &str); 5] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        ),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}
