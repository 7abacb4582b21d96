//! Whether a post is from whom it says: a secret in a header or a field, or a signature.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::{Moment, Span};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256, Sha512};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::form;
use super::read::Shape;
use crate::cloudevents;

/// How many signatures of one request are looked at.
const SIGNATURES_MAX: usize = 32;
/// The longest header that is looked at, in bytes.
const HEADER_BYTES_MAX: usize = 4_096;

/// How a source is known.
#[derive(Clone)]
pub enum Check {
    /// A header holds a secret, behind a prefix.
    Header {
        /// Its name.
        header: String,
        /// What stands before the secret.
        prefix: String,
        /// Several while one replaces another.
        secrets: Secrets,
    },
    /// A field at the top of the body holds a secret.
    Field {
        /// Its name.
        field: String,
        /// Several while one replaces another.
        secrets: Secrets,
    },
    /// A header signs the body.
    Signature(SignedHeader),
}

/// Secrets that two sides share. They print as `****`.
#[derive(Clone)]
pub struct Secrets(Vec<Zeroizing<String>>);

/// A header with a signature.
#[derive(Clone)]
pub struct SignedHeader {
    /// Its name.
    pub header: String,
    /// What stands before each signature in it.
    pub prefix: String,
    /// The hash under the HMAC.
    pub algorithm: Algorithm,
    /// How the signature is written.
    pub encoding: Encoding,
    /// What is signed.
    pub signed: Vec<Signed>,
    /// The header with the time, where it is not `t=` in the header of the signature.
    pub timestamp: Option<String>,
    /// How far the time may lie from our clock, either way.
    pub tolerance: Span,
    /// Several while one replaces another.
    pub secrets: Secrets,
}

/// The hash under an HMAC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    Sha256,
    Sha512,
}

/// How a signature is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Hexadecimal digits.
    Hex,
    /// Base64 with padding.
    Base64,
}

/// A part of what is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signed {
    /// A text as it stands.
    Text(String),
    /// The time of the request.
    Time,
    /// The body as it came.
    Body,
}

/// Why a post is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// Nothing is there that could prove anything.
    #[error("the secret or signature is missing")]
    Missing,
    /// The time is too far from ours.
    #[error("the time of the signature is too far from now")]
    Stale,
    /// It does not fit.
    #[error("the secret or signature does not fit")]
    Wrong,
}

impl VerifyError {
    /// The code of the problem, which has a help page.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "signature-missing",
            Self::Stale => "signature-stale",
            Self::Wrong => "signature-wrong",
        }
    }
}

impl Secrets {
    /// Secrets, parted by blanks; none where there is none.
    pub fn parse(text: &str) -> Option<Self> {
        let secrets: Vec<_> =
            text.split_whitespace().map(|one| Zeroizing::new(one.to_owned())).collect();
        (!secrets.is_empty()).then_some(Self(secrets))
    }

    /// Whether a text is one of them, in the same time for any text.
    pub fn has(&self, text: &str) -> bool {
        let theirs = Sha256::digest(text.as_bytes());
        let fits = self.0.iter().fold(subtle::Choice::from(0), |fits, ours| {
            fits | Sha256::digest(ours.as_bytes()).ct_eq(&theirs)
        });
        bool::from(fits)
    }
}

impl Signed {
    /// Reads what is signed, as in `{t}.{body}`; none without the body, or with it twice.
    pub fn parse(text: &str) -> Option<Vec<Self>> {
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.find('{').unwrap_or(rest.len());
            if end > 0 {
                parts.push(Self::Text(rest[..end].to_owned()));
            }
            rest = &rest[end..];
            if rest.is_empty() {
                break;
            }
            let (name, behind) = rest[1..].split_once('}')?;
            parts.push(match name {
                "t" => Self::Time,
                "body" => Self::Body,
                _ => return None,
            });
            rest = behind;
        }
        (parts.iter().filter(|part| **part == Self::Body).count() == 1).then_some(parts)
    }
}

/// The text of a header, where it stands once.
pub fn header<'h>(
    headers: impl IntoIterator<Item = (&'h str, &'h [u8])>,
    name: &str,
) -> Result<&'h str, VerifyError> {
    let mut found = headers.into_iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
    match (found.next(), found.next()) {
        (Some((_, value)), None) if value.len() <= HEADER_BYTES_MAX => {
            std::str::from_utf8(value).map(str::trim).map_err(|_| VerifyError::Missing)
        }
        (_, _) => Err(VerifyError::Missing),
    }
}

/// The value of a field in what has come of a body.
pub fn field(shape: Shape, begun: &[u8], name: &str) -> Option<String> {
    match shape {
        Shape::Json => cloudevents::peek(begun, name.as_bytes()),
        Shape::Form => form::field(begun, name),
    }
}

impl Check {
    /// Whether the header that holds a secret holds one of ours.
    pub fn knows(
        secrets: &Secrets,
        prefix: &str,
        value: Result<&str, VerifyError>,
    ) -> Result<(), VerifyError> {
        let value = value?.strip_prefix(prefix).ok_or(VerifyError::Wrong)?;
        if secrets.has(value.trim()) { Ok(()) } else { Err(VerifyError::Wrong) }
    }
}

