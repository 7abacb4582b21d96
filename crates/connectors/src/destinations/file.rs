//! Deliveries to a file: a line each, which begins with the delivery's id.
//!
//! A file has no idempotency key. Before an attempt whose outcome is unknown is tried again, the
//! courier looks for the id among the lines; a line that was cut off by a crash does not count.

#[cfg(test)]
mod tests;

use domain::DeliveryId;

/// What a body made by [`super::webhook::body`] begins with.
const BEGIN: &[u8] = b"{\"delivery\":\"";
/// Bytes of an id as text.
const ID_BYTES: usize = domain::id::ID_CHARS + 2;

/// The line of a body, with its end. `behind` is the last byte of the file so far: where it ends
/// no line, the torn one before is ended first.
pub fn line(body: &[u8], behind: Option<u8>) -> Vec<u8> {
    let mut line = Vec::with_capacity(body.len() + 2);
    if behind.is_some_and(|byte| byte != b'\n') {
        line.push(b'\n');
    }
    // JSON has line ends only between its tokens.
    line.extend(body.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte }));
    line.push(b'\n');
    line
}

/// The delivery that a line without its end tells of. The line may still be torn.
pub fn delivery(line: &[u8]) -> Option<DeliveryId> {
    let id = line.strip_prefix(BEGIN)?.get(..ID_BYTES)?;
    std::str::from_utf8(id).ok()?.parse().ok()
}

/// Whether a whole line of these bytes tells of the delivery.
pub fn holds(bytes: &[u8], wanted: &DeliveryId) -> bool {
    let mut lines = bytes.split_inclusive(|byte| *byte == b'\n');
    lines.any(|line| delivery(line) == Some(*wanted) && is_whole(line))
}

/// A torn line may end with a bracket and, once the next was written, with a line end; it is no JSON.
fn is_whole(line: &[u8]) -> bool {
    line.ends_with(b"\n") && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
}
