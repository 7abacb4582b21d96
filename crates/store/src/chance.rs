//! Chance: the one place where random bytes are drawn.

use sha2::{Digest, Sha256};

use crate::error::StoreError;

/// Bytes that are drawn from the system at once.
const DRAWN_AT_ONCE: usize = 4096;

/// Random bytes: keys, nonces, ids drawn at acceptance. From the system, or from a seed where a
/// run has to be repeatable (demo, rehearsal, tests).
pub struct Chance {
    origin: Origin,
    buffer: Box<[u8; DRAWN_AT_ONCE]>,
    /// How much of the buffer is used up.
    used: usize,
}

enum Origin {
    System,
    Seed { seed: [u8; 32], blocks: u64 },
}

impl Chance {
    /// From the operating system.
    pub fn system() -> Self {
        Self::of(Origin::System)
    }

    /// From a seed: SHA-256 of the seed and a counter. Never for data that must stay secret.
    pub fn seeded(seed: u64) -> Self {
        let mut hash = Sha256::new();
        hash.update(b"baton chance 1");
        hash.update(seed.to_be_bytes());
        Self::of(Origin::Seed { seed: hash.finalize().into(), blocks: 0 })
    }

    fn of(origin: Origin) -> Self {
        Self { origin, buffer: Box::new([0; DRAWN_AT_ONCE]), used: DRAWN_AT_ONCE }
    }

    /// Draws `N` bytes.
    pub fn draw<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    /// Fills a slice of at most 4,096 bytes.
    pub fn fill(&mut self, bytes: &mut [u8]) -> Result<(), StoreError> {
        if self.used + bytes.len() > DRAWN_AT_ONCE {
            self.refill()?;
        }
        let drawn = &mut self.buffer[self.used..self.used + bytes.len()];
        bytes.copy_from_slice(drawn);
        // What became a key must not stay behind in the buffer.
        drawn.fill(0);
        self.used += bytes.len();
        Ok(())
    }

    #[expect(clippy::disallowed_methods, reason = "the one place where chance is drawn")]
    fn refill(&mut self) -> Result<(), StoreError> {
        match &mut self.origin {
            Origin::System => {
                getrandom::fill(self.buffer.as_mut_slice()).map_err(|_| StoreError::NoChance)?;
            }
            Origin::Seed { seed, blocks } => {
                for block in self.buffer.chunks_exact_mut(32) {
                    let mut hash = Sha256::new();
                    hash.update(*seed);
                    hash.update(blocks.to_be_bytes());
                    block.copy_from_slice(&hash.finalize());
                    *blocks += 1;
                }
            }
        }
        self.used = 0;
        Ok(())
    }
}

impl std::fmt::Debug for Chance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self.origin {
            Origin::System => "chance of the system",
            Origin::Seed { .. } => "seeded chance",
        })
    }
}
