//! Bodies that came packed, unpacked step by step: nobody has to hold more than they asked room for.

use std::io::{self, BufRead, Read};

use axum::http::{HeaderMap, header};
use flate2::bufread::{DeflateDecoder, GzDecoder, ZlibDecoder};

use super::problem::Problem;

/// Members of a gzip. Each one costs however little is in it.
const MEMBERS_MAX: usize = 64;

/// How a body is packed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Coding {
    /// Not at all.
    Identity,
    Gzip,
    /// With the wrapping of zlib, or without, as some clients have it.
    Deflate,
}

impl Coding {
    /// The coding that the headers name.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let mut codings = headers.get_all(header::CONTENT_ENCODING).iter();
        let (first, second) = (codings.next(), codings.next());
        let unknown = || {
            Problem::new(
                415,
                "coding-unknown",
                "a body is packed with gzip or deflate, once, or not",
            )
            .header(header::ACCEPT_ENCODING, "gzip, deflate")
        };
        let Some(first) = first else { return Ok(Self::Identity) };
        let name = first.to_str().unwrap_or_default().trim().to_ascii_lowercase();
        match name.as_str() {
            _ if second.is_some() => Err(unknown()),
            "identity" | "" => Ok(Self::Identity),
            "gzip" | "x-gzip" => Ok(Self::Gzip),
            "deflate" => Ok(Self::Deflate),
            _ => Err(unknown()),
        }
    }
}

/// Unpacks bytes on demand.
pub(super) struct Unpacker<R> {
    inner: Inner<R>,
    members: usize,
}

enum Inner<R> {
    Plain(R),
    Gzip(GzDecoder<R>),
    Zlib(ZlibDecoder<R>),
    Deflate(DeflateDecoder<R>),
}

impl<R: BufRead + Default> Unpacker<R> {
    /// Over bytes that are at hand.
    pub(super) fn new(coding: Coding, mut packed: R) -> io::Result<Self> {
        let inner = match coding {
            Coding::Identity => Inner::Plain(packed),
            Coding::Gzip => Inner::Gzip(GzDecoder::new(packed)),
            Coding::Deflate if is_zlib(packed.fill_buf()?) => Inner::Zlib(ZlibDecoder::new(packed)),
            Coding::Deflate => Inner::Deflate(DeflateDecoder::new(packed)),
        };
        Ok(Self { inner, members: 1 })
    }

    /// Fills some of a buffer; nothing at the end.
    pub(super) fn step(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = match &mut self.inner {
                Inner::Plain(bytes) => bytes.read(buffer),
                Inner::Gzip(decoder) => decoder.read(buffer),
                Inner::Zlib(decoder) => decoder.read(buffer),
                Inner::Deflate(decoder) => decoder.read(buffer),
            }?;
            if read > 0 || !self.next_member()? {
                return Ok(read);
            }
        }
    }

    /// Goes on with the member that follows, if one does.
    fn next_member(&mut self) -> io::Result<bool> {
        let Inner::Gzip(decoder) = &mut self.inner else { return Ok(false) };
        if decoder.get_mut().fill_buf()?.is_empty() {
            return Ok(false);
        }
        self.members += 1;
        if self.members > MEMBERS_MAX {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let rest = std::mem::take(decoder.get_mut());
        self.inner = Inner::Gzip(GzDecoder::new(rest));
        Ok(true)
    }

    /// The packed bytes, wherever they were read to.
    pub(super) fn into_packed(self) -> R {
        match self.inner {
            Inner::Plain(packed) => packed,
            Inner::Gzip(decoder) => decoder.into_inner(),
            Inner::Zlib(decoder) => decoder.into_inner(),
            Inner::Deflate(decoder) => decoder.into_inner(),
        }
    }
}

/// The beginning of what is packed, at most so many bytes; less where the packed bytes end or break
/// off before.
pub(super) fn beginning(coding: Coding, packed: &[u8], most: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(most);
    if let Ok(unpacker) = Unpacker::new(coding, packed) {
        // What was unpacked before something broke is all there is so far.
        let _ = Steps(unpacker).take(most as u64).read_to_end(&mut bytes);
    }
    bytes
}

/// An unpacker that is read.
struct Steps<R>(Unpacker<R>);

impl<R: BufRead + Default> Read for Steps<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.step(buffer)
    }
}

fn is_zlib(packed: &[u8]) -> bool {
    matches!(packed, [method, check, ..]
        if method & 0x0f == 8 && (u16::from(*method) << 8 | u16::from(*check)) % 31 == 0)
}
