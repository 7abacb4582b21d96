//! Draws for ties and exploration: numbers that nobody can steer and that a replay repeats.

use domain::HandoffId;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Draws from a strategy's seed: HMAC-SHA-256 under it, keyed once when the strategy is compiled.
#[derive(Clone, Debug)]
pub struct Chance(Hmac<Sha256>);

impl Chance {
    /// Draws from this seed.
    pub fn new(seed: u64) -> Self {
        let keyed = Hmac::<Sha256>::new_from_slice(&seed.to_be_bytes());
        Self(keyed.expect("any key length will do"))
    }

    /// The number of a word for a handoff.
    pub fn draw(&self, handoff: HandoffId, word: &str) -> u64 {
        let mut mac = self.0.clone();
        mac.update(handoff.bytes());
        mac.update(word.as_bytes());
        let bytes = mac.finalize().into_bytes();
        u64::from_be_bytes(bytes[..8].try_into().expect("eight of thirty-two bytes"))
    }
}
