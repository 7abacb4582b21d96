//! Standard Webhooks: verify and sign, and read what came.
//!
//! The signature covers `id.timestamp.body` with HMAC-SHA-256, so an id with a dot could move the
//! seams between the three: it is refused. Only `v1` is trusted, whatever else a sender offers.

mod payload;
mod secret;
#[cfg(test)]
mod tests;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::{Moment, Span};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

pub use payload::{FORMAT, ORIGIN, one, read};
pub use secret::{Secret, SecretError};

/// How far a timestamp may lie from our clock, either way.
pub const TOLERANCE: Span = Span::seconds(300);
/// How many signatures of one request are looked at.
pub const SIGNATURES_MAX: usize = 32;
/// The longest id, in bytes.
const ID_BYTES_MAX: usize = 256;
/// The longest timestamp: seconds for the next thirty thousand years.
const TIMESTAMP_DIGITS_MAX: usize = 12;

/// The header with the message's id, the same at each attempt.
pub const ID: &str = "webhook-id";
/// The header with the second of the attempt.
pub const TIMESTAMP: &str = "webhook-timestamp";
/// The header with the signatures.
pub const SIGNATURE: &str = "webhook-signature";

/// The three headers of a request, as they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Headers<'h> {
    /// The message's id.
    pub id: &'h str,
    /// Seconds since 1970.
    pub timestamp: &'h str,
    /// Signatures with blanks between them.
    pub signature: &'h str,
}

/// Why a request is not believed. All of it is answered with 401.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// A header is missing, or no text.
    #[error("the header `{0}` is missing")]
    HeaderMissing(&'static str),
    /// A header stands twice, so that two readers might believe two things.
    #[error("the header `{0}` stands twice")]
    HeaderTwice(&'static str),
    /// The id cannot be part of what is signed.
    #[error("`webhook-id` has 1 to 256 visible characters and no dot")]
    IdUnfit,
    /// The timestamp is no number of seconds.
    #[error("`webhook-timestamp` is whole seconds since 1970 in decimal digits")]
    TimestampUnfit,
    /// Too long ago: a replay, or a clock that is wrong.
    #[error("`webhook-timestamp` is more than 300 seconds ago")]
    TooOld,
    /// Too far ahead.
    #[error("`webhook-timestamp` is more than 300 seconds ahead")]
    TooNew,
    /// No signature is by one of our secrets.
    #[error("no signature fits: the secret differs, or the body was changed on its way")]
    NoneFits,
}

impl SignatureError {
    /// The code of the problem, which has a help page.
    pub const fn code(self) -> &'static str {
        match self {
            Self::HeaderMissing(_) | Self::HeaderTwice(_) => "signature-missing",
            Self::TooOld | Self::TooNew => "signature-stale",
            Self::IdUnfit | Self::TimestampUnfit | Self::NoneFits => "signature-wrong",
        }
    }
}

impl<'h> Headers<'h> {
    /// Finds the three among all headers of a request.
    pub fn find(
        headers: impl IntoIterator<Item = (&'h str, &'h [u8])>,
    ) -> Result<Self, SignatureError> {
        let mut found = [(ID, None), (TIMESTAMP, None), (SIGNATURE, None)];
        for (name, value) in headers {
            let Some(slot) = found.iter_mut().find(|slot| name.eq_ignore_ascii_case(slot.0)) else {
                continue;
            };
            let text =
                std::str::from_utf8(value).map_err(|_| SignatureError::HeaderMissing(slot.0))?;
            if slot.1.replace(text.trim()).is_some() {
                return Err(SignatureError::HeaderTwice(slot.0));
            }
        }
        let [id, timestamp, signature] =
            found.map(|(name, text)| text.ok_or(SignatureError::HeaderMissing(name)));
        Ok(Self { id: id?, timestamp: timestamp?, signature: signature? })
    }
}

