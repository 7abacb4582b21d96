//! The secret that two sides share.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// How many bytes a secret has.
const BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// A secret. It prints as `****` and leaves no copy behind in memory.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

/// Why a text is no secret. The text is not told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// Nothing there.
    #[error("the secret is empty")]
    Empty,
    /// A key pair of the asymmetric scheme.
    #[error("this is a key of a key pair; a secret begins with `whsec_`")]
    KeyPair,
    /// Not base64 behind its prefix.
    #[error("a secret is `whsec_` and base64")]
    Encoding,
    /// Too short to be safe, or too long to be one.
    #[error("a secret has 24 to 64 bytes")]
    Length,
}

impl SecretError {
    /// The code of the problem, which has a help page.
    pub const fn code(self) -> &'static str {
        "secret-unfit"
    }
}

impl Secret {
    /// Reads `whsec_` and base64. The prefix may be missing, as some senders show it.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let text = text.trim();
        if text.starts_with("whsk_") || text.starts_with("whpk_") {
            return Err(SecretError::KeyPair);
        }
        let encoded = text.strip_prefix("whsec_").unwrap_or(text);
        if encoded.is_empty() {
            return Err(SecretError::Empty);
        }
        let bytes = STANDARD.decode(encoded).map_err(|_| SecretError::Encoding)?;
        let bytes = Zeroizing::new(bytes);
        if BYTES.contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(SecretError::Length) }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}
