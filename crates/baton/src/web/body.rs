//! Bodies: bounded before they are read, while they are read, and while they are unpacked.

use std::future::poll_fn;
use std::io::{self, Read};
use std::pin::Pin;
use std::sync::Arc;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, header};
use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};
use tokio::sync::OwnedSemaphorePermit;

use super::app::{App, ROOM_PART};
use super::problem::Problem;

/// The largest body, packed or not, in bytes.
pub(super) const BODY_BYTES_MAX: usize = 8 << 20;

/// Packed bodies that are larger are unpacked off the threads that serve connections.
const QUICK_BYTES: usize = 4 * 1024;
/// Members of a packed body.
const MEMBERS_MAX: usize = 64;

/// A body, and the room that it takes until it is dropped.
pub(super) struct Whole {
    /// Its bytes, unpacked.
    pub(super) bytes: Vec<u8>,
    /// Given back with the body.
    room: Vec<OwnedSemaphorePermit>,
}

impl Whole {
    /// Makes sure of room for so many bytes.
    fn grant(&mut self, app: &App, bytes: usize) -> Result<(), Problem> {
        while self.room.len() * ROOM_PART < bytes {
            let permit = Arc::clone(&app.room).try_acquire_owned().map_err(|_| {
                app.board.metrics.overloaded.one();
                Problem::new(429, "overloaded", "too many bodies are being read; nothing was kept")
                    .header(header::RETRY_AFTER, "1")
            })?;
            self.room.push(permit);
        }
        Ok(())
    }
}

/// How a body is packed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Coding {
    Identity,
    Gzip,
    Deflate,
}

/// Reads a body to its end, unpacked.
pub(super) async fn read(app: &App, headers: &HeaderMap, body: Body) -> Result<Whole, Problem> {
    let coding = coding(headers)?;
    if length(headers).is_some_and(|length| length > BODY_BYTES_MAX as u64) {
        return Err(Problem::too_large());
    }
    let collected = tokio::time::timeout(app.config.patience.body, collect(app, body)).await;
    let mut whole = collected
        .map_err(|_| Problem::new(408, "body-slow", "the body took too long to arrive"))??;
    if coding != Coding::Identity {
        let packed = std::mem::take(&mut whole.bytes);
        whole.bytes = unpack_aside(coding, packed).await?;
        whole.grant(app, whole.bytes.len())?;
    }
    Ok(whole)
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn coding(headers: &HeaderMap) -> Result<Coding, Problem> {
    let mut codings = headers.get_all(header::CONTENT_ENCODING).iter();
    let (first, second) = (codings.next(), codings.next());
    let unknown = || {
        Problem::new(415, "coding-unknown", "a body is packed with gzip or deflate, once, or not")
            .header(header::ACCEPT_ENCODING, "gzip, deflate")
    };
    let Some(first) = first else { return Ok(Coding::Identity) };
    let name = first.to_str().unwrap_or_default().trim().to_ascii_lowercase();
    match name.as_str() {
        _ if second.is_some() => Err(unknown()),
        "identity" | "" => Ok(Coding::Identity),
        "gzip" | "x-gzip" => Ok(Coding::Gzip),
        "deflate" => Ok(Coding::Deflate),
        _ => Err(unknown()),
    }
}

async fn collect(app: &App, mut body: Body) -> Result<Whole, Problem> {
    let mut whole = Whole { bytes: Vec::new(), room: Vec::new() };
    while let Some(part) = next(&mut body).await? {
        let wanted = whole.bytes.len() + part.len();
        if wanted > BODY_BYTES_MAX {
            return Err(Problem::too_large());
        }
        whole.grant(app, wanted)?;
        whole.bytes.extend_from_slice(&part);
    }
    Ok(whole)
}

/// The next part of a body; trailers are passed over.
async fn next(body: &mut Body) -> Result<Option<Bytes>, Problem> {
    loop {
        match poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await {
            None => return Ok(None),
            Some(Ok(frame)) => {
                if let Ok(data) = frame.into_data() {
                    return Ok(Some(data));
                }
            }
            Some(Err(_)) => {
                return Err(Problem::new(400, "body-broken", "the body ended before its end"));
            }
        }
    }
}

/// Unpacks off the threads that serve connections, unless it is done at once.
async fn unpack_aside(coding: Coding, packed: Vec<u8>) -> Result<Vec<u8>, Problem> {
    if packed.len() <= QUICK_BYTES {
        return unpack(coding, &packed);
    }
    tokio::task::spawn_blocking(move || unpack(coding, &packed))
        .await
        .map_err(|_| Problem::new(500, "reading-failed", "the body could not be read"))?
}

fn unpack(coding: Coding, packed: &[u8]) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let read = match coding {
        Coding::Identity => return Ok(packed.to_vec()),
        Coding::Gzip => gunzip(packed, &mut bytes),
        Coding::Deflate if is_zlib(packed) => bounded(ZlibDecoder::new(packed), &mut bytes),
        // Some clients leave the wrapping out.
        Coding::Deflate => bounded(DeflateDecoder::new(packed), &mut bytes),
    };
    if bytes.len() > BODY_BYTES_MAX {
        return Err(Problem::too_large());
    }
    match read {
        Ok(()) => Ok(bytes),
        Err(_) => Err(Problem::new(400, "coding-broken", "the body cannot be unpacked")),
    }
}

/// Unpacks the members of a gzip, of which there are few: each one costs however little is in it.
fn gunzip(mut packed: &[u8], bytes: &mut Vec<u8>) -> io::Result<()> {
    for _ in 0..MEMBERS_MAX {
        let mut member = GzDecoder::new(packed);
        bounded(&mut member, bytes)?;
        packed = member.into_inner();
        if packed.is_empty() || bytes.len() > BODY_BYTES_MAX {
            return Ok(());
        }
    }
    Err(io::ErrorKind::InvalidData.into())
}

/// Reads on to one byte more than a body may have.
fn bounded(unpacked: impl Read, bytes: &mut Vec<u8>) -> io::Result<()> {
    let most = (BODY_BYTES_MAX + 1).saturating_sub(bytes.len());
    unpacked.take(most as u64).read_to_end(bytes).map(drop)
}

fn is_zlib(packed: &[u8]) -> bool {
    matches!(packed, [method, check, ..]
        if method & 0x0f == 8 && (u16::from(*method) << 8 | u16::from(*check)) % 31 == 0)
}

/// What a content type says, in lower case and without its parameters; empty where nothing is said.
pub(super) fn content_type(headers: &HeaderMap) -> String {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = value.unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

/// What is said of a body that is of none of these types.
pub(super) fn type_unknown(expected: &str) -> Problem {
    Problem::new(415, "type-unknown", format!("the body's type is {expected}"))
}
