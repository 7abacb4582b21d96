//! What names are told apart by in memory: 128 bits of each.
//!
//! A fingerprint is not secret, leaves the run with nobody and is compared only with others of the same run,
//! so it has to be well spread and need not withstand somebody who chooses names. A multiplication for every
//! eight bytes does that; a cryptographic hash was a quarter of all that a rehearsed signal costs on
//! processors without instructions for it.

/// A name in 128 bits.
pub(super) type Fingerprint = [u8; 16];

/// Bytes that are taken in at once.
const BLOCK: usize = 16;
/// Odd numbers without a pattern: the digits of pi.
const PI: [u64; 6] = [
    0x243f_6a88_85a3_08d3,
    0x1319_8a2e_0370_7345,
    0xa409_3822_299f_31d1,
    0x082e_fa98_ec4e_6c89,
    0x4528_21e6_38d0_1377,
    0xbe54_66cf_34e9_0c6d,
];

/// The fingerprint of some parts in their order. Parts that are divided elsewhere have another one.
pub(super) fn fingerprint(parts: &[&[u8]]) -> Fingerprint {
    let mut lanes = Lanes { left: PI[0], right: PI[1] };
    for part in parts {
        lanes.take_part(part);
    }
    lanes.finish()
}

/// Two halves that are mixed with the same bytes in different ways.
struct Lanes {
    left: u64,
    right: u64,
}

impl Lanes {
    fn take_part(&mut self, part: &[u8]) {
        let (blocks, rest) = part.as_chunks::<BLOCK>();
        for block in blocks {
            self.take(block);
        }
        let mut last = [0; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        self.take(&last);
        // The length ends the part: what was filled up with zeros is no other part that ends with them.
        self.mix(part.len() as u64, PI[2]);
    }

    fn take(&mut self, block: &[u8; BLOCK]) {
        let (words, _) = block.as_chunks::<8>();
        self.mix(u64::from_le_bytes(words[0]), u64::from_le_bytes(words[1]));
    }

    /// Each half takes both words in, multiplied with what it has so far.
    fn mix(&mut self, first: u64, second: u64) {
        let left = folded(self.left ^ first, PI[3] ^ second);
        let right = folded(self.right ^ second, PI[4] ^ first);
        // Added, not replaced: a factor of zero forgets nothing.
        self.left = self.left.rotate_left(23).wrapping_add(left);
        self.right = self.right.rotate_left(29).wrapping_add(right);
    }

    fn finish(self) -> Fingerprint {
        let Self { left, right } = self;
        let first = folded(left ^ PI[5], right ^ PI[3]);
        let second = folded(right ^ PI[2], left.rotate_left(32) ^ PI[4]);
        (u128::from(first ^ right) << 64 | u128::from(second ^ left)).to_be_bytes()
    }
}

/// Both halves of a product in one word.
const fn folded(one: u64, other: u64) -> u64 {
    let product = one as u128 * other as u128;
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests;
