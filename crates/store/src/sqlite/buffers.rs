//! Memory that one entry after another is written in.

/// The clear part, the hashes of the sealed parts, and one sealed part.
#[derive(Default)]
pub(super) struct Buffers {
    pub(super) body: Vec<u8>,
    pub(super) parts: Vec<u8>,
    pub(super) sealed: Vec<u8>,
}