/// Whether one of the secrets signed these bytes lately. Several secrets are for rotation.
pub fn verify(
    secrets: &[Secret],
    headers: &Headers<'_>,
    body: &[u8],
    now: Moment,
) -> Result<(), SignatureError> {
    let mut verifier = Verifier::new(secrets, secrets.len(), headers, now)?;
    verifier.update(body);
    verifier.finish()
}

/// Verifies a body part by part, so that nobody has to hold one that nobody signed.
pub struct Verifier {
    /// One for each secret.
    ours: Vec<Hmac<Sha256>>,
    /// What takes as long as a secret and fits nothing.
    idle: Vec<Hmac<Sha256>>,
    theirs: Vec<[u8; 32]>,
}

impl Verifier {
    /// Begins with what the headers say. The work is that of `at_least` secrets, so that time does
    /// not tell how many a source has, or whether it is there at all.
    pub fn new(
        secrets: &[Secret],
        at_least: usize,
        headers: &Headers<'_>,
        now: Moment,
    ) -> Result<Self, SignatureError> {
        if !is_id(headers.id) {
            return Err(SignatureError::IdUnfit);
        }
        let age = Span::seconds(now.seconds() - seconds(headers.timestamp)?);
        if age > TOLERANCE {
            return Err(SignatureError::TooOld);
        }
        if age < Span::ZERO - TOLERANCE {
            return Err(SignatureError::TooNew);
        }
        let begin = |key: &[u8]| begun(key, headers.id, headers.timestamp);
        let idle = at_least.saturating_sub(secrets.len());
        Ok(Self {
            ours: secrets.iter().map(|secret| begin(secret.bytes())).collect(),
            idle: (0..idle).map(|_| begin(&[0; 32])).collect(),
            theirs: headers.signature.split(' ').take(SIGNATURES_MAX).filter_map(offered).collect(),
        })
    }

    /// Takes the next part of the body in.
    pub fn update(&mut self, part: &[u8]) {
        for mac in self.ours.iter_mut().chain(&mut self.idle) {
            mac.update(part);
        }
    }

    /// Whether one of the secrets signed all of it.
    pub fn finish(self) -> Result<(), SignatureError> {
        let Self { ours, idle, theirs } = self;
        let fits = |macs: Vec<Hmac<Sha256>>| {
            macs.into_iter().fold(subtle::Choice::from(0), |fits, mac| {
                let ours: [u8; 32] = mac.finalize().into_bytes().into();
                theirs.iter().fold(fits, |fits, theirs| fits | theirs.ct_eq(&ours))
            })
        };
        let known = fits(ours);
        // The key of these is no secret: whoever signs with it has signed nothing.
        let _ = std::hint::black_box(fits(idle));
        if bool::from(known) { Ok(()) } else { Err(SignatureError::NoneFits) }
    }
}

/// The value of `webhook-signature` for a message sent at `now`.
pub fn sign(secret: &Secret, id: &str, now: Moment, body: &[u8]) -> String {
    let timestamp = now.seconds().to_string();
    format!("v1,{}", STANDARD.encode(mac(secret, id, &timestamp, body)))
}

fn mac(secret: &Secret, id: &str, timestamp: &str, body: &[u8]) -> [u8; 32] {
    let mut mac = begun(secret.bytes(), id, timestamp);
    mac.update(body);
    mac.finalize().into_bytes().into()
}

/// The hash of a message up to its body.
fn begun(key: &[u8], id: &str, timestamp: &str) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b"."] {
        mac.update(part);
    }
    mac
}

fn is_id(id: &str) -> bool {
    (1..=ID_BYTES_MAX).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.')
}

fn seconds(text: &str) -> Result<i64, SignatureError> {
    let digits = (1..=TIMESTAMP_DIGITS_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or(SignatureError::TimestampUnfit)
}

/// The hash of a `v1` signature.
fn offered(signature: &str) -> Option<[u8; 32]> {
    let encoded = signature.strip_prefix("v1,").filter(|encoded| encoded.len() == 44)?;
    STANDARD.decode(encoded).ok()?.try_into().ok()
}