enum Mac {
    Sha256(Hmac<Sha256>),
    Sha512(Hmac<Sha512>),
}

impl Mac {
    fn new(algorithm: Algorithm, key: &[u8]) -> Self {
        let any = "HMAC takes keys of any length";
        match algorithm {
            Algorithm::Sha256 => Self::Sha256(Hmac::new_from_slice(key).expect(any)),
            Algorithm::Sha512 => Self::Sha512(Hmac::new_from_slice(key).expect(any)),
        }
    }

    fn update(&mut self, part: &[u8]) {
        match self {
            Self::Sha256(mac) => mac.update(part),
            Self::Sha512(mac) => mac.update(part),
        }
    }

    fn finish(self) -> Vec<u8> {
        match self {
            Self::Sha256(mac) => mac.finalize().into_bytes().to_vec(),
            Self::Sha512(mac) => mac.finalize().into_bytes().to_vec(),
        }
    }
}

/// Verifies a body part by part, so that nobody has to hold one that nobody signed.
pub struct SignatureVerifier {
    macs: Vec<Mac>,
    theirs: Vec<Vec<u8>>,
    /// What is signed behind the body.
    tail: Vec<u8>,
}

impl SignedHeader {
    /// Begins with what the headers say.
    pub fn begin<'h>(
        &self,
        headers: &[(&'h str, &'h [u8])],
        now: Moment,
    ) -> Result<SignatureVerifier, VerifyError> {
        let value = header(headers.iter().copied(), &self.header)?;
        let parts = || value.split([',', ' ']).map(str::trim);
        let time = if self.signed.contains(&Signed::Time) {
            let told = match &self.timestamp {
                Some(name) => header(headers.iter().copied(), name)?,
                None => {
                    parts().find_map(|part| part.strip_prefix("t=")).ok_or(VerifyError::Missing)?
                }
            };
            self.check_time(told, now)?;
            told
        } else {
            ""
        };
        let offered = parts().filter_map(|part| part.strip_prefix(self.prefix.as_str()));
        let theirs = offered.take(SIGNATURES_MAX).filter_map(|text| self.decode(text)).collect();
        let at = self.signed.iter().position(|part| *part == Signed::Body).unwrap_or_default();
        let text = |parts: &[Signed]| -> Vec<u8> {
            let of = |part: &Signed| match part {
                Signed::Text(text) => text.clone().into_bytes(),
                Signed::Time => time.as_bytes().to_vec(),
                Signed::Body => Vec::new(),
            };
            parts.iter().flat_map(of).collect()
        };
        let head = text(&self.signed[..at]);
        let begun = self.secrets.0.iter().map(|secret| {
            let mut mac = Mac::new(self.algorithm, secret.as_bytes());
            mac.update(&head);
            mac
        });
        let tail = text(self.signed.get(at + 1..).unwrap_or_default());
        Ok(SignatureVerifier { macs: begun.collect(), theirs, tail })
    }

    fn check_time(&self, told: &str, now: Moment) -> Result<(), VerifyError> {
        let digits =
            (1..=16).contains(&told.len()) && told.bytes().all(|byte| byte.is_ascii_digit());
        let told: i64 = told.parse().ok().filter(|_| digits).ok_or(VerifyError::Missing)?;
        // Some write milliseconds.
        let seconds = if told > 100_000_000_000 { told / 1_000 } else { told };
        let age = Span::seconds(now.seconds() - seconds);
        let near = age <= self.tolerance && age >= Span::ZERO - self.tolerance;
        if near { Ok(()) } else { Err(VerifyError::Stale) }
    }

    fn decode(&self, text: &str) -> Option<Vec<u8>> {
        match self.encoding {
            Encoding::Base64 => STANDARD.decode(text).ok(),
            Encoding::Hex => {
                let digits: Option<Vec<u32>> = text.chars().map(|sign| sign.to_digit(16)).collect();
                let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
                Some(digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect())
            }
        }
    }
}

impl SignatureVerifier {
    /// Takes the next part of the body in.
    pub fn update(&mut self, part: &[u8]) {
        for mac in &mut self.macs {
            mac.update(part);
        }
    }

    /// Whether one of the secrets signed all of it.
    pub fn finish(self) -> Result<(), VerifyError> {
        let Self { macs, theirs, tail } = self;
        let fits = macs.into_iter().fold(subtle::Choice::from(0), |fits, mut mac| {
            mac.update(&tail);
            let ours = mac.finish();
            theirs.iter().fold(fits, |fits, theirs| fits | theirs.as_slice().ct_eq(&ours))
        });
        if bool::from(fits) { Ok(()) } else { Err(VerifyError::Wrong) }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

impl fmt::Debug for SignedHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "signed({}, {:?}, {:?})", self.header, self.algorithm, self.encoding)
    }
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header { header, .. } => write!(f, "header({header})"),
            Self::Field { field, .. } => write!(f, "field({field})"),
            Self::Signature(signed) => write!(f, "{signed:?}"),
        }
    }
}
