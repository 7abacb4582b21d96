//! Leaves and heads: what the audit keeps of each entry, and of all.

use sha2::{Digest, Sha256};

/// What stands before the clear part in a leaf.
const LEAF: u8 = 0;

/// SHA-256 over a zero byte, the clear part, and the SHA-256 of each sealed part in order.
pub(super) fn leaf(body: &[u8], parts: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update([LEAF]);
    hash.update(body);
    hash.update(parts);
    hash.finalize().into()
}

/// SHA-256 over the head before and the leaf.
pub(super) fn next_head(head: &[u8; 32], leaf: &[u8; 32]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(head);
    hash.update(leaf);
    hash.finalize().into()
}
