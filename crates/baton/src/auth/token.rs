//! Secrets that a browser holds: drawn, hashed for keeping, and what the forms of a session carry.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use store::StoreError;
use store::chance::Chance;
use zeroize::Zeroizing;

/// Bytes that are drawn for a secret.
const BYTES: usize = 32;
/// Characters that they are written with.
const CHARS: usize = 43;

/// A secret that a browser holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(Zeroizing<String>);

impl Token {
    /// Draws one.
    pub fn draw() -> Result<Self, StoreError> {
        let drawn = Zeroizing::new(Chance::system().draw::<BYTES>()?);
        Ok(Self(Zeroizing::new(URL_SAFE_NO_PAD.encode(drawn.as_slice()))))
    }

    /// Reads what a browser sent; `None` for what no secret of ours looks like.
    pub fn read(text: &str) -> Option<Self> {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let fits = text.len() == CHARS && text.bytes().all(known);
        fits.then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// As the browser gets it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn hash(&self) -> [u8; 32] {
        self.derived(b"session")
    }

    /// What the forms of its session carry. Whoever reads it in a page cannot tell the secret.
    pub fn form_token(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.derived(b"form"))
    }

    fn derived(&self, what_for: &[u8]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(b"baton ");
        hash.update(what_for);
        hash.update(b" 1 ");
        hash.update(self.0.as_bytes());
        hash.finalize().into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(****)")
    }
}

#[cfg(test)]
mod tests;
